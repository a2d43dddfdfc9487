"""The verdict and what weakens it, in words."""

import copy
from typing import Any

import pytest

from overt.hotspots.outputs import summary
from tests.hotspots import records


def changed(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(records.record()) | changes


def says(record: dict[str, Any], text: str) -> bool:
    return any(text in caveat for caveat in summary.caveats(record))


def test_the_verdict_counts_the_hot_cells_and_names_the_threshold() -> None:
    record = records.record()
    hot = sum(cell["class"] == "hot" for cell in record["cells"])
    verdict = summary.verdict(record)
    assert verdict.startswith(f"{hot} of the {len(record['cells'])} cells of Sample borough")
    assert f"above {record['populations']['B']['threshold']} crimes" in verdict


def test_the_verdict_follows_the_command_unit_where_the_policy_says_so() -> None:
    record = changed(governing_area="bcu")
    threshold = record["bcu"]["populations"]["B"]["threshold"]
    assert f"above {threshold} crimes" in summary.verdict(record)
    assert summary.verdict(record).endswith(("Sample South BCU.", "exactly at it."))
    assert [row.area for row in summary.populations(record) if row.governs] == ["Sample South BCU"]


def test_the_borough_governs_while_the_command_unit_is_not_known() -> None:
    record = changed(governing_area="bcu", bcu=None)
    assert summary.ruling(record) == record["populations"]["B"]
    assert summary.ruling_area(record) == "Sample borough"


def test_exactly_one_population_governs() -> None:
    rows = summary.populations(records.record())
    assert len(rows) == 6
    assert [(row.area, row.name) for row in rows if row.governs] == [("Sample borough", "B")]


def test_a_refusal_is_the_verdict() -> None:
    record = records.refused()
    assert summary.verdict(record) == f"Refused: {record['refusal']['reason']}"


def test_a_missing_month_is_named_with_its_reason() -> None:
    assert says(records.record(), "2023-06: no file from sample.")
    assert says(records.record(), "35 of the 36 months")


def test_a_window_shorter_than_the_policys_is_said() -> None:
    assert says(records.refused(), "The policy asks for 36 months; 4 were asked for.")
    assert not says(records.record(), "The policy asks for")


def test_gaps_of_single_offences_are_counted() -> None:
    record = records.record()
    record["window"]["categories_absent"] = [
        {"month": "2023-07", "category": "Drugs", "status": "suspect"},
        {"month": "2023-08", "category": "Drugs", "status": "absent"},
        {"month": "2023-08", "category": "Robbery", "status": "absent"},
    ]
    assert says(record, "Drugs (2 months), Robbery (1 month)")


def test_cells_that_depend_on_the_grid_are_counted() -> None:
    record = records.record()
    hot = [cell for cell in record["cells"] if cell["class"] == "hot"]
    for cell in hot:
        cell["stability"]["band"] = "robust"
    assert not says(record, "Do not rely on these alone")
    hot[0]["stability"]["band"] = "not"
    assert says(record, f"1 of the {len(hot)} hot cells: dependent on how the grid is laid")


def test_hot_cells_compared_by_density_are_counted() -> None:
    record = records.record()
    hot = [cell for cell in record["cells"] if cell["class"] == "hot"]
    for cell in hot:
        cell["edge"] = False
    assert not says(record, "less than half inside")
    hot[0]["edge"] = True
    assert says(record, f"1 of the {len(hot)} hot cells: less than half inside the boundary")


def test_unconfirmed_policy_values_are_said_even_of_a_refusal() -> None:
    assert says(records.refused(), "not confirmed: 1")


def test_disagreement_with_the_command_unit_is_said() -> None:
    record = records.record()
    n = record["bcu"]["disagreements"]
    assert says(record, f"{n} cells are hot within only one of Sample borough and the Sample South")
    record["bcu"]["disagreements"] = 0
    assert not says(record, "hot within only one")


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("city-of-london", "City of London"),
        ("metropolitan", "Metropolitan"),
        ("btp", "BTP"),
        ("devon-and-cornwall", "Devon and Cornwall"),
    ],
)
def test_forces_are_named_in_words(slug: str, name: str) -> None:
    assert summary.force_name(slug) == name


def test_months_in_a_row_that_are_missing_for_one_reason_are_one_line() -> None:
    record = changed()
    record["window"]["absent_reasons"] = {
        "2023-12": "no file from kent",
        "2024-01": "no file from kent",
        "2024-02": "3 crimes in this area",
        "2024-04": "no file from kent",
    }
    said = summary.caveats(record)
    assert "2023-12 to 2024-01: no file from kent." in said
    assert "2024-02: 3 crimes in this area." in said
    assert "2024-04: no file from kent." in said
