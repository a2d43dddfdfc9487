"""The map that opens offline: one file, no request, the same facts."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from overt.hotspots.outputs.geojson import Base
from overt.hotspots.services import evidence
from tests.browser.watch import accessibility_faults, watched
from tests.hotspots import records

HOSTILE = '</script><img src=x onerror="alert(1)">'


def test_it_opens_from_disk_without_a_single_request(browser: Browser, tmp_path: Path) -> None:
    record: dict[str, Any] = records.record(area_name=f"Sample {HOSTILE}")
    base = Base(stations=[(f"Station {HOSTILE}", 533_000_00, 165_800_00)])
    file = tmp_path / "map.html"
    file.write_text(evidence.offline_map(record, base), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    with watched(page, "file://") as watch:
        page.goto(file.as_uri())
        page.wait_for_selector(".overt-map[data-drawn]")
        drawn = page.locator(".overt-map").get_attribute("data-drawn")
        assert drawn == str(len(record["cells"]))
        assert page.locator("h1").inner_text().endswith(HOSTILE)
        assert accessibility_faults(page) == []
        loaded = [url for url in watch.requests if not url.startswith("data:")]
        assert loaded == [file.as_uri()]
    context.close()
