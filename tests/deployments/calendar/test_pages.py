"""The calendar's pages: what they show, narrow and lead to, and how little they read."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from overt.deployments import states
from overt.deployments.models import Deployment, System, Team
from overt.deployments.views import calendar as views
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PAGE = "/deployments/calendar/"
DAY = timedelta(days=1)
Today = Callable[[datetime], None]


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(making.people().auditor)
    return client


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    """Sets the calendar's clock, and leaves the session's alone."""

    def at(now: datetime) -> None:
        monkeypatch.setattr(views, "timezone", SimpleNamespace(now=lambda: now))

    return at


def text(client: Client, **query: object) -> str:
    """The page's words, with single spaces."""
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_the_month_of_today_is_shown_first(client: Client, today: Today) -> None:
    today(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    assert "July 2027" in text(client)
    assert "Week 26 of 2027: 28 June to 4 July 2027" in text(client, view="week")


def test_an_item_says_time_reference_title_borough_and_state(client: Client) -> None:
    made = making.deployment_in(states.SUBMITTED, title="A <b>market</b>")
    words = text(client, year=2026, month=12)
    assert f"11:00 to 16:00 {made.reference} A <b>market</b> Sample borough Submitted" in words
    assert "<b>market" not in client.get(PAGE, {"year": 2026, "month": 12}).content.decode()
    week = text(client, view="week", year=2026, week=49)
    assert f"{made.reference} A <b>market</b> Sample borough Submitted Van 1, Blue team" in week


def test_what_crosses_midnight_into_another_month_is_in_both(client: Client) -> None:
    made = making.draft(start=datetime(2026, 12, 31, 22, 0, tzinfo=UTC))
    assert f"from 22:00 {made.reference}" in text(client, view="list", year=2026, month=12)
    assert f"until 03:00 {made.reference}" in text(client, view="list", year=2027, month=1)
    assert made.reference not in text(client, view="list", year=2027, month=2)


def test_the_night_in_october_shows_zones(client: Client) -> None:
    making.draft(start=datetime(2027, 10, 31, 0, 30, tzinfo=UTC), hours=1)
    words = text(client, view="week", year=2027, week=43)
    assert "01:30 BST to 01:30 GMT" in words
    assert "The clocks go back: 25 hours" in words


def test_leap_day_has_its_place(client: Client) -> None:
    made = making.draft(start=datetime(2028, 2, 29, 10, 0, tzinfo=UTC))
    assert f"Tuesday 29 February 2028 10:00 to 15:00 {made.reference}" in text(
        client, view="list", year=2028, month=2
    )


def test_drafts_without_times_are_not_shown_and_others_are_hollow(client: Client) -> None:
    Deployment.objects.create(
        reference="LFR-2026-0900",
        state_at=making.NOW,
        created_by=making.account("pat"),
        created_at=making.NOW,
        policy_name="p",
        policy_digest="0" * 64,
        title="No times",
    )
    making.draft()
    content = client.get(PAGE, {"year": 2026, "month": 12}).content.decode()
    assert "No times" not in content
    assert "overt-calendar__item--draft" in content


def test_what_will_not_take_place_is_shown_on_demand(client: Client) -> None:
    made = making.deployment_in(states.CANCELLED)
    shown = {"view": "list", "year": 2026, "month": 12}
    assert made.reference not in text(client, **shown)
    assert f"{made.reference} Winter market Sample borough Cancelled" in text(
        client, **shown, state="all"
    )
    assert made.reference in text(client, **shown, state="cancelled")
    assert made.reference not in text(client, **shown, state="draft")


def test_filters_narrow_and_stay_in_every_link(client: Client) -> None:
    van, team = System.objects.create(name="Van 8"), Team.objects.create(name="Red team")
    mine = making.draft(title="Mine", system=van, team=team)
    other = making.draft(title="Other")
    query = {"view": "list", "year": 2026, "month": 12}
    for narrowed in ({"system": van.pk}, {"team": team.pk}):
        words = text(client, **query, **narrowed)
        assert mine.reference in words
        assert other.reference not in words
    both = text(client, **query, borough=mine.borough_id)
    assert mine.reference in both
    assert other.reference in both
    content = client.get(PAGE, query | {"system": van.pk}).content.decode()
    links = [unescape(href) for href in re.findall(r'href="(\?[^"]*)"', content)]
    away = [href for href in links if "system" not in href]
    assert away == ["?view=list&year=2026&month=12"]
    assert f"/deployments/calendar/feed/?system={van.pk}" in content


@pytest.mark.parametrize(
    "query",
    [
        {"year": "x", "month": "\0"},
        {"borough": "1;--", "system": "-1", "team": "9" * 30, "state": "'"},
        {"view": "week", "year": "2026", "week": "99"},
        {"view": "list", "page": "10000"},
        {"year": "2000", "month": "1"},
        {"year": "2100", "month": "12"},
        {"view": "week", "year": "2100", "week": "52"},
    ],
)
def test_any_address_is_answered(client: Client, query: dict[str, str]) -> None:
    assert client.get(PAGE, query).status_code == 200


def test_warnings_stand_beside_what_they_are_about(client: Client, today: Today) -> None:
    making.draft()
    today(making.START - timedelta(hours=3, minutes=1))
    for view in ({"view": "list", "month": 12}, {"view": "week", "week": 49}):
        assert (
            "1 warning about LFR-2026-0001 No notice is published, and the start is 3 h 1 min "
            "away: the policy asks for 24 hours. (notice.lead_hours: assumed)"
        ) in text(client, year=2026, **view)


def test_known_days_are_named(client: Client) -> None:
    words = text(client, year=2027, month=8)
    assert "Notting Hill Carnival" in words
    assert "Summer bank holiday" in words
    assert "(polling day)" in text(client, year=2027, month=5)


def test_a_full_day_leads_to_the_list_of_that_day(client: Client) -> None:
    for _ in range(7):
        making.draft()
    content = client.get(PAGE, {"year": 2026, "month": 12}).content.decode()
    more = "?view=list&amp;year=2026&amp;month=12&amp;day=5"
    assert more in content
    page = text(client, view="list", year=2026, month=12, day=5)
    assert "Saturday 5 December 2026" in page
    assert page.count("Winter market") == 7


def test_five_thousand_take_as_many_queries_as_five(
    client: Client, django_assert_max_num_queries
) -> None:
    made = making.draft()
    _copies(made, 5_000)
    client.get(PAGE)
    for query in (
        {"year": 2027, "month": 3},
        {"view": "week", "year": 2027, "week": 10},
        {"view": "list", "year": 2027, "month": 3},
    ):
        with django_assert_max_num_queries(14):
            response = client.get(PAGE, query)
        assert response.status_code == 200
        assert len(response.content) < 1_500_000
    # Only what is shown is read: a month without any deployment holds none.
    response = client.get(PAGE, {"view": "list", "year": 2031, "month": 1})
    assert response.context["page"].paginator.count == 0


def _copies(made: Deployment, count: int) -> None:
    """`count` drafts like `made`, one every two hours."""
    Deployment.objects.bulk_create(
        Deployment(
            reference=f"LFR-2027-{number:04d}",
            state=states.DRAFT,
            state_at=making.NOW,
            created_by=made.created_by,
            created_at=making.NOW,
            policy_name=made.policy_name,
            policy_digest=made.policy_digest,
            draft=made.draft,
            title=f"Plan {number}",
            borough=made.borough,
            system=made.system,
            team=made.team,
            setup_at=start - timedelta(hours=1),
            starts_at=start,
            ends_at=start + timedelta(hours=5),
            takedown_at=start + timedelta(hours=6),
        )
        for number in range(1, count + 1)
        for start in [making.START + number * timedelta(hours=2)]
    )


def test_systems_and_teams_show_what_takes_them_next(client: Client, today: Today) -> None:
    today(making.NOW + DAY)
    later = making.deployment_in(states.SUBMITTED, title="Later", start=making.START + DAY)
    sooner = making.deployment_in(states.SUBMITTED, title="Sooner")
    making.draft(title="Only a draft", start=making.START - DAY)
    System.objects.create(name="Van 9", is_active=False)
    response = client.get(reverse("deployments:equipment"))
    content = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert f"Van 1 {sooner.reference} Sooner" in content
    assert f"Blue team {sooner.reference} Sooner" in content
    assert later.reference not in content
    assert "Van 9 (not in use) None" in content
