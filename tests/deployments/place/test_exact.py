"""Distances without rounding, against shapely's with it."""

import math
from fractions import Fraction

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.place import exact

from .streets import E0, N0, square

near = st.tuples(st.integers(-500_00, 500_00), st.integers(-500_00, 500_00))
anywhere = st.tuples(st.integers(-50_000_000, 50_000_000), st.integers(-50_000_000, 50_000_000))


@st.composite
def rings(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Corners in order of their direction from a middle: simple, often hollow."""
    corners = draw(st.lists(near, min_size=3, max_size=9, unique=True))
    by_side = {math.atan2(y, x): (E0 + x, N0 + y) for x, y in corners if (x, y) != (0, 0)}
    ring = [by_side[side] for side in sorted(by_side)]
    return [*ring, ring[0]] if ring else []


@given(rings(), near)
def test_it_agrees_with_shapely(ring: list[tuple[int, int]], at: tuple[int, int]) -> None:
    if len(ring) < 4 or not shapely.Polygon(ring).is_valid:
        return
    point = E0 + at[0], N0 + at[1]
    polygon, seen = shapely.Polygon(ring), shapely.Point(point)
    assert exact.covers(ring, point) == polygon.covers(seen)
    found = math.sqrt(exact.squared_distance(ring, point))
    assert math.isclose(found, polygon.distance(seen), abs_tol=1e-4)


@given(rings(), near, anywhere)
def test_it_is_the_same_anywhere(
    ring: list[tuple[int, int]], at: tuple[int, int], by: tuple[int, int]
) -> None:
    if len(ring) < 4:
        return
    moved = [(e + by[0], n + by[1]) for e, n in ring]
    point = E0 + at[0], N0 + at[1]
    there = point[0] + by[0], point[1] + by[1]
    assert exact.squared_distance(moved, there) == exact.squared_distance(ring, point)


@given(rings(), near, st.integers(2, 9))
def test_it_grows_with_the_scale(
    ring: list[tuple[int, int]], at: tuple[int, int], times: int
) -> None:
    if len(ring) < 4:
        return
    point = E0 + at[0], N0 + at[1]
    wide = exact.squared_distance(
        [(e * times, n * times) for e, n in ring], (point[0] * times, point[1] * times)
    )
    assert wide == times * times * exact.squared_distance(ring, point)


def test_edge_and_corners_are_inside() -> None:
    for point in (*square(), (E0 + 1, N0), (E0 + 100_00, N0 + 7)):
        assert exact.covers(square(), point)
        assert exact.squared_distance(square(), point) == 0
    assert not exact.covers(square(), (E0 - 1, N0))


@pytest.mark.parametrize(
    ("squared", "metres"),
    [
        (Fraction(0), 0),
        (Fraction(1), 1),
        (Fraction(100**2), 1),
        (Fraction(100**2) + Fraction(1, 10**9), 2),
        (Fraction(20_000**2), 200),
        (Fraction(20_000**2 + 1), 201),
        (Fraction(19_999**2), 200),
    ],
)
def test_metres_are_rounded_up_only_where_something_is_left(squared: Fraction, metres: int) -> None:
    assert exact.metres_up(squared) == metres
