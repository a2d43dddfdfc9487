"""Signs in a browser: one thumb on the street, with and without a location; the board."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment, Sign, SignCheck
from overt.hotspots.geo import bng
from tests.browser.conftest import NARROW, PASSWORD, WIDE, sign_in
from tests.browser.watch import Watch, accessibility_faults
from tests.deployments import making

Opens = Callable[..., tuple[Page, Watch]]


@pytest.fixture
def planner(transactional_db: None) -> User:
    """Who `making` makes the planner, with a password."""
    return User.objects.create_user("pat", password=PASSWORD, first_name="Pat", last_name="Lanner")


@pytest.fixture
def authorised(planner: User) -> Deployment:
    """Authorised days ago; set-up has begun."""
    now = timezone.now()
    return making.deployment_in(
        states.AUTHORISED, now=now - timedelta(days=9), start=now + timedelta(minutes=30)
    )


@pytest.fixture
def sign(authorised: Deployment) -> Sign:
    return authorised.signs.get(code="S1")


def street(sign: Sign) -> str:
    return f"/deployments/signs/{sign.token}/"


def standing(sign: Sign, metres: int) -> dict[str, Any]:
    """A telephone so far east of the planned point that may say where it is."""
    lon, lat = bng.to_wgs84(sign.easting + metres * 100, sign.northing)
    where = {"latitude": float(lat[0]), "longitude": float(lon[0]), "accuracy": 5}
    return {"geolocation": where, "permissions": ["geolocation"]}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Page) -> str:
    banner = page.locator(".govuk-notification-banner__heading")
    banner.wait_for()
    return banner.inner_text()


def faults(page: Page, width: int) -> list[str]:
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("the page is wider than the screen")
    return found


@pytest.mark.both_databases
def test_one_press_places_a_sign_with_its_location(
    open_page: Opens, planner: User, sign: Sign, keep_screenshot: Callable[[Page, str], None]
) -> None:
    page, _ = open_page(NARROW, **standing(sign, 8), has_touch=True)
    sign_in(page, planner)
    page.goto(street(sign))
    keep_screenshot(page, f"sign-planned-{NARROW}")
    assert faults(page, NARROW) == []
    press(page, "Placed here")
    assert told(page) == "Sign S1 is recorded as placed, 8 m from the planned point."
    keep_screenshot(page, f"sign-placed-{NARROW}")
    assert faults(page, NARROW) == []
    press(page, "Still in place")
    page.get_by_text("still in place, 8 m").wait_for()
    kept = [(check.kind, check.distance_m, check.accuracy_m) for check in sign.checks.all()]
    assert kept == [("placed", 8, 5), ("rechecked", 8, 5)]


@pytest.mark.both_databases
def test_far_from_the_plan_the_page_asks_before_it_records(
    open_page: Opens, planner: User, sign: Sign, keep_screenshot: Callable[[Page, str], None]
) -> None:
    page, _ = open_page(NARROW, **standing(sign, 180))
    sign_in(page, planner)
    page.goto(street(sign))
    press(page, "Placed here")
    page.get_by_role("link", name=re.compile("You are 180 m from the planned point")).click()
    expect(page.get_by_label("Note")).to_be_focused()
    keep_screenshot(page, f"sign-far-{NARROW}")
    assert faults(page, NARROW) == []
    assert not SignCheck.objects.exists()
    page.get_by_label("Note").fill("The road is closed <b>here</b>.")
    press(page, "Placed here")
    assert told(page) == "Sign S1 is recorded as placed, 180 m from the planned point."
    assert page.get_by_text("The road is closed <b>here</b>.").is_visible()


@pytest.mark.both_databases
def test_who_refuses_to_be_located_writes_where_the_sign_is(
    open_page: Opens, planner: User, sign: Sign
) -> None:
    page, _ = open_page(NARROW, permissions=[])
    sign_in(page, planner)
    page.goto(street(sign))
    press(page, "Placed here")
    page.get_by_role("link", name=re.compile("Your phone gave no location")).wait_for()
    page.get_by_label("Note").fill("On the lamp post by the bank.")
    press(page, "Placed here")
    assert told(page) == "Sign S1 is recorded as placed, without a location."
    press(page, "Missing")
    page.get_by_text("Sign S1 is reported missing, without a location.").wait_for()
    assert [check.kind for check in sign.checks.all()] == ["placed", "missing"]


def test_it_works_without_javascript_and_by_keyboard(
    open_page: Opens, planner: User, sign: Sign
) -> None:
    page, _ = open_page(NARROW, java_script_enabled=False)
    sign_in(page, planner)
    page.goto(street(sign))
    page.get_by_label("Note").fill("On the lamp post by the bank.")
    page.get_by_role("button", name="Placed here").focus()
    page.keyboard.press("Enter")
    assert told(page) == "Sign S1 is recorded as placed, without a location."


def test_a_thumb_cannot_miss_the_buttons_nor_press_twice(
    open_page: Opens, planner: User, sign: Sign
) -> None:
    page, _ = open_page(NARROW, **standing(sign, 3))
    sign_in(page, planner)
    page.goto(street(sign))
    box = page.get_by_role("button", name="Placed here").bounding_box()
    assert box is not None
    assert box["height"] >= 80
    assert box["width"] >= 300
    assert box["y"] + box["height"] < 500
    page.get_by_role("button", name="Placed here").dblclick()
    assert told(page) == "Sign S1 is recorded as placed, 3 m from the planned point."
    assert sign.checks.count() == 1


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_board_is_sound_and_renews_itself(
    width: int,
    open_page: Opens,
    planner: User,
    authorised: Deployment,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    page, _ = open_page(width)
    sign_in(page, planner)
    page.clock.install()
    page.goto(f"/deployments/{authorised.reference}/signs/")
    expect(page.locator("#sign-board")).to_contain_text("0 of 8 in place")
    making.place_signs(authorised, planner, timezone.now())
    gone = authorised.signs.get(code="S4")
    SignCheck.objects.create(
        sign=gone, kind="missing", person=planner, at=timezone.now(), note="Torn off <i>again</i>."
    )
    page.clock.fast_forward("00:16")
    expect(page.locator("#sign-board")).to_contain_text("7 of 8 in place")
    expect(page.locator("#sign-board")).to_contain_text("Torn off <i>again</i>.")
    keep_screenshot(page, f"signs-{width}")
    assert faults(page, width) == []
    page.get_by_role("link", name="Check sign S4").click()
    expect(page.get_by_role("button", name="Placed here")).to_be_visible()


def test_the_board_gives_every_sign_on_paper(
    open_page: Opens, planner: User, authorised: Deployment
) -> None:
    page, _ = open_page()
    sign_in(page, planner)
    page.goto(f"/deployments/{authorised.reference}/signs/")
    with page.expect_download() as started:
        page.get_by_role("link", name="A4 (PDF)", exact=True).click()
    assert started.value.suggested_filename == f"{authorised.reference}-signs-A4.pdf"
    assert started.value.path().read_bytes().startswith(b"%PDF-")
