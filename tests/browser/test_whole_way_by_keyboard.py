"""From an analysis until a deployment is ready, by five people, with the keyboard alone."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from overt.accounts.models import User
from overt.deployments.application import tasks
from overt.deployments.models import Deployment
from tests.browser import whole_way
from tests.browser.hands import Keyboard
from tests.browser.test_decisions import OpenPage
from tests.deployments import making


def test_the_whole_way_needs_no_mouse(
    open_page: OpenPage,
    origin: str,
    analyst: User,
    crime_files: None,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast = making.people()
    making.borough()
    page, _ = open_page(permissions=[])
    # The mouse goes the same way at this width, and asks.
    hand = Keyboard(page, origin, asks_axe=False)
    analysis, centre = whole_way.analyse(hand, analyst)

    def round_the_hexagon(given: Mapping[str, object]) -> None:
        """The boxes of the form: the centre that the page of the hexagon names, and a radius."""
        hand.fill({**given, "basis": "hotspot"})
        hand.button("Save")
        hand.fill({"zone_as": "circle", "zone_centre": centre, "zone_radius": 60})
        hand.fill({"analysis": str(analysis.pk)})
        hand.button("Save")

    whole_way.go(hand, cast, round_the_hexagon)
    keep_screenshot(page, "whole-way-by-keyboard")
    place = tasks.read_draft(Deployment.objects.get().draft).place
    assert place.basis == "hotspot"
    assert place.analysis_digest == analysis.digest
    assert hand.faults == []
