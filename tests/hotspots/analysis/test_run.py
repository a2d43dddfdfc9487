"""A whole analysis: what it counts, what it refuses, what it leaves out."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rfc8785
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.hotspots.analysis import grid, record
from overt.hotspots.analysis.explain import explain
from overt.hotspots.analysis.inputs import BcuInput, decimal
from overt.hotspots.analysis.run import analyse
from overt.hotspots.analysis.window import months_until

from . import builders
from .builders import METHOD, SOUTH, UNTIL, WEST, area, crimes, inputs, square, without_month

LAST_MONTHS = months_until(UNTIL, 18)


@pytest.fixture(scope="module")
def answer():
    return analyse(inputs(), method=METHOD)


def test_every_crime_inside_is_in_exactly_one_listed_hexagon(answer):
    given_rows = crimes()
    counted = sum(cell["count"] for cell in answer["cells"] + answer["edge_cells"])
    assert counted == len(given_rows["point"]) == answer["set_aside"]["crimes_inside"]
    hexagons = [(cell["q"], cell["r"]) for cell in answer["cells"] + answer["edge_cells"]]
    assert len(set(hexagons)) == len(hexagons)


def test_counts_are_those_of_points_in_hexagons(answer):
    rows = crimes()
    x, y = rows["easting"][rows["point"]], rows["northing"][rows["point"]]
    points = shapely.points(x, y)
    for cell in answer["cells"][:: len(answer["cells"]) // 12]:
        hexagon = shapely.polygons(grid.corners(cell["q"], cell["r"], width_cm=350_00))[0]
        assert cell["count"] == int(shapely.intersects(hexagon, points).sum())
        assert abs(cell["easting"] - 350 * (cell["q"] + cell["r"] / 2)) <= 0.5
        assert abs(cell["northing"] - cell["r"] * 350 * 3**0.5 / 2) <= 0.5


def test_the_grid_is_anchored_at_the_national_grid_and_not_at_the_data(answer):
    moved = inputs(crimes() | {"point": np.sort(crimes()["point"])})
    assert answer["grid"]["origin"] == [0, 0]
    cells = {(cell["q"], cell["r"]) for cell in answer["cells"]}
    assert cells == {(cell["q"], cell["r"]) for cell in analyse(moved, method=METHOD)["cells"]}
    assert all(
        shapely.intersects_xy(square(), *grid.centres([q], [r], width_cm=350_00)).all()
        for q, r in cells
    )


def test_hot_is_strictly_above_the_governing_threshold(answer):
    limit = answer["populations"]["B"]["threshold"]
    for cell in answer["cells"]:
        expected = (
            "hot"
            if cell["compared"] > limit
            else "tied"
            if cell["compared"] == limit
            else "not hot"
        )
        assert cell["class"] == expected
    counts = sorted(cell["compared"] for cell in answer["cells"] if cell["count"])
    assert limit == counts[-(-3 * len(counts) // 4) - 1]
    assert 4 * sum(cell["class"] == "hot" for cell in answer["cells"]) <= len(counts)


@settings(max_examples=5)
@given(st.integers(0, 1000))
def test_the_order_of_rows_and_points_does_not_matter(seed):
    rows = crimes()
    rng = np.random.default_rng(seed)
    order = rng.permutation(rows["point"].size)
    shuffled = rows | {name: rows[name][order] for name in ("month", "category", "point")}
    small = replace(METHOD, origins=1, displacement_runs=1)
    assert analyse(inputs(rows), method=small) == analyse(inputs(shuffled), method=small)


def test_moving_everything_by_whole_widths_moves_the_cells_and_nothing_else():
    rows = crimes()
    east = 2100_00  # whole widths of every grid that is tried
    moved_rows = rows | {"easting": rows["easting"] + east}
    shape = shapely.transform(square(), lambda xy: xy + np.array([east, 0]))
    here = analyse(inputs(rows), method=METHOD)
    there = analyse(inputs(moved_rows, area=area(shape)), method=METHOD)
    told = ("count", "rank", "class", "classes", "rise", "stability")
    assert [{k: c[k] for k in told} for c in here["cells"]] == [
        {k: c[k] for k in told} for c in there["cells"]
    ]
    assert [c["q"] + 6 for c in here["cells"]] == [c["q"] for c in there["cells"]]


def test_a_month_without_crimes_is_absent_and_not_zero():
    gone = LAST_MONTHS[4]
    found = analyse(inputs(without_month(crimes(), gone)), method=METHOD)
    assert found["window"]["absent"] == [gone]
    assert found["window"]["months"] == 17
    assert gone not in [entry["month"] for entry in found["window"]["by_month"]]
    hot = next(cell for cell in found["cells"] if cell["class"] == "hot")
    assert len(hot["months"]) == 17


def test_a_month_without_a_file_is_absent_and_the_reason_says_so():
    made = inputs()
    less = replace(made, files=tuple(f for f in made.files if f.month != LAST_MONTHS[2]))
    found = analyse(less, method=METHOD)
    assert found["window"]["absent_reasons"] == {LAST_MONTHS[2]: "no file from force"}


def test_an_absent_month_does_not_make_the_months_around_it_a_rise():
    # Zero-filled, the baseline would hold an empty month and every cell would seem to rise.
    gone = LAST_MONTHS[-6]
    found = analyse(inputs(without_month(crimes(), gone)), method=METHOD)
    assert gone not in found["rise"]["baseline"] + found["rise"]["recent"]
    assert len(found["rise"]["baseline"]) == 12


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"min_months_level": 19}, "too few months"),
        ({"min_crimes": 6001}, "too few crimes"),
        ({"min_reference_cells": 500}, "too few cells"),
        ({"governing_area": "bcu"}, "no command unit"),
    ],
)
def test_a_refusal_gives_its_reason_and_no_cells(change, code):
    found = analyse(inputs(), method=replace(METHOD, **change))
    assert found["refusal"]["code"] == code
    assert found["cells"] == found["circles"] == []
    assert len(found["digest"]) == 64


def test_too_few_months_refuse_the_rise_and_not_the_level():
    found = analyse(inputs(), method=replace(METHOD, min_months_rise=19))
    assert found["refusal"] is None
    assert found["rise"]["refusal"]["code"] == "too few months"
    assert all(cell["rise"] is None for cell in found["cells"])


def test_the_command_unit_is_compared_too_and_disagreement_is_counted():
    # The neighbour has far more crime: next to it, fewer of the borough's cells are hot.
    rows = crimes()
    busier = crimes(2, rows=40_000)
    both = {
        **rows,
        "easting": np.append(rows["easting"], busier["easting"] + 3000_00),
        "northing": np.append(rows["northing"], busier["northing"]),
        "month": np.append(rows["month"], busier["month"]),
        "category": np.append(rows["category"], busier["category"]),
        "point": np.append(rows["point"], busier["point"] + rows["easting"].size),
    }
    neighbour = shapely.transform(square(), lambda xy: xy + np.array([3000_00, 0]))
    unit = BcuInput("Unit", (area(square()), area(neighbour, "Nextham")), ())
    found = analyse(inputs(both, bcu=unit), method=METHOD)
    in_unit = sum(cell["bcu_class"] == "hot" for cell in found["cells"])
    in_borough = sum(cell["class"] == "hot" for cell in found["cells"])
    assert in_unit < in_borough
    assert found["bcu"]["disagreements"] >= in_borough - in_unit
    governed = analyse(inputs(both, bcu=unit), method=replace(METHOD, governing_area="bcu"))
    assert [cell["class"] for cell in governed["cells"]] == [
        cell["bcu_class"] for cell in found["cells"]
    ]


def test_without_enforcement_led_categories_they_are_not_counted(answer):
    rows = crimes()
    kept = sum(cell["without_enforcement"]["count"] for cell in answer["cells"])
    drugs = rows["category"] == rows["categories"].index("Drugs")
    everything = sum(cell["count"] for cell in answer["cells"])
    assert kept < everything
    assert everything - kept <= drugs.sum()


def test_the_record_is_rfc_8785_and_its_digest_covers_it(answer):
    assert record.canonical(answer) == rfc8785.dumps(answer)
    assert record.digest_of(answer) == answer["digest"]
    changed = json.loads(record.canonical(answer))
    changed["cells"][0]["count"] += 1
    assert record.digest_of(changed) != answer["digest"]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abz_09-", min_size=1), inner),
    ).filter(lambda value: isinstance(value, dict))
)
def test_the_fast_encoder_writes_what_an_rfc_8785_encoder_writes(value):
    assert record.canonical(value) == rfc8785.dumps(value)


_AGAIN = """
from tests.hotspots.analysis.builders import METHOD, inputs
from overt.hotspots.analysis.run import analyse
print(analyse(inputs(), method=METHOD)["digest"])
"""


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_with_another_hash_seed_writes_the_same_bytes(answer, hash_seed):
    done = subprocess.run(
        [sys.executable, "-c", _AGAIN],
        cwd=Path(builders.__file__).parents[3],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == answer["digest"]


def test_circles_do_not_overlap_and_say_when_they_fail_the_grid_test(answer):
    centres = [(c["easting_cm"], c["northing_cm"]) for c in answer["circles"]]
    assert len(centres) == METHOD.places
    for i, (x, y) in enumerate(centres):
        for other_x, other_y in centres[:i]:
            assert (x - other_x) ** 2 + (y - other_y) ** 2 >= METHOD.diameter_cm**2
    for circle in answer["circles"]:
        assert bool(circle["note"]) is not circle["touches_hot"]


def test_every_cell_can_be_explained_and_hot_ones_say_hotspot(answer):
    for cell in answer["cells"]:
        told = " ".join(explain(answer, cell))
        assert ("a hotspot by this test" in told and "not a hotspot" not in told) == (
            cell["class"] == "hot"
        )
        assert "A quartile is relative" in told
        assert "nothing about who" in told


@given(st.fractions(min_value=0, max_value=1), st.integers(0, 8))
def test_decimals_are_rounded_half_up_and_never_pass_a_float(value, places):
    text = decimal(value, places)
    units = int(text.replace(".", ""))
    assert abs(units - value * 10**places) <= 0.5
    assert decimal(1, 6, scale=2) == "0.500000"
    assert decimal(-1, 2, scale=3) == "-0.33"


def test_a_point_on_the_boundary_is_inside_once():
    rows = crimes()
    rows["easting"] = rows["easting"].copy()
    rows["easting"][0], rows["northing"][0] = WEST, SOUTH + 1234_00
    found = analyse(inputs(rows), method=replace(METHOD, origins=1))
    assert found["set_aside"]["crimes_inside"] == rows["point"].size
