"""Exact siting against brute force: every centre of a small lattice, and all pairs of points."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.hotspots.analysis import enclosing, grid
from overt.hotspots.analysis.siting import (
    Circle,
    best_circles,
    circle_touches_hexagon,
    hexagons_touched,
    lattice_counts,
    rank_among,
)

Point = tuple[int, int, int]

# Coordinates on a coarse sub-lattice too, so that duplicates, lines and exact diameters are common.
coordinate = st.one_of(st.integers(0, 40), st.sampled_from([0, 6, 12, 20, 26, 40]))
points = st.lists(st.tuples(coordinate, coordinate, st.integers(1, 4)), min_size=1, max_size=14)
diameters = st.sampled_from([2, 4, 10, 12, 20, 26])
SQUARE = [(0, 0), (40, 0), (40, 40), (0, 40)]
SHAPES = {
    "square": SQUARE,
    "slanted": [(3, 1), (39, 14), (21, 38), (9, 22)],
    "notched": [(0, 0), (40, 0), (40, 40), (20, 7), (0, 40)],
}
shapes = st.sampled_from(sorted(SHAPES))


def area(name: str = "square", dx: int = 0, dy: int = 0) -> shapely.MultiPolygon:
    ring = [(x + dx, y + dy) for x, y in SHAPES[name]]
    return shapely.MultiPolygon([shapely.Polygon(ring)])


def box(west: int, south: int, east: int, north: int) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(west, south, east, north)])


def circles(data: list[Point], boundary: shapely.MultiPolygon, **choices: int) -> list[Circle]:
    x, y, weight = np.array(data, np.int64).reshape(-1, 3).T
    return best_circles(easting=x, northing=y, weight=weight, boundary=boundary, **choices)


def covered(data: list[Point], x: int, y: int, diameter: int) -> int:
    return sum(w for a, b, w in data if 4 * ((a - x) ** 2 + (b - y) ** 2) <= diameter**2)


def best_by_brute_force(
    data: list[Point], boundary: shapely.MultiPolygon, diameter: int, earlier: list[Circle]
) -> int:
    """The highest count of all whole-centimetre centres allowed, one by one."""
    return max(
        (
            covered(data, x, y, diameter)
            for x in range(41)
            for y in range(41)
            if boundary.covers(shapely.Point(x, y))
            and all(
                (x - c.easting_cm) ** 2 + (y - c.northing_cm) ** 2 >= diameter**2 for c in earlier
            )
        ),
        default=0,
    )


@settings(max_examples=60, deadline=None)
@given(points, shapes, diameters)
def test_each_circle_is_the_best_of_all_centres_still_allowed(
    data: list[Point], shape: str, diameter: int
) -> None:
    boundary = area(shape)
    found = circles(data, boundary, diameter_cm=diameter, places=3)
    # Greedy counts never rise, but circles with equal counts are listed from south to north.
    earlier: list[Circle] = []
    for circle in found:
        assert circle.count == best_by_brute_force(data, boundary, diameter, earlier)
        assert circle.count == covered(data, circle.easting_cm, circle.northing_cm, diameter)
        earlier.append(circle)
    if len(found) < 3:
        assert best_by_brute_force(data, boundary, diameter, earlier) == 0


@settings(max_examples=60, deadline=None)
@given(points, shapes, diameters)
def test_circles_are_inside_apart_and_in_order(
    data: list[Point], shape: str, diameter: int
) -> None:
    boundary = area(shape)
    found = circles(data, boundary, diameter_cm=diameter, places=4)
    for circle in found:
        assert boundary.covers(shapely.Point(circle.easting_cm, circle.northing_cm))
    for one, other in combinations(found, 2):
        gap = (one.easting_cm - other.easting_cm) ** 2 + (one.northing_cm - other.northing_cm) ** 2
        assert gap >= diameter**2
    order = [(-c.count, c.northing_cm, c.easting_cm) for c in found]
    assert order == sorted(order)


@settings(max_examples=40, deadline=None)
@given(points, st.randoms(use_true_random=False), diameters)
def test_the_order_of_the_points_does_not_matter(data: list[Point], random, diameter: int) -> None:
    shuffled = list(data)
    random.shuffle(shuffled)
    choices = {"diameter_cm": diameter, "places": 3}
    assert circles(data, area(), **choices) == circles(shuffled, area(), **choices)


@settings(max_examples=40, deadline=None)
@given(points, diameters)
def test_a_point_split_into_several_at_one_position_changes_nothing(
    data: list[Point], diameter: int
) -> None:
    split = [(x, y, 1) for x, y, w in data for _ in range(w)]
    choices = {"diameter_cm": diameter, "places": 3}
    assert circles(data, area(), **choices) == circles(split, area(), **choices)


@settings(max_examples=40, deadline=None)
@given(points, shapes, diameters, st.integers(0, 10**8), st.integers(0, 10**8))
def test_circles_move_with_the_map(
    data: list[Point], shape: str, diameter: int, dx: int, dy: int
) -> None:
    moved = [(x + dx, y + dy, w) for x, y, w in data]
    choices = {"diameter_cm": diameter, "places": 3}
    assert circles(moved, area(shape, dx, dy), **choices) == [
        Circle(c.easting_cm + dx, c.northing_cm + dy, c.count)
        for c in circles(data, area(shape), **choices)
    ]


@settings(max_examples=40, deadline=None)
@given(points, st.tuples(coordinate, coordinate, st.integers(1, 4)), diameters)
def test_more_crimes_or_a_wider_circle_never_lower_the_best_count(
    data: list[Point], extra: Point, diameter: int
) -> None:
    before = circles(data, area(), diameter_cm=diameter, places=1)[0].count
    assert circles([*data, extra], area(), diameter_cm=diameter, places=1)[0].count >= before
    assert circles(data, area(), diameter_cm=diameter + 2, places=1)[0].count >= before


@pytest.mark.parametrize("seed", range(4))
def test_at_the_size_of_a_town_the_best_circle_beats_every_pair_of_points(seed: int) -> None:
    """The classic oracle: an optimal disc can be moved until two points lie on its rim."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 150_000, 60), rng.integers(0, 150_000, 60)
    weight = rng.integers(1, 50, 60)
    boundary = box(-50_000, -50_000, 200_000, 200_000)
    found = best_circles(
        easting=x, northing=y, weight=weight, boundary=boundary, diameter_cm=40_000, places=1
    )[0]

    def best_of_pairs(radius: float) -> int:
        centres = list(zip(x.astype(float), y.astype(float), strict=True))
        for i, j in combinations(range(60), 2):
            dx, dy = float(x[j] - x[i]), float(y[j] - y[i])
            gap = np.hypot(dx, dy)
            if gap <= 2 * radius:
                lift = np.sqrt(radius**2 - gap**2 / 4) / gap
                mx, my = (x[i] + x[j]) / 2, (y[i] + y[j]) / 2
                centres += [(mx - dy * lift, my + dx * lift), (mx + dy * lift, my - dx * lift)]
        return max(int(weight[np.hypot(x - a, y - b) <= radius + 1e-6].sum()) for a, b in centres)

    # Whole centimetres can only differ from real numbers within a centimetre of the rim.
    assert best_of_pairs(20_000 - 1) <= found.count <= best_of_pairs(20_000)


