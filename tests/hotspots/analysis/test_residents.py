"""Residents are spread without losing one, and never touch the rank."""

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.analysis.residents import Residents, spread
from overt.hotspots.analysis.run import analyse

from .builders import METHOD, SOUTH, WEST, inputs


def living(shapes, people) -> Residents:
    easting, northing, number = spread(shapes, people)
    return Residents("pop.csv", "e" * 64, 2024, "f" * 64, len(shapes), easting, northing, number)


@given(st.lists(st.integers(0, 4000), min_size=1, max_size=5), st.integers(1, 900_00))
def test_everybody_is_somewhere_inside_their_area(people, side):
    shapes = [shapely.box(i * 1000_00, 0, i * 1000_00 + side, side) for i in range(len(people))]
    easting, northing, number = spread(shapes, people)
    assert number.sum() == sum(people)
    for shape, total in zip(shapes, people, strict=True):
        inside = shapely.intersects_xy(shape, easting.astype(float), northing.astype(float))
        assert number[inside].sum() == total


def test_a_rate_is_shown_only_where_enough_people_live_and_the_rank_ignores_it():
    west_half = shapely.box(WEST, SOUTH, WEST + 1500_00, SOUTH + 3000_00)
    east_half = shapely.box(WEST + 1500_00, SOUTH, WEST + 3000_00, SOUTH + 3000_00)
    people = living([west_half, east_half], [45_000, 900])
    plain = analyse(inputs(), method=METHOD)
    found = analyse(inputs(residents=people), method=METHOD)
    for cell, before in zip(found["cells"], plain["cells"], strict=True):
        assert (cell["per_1000_residents"] is not None) == (cell["residents"] >= 500)
        assert (cell["rank"], cell["class"]) == (before["rank"], before["class"])
    rated = next(cell for cell in found["cells"] if cell["per_1000_residents"])
    rate = float(rated["per_1000_residents"])
    assert abs(rate - 1000 * rated["count"] / rated["residents"]) <= 0.05


def test_a_hexagon_where_people_live_is_one_of_population_c():
    home = living([shapely.box(WEST, SOUTH, WEST + 3000_00, SOUTH + 3000_00)], [20_000])
    sparse = inputs()
    keep = np.arange(sparse.table.easting.size) % 10 == 0
    sparse = replace(sparse, table=sparse.table.restricted(keep))
    method = replace(METHOD, min_crimes=1, min_reference_cells=1)
    without = analyse(sparse, method=method)["populations"]
    with_homes = analyse(replace(sparse, residents=home), method=method)["populations"]
    assert without["C"]["cells"] < without["A"]["cells"]
    assert with_homes["C"]["cells"] == with_homes["A"]["cells"]
    assert with_homes["B"] == without["B"]
