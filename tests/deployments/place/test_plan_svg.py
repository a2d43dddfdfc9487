"""The plan of a place as SVG."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from overt.deployments.place.plan_svg import plan_svg

EAST, NORTH = 520_000_00, 180_000_00
ZONE = [
    (EAST, NORTH),
    (EAST + 150_00, NORTH),
    (EAST + 150_00, NORTH + 100_00),
    (EAST, NORTH + 100_00),
    (EAST, NORTH),
]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**changes: Any) -> str:
    given: dict[str, Any] = {"zone": ZONE, "title": "Place of LFR-2026-0001"}
    return plan_svg(**(given | changes))


def read(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def labels(text: str) -> list[str]:
    return [element.text or "" for element in read(text).iter(f"{SVG}text")]


def test_every_name_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    text = drawn(
        title=evil,
        cameras=[(evil, ZONE[0])],
        signs=[(evil, ZONE[1])],
        roads=[(evil, [(EAST - 900_00, NORTH), (EAST + 900_00, NORTH)])],
        sensitive=[(evil, evil, ZONE[2])],
    )
    assert "<script" not in text
    assert read(text).find(f"{SVG}title").text == evil  # type: ignore[union-attr]


def test_nothing_in_it_needs_a_style_a_script_or_another_file() -> None:
    text = drawn(hot_cells=[ZONE], signs=[("S1", ZONE[0])])
    assert not re.search(r"style|<script|href|url\(|\son\w+=", text)


def test_the_same_place_gives_the_same_bytes_and_two_have_names_of_their_own() -> None:
    one, other = drawn(), drawn(signs=[("S1", ZONE[0])])
    assert one == drawn()
    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', other))


def test_it_is_told_in_words_too() -> None:
    desc = read(drawn(signs=[("S1", ZONE[0]), ("S2", ZONE[1])])).find(f"{SVG}desc")
    assert desc is not None
    assert desc.text == "Plan, north up: The zone of recognition, 2 signs. Signs: S1, S2."


def test_the_key_names_what_is_there_and_nothing_else() -> None:
    text = drawn(hot_cells=[ZONE], cameras=[("C1", ZONE[0])])
    assert {"Zone of recognition", "Hot hexagon", "Camera"} <= set(labels(text))
    assert not {"Sign", "Road", "Footprint", "Boundary of the borough"} & set(labels(text))


def test_labels_of_points_side_by_side_do_not_lie_on_each_other() -> None:
    signs = [(f"S{i}", (EAST + i * 12_00, NORTH)) for i in range(4)]
    found = {
        element.text: (float(element.get("x", 0)), float(element.get("y", 0)))
        for element in read(drawn(signs=signs)).iter(f"{SVG}text")
        if element.text in dict(signs)
    }
    assert len(found) == len(set(found.values())) == 4


def test_a_road_far_away_is_neither_drawn_nor_named() -> None:
    far = [(EAST + 9_000_00, NORTH), (EAST + 9_900_00, NORTH)]
    assert drawn(roads=[("Far Lane", far)]).split("</desc>")[1] == drawn().split("</desc>")[1]


@pytest.mark.parametrize(("side", "bar"), [(150_00, "50 m"), (900_00, "200 m")])
def test_the_scale_bar_is_a_round_number_of_metres(side: int, bar: str) -> None:
    zone = [(EAST, NORTH), (EAST + side, NORTH), (EAST + side, NORTH + side), (EAST, NORTH)]
    text = drawn(zone=zone)
    assert bar in labels(text)


def test_without_a_zone_there_is_no_plan() -> None:
    assert drawn(zone=()) == ""
