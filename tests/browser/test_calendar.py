"""The calendar in a browser: every page at two widths, and a person's way through it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment, System, Team
from tests.browser.conftest import NARROW, PASSWORD, WIDE, sign_in
from tests.browser.watch import Watch, accessibility_faults
from tests.deployments import making

PAGES = {
    "calendar-month": "/deployments/calendar/?year=2026&month=12",
    "calendar-month-empty": "/deployments/calendar/?year=2030&month=2",
    "calendar-week": "/deployments/calendar/?view=week&year=2026&week=49",
    "calendar-list": "/deployments/calendar/?view=list&year=2026&month=12",
    "calendar-filtered": "/deployments/calendar/?year=2026&month=12&state=all&system={van}",
    "calendar-spring-night": "/deployments/calendar/?view=week&year=2027&week=12",
    "calendar-feed": "/deployments/calendar/feed/",
    "equipment": "/deployments/equipment/",
    "deployment-warned": "/deployments/LFR-2026-0002/",
    "task-warned": "/deployments/LFR-2026-0003/tasks/resources/",
}


@pytest.fixture
def planner(transactional_db: None) -> User:
    user = making.people().planner
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def deployments(planner: User) -> list[Deployment]:
    """A December with a bit of everything, and a night in which the clocks change."""
    vans = [
        System.objects.create(name=f"Van {number}", description="Van, two cameras")
        for number in range(1, 4)
    ]
    Team.objects.create(name="Green team")
    start, day = making.START, timedelta(days=1)
    one = making.deployment_in(states.AUTHORISED, title="Winter market", system=vans[0])
    return [
        one,
        making.deployment_in(states.SUBMITTED, title="Station", start=start + day),
        making.draft(title="Night before the fair <b>", start=start + timedelta(hours=10)),
        making.deployment_in(states.CANCELLED, title="Match day", start=start + 2 * day),
        making.deployment_in(states.READY, title="High street", start=start + 3 * day),
        *(
            making.draft(title=f"Plan {number}", start=start + 6 * day, system=vans[number % 3])
            for number in range(7)
        ),
        making.draft(title="New Year", start=start + 26 * day + timedelta(hours=9)),
        making.draft(
            title="Spring night", start=start.replace(year=2027, month=3, day=27, hour=22)
        ),
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_sound_accessible_and_fits(
    width: int,
    open_page: Callable[..., tuple[Page, Watch]],
    planner: User,
    deployments: list[Deployment],
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    page, _ = open_page(width)
    sign_in(page, planner)
    faults: dict[str, list[str]] = {}
    van = System.objects.get(name="Van 1").pk
    for name, path in PAGES.items():
        page.goto(path.format(van=van))
        for summary in page.locator(".overt-calendar__warned summary").all()[:1]:
            summary.click()
        keep_screenshot(page, f"{name}-{width}")
        faults[name] = accessibility_faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults[name].append("the page is wider than the screen")
    assert [f"{name}: {fault}" for name, found in faults.items() for fault in found] == []


@pytest.mark.both_databases
def test_a_planner_finds_a_deployment_by_month_week_and_day(
    open_page: Callable[..., tuple[Page, Watch]], planner: User, deployments: list[Deployment]
) -> None:
    page, _ = open_page()
    sign_in(page, planner)
    main = page.get_by_role("navigation", name="Main")
    main.get_by_role("link", name="Calendar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{timezone.localtime():%B %Y}")
    page.goto("/deployments/calendar/?year=2026&month=11")
    page.get_by_role("link", name="Next month").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("December 2026")
    page.get_by_role("link", name=re.compile("2 more on 11 December")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Friday 11 December 2026")
    expect(page.get_by_role("link", name=re.compile("Plan [0-9]"))).to_have_count(7)
    page.get_by_role("link", name="Week", exact=True).click()
    page.get_by_role("link", name="Previous week").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Week 49 of 2026: 30 November to 6 December 2026"
    )
    page.get_by_role("link", name=re.compile("Winter market")).click()
    expect(page).to_have_url(re.compile(f"/deployments/{deployments[0].reference}/$"))


def test_by_keyboard_alone_one_shows_only_a_state(
    open_page: Callable[..., tuple[Page, Watch]], planner: User, deployments: list[Deployment]
) -> None:
    page, _ = open_page(NARROW)
    sign_in(page, planner)
    page.goto("/deployments/calendar/?view=list&year=2026&month=12")
    page.locator("summary", has_text="Show only some").focus()
    page.keyboard.press("Enter")
    page.get_by_label("State").focus()
    page.get_by_label("State").select_option("cancelled")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(page.locator(".overt-calendar__item")).to_have_count(1)
    expect(page.get_by_role("link", name=re.compile("Match day"))).to_be_visible()


@pytest.mark.both_databases
def test_a_person_makes_a_feed_reads_it_elsewhere_and_revokes_it(
    open_page: Callable[..., tuple[Page, Watch]],
    planner: User,
    deployments: list[Deployment],
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    page, _ = open_page()
    sign_in(page, planner)
    page.goto("/deployments/calendar/feed/")
    page.get_by_role("button", name="Make a feed").click()
    address = page.locator(".overt-command").inner_text()
    keep_screenshot(page, "calendar-feed-made")
    assert accessibility_faults(page) == []
    elsewhere, _ = open_page()
    answer = elsewhere.request.get(address)
    assert answer.ok
    assert "SUMMARY:LFR-" in answer.text()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("works no more").first).to_be_visible()
    assert elsewhere.request.get(address).status == 404
