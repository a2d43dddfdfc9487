"""The charts: what is drawn is what the figures say."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from overt.hotspots.outputs import charts, figures, plan
from overt.hotspots.outputs.charts import Share
from overt.hotspots.outputs.geojson import Base
from tests.hotspots import records

RECORD = records.record()
HOT = next(cell for cell in RECORD["cells"] if cell["class"] == "hot")
SVG = "{http://www.w3.org/2000/svg}"


def every_picture() -> dict[str, str]:
    return {
        **{f"area {name}": drawn for name, drawn in figures.of_area(RECORD).items()},
        **{f"cell {name}": drawn for name, drawn in figures.of_cell(RECORD, HOT).items()},
        "plan": plan.plan(RECORD, Base(), ident="plan", title="Plan"),
        "refused": figures.of_area(records.refused())["trend"],
    }


def window(counts: dict[str, int], first: str, last: str) -> dict[str, Any]:
    listed = [{"month": month, "count": count} for month, count in counts.items()]
    return {"from": first, "to": last, "by_month": listed}


def trend(counts: dict[str, int], first: str, last: str, **options: Any) -> ET.Element:
    drawn = charts.trend(
        window(counts, first, last), list(counts.values()), ident="t", title="T", **options
    )
    return ET.fromstring(drawn)


def bars(picture: ET.Element) -> dict[str, ET.Element]:
    """The bars by what they say of themselves."""
    found = {}
    for rect in picture.iter(f"{SVG}rect"):
        title = rect.find(f"{SVG}title")
        if title is not None:
            found[title.text or ""] = rect
    return found


@pytest.mark.parametrize("name", every_picture())
def test_every_picture_is_named_for_those_who_do_not_see_it(name: str) -> None:
    picture = ET.fromstring(every_picture()[name])
    assert picture.get("role") == "img"
    ids = {element.get("id") for element in picture.iter() if element.get("id")}
    assert set((picture.get("aria-labelledby") or "").split()) <= ids
    assert picture.find(f"{SVG}title").text  # type: ignore[union-attr]
    assert picture.find(f"{SVG}desc").text  # type: ignore[union-attr]


@pytest.mark.parametrize("name", every_picture())
def test_no_picture_has_what_the_content_security_policy_forbids(name: str) -> None:
    drawn = every_picture()[name]
    assert not re.search(
        r"\sstyle=|\son[a-z]+=|<script|<style|https?://(?!www\.w3\.org/2000)", drawn
    )


def test_the_pictures_of_a_page_share_no_id() -> None:
    pictures = [*figures.of_area(RECORD).values(), *figures.of_cell(RECORD, HOT).values()]
    ids = [found for drawn in pictures for found in re.findall(r'\sid="([^"]+)"', drawn)]
    assert len(ids) == len(set(ids))


def test_a_missing_month_is_hatched_and_never_a_zero() -> None:
    found = bars(trend({"2024-01": 5, "2024-02": 0, "2024-04": 8}, "2024-01", "2024-04"))
    assert found["2024-03: no data"].get("fill") == "url(#t-absent)"
    assert float(found["2024-03: no data"].get("height", "0")) > 0
    assert float(found["2024-02: 0"].get("height", "1")) == 0
    assert float(found["2024-04: 8"].get("height", "0")) == pytest.approx(160)


def test_bars_are_as_tall_as_their_counts() -> None:
    found = bars(trend({"2024-01": 10, "2024-02": 20, "2024-03": 40}, "2024-01", "2024-03"))
    tall = [float(rect.get("height", "0")) for rect in found.values()]
    assert tall == pytest.approx([40, 80, 160])


def test_the_recent_months_stand_out() -> None:
    counts = {"2024-01": 1, "2024-02": 2, "2024-03": 3}
    found = bars(trend(counts, "2024-01", "2024-03", recent=["2024-03"]))
    colours = [rect.get("fill") for rect in found.values()]
    assert colours[0] == colours[1] != colours[2]


@pytest.mark.parametrize("value", [0, 1, 4, 5, 39, 40, 41, 410, 999, 123_456])
def test_an_axis_ends_at_or_above_its_highest_value_and_splits_in_four(value: int) -> None:
    counts = {"2024-01": value}
    labels = [
        int((text.text or "").replace(",", ""))
        for text in trend(counts, "2024-01", "2024-01").iter(f"{SVG}text")
        if text.get("text-anchor") == "end"
    ]
    top = max(labels)
    assert max(value, 1) <= top <= max(4, 1.7 * value)
    assert sorted(labels) == [0, top // 4, top // 2, top * 3 // 4, top]


def test_a_share_is_drawn_as_long_as_it_is() -> None:
    drawn = charts.stability(
        [Share("All", 200, 200), Share("Half", 100, 200), Share("None", 0, 200)],
        bands={"robust": 0.95},
        ident="s",
        title="S",
    )
    rects = list(ET.fromstring(drawn).iter(f"{SVG}rect"))
    whole = float(rects[0].get("width", "0"))
    assert [float(rect.get("width", "0")) for rect in rects[1::2]] == pytest.approx(
        [whole, whole / 2, 0], abs=0.01
    )


def test_the_families_of_a_strip_add_up_to_all_variants() -> None:
    drawn = figures.of_cell(RECORD, HOT)["stability"]
    desc = ET.fromstring(drawn).find(f"{SVG}desc").text  # type: ignore[union-attr]
    found = {
        name: (int(hit), int(of))
        for name, hit, of in re.findall(r"(?:^|; )([^:]+): hot in (\d+) of (\d+)", desc or "")
    }
    for choice in (r"Width", r"Window", r"Compared", r"Above|At or above"):
        parts = [share for name, share in found.items() if re.match(choice, name)]
        assert tuple(map(sum, zip(*parts, strict=True))) == found["All variants"]


def test_names_are_escaped() -> None:
    hostile = records.record(area_name='<script>"&')
    for drawn in figures.of_area(hostile).values():
        ET.fromstring(drawn)
        assert "<script" not in drawn


def test_the_plan_shows_every_cell_and_circle() -> None:
    picture = ET.fromstring(plan.plan(RECORD, Base(), ident="plan", title="Plan"))
    shapes = len(list(picture.iter(f"{SVG}path")))
    # The ground, the boundary's line and the scale bar come on top.
    assert shapes == len(RECORD["cells"]) + 3
    assert len(list(picture.iter(f"{SVG}circle"))) == len(RECORD["circles"])
