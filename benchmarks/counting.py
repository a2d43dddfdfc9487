"""Counting crimes into hexagons: from stored snap-point numbers, and by a spatial join.

Both start from crimes in memory in British National Grid; the join is given its hexagons ready
made. Overt assigns its snap points to hexagons within the time that is measured.
"""

from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.figures import Figure, medians
from overt.hotspots.analysis import grid
from overt.hotspots.crimes.table import CrimeTable

WIDTH_CM = 350_00
# Greater London, roughly: 50 by 40 km.
_WEST, _SOUTH, _WIDE, _HIGH = 505_000_00, 158_000_00, 50_000_00, 40_000_00


def run(*, crimes: int = 1_190_000, points: int = 70_000, repetitions: int = 5) -> dict[str, Any]:
    """Raises AssertionError when the counts are not identical."""
    table = _table(crimes, points)
    q, r = grid.assign(table.easting, table.northing, width_cm=WIDTH_CM)
    cells = np.unique(np.column_stack([q, r]), axis=0)
    # The join needs its crimes as points and its cells as polygons, both in metres.
    hexagons = gpd.GeoDataFrame(
        {"q": cells[:, 0], "r": cells[:, 1]},
        geometry=shapely.polygons(grid.corners(cells[:, 0], cells[:, 1], width_cm=WIDTH_CM) / 100),
        crs=27700,
    )
    located = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(
            table.easting[table.point] / 100, table.northing[table.point] / 100
        ),
        crs=27700,
    )

    def join() -> dict[tuple[int, int], int]:
        joined = gpd.sjoin(located, hexagons, predicate="within")
        counts: dict[tuple[int, int], int] = joined.groupby(["q", "r"]).size().to_dict()
        return counts

    assert _counted(table) == join(), "Overt and the join count differently"
    taken = medians({"overt": lambda: _count(table), "join": join}, repetitions=repetitions)
    return {
        "figures": [
            Figure(
                "crimes into hexagons: geopandas sjoin / Overt, same counts",
                taken["join"] / taken["overt"],
                "x",
                f"{crimes:,} crimes, {len(cells):,} hexagons: {taken.note('join')} / "
                f"{taken.note('overt')}",
                target=100,
            )
        ],
        "detail": {"seconds": asdict(taken)},
    }


def _count(table: CrimeTable) -> tuple[np.ndarray, np.ndarray, int]:
    """Counts by hexagon: a flat array over (r, q), its first (q, r), and its number of columns."""
    q, r = grid.assign(table.easting, table.northing, width_cm=WIDTH_CM)
    first = np.array([q.min(), r.min()])
    columns = int(q.max() - first[0]) + 1
    cell = (r - first[1]) * columns + (q - first[0])
    return np.bincount(cell, table.counts()), first, columns


def _counted(table: CrimeTable) -> dict[tuple[int, int], int]:
    counts, first, columns = _count(table)
    row, column = np.divmod(np.flatnonzero(counts), columns)
    cells = zip((column + first[0]).tolist(), (row + first[1]).tolist(), strict=True)
    return dict(zip(cells, counts[counts > 0].astype(int).tolist(), strict=True))


def _table(crimes: int, points: int) -> CrimeTable:
    rng = np.random.default_rng(5)
    easting = _WEST + rng.integers(0, _WIDE, points)
    # The upright edges of hexagons lie on multiples of half a width. A join gives a crime on an
    # edge to no hexagon or to two, Overt to exactly one: no comparison is to be had there.
    easting += easting % (WIDTH_CM // 2) == 0
    northing = _SOUTH + rng.integers(0, _HIGH, points)
    weight = rng.pareto(1.2, points) + 0.05
    return CrimeTable.build(
        easting=easting,
        northing=northing,
        months=[f"2023-{month:02}" for month in range(1, 13)],
        categories=[f"category {number}" for number in range(14)],
        month=rng.integers(0, 12, crimes),
        category=rng.integers(0, 14, crimes),
        point=np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(crimes)).clip(
            max=points - 1
        ),
    )
