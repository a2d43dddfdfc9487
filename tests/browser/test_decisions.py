"""The pages of decisions at two widths, and a review by keyboard alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment
from overt.deployments.services import deciding
from tests.accounts.signing_in import sign_in
from tests.browser.conftest import NARROW, WIDE
from tests.browser.watch import Watch, accessibility_faults
from tests.deployments import making

OpenPage = Callable[..., tuple[Page, Watch]]


def enter(page: Page, origin: str, user: User) -> None:
    """As though `user` had signed in with both factors a moment ago."""
    client = Client()
    sign_in(client, user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": origin}]
    )


def made(state: str, cast: making.People, days: int) -> Deployment:
    """One whose steps were an hour ago, and that is yet to come."""
    now = timezone.now() - timedelta(hours=1)
    return making.deployment_in(
        state,
        cast,
        now=now,
        start=now + timedelta(days=days),
        assessments=making.assessments(cast, now - timedelta(days=20)),
    )


def given_orally(cast: making.People, days: int) -> Deployment:
    deployment = made(states.SUBMITTED, cast, days)
    now = timezone.now()
    deciding.authorise_orally(
        deployment=deployment,
        seen_digest=making.digest(deployment),
        given_at=now - timedelta(minutes=20),
        reason="The threat came this morning.",
        actor=making.actor(cast.inspector),
        now=now,
    )
    return Deployment.objects.get(pk=deployment.pk)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_decisions_is_sound_accessible_and_fits(
    width: int,
    transactional_db: None,
    open_page: OpenPage,
    origin: str,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast = making.people()
    submitted = made(states.SUBMITTED, cast, 10)
    reviewed = made(states.REVIEWED, cast, 11)
    authorised = made(states.AUTHORISED, cast, 12)
    orally = given_orally(cast, 13)
    ended = made(states.WITHDRAWN, cast, 14)
    visits = {
        "to-decide-officer": (cast.officer, "to-decide/"),
        "to-decide-inspector": (cast.inspector, "to-decide/"),
        "review": (cast.legal, f"{submitted.reference}/review/"),
        "review-oral": (cast.legal, f"{orally.reference}/review/"),
        "authorise": (cast.officer, f"{reviewed.reference}/authorise/"),
        "authorise-too-early": (cast.officer, f"{submitted.reference}/authorise/"),
        "oral": (cast.inspector, f"{submitted.reference}/oral-authority/"),
        "withdraw": (cast.officer, f"{authorised.reference}/withdraw/"),
        "ready": (cast.operator, f"{authorised.reference}/ready/"),
        "closed": (cast.officer, f"{ended.reference}/withdraw/"),
        "deployment-oral": (cast.officer, f"{orally.reference}/"),
        "deployment-withdrawn": (cast.auditor, f"{ended.reference}/"),
    }
    page, watch = open_page(width)
    faults = {}
    for name, (user, path) in visits.items():
        enter(page, origin, user)
        watch.expected_status = {403} if name == "authorise-too-early" else set()
        page.goto(f"/deployments/{path}")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        keep_screenshot(page, f"{name}-{width}")
        faults[name] = accessibility_faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults[name].append("the page is wider than the screen")
    assert [f"{name}: {fault}" for name, found in faults.items() for fault in found] == []


def test_a_review_by_keyboard_alone_and_its_mistakes(
    transactional_db: None,
    open_page: OpenPage,
    origin: str,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast = making.people()
    deployment = made(states.SUBMITTED, cast, 10)
    page, _ = open_page(WIDE)
    enter(page, origin, cast.legal)
    page.goto("/deployments/to-decide/")
    page.get_by_role("link", name=f"Review {deployment.reference}").press("Enter")
    page.get_by_role("button", name="Record the review").press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error: ")
    keep_screenshot(page, "review-mistaken")
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Choose whether you support it").press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Necessary and proportionate.")
    page.get_by_role("button", name="Record the review").press("Enter")
    page.wait_for_url(re.compile(f"/deployments/{deployment.reference}/$"))
    assert Deployment.objects.get(pk=deployment.pk).state == states.REVIEWED
