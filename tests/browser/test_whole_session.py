"""A whole session on its page: web server, worker, beat and the simulated system are processes, and
a person watches, loses sight of it while the system's network is away, and stops it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import accessibility_faults, watched
from tests.faults.site import Site, site

PATIENCE_MS = 120_000


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, permit_seconds=8) as made:
        yield made


def faces(page: Page) -> int:
    said = page.locator("#session-now").inner_text()
    found = re.search(r"Faces seen\s+([\d,]+)", said)
    assert found, said
    return int(found.group(1).replace(",", ""))


def test_a_session_is_watched_through_a_loss_of_its_network_to_its_stop(
    running: Site, browser: Browser
) -> None:
    made = json.loads(running.run("-m", "tests.faults.people"))
    running.start("web", "worker", "beat")
    running.wait_until_it_serves(patience_s=PATIENCE_MS / 1000)
    running.start_system("van", made, "--busy", "20", "--alerting", "20")
    context = browser.new_context(
        base_url=running.origin,
        viewport={"width": NARROW, "height": 900},
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    try:
        cookie = {"name": "sessionid", "value": made["cookies"]["operator"]}
        context.add_cookies([cookie | {"url": running.origin}])
        page = context.new_page()
        with watched(page, running.origin):
            _watch(page, made["session"], running.folder / "van" / "faults")
        running.wait_until(
            "end of the system",
            lambda: running.processes["van"].poll() is not None,
            patience_s=PATIENCE_MS / 1000,
        )
        with watched(page, running.origin):
            page.goto(f"/sessions/{made['session']}/account/")
            told = running.told("van")
            expect(page.locator("main")).to_contain_text(f"{told['faces']:,}")
    finally:
        expect.set_options(timeout=5_000)
        context.close()


def _watch(page: Page, session: str, faults: Path) -> None:
    page.goto(f"/sessions/{session}/")
    state = page.locator("#session-state")
    expect(state).to_contain_text("its permit holds")
    page.evaluate("window.stays = true")
    before = faces(page)
    page.wait_for_function(
        "(seen) => Number(document.querySelector('#session-now').innerText"
        ".match(/Faces seen\\s+([\\d,]+)/)[1].replace(',', '')) > seen",
        arg=before,
    )
    _set(faults, "network")
    expect(state).not_to_contain_text("its permit holds")
    expect(state).to_contain_text("runs only once it has a permit")
    _set(faults, "")
    expect(state).to_contain_text("its permit holds")
    assert page.evaluate("window.stays") is True
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Stop the session").click()
    page.get_by_label("Why it is stopped").fill("The crowd has gone home.")
    page.get_by_role("button", name="Stop the session").click()
    page.wait_for_url(f"**/sessions/{session}/")
    expect(state).to_contain_text("The system has stopped")


def _set(faults: Path, text: str) -> None:
    """In one step, as the system reads it whenever it likes."""
    draft = faults.with_suffix(".new")
    draft.write_text(text)
    draft.replace(faults)
