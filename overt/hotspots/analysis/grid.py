"""The hexagon grid of the legal test.

Rules
1. Hexagons are pointy-top, `width_cm` across the flats. Cell (q, r), in axial coordinates, has its
   centre at easting W (q + r / 2), northing r W sqrt(3) / 2 from the origin.
2. The origin is BNG (0, 0), never the data: two people with the same file get the same grid.
   Other origins exist only to ask how far a finding depends on this choice (`stability`).
3. Every point is in exactly one cell, the one with the nearest centre; on a tie, the lowest (q, r).
   The decision is exact: floats only propose, and a point closer to an edge than their error is
   settled with integers (the square of a + b sqrt(3) has a sign that integers can tell).

Positions are integer centimetres, British National Grid (EPSG:27700).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SQRT3 = math.sqrt(3.0)

# In units of the width. Float error is below 1e-12 anywhere on the National Grid.
_DOUBT = 1e-9
_NEIGHBOURHOOD = ((-1, 0), (-1, 1), (0, -1), (0, 0), (0, 1), (1, -1), (1, 0))


def assign(
    easting_cm: npt.ArrayLike,
    northing_cm: npt.ArrayLike,
    *,
    width_cm: int,
    origin_cm: tuple[int, int] = (0, 0),
) -> tuple[Integers, Integers]:
    """The cell (q, r) of each point: two int64 arrays of the points' shape (n,).

    easting_cm, northing_cm: integer centimetres, shape (n,). Raises TypeError for floats: a
    position must be rounded once, on import, and not here.
    """
    x = _integers(easting_cm) - origin_cm[0]
    y = _integers(northing_cm) - origin_cm[1]
    return assign_offsets(x, y, width_cm=width_cm)


def assign_offsets(x: Integers, y: Integers, *, width_cm: int) -> tuple[Integers, Integers]:
    """As `assign`, for integer offsets from the origin, of any one shape."""
    # Three families of parallel lines, half a width apart, carry all edges and diagonals of the
    # grid; the strips a point lies in, one of each family, name its cell.
    rise = y * (SQRT3 / width_cm)
    run = x / width_cm
    up, across, down = rise + run, run + run, rise - run
    up_strip, across_strip, down_strip = np.floor(up), np.floor(across), np.floor(down)
    doubtful = _near_an_edge(up, up_strip) or _near_an_edge(down, down_strip)
    # (floor(up + 1) + floor(across + 1)) // 3 and its like: + 0.5 keeps floats off the integers.
    column = np.floor((up_strip + across_strip + 2.5) / 3).astype(np.int64)
    row = np.floor((up_strip + down_strip + 2.5) / 3).astype(np.int64)
    column -= row
    # A tie needs a rule, not precision. It can only be on an upright edge (the others meet integer
    # positions nowhere but there), and `across` is a correctly rounded quotient: exact there.
    on_line = across == across_strip
    if doubtful:
        on_line |= np.abs(up - np.rint(up)) < _DOUBT
        on_line |= np.abs(down - np.rint(down)) < _DOUBT
    if not on_line.any():
        return column, row
    for index in zip(*np.nonzero(on_line), strict=True):
        column[index], row[index] = _nearest_exactly(
            int(x[index]), int(y[index]), width_cm, int(column[index]), int(row[index])
        )
    return column, row


def centres(q: npt.ArrayLike, r: npt.ArrayLike, *, width_cm: int) -> tuple[Floats, Floats]:
    """Centres of cells anchored at (0, 0): (easting, northing) in cm, floats (r is irrational)."""
    column, row = np.asarray(q, np.float64), np.asarray(r, np.float64)
    return width_cm * (column + row / 2), row * (width_cm * SQRT3 / 2)


def centres_cm(q: npt.ArrayLike, r: npt.ArrayLike, *, width_cm: int) -> tuple[Integers, Integers]:
    """Centres rounded to the nearest integer centimetre, halves up."""
    easting, northing = centres(q, r, width_cm=width_cm)
    return np.floor(easting + 0.5).astype(np.int64), np.floor(northing + 0.5).astype(np.int64)


def corners(q: npt.ArrayLike, r: npt.ArrayLike, *, width_cm: int) -> Floats:
    """Corners of cells anchored at (0, 0), anticlockwise from the top: shape (n, 6, 2), cm."""
    easting, northing = centres(np.atleast_1d(q), np.atleast_1d(r), width_cm=width_cm)
    half, tall = width_cm / 2, width_cm / SQRT3
    dx = np.array([0, -half, -half, 0, half, half])
    dy = np.array([tall, tall / 2, -tall / 2, -tall, -tall / 2, tall / 2])
    return np.stack([easting[:, None] + dx, northing[:, None] + dy], axis=-1)


def area_cm2(width_cm: int) -> float:
    """Area of one hexagon, square centimetres: W^2 sqrt(3) / 2."""
    return width_cm * width_cm * SQRT3 / 2


@dataclass(frozen=True)
class Cells:
    """The cells of an area: those whose centre lies inside its boundary.

    q, r: int64 (n,), sorted by (q, r). inside_ppm: int64 (n,), the share of each cell's area that
    lies inside the boundary, in millionths.
    """

    width_cm: int
    q: Integers
    r: Integers
    inside_ppm: Integers

    @property
    def is_edge(self) -> npt.NDArray[np.bool_]:
        """Cells less than half inside: compared by density instead of by count."""
        return self.inside_ppm < 500_000

    def index_of(self, q: Integers, r: Integers) -> Integers:
        """The position of each (q, r) in this list, -1 where it is not one of the cells."""
        if self.q.size == 0:
            return np.full(q.shape, -1, np.int64)
        q0, r0 = int(self.q.min()), int(self.r.min())
        height = int(self.r.max()) - r0 + 1
        width = int(self.q.max()) - q0 + 1
        table = np.full(width * height, -1, np.int64)
        table[(self.q - q0) * height + (self.r - r0)] = np.arange(self.q.size)
        known = (q >= q0) & (q < q0 + width) & (r >= r0) & (r < r0 + height)
        found = np.full(q.shape, -1, np.int64)
        found[known] = table[(q[known] - q0) * height + (r[known] - r0)]
        return found


def cells_of(boundary_cm: BaseGeometry, *, width_cm: int) -> Cells:
    """The cells whose centre lies in (or on) `boundary_cm`, a polygon in BNG centimetres."""
    west, south, east, north = boundary_cm.bounds
    row_height = width_cm * SQRT3 / 2
    rows = np.arange(math.floor(south / row_height), math.ceil(north / row_height) + 1)
    columns = np.arange(
        math.floor(west / width_cm - rows.max() / 2) - 1,
        math.ceil(east / width_cm - rows.min() / 2) + 2,
    )
    q, r = (axis.ravel() for axis in np.meshgrid(columns, rows, indexing="ij"))
    easting, northing = centres(q, r, width_cm=width_cm)
    near = (easting >= west) & (easting <= east) & (northing >= south) & (northing <= north)
    q, r, easting, northing = q[near], r[near], easting[near], northing[near]
    shapely.prepare(boundary_cm)
    inside = shapely.intersects_xy(boundary_cm, easting, northing)
    q, r = q[inside].astype(np.int64), r[inside].astype(np.int64)
    return Cells(width_cm, q, r, inside_ppm(boundary_cm, q, r, width_cm=width_cm))


def halton_origins(count: int, *, width_cm: int) -> list[tuple[int, int]]:
    """`count` grid origins spread evenly over one cell: the Halton sequence in bases 2 and 3.

    Integer centimetres, from exact fractions, indices 1 to `count`: the same on any machine.
    """
    origins = []
    for index in range(1, count + 1):
        along, up = radical_inverse(index, 2), radical_inverse(index, 3)
        easting = math.floor(width_cm * (along + up / 2))
        # floor(up * W * sqrt(3) / 2) without a float: the square of a floor is below the square.
        squared = 3 * (width_cm * up.numerator) ** 2 // (4 * up.denominator**2)
        origins.append((easting, math.isqrt(squared)))
    return origins


def radical_inverse(index: int, base: int) -> Fraction:
    """The digits of `index` in `base`, mirrored at the point: a fraction in [0, 1)."""
    mirrored, scale = 0, 1
    while index:
        index, digit = divmod(index, base)
        mirrored, scale = mirrored * base + digit, scale * base
    return Fraction(mirrored, scale)


def inside_ppm(boundary: BaseGeometry, q: Integers, r: Integers, *, width_cm: int) -> Integers:
    """The share of each cell's area inside `boundary` (BNG cm), in millionths, 1 to 1,000,000."""
    ppm = np.full(q.size, 1_000_000, np.int64)
    if q.size == 0:
        return ppm
    hexagons = np.asarray(shapely.polygons(corners(q, r, width_cm=width_cm)))
    cut = ~shapely.covers(boundary, hexagons)
    share = shapely.area(shapely.intersection(hexagons[cut], boundary)) / area_cm2(width_cm)
    ppm[cut] = np.clip(np.floor(share * 1_000_000 + 0.5), 1, 1_000_000).astype(np.int64)
    return ppm


