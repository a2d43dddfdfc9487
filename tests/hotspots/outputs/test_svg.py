"""SVG elements: whatever goes in stays a value."""

import xml.etree.ElementTree as ET

from overt.hotspots.outputs import svg

HOSTILE = "\"><script>'&"


def test_attributes_and_text_are_escaped() -> None:
    drawn = svg.element("a", svg.text(HOSTILE), id=HOSTILE)
    parsed = ET.fromstring(drawn)
    assert parsed.get("id") == HOSTILE
    assert parsed[0].text == HOSTILE


def test_names_of_attributes_take_hyphens_and_reserved_words() -> None:
    assert svg.element("text", text_anchor="end", class_="x") == (
        '<text text-anchor="end" class="x"/>'
    )


def test_numbers_have_two_decimals_at_most() -> None:
    assert [svg.number(value) for value in (1, 1.0, 0.125, 10.0, 1 / 3)] == [
        "1",
        "1",
        "0.12",
        "10",
        "0.33",
    ]
