"""The public register and the planner's page of a notice, at two widths, also without a script."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Deployment, Sign, System
from overt.deployments.services import deciding, notices
from overt.ledger.services import make_checkpoint
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_decisions import enter, made
from tests.browser.watch import Watch, accessibility_faults
from tests.deployments import making
from tests.recognition import publishing

DAY = timedelta(days=1)
OpenPage = Callable[..., tuple[Page, Watch]]


def publish(deployment: Deployment, *, minutes_ago: int) -> None:
    notices.publish(
        deployment=deployment,
        seen_digest=making.digest(deployment),
        actor=making.actor(deployment.created_by),
        now=timezone.now() - timedelta(minutes=minutes_ago),
    )


def withdraw(deployment: Deployment, cast: making.People) -> None:
    deciding.withdraw(
        deployment=deployment,
        seen_digest=making.digest(deployment),
        reason="The threat has passed.",
        actor=making.actor(cast.officer),
        now=timezone.now() - timedelta(minutes=20),
    )


def under_threat(cast: making.People) -> Deployment:
    now = timezone.now() - timedelta(hours=1)
    return making.deployment_in(
        states.AUTHORISED,
        cast,
        now=now,
        start=now + timedelta(hours=9),
        assessments=making.assessments(cast, now),
        notice=tasks.Notice(
            text="Police will use live facial recognition near the station.\n\nCome and ask.",
            exception_reason="An attack on the event is believed to be imminent.",
        ),
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_public_page_is_sound_accessible_and_fits(
    width: int,
    transactional_db: None,
    open_page: OpenPage,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast = making.people()
    urgent, coming, off = under_threat(cast), made(states.AUTHORISED, cast, 11), None
    off = made(states.AUTHORISED, cast, 13)
    for minutes, deployment in ((40, coming), (35, off), (30, urgent)):
        publish(deployment, minutes_ago=minutes)
    withdraw(off, cast)
    make_checkpoint(actor="command:test:runner", now=timezone.now())
    sign = Sign.objects.filter(deployment=coming).earliest("pk")
    visits = {
        "register": "/register/",
        "register-searched": "/register/?words=nowhere",
        "register-announced": f"/register/{coming.reference}/",
        "register-exception": f"/register/{urgent.reference}/",
        "register-cancelled": f"/register/{off.reference}/",
        "register-nothing": "/register/LFR-1999-0001/",
        "register-sign": f"/signs/{sign.token}/",
        "register-unknown-sign": "/signs/no-sign-has-this-token-at-all/",
        "home": "/",
    }
    page, watch = open_page(width)
    faults = []
    for name, path in visits.items():
        watch.expected_status = {404} if "nothing" in name or "unknown" in name else set()
        page.goto(path)
        for details in page.locator("details").all():
            details.locator("summary").click()
        keep_screenshot(page, f"{name}-{width}")
        faults += [f"{name}: {fault}" for fault in accessibility_faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name}: the page is wider than the screen")
    assert faults == []
    assert page.context.cookies() == []


def test_the_register_is_searched_and_read_without_a_script(
    transactional_db: None, open_page: OpenPage
) -> None:
    cast = making.people()
    coming = made(states.AUTHORISED, cast, 11)
    publish(coming, minutes_ago=30)
    page, _ = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="public register").click()
    page.get_by_label("Search").fill("station")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Sample borough, near the station").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("near the station")
    expect(page.get_by_text(coming.reference).first).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_planner_previews_and_publishes(
    width: int,
    transactional_db: None,
    open_page: OpenPage,
    origin: str,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast = making.people()
    coming = made(states.AUTHORISED, cast, 11)
    page, _ = open_page(width)
    enter(page, origin, cast.planner)
    faults = []

    def look(name: str) -> None:
        keep_screenshot(page, f"notice-{name}-{width}")
        faults.extend(f"{name}: {fault}" for fault in accessibility_faults(page))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name}: the page is wider than the screen")

    page.goto(f"/deployments/{coming.reference}/")
    look("panel")
    page.get_by_role("button", name="Preview and publish").click()
    look("preview")
    page.get_by_role("button", name="Publish notice 1").click()
    expect(page.get_by_text("Notice 1 is published.")).to_be_visible()
    page.get_by_role("link", name="Cancel the notice").click()
    look("cancel")
    page.get_by_label("Reason").fill("The wording misleads.")
    page.get_by_role("button", name="Publish the cancellation").click()
    expect(page.get_by_role("heading", name="Notice 2: cancellation")).to_be_visible()
    look("history")
    page.get_by_role("link", name="Public page of this deployment").click()
    expect(page.get_by_text("This was cancelled")).to_be_visible()
    assert faults == []


def test_every_page_of_the_public_account_is_sound_accessible_and_fits(
    transactional_db: None, open_page: OpenPage, keep_screenshot: Callable[[Page, str], None]
) -> None:
    """One deployment with a corrected record, one with overdue deletions that waits for its record,
    one that is announced, one cancelled; and one of a year that is over."""
    cast, now = making.people(), timezone.now().replace(microsecond=0)
    hours, long_ago = timedelta(hours=1), now - 400 * DAY
    counts = {"A1": (6, 7, 8), "B1": (9, 9, 9), "W1": (12, 11, 10), "M1": (1, 6, 6)}
    publishing.published(
        cast,
        made=long_ago - 3 * DAY,
        start=long_ago,
        system=System.objects.create(name="Van 9"),
        assessments=making.assessments(cast, long_ago - 9 * DAY),
        alerts=publishing.alerts(counts, long_ago, not_spoken_to=20),
        faces=9_480,
    )
    lately = {"made": now - 3 * DAY, "assessments": making.assessments(cast, now - 9 * DAY)}
    desk = publishing.published(cast, start=now - 8 * hours, **lately)
    publishing.correct(desk)
    waiting = publishing.stopped(
        cast, start=now - 14 * hours, title="Waiting", deletes=False, **lately
    )
    coming, off = made(states.AUTHORISED, cast, 11), made(states.AUTHORISED, cast, 13)
    for deployment in (coming, off):
        publish(deployment, minutes_ago=30)
    withdraw(off, cast)
    year = timezone.localtime(now - 8 * hours).year
    visits = {
        "record": f"/register/{desk.deployment.reference}/",
        "record-overdue": f"/register/{waiting.deployment.reference}/",
        "records": "/register/records/",
        "records-year": f"/register/records/{year}/",
        "records-totals": f"/register/records/{year}/totals/",
        "records-groups": f"/register/records/{timezone.localtime(long_ago).year}/totals/",
    }
    faults = []
    for width in (WIDE, NARROW):
        page, _ = open_page(width)
        for name, path in visits.items():
            page.goto(path)
            keep_screenshot(page, f"register-{name}-{width}")
            faults += [f"{name} at {width}: {fault}" for fault in accessibility_faults(page)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{name}: the page is wider than {width}")
        assert page.context.cookies() == []
    assert faults == []