def test_two_points_exactly_a_diameter_apart_are_both_covered() -> None:
    found = circles([(0, 0, 1), (24, 32, 1)], area(), diameter_cm=40, places=1)
    assert found == [Circle(12, 16, 2)]


def test_two_points_just_over_a_diameter_apart_are_not_both_covered() -> None:
    found = circles([(0, 0, 1), (24, 33, 1)], area(), diameter_cm=40, places=1)
    assert found[0].count == 1


def test_a_circle_is_drawn_round_the_middle_of_what_it_covers() -> None:
    found = circles([(10, 20, 1), (30, 20, 1), (20, 24, 1)], area(), diameter_cm=30, places=1)
    assert found == [Circle(20, 20, 3)]


def test_a_circle_whose_middle_is_not_allowed_moves_just_as_far_as_it_must() -> None:
    data = [(10, 30, 5), (12, 30, 5)]
    found = circles(data, box(0, 0, 40, 25), diameter_cm=40, places=1)[0]
    assert found.count == 10
    assert found.northing_cm in (24, 25)
    assert 8 <= found.easting_cm <= 12


def test_circles_may_touch_but_not_overlap() -> None:
    data = [(10, 10, 3), (30, 10, 2)]
    islands = shapely.MultiPolygon([shapely.box(8, 9, 10, 11), shapely.box(30, 9, 32, 11)])
    found = circles(data, islands, diameter_cm=20, places=2)
    assert found == [Circle(10, 10, 3), Circle(30, 10, 2)]


