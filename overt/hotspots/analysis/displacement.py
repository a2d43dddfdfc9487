"""What the map would look like had each crime been recorded elsewhere in its catchment.

data.police.uk publishes a crime at the nearest of a fixed set of snap points, so all that is known
of its true position is the catchment of that point. Each run moves every crime to a position drawn
uniformly from its catchment; a hotspot that the runs keep does not hang on the anonymisation.

Rules
1. The catchment of a snap point is the set of places nearer to it than to any other snap point
   given, and no farther than `radius_cm`. The limit is needed because only points with a crime are
   known: the true catchments are smaller than what the known points leave open.
2. Catchments are made of square pixels, `pixel_cm` wide and anchored at BNG (0, 0): a pixel belongs
   to the snap point nearest to its centre. Ties go to the point with the lowest (easting,
   northing).
3. A point too close to others to be nearest to any pixel's centre keeps its crimes where they are.
4. Draws are integers from the raw stream of PCG64, which numpy keeps from version to version (its
   distributions it does not): crime k takes pixel floor(u n / 2**32) of the n of its point, u being
   the k-th 32 bits. No pixel is favoured by more than n in 2**32.
5. Points are visited in the order given, which with the seed decides the draws: give them sorted.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

# Beyond this the catchment of a point in a town is not to be believed: half the distance between
# snap points there is mostly under 100 m.
RADIUS_CM = 100_00
PIXEL_CM = 25_00


@dataclass(frozen=True)
class Catchments:
    """Pixels by point: those of point i are numbers start[i] to start[i + 1] - 1, at least one.

    easting, northing: int64 (pixels,), BNG centimetres, pixel centres or the point itself (rule 3).
    start: int64 (points + 1,).
    """

    easting: Integers
    northing: Integers
    start: Integers


def catchments(
    *,
    easting: npt.ArrayLike,
    northing: npt.ArrayLike,
    radius_cm: int = RADIUS_CM,
    pixel_cm: int = PIXEL_CM,
) -> Catchments:
    """The catchments of snap points, int64 (points,), BNG centimetres, no position twice.

    A radius of 0 leaves every point alone with itself. Raises ValueError for a negative radius, a
    pixel that is not an even number of centimetres, and a position given twice.
    """
    x, y = np.asarray(easting, np.int64), np.asarray(northing, np.int64)
    if radius_cm < 0 or pixel_cm < 2 or pixel_cm % 2:
        raise ValueError("the radius must not be negative, and the pixel an even width")
    rank = np.empty(x.size, np.int64)
    order = np.lexsort((y, x))
    rank[order] = np.arange(x.size)
    if (np.diff(x[order]) == 0)[np.diff(y[order]) == 0].any():
        raise ValueError("a snap point is given twice")
    owner, column, row = _nearest(x, y, rank, radius_cm, pixel_cm)
    alone = np.flatnonzero(np.bincount(owner, minlength=x.size) == 0)
    point = np.concatenate([owner, alone])
    by_point = np.argsort(point, kind="stable")
    half = pixel_cm // 2
    return Catchments(
        np.concatenate([column * pixel_cm + half, x[alone]])[by_point],
        np.concatenate([row * pixel_cm + half, y[alone]])[by_point],
        np.concatenate([[0], np.cumsum(np.bincount(point, minlength=x.size))]).astype(np.int64),
    )


def _nearest(
    x: Integers, y: Integers, rank: Integers, radius: int, pixel: int
) -> tuple[Integers, Integers, Integers]:
    """Every pixel within the radius of some point: its point, its column and row, row by row.

    Each point offers itself to all pixels in reach; squared distance and rank, joined in one
    integer, let the least offer win.
    """
    if x.size == 0:
        empty = np.empty(0, np.int64)
        return empty, empty, empty
    half, reach = pixel // 2, radius // pixel + 1
    west, south = int(x.min()) // pixel - reach, int(y.min()) // pixel - reach
    columns = int(x.max()) // pixel + reach + 1 - west
    rows = int(y.max()) // pixel + reach + 1 - south
    best = np.full(columns * rows, _NO_OFFER)
    home_column, home_row = x // pixel, y // pixel
    for up in range(-reach, reach + 1):
        row = home_row + up
        dy = row * pixel + half - y
        for across in range(-reach, reach + 1):
            column = home_column + across
            dx = column * pixel + half - x
            distance = dx * dx + dy * dy
            near = distance <= radius * radius
            number = (row[near] - south) * columns + column[near] - west
            np.minimum.at(best, number, distance[near] * x.size + rank[near])
    taken = np.flatnonzero(best < _NO_OFFER)
    by_rank = np.empty(x.size, np.int64)
    by_rank[rank] = np.arange(x.size)
    row, column = np.divmod(taken, columns)
    return by_rank[best[taken] % x.size], column + west, row + south


def displaced_counts(
    *,
    weight: npt.ArrayLike,
    catchments: Catchments,
    pixel_cell: npt.ArrayLike,
    cells: int,
    runs: int,
    seed: int,
) -> Integers:
    """Crimes in each cell after each run, int64 (runs, cells).

    weight: int64 (points,), crimes at each snap point, in the order of `catchments`.
    pixel_cell: int64 (pixels,), the cell of each pixel, 0 to cells - 1, or -1 for none of them:
        crimes moved there are counted nowhere.
    """
    crimes = np.asarray(weight, np.int64)
    # One more cell takes what falls outside.
    cell = np.asarray(pixel_cell, np.int64).astype(np.int32)
    cell[cell < 0] = cells
    sizes = np.diff(catchments.start)
    first = np.repeat(catchments.start[:-1], crimes)
    size = np.repeat(sizes.astype(np.uint64), crimes)
    total = first.size
    stream = np.random.PCG64(seed)
    counts = np.zeros((runs, cells), np.int64)
    for run in range(runs):
        raw = np.asarray(stream.random_raw((total + 1) // 2), dtype="<u8")
        draw = raw.view("<u4")[:total].astype(np.uint64)
        draw *= size
        draw >>= np.uint64(32)
        pixel = draw.view(np.int64)
        pixel += first
        counts[run] = np.bincount(cell[pixel], minlength=cells + 1)[:cells]
    return counts


_NO_OFFER = np.iinfo(np.int64).max
