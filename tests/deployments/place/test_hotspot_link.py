"""What a pinned analysis says of a zone."""

import copy
from typing import Any

import pytest
import rfc8785
import shapely

from overt.deployments.place import hotspot_link
from tests.hotspots import records

from .streets import square


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return records.record()


def in_the_middle(ring: list[tuple[float, float]]) -> tuple[tuple[int, int], ...]:
    middle = shapely.Polygon(ring).centroid
    return square(20_00, round(middle.x) - 10_00, round(middle.y) - 10_00)


def test_a_zone_on_a_hot_hexagon_is_linked_with_its_stability(record) -> None:
    cell, ring = hotspot_link.hot_rings(record)[0]
    found = hotspot_link.link(in_the_middle(ring), record)
    (touched,) = found["touched"]
    assert (touched["q"], touched["r"]) == (cell["q"], cell["r"])
    assert touched["band"] == cell["stability"]["band"]
    assert touched["share_percent"] == found["hot_share_percent"] == 100
    assert found["analysis"] == record["digest"]
    trials = record["stability"]
    assert 0 <= cell["stability"]["origins"] / trials["origins"] - float(touched["origins"]) < 0.01
    assert float(touched["variants"]) <= cell["stability"]["variants"] / trials["variants"]
    assert rfc8785.dumps(found)


def test_only_hot_cells_count_and_none_that_is_tied_or_on_the_rim(record) -> None:
    hot = {(c["q"], c["r"]) for c in record["cells"] if c["class"] == "hot"}
    assert {(c["q"], c["r"]) for c, _ in hotspot_link.hot_rings(record)} == hot
    west = min(cell["easting"] for cell in record["cells"])
    all_over = square(12_000_00, (west - 1_000) * 100, 160_000_00)
    found = hotspot_link.link(all_over, record)
    assert {(cell["q"], cell["r"]) for cell in found["touched"]} == hot


def alone(record: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[float, float]]]:
    """The record with one hot cell only, and that cell's corners."""
    changed = copy.deepcopy(record)
    kept, ring = hotspot_link.hot_rings(record)[0]
    for cell in changed["cells"]:
        if (cell["q"], cell["r"]) != (kept["q"], kept["r"]):
            cell["class"] = "not hot"
    return changed, ring


def test_a_common_edge_is_no_touch_and_a_strip_of_a_centimetre_is(record) -> None:
    changed, ring = alone(record)
    east = round(max(e for e, _ in ring))
    middle = round(sum(n for _, n in ring[:-1]) / 6)
    beside = square(100_00, east, middle - 50_00)
    assert hotspot_link.link(beside, changed)["touched"] == []
    over = square(100_00, east - 1, middle - 50_00)
    found = hotspot_link.link(over, changed)
    assert len(found["touched"]) == 1
    assert found["hot_share_percent"] == 0
    assert "less than 1 % of it lies on hot ground" in found["sentence"]


@pytest.mark.parametrize(
    ("band", "said", "cautious"),
    [
        ("robust", "(robust)", False),
        ("mostly", "(mostly stable)", False),
        ("depends", "(depends on how the grid is laid)", True),
        ("not", "(not stable)", True),
    ],
)
def test_the_sentence_says_how_stable_it_is(record, band: str, said: str, cautious: bool) -> None:
    changed, ring = alone(record)
    for cell in changed["cells"]:
        cell["stability"]["band"] = band
    sentence = hotspot_link.link(in_the_middle(ring), changed)["sentence"]
    assert sentence.startswith(f"The zone touches 1 hot hexagon {said}; 100 % of it")
    assert ("do not rely on this analysis alone" in sentence) is cautious


def test_a_share_is_never_rounded_up(record) -> None:
    changed, ring = alone(record)
    for cell in changed["cells"]:
        cell["stability"] |= {"origins": 199, "variants": 4_799}
    changed["stability"] |= {"origins": 200, "variants": 4_800}
    (touched,) = hotspot_link.link(in_the_middle(ring), changed)["touched"]
    assert (touched["origins"], touched["variants"]) == ("0.99", "0.99")


def test_far_away_and_under_a_refusal_there_is_no_link(record) -> None:
    for zone, of in (
        (square(20_00, 100_000_00, 100_000_00), record),
        (square(), records.refused()),
    ):
        found = hotspot_link.link(zone, of)
        assert (found["touched"], found["hot_share_percent"]) == ([], 0)
        assert found["sentence"] == "The zone touches no hot hexagon of this analysis."