def test_points_without_crimes_and_empty_input_give_no_circle() -> None:
    assert circles([(10, 10, 0)], area(), diameter_cm=20, places=2) == []
    assert circles([], area(), diameter_cm=20, places=2) == []


def test_an_odd_diameter_is_refused() -> None:
    with pytest.raises(ValueError, match="even number of centimetres"):
        circles([(1, 1, 1)], area(), diameter_cm=21, places=1)


@settings(max_examples=40, deadline=None)
@given(points, shapes, diameters, st.sampled_from([3, 5, 7]), st.integers(-9, 9))
def test_lattice_counts_are_those_of_every_multiple_inside(
    data: list[Point], shape: str, diameter: int, spacing: int, shift: int
) -> None:
    boundary = area(shape, shift, -shift)
    x, y, weight = np.array(data, np.int64).T
    counts = lattice_counts(
        easting=x,
        northing=y,
        weight=weight,
        boundary=boundary,
        diameter_cm=diameter,
        spacing_cm=spacing,
    )
    assert counts.tolist() == [
        covered(data, a, b, diameter)
        for b in range(-60, 61)
        for a in range(-60, 61)
        if a % spacing == 0 and b % spacing == 0 and boundary.covers(shapely.Point(a, b))
    ]


def test_the_rank_counts_only_what_is_strictly_greater() -> None:
    counts = np.array([5, 7, 7, 9])
    assert [rank_among(counts, count) for count in (10, 9, 7, 4)] == [1, 1, 2, 5]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=12))
def test_the_enclosing_circle_is_the_smallest_of_all_pairs_and_triples(
    data: list[tuple[int, int]],
) -> None:
    def reach(x: Fraction, y: Fraction) -> Fraction:
        return max((a - x) ** 2 + (b - y) ** 2 for a, b in data)

    centres = [(Fraction(a), Fraction(b)) for a, b in data]
    centres += [
        (Fraction(p[0] + q[0], 2), Fraction(p[1] + q[1], 2)) for p, q in combinations(data, 2)
    ]
    for p, q, r in combinations(data, 3):
        bx, by, cx, cy = q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]
        d = 2 * (bx * cy - by * cx)
        if d:
            b, c = bx * bx + by * by, cx * cx + cy * cy
            centres.append(
                (p[0] + Fraction(cy * b - by * c, d), p[1] + Fraction(bx * c - cx * b, d))
            )
    x, y = min(centres, key=lambda centre: reach(*centre))
    half = Fraction(1, 2)
    assert enclosing.middle_of(data) == (
        (x + half).__floor__(),
        (y + half).__floor__(),
    )


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.sampled_from([2, 30_000, 40_000, 50_000]),
    st.sampled_from([30_000, 35_000, 43_300]),
)
def test_the_hexagons_touched_are_those_within_a_radius(
    x: int, y: int, diameter: int, width: int
) -> None:
    circle = Circle(x, y, 0)
    touched = hexagons_touched(circle, diameter_cm=diameter, width_cm=width)
    home_q, home_r = grid.assign(np.array([x]), np.array([y]), width_cm=width)
    assert (int(home_q[0]), int(home_r[0])) in touched
    spread = range(-5, 6)
    near = [(int(home_q[0]) + i, int(home_r[0]) + j) for i in spread for j in spread]
    q, r = np.array(near).T
    hexagons = shapely.polygons(grid.corners(q, r, width_cm=width))
    gap = shapely.distance(hexagons, shapely.Point(x, y)) - diameter / 2
    for cell, over in zip(near, gap, strict=True):
        if abs(over) > 1e-3:
            assert (cell in touched) == (over < 0)


def test_a_circle_that_meets_an_upright_edge_in_one_point_touches() -> None:
    def touches(x: int, y: int) -> bool:
        return circle_touches_hexagon(Circle(x, y, 0), 0, 0, diameter_cm=40_000, width_cm=35_000)

    assert touches(37_500, 0)
    assert not touches(37_501, 0)
    assert touches(-37_500, -10_000)
    assert not touches(-37_501, -10_000)
