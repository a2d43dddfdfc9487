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

How: squares of candidate centres, split in sixteen until they hold a single one. A point within
R - h of the middle of a square whose centres lie within h of it is in every circle, one beyond
R + h in none; the rest, the ring, give the bound. A square is dropped once its bound cannot beat
the best circle found, or it lies outside the boundary or too near an earlier circle. This does the
work of an angular sweep over pairs of points without its angles, and the boundary and the earlier
circles need no candidates of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Integers = npt.NDArray[np.int64]
Sums = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Circle:
    """A closed disc: its centre in BNG centimetres, and the crimes it takes in."""

    easting_cm: int
    northing_cm: int
    count: int


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
    scan = _Scan(_Points.of(easting, northing, weight), boundary, _radius(diameter_cm))
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
    west, south, east, north = _bounds(boundary)
    first_column, first_row = -(-west // spacing_cm), -(-south // spacing_cm)
    columns = max(east // spacing_cm - first_column + 1, 0)
    rows = max(north // spacing_cm - first_row + 1, 0)
    lattice = _Lattice(first_column * spacing_cm, first_row * spacing_cm, columns, rows, spacing_cm)
    points = _Points.of(easting, northing, weight)
    counts = _counts_on(lattice, points, radius)
    x, y = lattice.position(np.arange(counts.size))
    shapely.prepare(boundary)
    return counts[shapely.intersects_xy(boundary, x, y)].astype(np.int64)


def rank_among(counts: Integers, count: int) -> int:
    """The rank of a circle with `count` crimes: 1 + how many of `counts` are strictly greater."""
    return 1 + int(np.count_nonzero(counts > count))


def _radius(diameter_cm: int) -> int:
    if diameter_cm < 2 or diameter_cm % 2:
        raise ValueError(
            f"the diameter is {diameter_cm} cm: give an even number of centimetres, 2 or more"
        )
    return diameter_cm // 2


def _bounds(boundary: shapely.MultiPolygon) -> tuple[int, int, int, int]:
    """West, south, east, north in whole centimetres, just outside the boundary or on it."""
    west, south, east, north = boundary.bounds
    return int(np.floor(west)), int(np.floor(south)), int(np.ceil(east)), int(np.ceil(north))


@dataclass(frozen=True)
class _Points:
    """Points with at least one crime, by northing. Sums of weights below 2**53 are exact."""

    x: Integers
    y: Integers
    weight: Sums

    @classmethod
    def of(
        cls, easting: npt.ArrayLike, northing: npt.ArrayLike, weight: npt.ArrayLike
    ) -> "_Points":
        x = np.asarray(easting, np.int64)
        y = np.asarray(northing, np.int64)
        w = np.asarray(weight, np.float64)
        keep = np.flatnonzero(w > 0)
        keep = keep[np.argsort(y[keep], kind="stable")]
        return cls(x[keep], y[keep], w[keep])


@dataclass(frozen=True)
class _Lattice:
    """Intersections `spacing` apart, numbered row by row from the south-west one."""

    west: int
    south: int
    columns: int
    rows: int
    spacing: int

    def position(self, number: Integers) -> tuple[Integers, Integers]:
        row, column = np.divmod(number, max(self.columns, 1))
        return self.west + column * self.spacing, self.south + row * self.spacing

    def near(self, x: int, y: int, reach: int) -> Integers:
        """The numbers of all intersections within `reach` of (x, y), and of some beyond."""
        column, row = (x - self.west) // self.spacing, (y - self.south) // self.spacing
        steps = reach // self.spacing + 1
        columns = np.arange(max(column - steps, 0), min(column + steps + 1, self.columns))
        rows = np.arange(max(row - steps, 0), min(row + steps + 1, self.rows))
        return (rows[:, None] * self.columns + columns).reshape(-1)


def _counts_on(lattice: _Lattice, points: _Points, radius: int) -> Sums:
    """Crimes within `radius` of each intersection.

    On each lattice row a disc round a point is one run of intersections: its weight is added where
    the run begins, taken off after its end, and summed along the row.
    """
    step, width = lattice.spacing, lattice.columns + 1
    first = -((lattice.south + radius - points.y) // step)
    row = first[:, None] + np.arange(2 * radius // step + 1)
    dy = lattice.south + row * step - points.y[:, None]
    inside = (np.abs(dy) <= radius) & (row >= 0) & (row < lattice.rows)
    point, _ = np.nonzero(inside)
    row, dy = row[inside], dy[inside]
    # Correctly rounded square roots of integers below 2**52 have the right whole part.
    reach = np.sqrt((radius * radius - dy * dy).astype(np.float64)).astype(np.int64)
    x = points.x[point] - lattice.west
    begin = np.clip(-((reach - x) // step), 0, lattice.columns)
    end = np.clip((x + reach) // step + 1, begin, lattice.columns)
    size = lattice.rows * width
    weight = points.weight[point]
    edges: Sums = np.bincount(row * width + begin, weight, size)
    edges -= np.bincount(row * width + end, weight, size)
    runs: Sums = np.cumsum(edges.reshape(lattice.rows, width), axis=1)
    return runs[:, :-1].reshape(-1)


@dataclass(frozen=True)
class _Squares:
    """Squares of candidate centres under examination, and the points whose place is undecided.

    west, south: int64 (squares,), their first centre; each has size x size centres.
    sure: (squares,), the crimes that every centre of the square covers.
    square, x, y, weight: (pairs,), each undecided point of each square.
    """

    size: int
    west: Integers
    south: Integers
    sure: Sums
    square: Integers
    x: Integers
    y: Integers
    weight: Sums

    def split(self) -> "_Squares":
        """Sixteen squares for each, or four or one where they are too small for that."""
        parts = min(self.size, _SPLIT)
        size = self.size // parts
        step = size * np.arange(parts)
        n, copies = self.west.size, parts * parts
        return _Squares(
            size,
            (np.tile(step, parts)[:, None] + self.west).reshape(-1),
            (np.repeat(step, parts)[:, None] + self.south).reshape(-1),
            np.tile(self.sure, copies),
            (n * np.arange(copies)[:, None] + self.square).reshape(-1),
            np.tile(self.x, copies),
            np.tile(self.y, copies),
            np.tile(self.weight, copies),
        )

    def keep(self, kept: npt.NDArray[np.bool_], pairs: npt.NDArray[np.bool_]) -> "_Squares":
        number = np.cumsum(kept) - 1
        pairs = pairs & kept[self.square]
        return _Squares(
            self.size,
            self.west[kept],
            self.south[kept],
            self.sure[kept],
            number[self.square[pairs]],
            self.x[pairs],
            self.y[pairs],
            self.weight[pairs],
        )


class _Scan:
    """The greedy search of one area: its squares of the first division, and the circles chosen.

    bound, middle_count: (squares,), the most crimes that a centre of the square could cover, and
    those that the one in its middle does; zero once no centre there is allowed any more.
    """

    def __init__(self, points: _Points, boundary: shapely.MultiPolygon, radius: int) -> None:
        shapely.prepare(boundary)
        west, south, east, north = _bounds(boundary)
        size = 1
        while 8 * size <= radius or (east - west) * (north - south) > _FIRST * size * size:
            size *= 2
        self.points, self.boundary, self.radius = points, boundary, radius
        self.chosen: list[Circle] = []
        self.middles = _Lattice(
            west + size // 2,
            south + size // 2,
            (east - west) // size + 1,
            (north - south) // size + 1,
            size,
        )
        self.bound = _counts_on(self.middles, points, radius + _slack(size))
        self.middle_count = _counts_on(self.middles, points, radius)

    def choose(self) -> bool:
        """Adds the best circle still allowed; False when none covers a crime."""
        decisive = self._decisive()
        if decisive is None:
            return False
        circle = self._settled(decisive)
        self.chosen.append(circle)
        size = self.middles.spacing
        near = self.middles.near(circle.easting_cm, circle.northing_cm, 2 * self.radius)
        x, y = self.middles.position(near)
        self.bound[near[~self._clear(x - size // 2, y - size // 2, size)]] = 0
        self.middle_count[near[~self._clear(x, y, 1)]] = 0
        return True

    @property
    def _apart(self) -> int:
        """The square of the least distance between two centres."""
        return 4 * self.radius * self.radius

    def _decisive(self) -> Circle | None:
        """The deciding centre of rule 4, or None when no centre allowed covers a crime."""
        best = self._start()
        waiting = np.flatnonzero(self.bound >= (best.count if best else 1))
        waiting = waiting[np.argsort(-self.bound[waiting], kind="stable")]
        take = _BATCH
        while waiting.size:
            best = self._examined(self._squares(waiting[:take]), best)
            waiting = waiting[take:]
            if best:
                waiting = waiting[self.bound[waiting] >= best.count]
            take = min(2 * take, _BATCH_END)
        return best

    def _start(self) -> Circle | None:
        """A good circle to begin with: the best allowed among the middles of the squares."""
        while self.middle_count.size:
            top = np.array([self.middle_count.argmax()])
            best = self._better(None, *self.middles.position(top), self.middle_count[top])
            if best or not self.middle_count[top[0]]:
                return best
            self.middle_count[top] = 0
        return None

    def _settled(self, decisive: Circle) -> Circle:
        """The circle that rule 4 draws for the deciding centre."""
        covered = self._within(decisive.easting_cm, decisive.northing_cm)
        x, y = _middle_of(
            list(zip(self.points.x[covered].tolist(), self.points.y[covered].tolist(), strict=True))
        )
        for part in range(64):
            east = x + (decisive.easting_cm - x) * part // 64
            north = y + (decisive.northing_cm - y) * part // 64
            has_all = bool(self._within(east, north)[covered].all())
            if has_all and self._allowed(np.array([east]), np.array([north]))[0]:
                return Circle(east, north, decisive.count)
        return decisive

    def _within(self, x: int, y: int) -> npt.NDArray[np.bool_]:
        dx, dy = self.points.x - x, self.points.y - y
        return dx * dx + dy * dy <= self.radius * self.radius

    def _squares(self, numbers: Integers) -> _Squares:
        """Squares of the first division with every point that the bound of one counts."""
        size = self.middles.spacing
        x, y = self.middles.position(numbers)
        reach = self.radius + _slack(size)
        first = np.searchsorted(self.points.y, y - reach, "left")
        length = np.searchsorted(self.points.y, y + reach, "right") - first
        square = np.repeat(np.arange(numbers.size), length)
        point = np.arange(square.size) + np.repeat(first - (np.cumsum(length) - length), length)
        near = np.abs(self.points.x[point] - x[square]) <= reach
        square, point = square[near], point[near]
        return _Squares(
            size,
            x - size // 2,
            y - size // 2,
            np.zeros(numbers.size),
            square,
            self.points.x[point],
            self.points.y[point],
            self.points.weight[point],
        )

    def _examined(self, squares: _Squares, best: Circle | None) -> Circle | None:
        """The best circle after every centre of the squares has been examined or ruled out."""
        while squares.west.size:
            n, size, slack = squares.west.size, squares.size, _slack(squares.size)
            x, y = squares.west + size // 2, squares.south + size // 2
            dx, dy = squares.x - x[squares.square], squares.y - y[squares.square]
            distance = dx * dx + dy * dy
            now = distance <= self.radius * self.radius
            counts = squares.sure + np.bincount(squares.square, squares.weight * now, n)
            best = self._better(best, x, y, counts)
            if size == 1:
                break
            ring = distance <= (self.radius + slack) ** 2
            bound = squares.sure + np.bincount(squares.square, squares.weight * ring, n)
            if slack <= self.radius:
                always = distance <= (self.radius - slack) ** 2
                squares.sure[:] += np.bincount(squares.square, squares.weight * always, n)
                ring &= ~always
            squares = squares.keep(self._open(squares, bound, best), ring).split()
        return best

    def _better(self, best: Circle | None, x: Integers, y: Integers, counts: Sums) -> Circle | None:
        """The best of `best` and the allowed centres among (x, y)."""
        rival = np.flatnonzero(_ahead(counts, y, x, best))
        rival = rival[self._allowed(x[rival], y[rival])]
        if not rival.size:
            return best
        first = rival[np.lexsort((x[rival], y[rival], -counts[rival]))[0]]
        return Circle(int(x[first]), int(y[first]), int(counts[first]))

    def _allowed(self, x: Integers, y: Integers) -> npt.NDArray[np.bool_]:
        """Which centres lie in the boundary and far enough from the circles chosen."""
        allowed: npt.NDArray[np.bool_] = shapely.intersects_xy(self.boundary, x, y)
        return allowed & self._clear(x, y, 1)

    def _clear(self, west: Integers, south: Integers, size: int) -> npt.NDArray[np.bool_]:
        """Which squares have a centre at least a diameter from those of all circles chosen."""
        centres = np.array([(c.easting_cm, c.northing_cm) for c in self.chosen], np.int64)
        dx = west - centres.reshape(-1, 2)[:, :1]
        dy = south - centres.reshape(-1, 2)[:, 1:]
        if size > 1:
            dx = np.maximum(np.abs(dx), np.abs(dx + (size - 1)))
            dy = np.maximum(np.abs(dy), np.abs(dy + (size - 1)))
        clear: npt.NDArray[np.bool_] = (dx * dx + dy * dy).min(0, initial=_FAR) >= self._apart
        return clear

    def _open(self, squares: _Squares, bound: Sums, best: Circle | None) -> npt.NDArray[np.bool_]:
        """Which squares may still hold a better centre."""
        size = squares.size
        kept = _ahead(bound, squares.south, squares.west, best)
        kept &= self._clear(squares.west, squares.south, size)
        left = np.flatnonzero(kept)
        west, south = squares.west[left], squares.south[left]
        boxes = shapely.box(west, south, west + (size - 1), south + (size - 1))
        kept[left] = shapely.intersects(self.boundary, boxes)
        return kept


def _ahead(
    count: Sums, northing: Integers, easting: Integers, best: Circle | None
) -> npt.NDArray[np.bool_]:
    """Which come before `best` by count, then northing, then easting, and cover a crime."""
    if best is None:
        return count > 0
    south_west: npt.NDArray[np.bool_] = (northing < best.northing_cm) | (
        (northing == best.northing_cm) & (easting < best.easting_cm)
    )
    more: npt.NDArray[np.bool_] = count > best.count
    return more | ((count == best.count) & south_west)


def _slack(size: int) -> int:
    """How far a centre of a square can lie from its middle, in whole centimetres, rounded up."""
    half = size // 2
    return int(np.ceil(np.sqrt(2 * half * half)))


def _middle_of(points: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The centre of the smallest circle round the points, to the nearest centimetre, halves up.

    Exact: the circle is kept as (x, y, d, s) with centre (x / d, y / d) and squared radius
    s / d**2, all integers.
    """
    hull = _hull(points)
    x, y, d, _ = _smallest(hull)
    return (2 * x + d) // (2 * d), (2 * y + d) // (2 * d)


_Round = tuple[int, int, int, int]


def _smallest(hull: Sequence[tuple[int, int]]) -> _Round:
    """Welzl's incremental construction, on the corners of a convex hull."""
    found: _Round = (*hull[0], 1, 0)
    for i, p in enumerate(hull):
        if _holds(found, p):
            continue
        found = (*p, 1, 0)
        for j, q in enumerate(hull[:i]):
            if _holds(found, q):
                continue
            found = (p[0] + q[0], p[1] + q[1], 2, (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2)
            for r in hull[:j]:
                if not _holds(found, r):
                    found = _through(p, q, r)
    return found


def _holds(circle: _Round, point: tuple[int, int]) -> bool:
    x, y, d, s = circle
    return (point[0] * d - x) ** 2 + (point[1] * d - y) ** 2 <= s


def _through(p: tuple[int, int], q: tuple[int, int], r: tuple[int, int]) -> _Round:
    bx, by, cx, cy = q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]
    d = 2 * (bx * cy - by * cx)
    b, c = bx * bx + by * by, cx * cx + cy * cy
    x, y = cy * b - by * c, bx * c - cx * b
    if d < 0:
        x, y, d = -x, -y, -d
    return x + p[0] * d, y + p[1] * d, d, x * x + y * y


def _hull(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Corners of the convex hull (Andrew's monotone chain); no three of them on a line."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    halves: list[list[tuple[int, int]]] = []
    for run in (ordered, ordered[::-1]):
        half: list[tuple[int, int]] = []
        for x, y in run:
            while len(half) > 1 and (half[-1][0] - half[-2][0]) * (y - half[-2][1]) <= (
                half[-1][1] - half[-2][1]
            ) * (x - half[-2][0]):
                half.pop()
            half.append((x, y))
        halves.append(half[:-1])
    return halves[0] + halves[1]


# A square is split into this many parts along each side.
_SPLIT = 4

# Squares of the first division: at most about this many.
_FIRST = 1 << 20

# Squares examined together: few at first, since what they find rules out most of the others.
_BATCH, _BATCH_END = 32, 512

# A squared distance greater than any on the National Grid.
_FAR = 1 << 62
