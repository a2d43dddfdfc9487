"""Where a circle of a given diameter takes in the most crimes.

Rules
1. A circle is closed: a crime exactly on the rim counts.
2. Its centre is a position in whole centimetres (British National Grid) inside the area's boundary
   or on it. Every crime at the points given counts, wherever the rim runs.
3. The best circle has the highest count that any such centre reaches. Circles follow greedily:
   each is the best whose centre is at least one diameter from the centres chosen before.
4. Where several centres reach that count, the southernmost, then the westernmost, decides which
   crimes are covered. The circle is then drawn round the middle of those crimes: its centre is that
   of their smallest enclosing circle, or the nearest to it on the way to the deciding centre, in
   sixty-fourths, from which the circle is allowed and still has them all.
5. The list runs by count (most first), then northing, then easting.

What is exact: everything. The count is that of the best of *all* centres in whole centimetres, not
of a sample of them, and all distances are compared as integers. So the answer depends neither on
the order of the points nor on the machine, and moves with the map by any whole number of
centimetres.
The search itself is in `discs`.
"""

import numpy as np
import numpy.typing as npt
import shapely

from overt.hotspots.analysis.discs import Circle, Lattice, Points, Scan, bounds_cm, counts_on
from overt.hotspots.analysis.grid import SQRT3, is_negative

Integers = npt.NDArray[np.int64]

__all__ = [
    "Circle",
    "best_circles",
    "circle_touches_hexagon",
    "hexagons_touched",
    "lattice_counts",
    "rank_among",
]


def best_circles(
    *,
    easting: npt.ArrayLike,
    northing: npt.ArrayLike,
    weight: npt.ArrayLike,
    boundary: shapely.MultiPolygon,
    diameter_cm: int,
    places: int,
) -> list[Circle]:
    """The `places` best circles that do not overlap; fewer when no crime is left to cover.

    easting, northing: int64 (points,), BNG centimetres. weight: int64 (points,), crimes at each.
    boundary: where centres may lie, in BNG centimetres. diameter_cm: an even number.

    Raises ValueError for an odd diameter or one under 2 cm.
    """
    scan = Scan(Points.of(easting, northing, weight), boundary, _radius(diameter_cm))
    while len(scan.chosen) < places and scan.choose():
        pass
    return sorted(scan.chosen, key=lambda c: (-c.count, c.northing_cm, c.easting_cm))


def lattice_counts(
    *,
    easting: npt.ArrayLike,
    northing: npt.ArrayLike,
    weight: npt.ArrayLike,
    boundary: shapely.MultiPolygon,
    diameter_cm: int,
    spacing_cm: int,
) -> Integers:
    """The count of the same circle round every lattice intersection inside the boundary.

    The lattice is the multiples of `spacing_cm` from the grid's origin, so it does not depend on
    the data. Other arguments as for `best_circles`. Shape (intersections,), south-west first.
    """
    radius = _radius(diameter_cm)
    west, south, east, north = bounds_cm(boundary)
    first_column, first_row = -(-west // spacing_cm), -(-south // spacing_cm)
    columns = max(east // spacing_cm - first_column + 1, 0)
    rows = max(north // spacing_cm - first_row + 1, 0)
    lattice = Lattice(first_column * spacing_cm, first_row * spacing_cm, columns, rows, spacing_cm)
    points = Points.of(easting, northing, weight)
    counts = counts_on(lattice, points, radius)
    x, y = lattice.position(np.arange(counts.size))
    shapely.prepare(boundary)
    return counts[shapely.intersects_xy(boundary, x, y)].astype(np.int64)


def rank_among(counts: Integers, count: int) -> int:
    """The rank of a circle with `count` crimes: 1 + how many of `counts` are strictly greater."""
    return 1 + int(np.count_nonzero(counts > count))


def hexagons_touched(circle: Circle, *, diameter_cm: int, width_cm: int) -> list[tuple[int, int]]:
    """The cells (q, r) of the grid anchored at (0, 0) that the closed circle meets, sorted."""
    row = round(circle.northing_cm / (width_cm * SQRT3 / 2))
    column = round(circle.easting_cm / width_cm - row / 2)
    reach = int(diameter_cm / width_cm) + 3
    return [
        (q, r)
        for q in range(column - reach, column + reach + 1)
        for r in range(row - reach, row + reach + 1)
        if circle_touches_hexagon(circle, q, r, diameter_cm=diameter_cm, width_cm=width_cm)
    ]


def circle_touches_hexagon(
    circle: Circle, q: int, r: int, *, diameter_cm: int, width_cm: int
) -> bool:
    """Whether the closed circle and the closed hexagon (q, r) share a point.

    Exact: lengths are doubled and kept as a + b sqrt(3) with integer a and b, whose sign integers
    can tell.
    """
    # By symmetry, the circle's centre as seen from the hexagon's lies in the first quarter:
    # (across, a + b sqrt(3)). There the hexagon has a corner at the top and one at the side.
    across = abs(2 * circle.easting_cm - width_cm * (2 * q + r))
    a, b = 2 * circle.northing_cm, -r * width_cm
    if is_negative(a, b):
        a, b = -a, -b
    beyond = across - width_cm
    # Twice the distance from the slanting side's line, and three times the one along that line
    # from the corner at the side: both doubled again.
    off = (across + 3 * b - 2 * width_cm, a)
    along = (3 * a, 3 * b - width_cm - 3 * beyond)
    if beyond <= 0 and not is_negative(-off[0], -off[1]):
        return True
    if not is_negative(-3 * a, width_cm - 3 * b):
        return beyond <= diameter_cm
    if is_negative(*along):
        return _within(beyond, 3 * a, 3 * b - width_cm, diameter_cm)
    if is_negative(-along[0], 4 * width_cm - along[1]):
        return _within(across, 3 * a, 3 * b - 2 * width_cm, diameter_cm)
    return not is_negative(2 * diameter_cm - off[0], -off[1])


def _within(across: int, whole: int, root: int, reach: int) -> bool:
    """Whether (across, (whole + root sqrt(3)) / 3) is within `reach` of (0, 0)."""
    return not is_negative(
        9 * (reach * reach - across * across) - whole * whole - 3 * root * root, -2 * whole * root
    )


def _radius(diameter_cm: int) -> int:
    if diameter_cm < 2 or diameter_cm % 2:
        raise ValueError(
            f"the diameter is {diameter_cm} cm: give an even number of centimetres, 2 or more"
        )
    return diameter_cm // 2
