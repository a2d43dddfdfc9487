"""The CSV of an analysis, which spreadsheets open."""

import csv as reader
import io

import pytest

from overt.hotspots.outputs import csv
from tests.hotspots import records


def rows(text: str) -> list[dict[str, str]]:
    return list(reader.DictReader(io.StringIO(text)))


def test_every_cell_has_a_row_with_the_figures_of_the_record() -> None:
    record = records.record()
    found = [row for row in rows(csv.hotspots(record)) if row["kind"] == "cell"]
    assert len(found) == len(record["cells"])
    by_cell = {(cell["q"], cell["r"]): cell for cell in record["cells"]}
    for row in found:
        cell = by_cell[int(row["q"]), int(row["r"])]
        assert int(row["count"]) == cell["count"]
        assert row["class"] == cell["class"]
        assert row["analysis"] == record["digest"]


def test_edge_cells_follow_without_a_rank_and_the_counts_add_up() -> None:
    record = records.record()
    found = rows(csv.hotspots(record))
    edge = [row for row in found if row["kind"] == "edge cell"]
    assert len(edge) == len(record["edge_cells"]) > 0
    assert {row["rank"] for row in edge} == {""}
    assert found[-len(edge) :] == edge
    assert sum(int(row["count"]) for row in found) == record["set_aside"]["crimes_inside"]


def test_the_most_crimes_come_first() -> None:
    found = rows(csv.hotspots(records.record()))
    ranks = [int(row["rank"]) for row in found if row["kind"] == "cell"]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_name_that_begins_like_a_formula_is_made_text(start: str) -> None:
    name = f"{start}HYPERLINK(1)"
    assert csv.guarded(name) == f"'{name}"
    found = rows(csv.hotspots(records.record(area_name=name)))
    assert {row["area"] for row in found} == {f"'{name}"}


@pytest.mark.parametrize("value", ["-1.5", "-3", -3, 7, "0.912345", "Croydon", "", None])
def test_numbers_and_ordinary_words_stay_as_they_are(value: object) -> None:
    assert csv.guarded(value) == value


@pytest.mark.parametrize("value", ["-1_0", "+1 ", "- 1", "=1"])
def test_what_only_looks_like_a_number_is_guarded(value: str) -> None:
    assert csv.guarded(value) == f"'{value}"
