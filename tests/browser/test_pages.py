"""Every page at two widths: nothing goes wrong in it, axe finds nothing, it fits the screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from overt.accounts.models import User
from overt.hotspots.models import Analysis, CrimeFile
from tests.browser.conftest import NARROW, WIDE, sign_in
from tests.browser.watch import Watch, accessibility_faults
from tests.hotspots import records

HOTTEST = min(records.record()["cells"], key=lambda cell: cell["rank"])
PAGES = {
    "home": "/",
    "data": "/hotspots/data/",
    "crime-file": "/hotspots/data/files/{file}/",
    "analyses": "/hotspots/analyses/",
    "analysis-new": "/hotspots/analyses/new/",
    "analysis": "/hotspots/analyses/{done}/",
    "analysis-refused": "/hotspots/analyses/{refused}/",
    "cell": f"/hotspots/analyses/{{done}}/cells/{HOTTEST['q']},{HOTTEST['r']}/",
    "comparison": "/hotspots/comparison/",
    "policy": "/policy/",
    "policy-profile": "/policy/met-2024-09/",
    "ledger": "/ledger/",
    "not-found": "/no/such/page/",
}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_sound_accessible_and_fits(
    width: int,
    open_page: Callable[..., tuple[Page, Watch]],
    analyst: User,
    analysis: Analysis,
    refused: Analysis,
    crime_files: None,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    page, watch = open_page(width)
    keep_signed_out(page, width, keep_screenshot)
    sign_in(page, analyst)
    file = CrimeFile.objects.earliest("pk")
    faults = {}
    for name, path in PAGES.items():
        watch.expected_status = {404} if name == "not-found" else set()
        page.goto(path.format(done=analysis.pk, refused=refused.pk, file=file.pk))
        if name == "analysis":
            page.wait_for_selector(".overt-map[data-drawn]")
        keep_screenshot(page, f"{name}-{width}")
        faults[name] = accessibility_faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults[name].append("the page is wider than the screen")
    assert [f"{name}: {fault}" for name, found in faults.items() for fault in found] == []


def keep_signed_out(page: Page, width: int, keep: Callable[[Page, str], None]) -> None:
    for name, path in (("home-signed-out", "/"), ("sign-in", "/accounts/login/")):
        page.goto(path)
        keep(page, f"{name}-{width}")
        assert accessibility_faults(page) == []
