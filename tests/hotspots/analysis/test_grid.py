"""The grid puts each point into exactly one hexagon, and says which without a doubt."""

import math
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.analysis import grid

widths = st.sampled_from([300_00, 350_00, 400_00, 433_00, 350_01, 7])
coordinate = st.integers(0, 130_000_000)


def exact_squared_distance(x: int, y: int, q: int, r: int, width: int) -> tuple[int, int]:
    """4 times the squared distance from (x, y) to a centre, as a + b sqrt(3), in integers."""
    whole = 4 * x * x - 4 * x * width * (2 * q + r) + (width * (2 * q + r)) ** 2
    return whole + 4 * y * y + 3 * (width * r) ** 2, -4 * y * r * width


def is_nearer(one: tuple[int, int], other: tuple[int, int]) -> bool:
    a, b = one[0] - other[0], one[1] - other[1]
    if a >= 0 and b >= 0:
        return False
    if a <= 0 and b <= 0:
        return a != 0 or b != 0
    return a * a > 3 * b * b if a < 0 else a * a < 3 * b * b


@given(coordinate, coordinate, widths)
def test_no_other_centre_is_nearer_and_a_tie_goes_to_the_lowest_cell(x, y, width):
    q, r = (int(axis[0]) for axis in grid.assign([x], [y], width_cm=width))
    mine = exact_squared_distance(x, y, q, r, width)
    for dq in range(-2, 3):
        for dr in range(-2, 3):
            theirs = exact_squared_distance(x, y, q + dq, r + dr, width)
            assert not is_nearer(theirs, mine)
            if theirs == mine:
                assert (q, r) <= (q + dq, r + dr)


@given(st.integers(0, 2000), st.integers(0, 130_000_000), widths)
def test_points_on_an_upright_edge_are_in_the_western_hexagon(column, y, width):
    x = column * width + width // 2 if width % 2 == 0 else column * width
    q, r = (int(axis[0]) for axis in grid.assign([x], [y], width_cm=width))
    easting, _ = grid.centres([q], [r], width_cm=width)
    if width % 2 == 0 and r % 2 == 0 and abs(x - easting[0]) == width / 2:
        assert x > easting[0]


@given(st.integers(0, 2**31), widths)
def test_every_point_lies_in_the_hexagon_it_is_given(seed, width):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 700_000_00, (2, 50))
    q, r = grid.assign(x, y, width_cm=width)
    hexagons = shapely.polygons(grid.corners(q, r, width_cm=width))
    # A hundredth of a millimetre: shapely's corners are floats.
    assert (shapely.distance(hexagons, shapely.points(x, y)) < 1e-3).all()


def test_an_intersects_join_counts_a_point_on_an_edge_twice_and_the_grid_once():
    # Three hexagons side by side, and a crime exactly on the edge between two of them.
    q, r = np.array([10, 11, 12]), np.array([0, 0, 0])
    x, y = np.array([10 * 350_00 + 175_00]), np.array([0])
    hexagons = shapely.polygons(grid.corners(q, r, width_cm=350_00))
    assert shapely.intersects(hexagons, shapely.points(x, y)).sum() == 2
    assigned = grid.assign(x, y, width_cm=350_00)
    assert (assigned[0].tolist(), assigned[1].tolist()) == ([10], [0])


@given(st.integers(0, 2**31), st.integers(-3, 3), widths)
def test_moving_points_by_whole_widths_moves_their_cells(seed, columns, width):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(200_000_00, 600_000_00, (2, 40))
    q, r = grid.assign(x, y, width_cm=width)
    moved_q, moved_r = grid.assign(x + columns * width, y, width_cm=width)
    assert (moved_q == q + columns).all()
    assert (moved_r == r).all()


@given(st.integers(0, 2**31), st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))
def test_moving_points_and_origin_together_changes_nothing(seed, east, north):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(200_000_00, 600_000_00, (2, 40))
    at_home = grid.assign(x, y, width_cm=350_00)
    moved = grid.assign(x + east, y + north, width_cm=350_00, origin_cm=(east, north))
    assert all((a == b).all() for a, b in zip(at_home, moved, strict=True))


def test_float_positions_are_refused():
    with pytest.raises(TypeError, match="integer centimetres"):
        grid.assign(np.array([1.0]), np.array([2.0]), width_cm=350_00)


def test_cells_are_those_whose_centre_is_inside():
    shape = shapely.Point(530_000_00, 165_000_00).buffer(150_000)
    cells = grid.cells_of(shape, width_cm=350_00)
    easting, northing = grid.centres(cells.q, cells.r, width_cm=350_00)
    assert shapely.contains_xy(shape, easting, northing).all()
    # Each neighbour that is not listed has its centre outside.
    listed = set(zip(cells.q.tolist(), cells.r.tolist(), strict=True))
    around = {(q + dq, r + dr) for q, r in listed for dq, dr in ((1, 0), (0, 1), (-1, 1))}
    around |= {(q - dq, r - dr) for q, r in listed for dq, dr in ((1, 0), (0, 1), (-1, 1))}
    for q, r in around - listed:
        x, y = grid.centres([q], [r], width_cm=350_00)
        assert not shapely.contains_xy(shape, x, y).any()


def test_the_share_inside_is_that_of_the_area():
    # The eastern half-plane through the middle of a column of centres.
    shape = shapely.box(1000 * 350_00, 0, 1010 * 350_00, 10 * 350_00)
    cells = grid.cells_of(shape, width_cm=350_00)
    at_rim = (cells.q == 1000) & (cells.r == 0)
    assert cells.inside_ppm[at_rim].tolist() == [250_000]  # a quarter: the corner of the box
    inner = cells.inside_ppm[(cells.q == 1003) & (cells.r == 4)]
    assert inner.tolist() == [1_000_000]
    assert cells.is_edge[at_rim].all()


def test_cells_are_found_by_their_coordinates_and_others_are_not():
    cells = grid.cells_of(shapely.box(0, 0, 1_000_00, 1_000_00), width_cm=350_00)
    found = cells.index_of(np.append(cells.q, 999), np.append(cells.r, 999))
    assert found.tolist() == [*range(cells.q.size), -1]


def test_halton_origins_fill_one_cell_evenly_and_never_change():
    origins = grid.halton_origins(200, width_cm=350_00)
    # The first: a half in base 2, a third in base 3.
    along, up = Fraction(1, 2), Fraction(1, 3)
    assert origins[0] == (
        math.floor(350_00 * (along + up / 2)),
        math.floor(350_00 * up * Fraction(math.isqrt(3 * 10**40), 2 * 10**20)),
    )
    assert len(set(origins)) == 200
    # Brought back to the unit cell, each quarter of it holds a quarter of them.
    quarters = [0, 0, 0, 0]
    for x, y in origins:
        v = y / (350_00 * math.sqrt(3) / 2)
        u = x / 350_00 - v / 2
        quarters[2 * (u >= 0.5) + (v >= 0.5)] += 1
    assert all(45 <= n <= 55 for n in quarters)
