"""Crimes exactly on the edges between hexagons: each counts once, in one of them."""

from fractions import Fraction

import numpy as np
import shapely

from overt.hotspots.analysis import grid, level
from overt.hotspots.crimes.table import CrimeTable

WIDTH = 350_00
# In an even row centres lie at whole widths, and upright edges half a width beside them.
ROW = 400
NORTHING = int(ROW * WIDTH * grid.SQRT3 / 2)
EDGES = [column * WIDTH + WIDTH // 2 for column in range(1500, 1508)]


def on_edges() -> level.AreaCrimes:
    """Two crimes on each of eight upright edges, well inside a square."""
    table = CrimeTable.build(
        easting=EDGES,
        northing=[NORTHING] * 8,
        months=["2024-01"],
        categories=["Burglary"],
        month=[0] * 16,
        category=[0] * 16,
        point=[*range(8), *range(8)],
    )
    reach = 10 * WIDTH
    square = shapely.box(EDGES[0] - reach, NORTHING - reach, EDGES[-1] + reach, NORTHING + reach)
    return level.AreaCrimes.within(table, shapely.MultiPolygon([square]), width_cm=WIDTH)


def test_a_crime_on_an_edge_counts_in_exactly_one_hexagon():
    crimes = on_edges()
    counts = crimes.cell_counts(["2024-01"], ["Burglary"])
    assert counts.sum() == 16
    hexagons = shapely.polygons(grid.corners(crimes.cells.q, crimes.cells.r, width_cm=WIDTH))
    touching = sum(
        int(shapely.intersects(hexagons, shapely.Point(x, NORTHING)).sum()) for x in EDGES
    )
    assert touching == 16  # each of the eight points touches two


def test_the_hexagon_to_the_west_has_it():
    crimes = on_edges()
    counts = crimes.cell_counts(["2024-01"], ["Burglary"])
    centres, _ = grid.centres(crimes.cells.q, crimes.cells.r, width_cm=WIDTH)
    assert sorted(centres[counts > 0]) == [x - WIDTH // 2 for x in EDGES]
    assert set(counts[counts > 0]) == {2}


def test_points_on_edges_count_once_among_the_cells_that_are_used():
    crimes = on_edges()
    judged = level.judge(
        crimes, crimes.cell_counts(["2024-01"], ["Burglary"]), quantile=Fraction(3, 4)
    )
    assert int(crimes.points_in_cell.sum()) == 8
    assert judged.tests["B"].cells == judged.tests["C"].cells == 8
    assert (np.flatnonzero(crimes.is_used) == np.flatnonzero(judged.counts)).all()
