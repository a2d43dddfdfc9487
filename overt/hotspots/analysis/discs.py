"""The search behind `siting`: the disc of a given radius that covers the most, exactly.

Squares of candidate centres are split in sixteen until they hold a single one. A point within
R - h of the middle of a square whose centres lie within h of it is in every circle, one beyond
R + h in none; the rest, the ring, give the bound. A square is dropped once its bound cannot beat
the best circle found, or it lies outside the boundary or too near an earlier circle. This does the
work of an angular sweep over pairs of points without its angles, and the boundary and the earlier
circles need no candidates of their own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from overt.hotspots.analysis.enclosing import middle_of

Integers = npt.NDArray[np.int64]
Sums = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Circle:
    """A closed disc: its centre in BNG centimetres, and the crimes it takes in."""

    easting_cm: int
    northing_cm: int
    count: int


def bounds_cm(boundary: shapely.MultiPolygon) -> tuple[int, int, int, int]:
    """West, south, east, north in whole centimetres, just outside the boundary or on it."""
    west, south, east, north = boundary.bounds
    return int(np.floor(west)), int(np.floor(south)), int(np.ceil(east)), int(np.ceil(north))


@dataclass(frozen=True)
class Points:
    """Points with at least one crime, by northing. Sums of weights below 2**53 are exact."""

    x: Integers
    y: Integers
    weight: Sums

    @classmethod
    def of(cls, easting: npt.ArrayLike, northing: npt.ArrayLike, weight: npt.ArrayLike) -> "Points":
        x = np.asarray(easting, np.int64)
        y = np.asarray(northing, np.int64)
        w = np.asarray(weight, np.float64)
        keep = np.flatnonzero(w > 0)
        keep = keep[np.argsort(y[keep], kind="stable")]
        return cls(x[keep], y[keep], w[keep])


@dataclass(frozen=True)
class Lattice:
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


def counts_on(lattice: Lattice, points: Points, radius: int) -> Sums:
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
    edges = np.bincount(row * width + begin, weight, size).astype(np.float64, copy=False)
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

    def keep(self, kept: Flags, pairs: Flags) -> "_Squares":
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


class Scan:
    """The greedy search of one area: its squares of the first division, and the circles chosen.

    bound, middle_count: (squares,), the most crimes that a centre of the square could cover, and
    those that the one in its middle does; zero once no centre there is allowed any more.
    """

    def __init__(self, points: Points, boundary: shapely.MultiPolygon, radius: int) -> None:
        shapely.prepare(boundary)
        west, south, east, north = bounds_cm(boundary)
        size = 1
        while 8 * size <= radius or (east - west) * (north - south) > _FIRST * size * size:
            size *= 2
        self.points, self.boundary, self.radius = points, boundary, radius
        self.chosen: list[Circle] = []
        self.middles = Lattice(
            west + size // 2,
            south + size // 2,
            (east - west) // size + 1,
            (north - south) // size + 1,
            size,
        )
        self.bound = counts_on(self.middles, points, radius + _slack(size))
        self.middle_count = counts_on(self.middles, points, radius)

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
        x, y = middle_of(
            list(zip(self.points.x[covered].tolist(), self.points.y[covered].tolist(), strict=True))
        )
        for part in range(64):
            east = x + (decisive.easting_cm - x) * part // 64
            north = y + (decisive.northing_cm - y) * part // 64
            has_all = bool(self._within(east, north)[covered].all())
            if has_all and self._allowed(np.array([east]), np.array([north]))[0]:
                return Circle(east, north, decisive.count)
        return decisive

    def _within(self, x: int, y: int) -> Flags:
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

    def _allowed(self, x: Integers, y: Integers) -> Flags:
        """Which centres lie in the boundary and far enough from the circles chosen."""
        allowed: Flags = shapely.intersects_xy(self.boundary, x, y)
        return allowed & self._clear(x, y, 1)

    def _clear(self, west: Integers, south: Integers, size: int) -> Flags:
        """Which squares have a centre at least a diameter from those of all circles chosen."""
        centres = np.array([(c.easting_cm, c.northing_cm) for c in self.chosen], np.int64)
        dx = west - centres.reshape(-1, 2)[:, :1]
        dy = south - centres.reshape(-1, 2)[:, 1:]
        if size > 1:
            dx = np.maximum(np.abs(dx), np.abs(dx + (size - 1)))
            dy = np.maximum(np.abs(dy), np.abs(dy + (size - 1)))
        clear: Flags = (dx * dx + dy * dy).min(0, initial=_FAR) >= self._apart
        return clear

    def _open(self, squares: _Squares, bound: Sums, best: Circle | None) -> Flags:
        """Which squares may still hold a better centre."""
        size = squares.size
        kept = _ahead(bound, squares.south, squares.west, best)
        kept &= self._clear(squares.west, squares.south, size)
        left = np.flatnonzero(kept)
        west, south = squares.west[left], squares.south[left]
        boxes = shapely.box(west, south, west + (size - 1), south + (size - 1))
        kept[left] = shapely.intersects(self.boundary, boxes)
        return kept


def _ahead(count: Sums, northing: Integers, easting: Integers, best: Circle | None) -> Flags:
    """Which come before `best` by count, then northing, then easting, and cover a crime."""
    if best is None:
        return count > 0
    south_west: Flags = (northing < best.northing_cm) | (
        (northing == best.northing_cm) & (easting < best.easting_cm)
    )
    ahead: Flags = (count > best.count) | ((count == best.count) & south_west)
    return ahead


def _slack(size: int) -> int:
    """How far a centre of a square can lie from its middle, in whole centimetres, rounded up."""
    half = size // 2
    return int(np.ceil(np.sqrt(2 * half * half)))


# A square is split into this many parts along each side.
_SPLIT = 4

# Squares of the first division: at most about this many.
_FIRST = 1 << 20

# Squares examined together: few at first, since what they find rules out most of the others.
_BATCH, _BATCH_END = 32, 512

# A squared distance greater than any on the National Grid.
_FAR = 1 << 62
