"""The analysis page at work: asked for by keyboard, followed, drawn, published, downloaded."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.hotspots.models import Analysis, Area
from overt.hotspots.services import analyses
from overt.ledger.models import Entry
from tests.browser.conftest import NARROW, NOW, PASSWORD, answered, sign_in
from tests.browser.watch import Watch, accessibility_faults
from tests.hotspots import records

Opened = Callable[..., tuple[Page, Watch]]
MAP = ".overt-map[data-drawn]"


def focus(page: Page, name: str) -> None:
    """Tab on until the control called `name` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        held = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels?.[0]?.innerText || e.getAttribute('aria-label')"
            " || e.innerText || '').trim() }"
        )
        if held == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


@pytest.mark.both_databases
def test_an_analysis_is_asked_for_by_keyboard_and_followed_to_its_map(
    open_page: Opened, analyst: User, area: Area, crime_files: None
) -> None:
    page, _ = open_page()
    page.goto("/accounts/login/")
    focus(page, "Username")
    page.keyboard.type("ann")
    focus(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    focus(page, "Analyses")
    page.keyboard.press("Enter")
    page.wait_for_url("**/analyses/")
    focus(page, "New analysis")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/")
    focus(page, "Area")
    page.keyboard.type("Sam")
    focus(page, "Run the analysis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert accessibility_faults(page) == []

    asked = Analysis.objects.get()
    analyses.run(analysis_id=asked.pk, actor=Actor.of_command("worker"), clock=timezone.now)
    page.wait_for_selector(MAP)
    asked.refresh_from_db()
    assert asked.state == "done"
    hot = asked.summary["hot"]
    expect(page.locator("tr[data-cell]").filter(has_text="hot")).to_have_count(hot)


def test_progress_is_shown_while_it_runs(open_page: Opened, analyst: User, area: Area) -> None:
    record = records.record()
    running = answered(area, analyst, record)
    Analysis.objects.update(
        state="running", progress=40, stage="Trying other grids", record="", digest=""
    )
    page, _ = open_page()
    sign_in(page, analyst)
    page.goto(f"/hotspots/analyses/{running.pk}/")
    expect(page.get_by_role("status")).to_have_text("Running: Trying other grids")
    Analysis.objects.update(progress=70, stage="Moving crimes")
    expect(page.get_by_role("status")).to_have_text("Running: Moving crimes")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "70")


def test_the_map_page_needs_less_than_300_kb_beside_what_is_cached(
    open_page: Opened, analyst: User, analysis: Analysis
) -> None:
    page, _ = open_page()
    sign_in(page, analyst)
    sizes: dict[str, int] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    urls: dict[str, str] = {}
    network.on(
        "Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]})
    )
    network.on(
        "Network.loadingFinished",
        lambda e: sizes.update({urls.get(e["requestId"], ""): e["encodedDataLength"]}),
    )
    page.goto(f"/hotspots/analyses/{analysis.pk}/")
    page.wait_for_selector(MAP)
    ours = {url: size for url, size in sizes.items() if "/static/" not in url}
    assert any(url.endswith("hotspots.geojson") for url in ours)
    assert sum(ours.values()) < 300_000


def test_names_on_the_map_are_text_and_never_markup(
    open_page: Opened, analyst: User, analysis: Analysis
) -> None:
    page, _ = open_page()
    sign_in(page, analyst)
    page.goto(f"/hotspots/analyses/{analysis.pk}/")
    page.wait_for_selector(MAP)
    page.evaluate(
        "map_analysis.eachLayer(l => l.feature?.properties.kind === 'station' && l.openTooltip())"
    )
    expect(page.get_by_text("Fairfield <b>", exact=True)).to_be_visible()


def test_a_row_lights_its_hexagon_and_a_hexagon_leads_to_its_cell(
    open_page: Opened, analyst: User, analysis: Analysis
) -> None:
    page, _ = open_page()
    sign_in(page, analyst)
    page.goto(f"/hotspots/analyses/{analysis.pk}/")
    page.wait_for_selector(MAP)
    row = page.locator("tr[data-cell]").first
    cell = row.get_attribute("data-cell")
    row.get_by_role("link").focus()
    expect(page.locator(".overt-map path[stroke='#fd0']")).to_have_count(1)
    page.locator("h1").click()
    expect(page.locator(".overt-map path[stroke='#fd0']")).to_have_count(0)
    page.evaluate(
        """name => map_analysis.eachLayer(layer => {
          const cell = layer.feature?.properties;
          if (cell?.kind === "cell" && `${cell.q},${cell.r}` === name) layer.openPopup();
        })""",
        cell,
    )
    page.get_by_role("link", name="Explanation").click()
    page.wait_for_url(f"**/cells/{cell}/")
    assert cell is not None


def test_publishing_leaves_one_entry_and_says_so(
    open_page: Opened, analyst: User, analysis: Analysis
) -> None:
    page, _ = open_page(NARROW)
    sign_in(page, analyst)
    page.goto(f"/hotspots/analyses/{analysis.pk}/")
    page.get_by_role("button", name="Publish this analysis").click()
    expect(page.get_by_role("alert")).to_contain_text("The analysis is published")
    expect(page.get_by_role("button", name="Publish this analysis")).to_have_count(0)
    analysis.refresh_from_db()
    assert analysis.published_at is not None
    assert timezone.now() - analysis.published_at < timedelta(hours=1)
    assert Entry.objects.filter(subject=f"analysis:{analysis.pk}").count() == 1
    assert analysis.requested_at == NOW


def test_without_javascript_the_facts_are_there(
    open_page: Opened, analyst: User, analysis: Analysis
) -> None:
    page, _ = open_page(java_script_enabled=False)
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"/hotspots/analyses/{analysis.pk}/")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("tr[data-cell]")).to_have_count(analysis.summary["hot"] + 1)
