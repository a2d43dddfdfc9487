"""The maps: no name becomes markup, nothing is loaded, the same record gives the same bytes."""

import re

from overt.hotspots.outputs import maps
from overt.hotspots.outputs.geojson import Base
from overt.hotspots.outputs.maps import Assets
from tests.hotspots import records

HOSTILE = "</script><img src=x onerror=alert(1)>'\"`${1}"
ASSETS = Assets(
    leaflet_js="var L;\n//# sourceMappingURL=leaflet.js.map",
    leaflet_css=".layers { background-image: url(images/layers.png) }",
    maps_js="var Overt;",
    images={"layers.png": b"\x89PNG"},
)


def offline(area_name: str = "Sample borough") -> str:
    base = Base(stations=[(area_name, 533_000_00, 165_800_00)])
    return maps.offline(records.record(area_name=area_name), base, ASSETS)


def page_map(area_name: str = "Sample borough") -> maps.MapParts:
    return maps.page_map(
        records.record(area_name=area_name), base_url="/b", hotspots_url="/h", cell_url="/{q},{r}"
    )


def test_the_same_record_gives_the_same_bytes() -> None:
    assert offline() == offline()
    assert page_map() == page_map()


def test_one_map_leaves_nothing_behind_in_the_next() -> None:
    before = page_map()
    offline(HOSTILE)
    assert page_map() == before


def test_a_hostile_name_stays_a_name() -> None:
    document = offline(HOSTILE)
    assert "<img src=x" not in document
    assert len(re.findall(r"</script>", document)) == len(re.findall(r"<script>", document)) == 3
    parts = page_map(HOSTILE)
    assert "<img" not in parts.html + parts.script


def test_the_offline_map_refers_to_nothing_outside_itself() -> None:
    document = offline()
    assert not re.findall(r"""(?:src|href)\s*=|url\((?!data:)|@import|https?://""", document)
    assert "sourceMappingURL" not in document
    assert "default-src 'none'" in document


def test_the_pages_map_can_be_zoomed_and_styles_nothing_else() -> None:
    parts = page_map()
    assert "user-scalable" not in parts.html
    assert "<style" not in parts.html
    assert "<script" not in parts.html + parts.script
    assert "$(" not in parts.script


def test_a_refused_analysis_has_an_offline_map_that_says_so() -> None:
    record = records.refused()
    assert record["refusal"]["reason"] in maps.offline(record, Base(), ASSETS)