def _near_an_edge(value: Floats, strip: Floats) -> bool:
    """Whether any value is so close to an integer that its floor is in doubt."""
    if value.size == 0:
        return False
    part = value - strip
    return bool(part.min() < _DOUBT or part.max() > 1 - _DOUBT)


def _nearest_exactly(x: int, y: int, width: int, q: int, r: int) -> tuple[int, int]:
    """The nearest of (q, r) and its neighbours to the offset (x, y), lowest (q, r) on a tie."""
    best, best_whole, best_root = (q, r), math.inf, 0
    for dq, dr in _NEIGHBOURHOOD:  # in rising (q, r), so that a tie keeps the lowest
        column, row = q + dq, r + dr
        # 4 / W times the squared distance, less what all cells share: whole + root * sqrt(3).
        whole = width * ((2 * column + row) ** 2 + 3 * row * row) - 4 * x * (2 * column + row)
        root = -4 * y * row
        if math.isinf(best_whole) or is_negative(whole - int(best_whole), root - best_root):
            best, best_whole, best_root = (column, row), whole, root
    return best


def is_negative(whole: int, root: int) -> bool:
    """Whether whole + root * sqrt(3) < 0, exactly."""
    if whole >= 0 and root >= 0:
        return False
    if whole <= 0 and root <= 0:
        return True
    squares = whole * whole - 3 * root * root
    return squares > 0 if whole < 0 else squares < 0


def _integers(values: npt.ArrayLike) -> Integers:
    array = np.asarray(values)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise TypeError("positions are integer centimetres, not floats")
    return array.astype(np.int64)
