"""From an analysis until a deployment is ready, by five people, with a mouse or a thumb; and until
it is submitted where a statement takes the place of the analysis."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Deployment
from overt.deployments.place import reading
from tests.browser import whole_way
from tests.browser.conftest import NARROW, WIDE
from tests.browser.drawing import draw_in_hexagon
from tests.browser.hands import Mouse
from tests.browser.test_decisions import OpenPage
from tests.deployments import making

STATEMENT = "Officers who policed the event last year saw wanted people come here."
# A triangle well inside a hexagon.
CORNERS = [(-0.3, -0.2), (0.3, -0.2), (0.05, 0.3)]


@pytest.mark.parametrize("width", [pytest.param(WIDE, marks=pytest.mark.both_databases), NARROW])
def test_a_deployment_goes_the_whole_way_with_its_zone_drawn_on_a_hot_hexagon(
    width: int,
    open_page: OpenPage,
    origin: str,
    analyst: User,
    crime_files: None,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast = making.people()
    making.borough()
    page, _ = open_page(width, permissions=[], has_touch=width == NARROW)
    hand = Mouse(page, origin)
    analysis, _ = whole_way.analyse(hand, analyst)

    def on_the_map(given: Mapping[str, object]) -> None:
        """The map shows the hexagons of the analysis once it is chosen and saved."""
        hand.fill({**given, "basis": "hotspot"})
        hand.button("Save")
        hand.fill({"analysis": str(analysis.pk)})
        hand.button("Save")
        draw_in_hexagon(page, CORNERS, by_touch=width == NARROW)
        expect(page.get_by_role("status")).to_contain_text("The zone is in the form")
        keep_screenshot(page, f"whole-way-drawn-{width}")
        hand.button("Save")

    whole_way.go(hand, cast, on_the_map)
    keep_screenshot(page, f"whole-way-ready-{width}")
    place = tasks.read_draft(Deployment.objects.get().draft).place
    assert place.basis == "hotspot"
    assert place.analysis_digest == analysis.digest
    assert len(place.zone) == len(CORNERS) + 1
    assert hand.faults == []


def test_a_statement_that_is_signed_takes_the_place_of_an_analysis(
    transactional_db: None, open_page: OpenPage, origin: str
) -> None:
    cast = making.people()
    zone = making.zone_inside(making.borough())
    page, _ = open_page(permissions=[])
    hand = Mouse(page, origin)

    def by_experience(given: Mapping[str, object]) -> None:
        typed = {"zone_coordinates": reading.write_ring(zone), "statement": STATEMENT}
        hand.fill({**given, **typed, "basis": "statement"})
        hand.button("Save")
        hand.button("Sign it as my statement")

    deployment = whole_way.start(hand, cast)
    whole_way.apply(hand, cast, by_experience)
    deployment.refresh_from_db()
    assert deployment.state == states.SUBMITTED
    assert tasks.read_draft(deployment.draft).place.statement == STATEMENT
    assert hand.faults == []
