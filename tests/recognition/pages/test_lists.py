"""The list of sessions, and the list of what a system was answered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from overt.recognition import states
from overt.recognition.models import PermitDecision, Session
from tests.deployments.making import START, people
from tests.recognition import making

from .conftest import Clock, soup, text, visit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ADDRESS = "/sessions/"


def running(page: HttpResponse) -> list[str]:
    return [link.get_text(strip=True) for link in soup(page).select(".overt-running a")]


def over(page: HttpResponse) -> list[str]:
    return [link.get_text(strip=True) for link in soup(page).select("tbody th a")]


def more(desk: making.Desk, count: int) -> None:
    """Rows of sessions that were aborted, one on each day before."""
    like = desk.session
    rows = [
        Session(
            deployment=like.deployment,
            version=like.version,
            system=like.system,
            state_at=like.state_at,
            opened_at=like.opened_at,
            starts_at=like.starts_at - number * DAY,
            ends_at=like.ends_at - number * DAY,
        )
        for number in range(1, count + 1)
    ]
    for row in rows:
        row.save()
        row.state = states.ABORTED
        row.save()


def test_a_force_without_sessions_is_told_how_one_begins(clock: Clock) -> None:
    page = visit(people().auditor).get(ADDRESS)
    assert "No session is under way." in text(page)
    assert "There are none yet." in text(page)


def test_those_that_run_come_first_and_one_state_can_be_chosen(clock: Clock) -> None:
    given_up = making.session_in(states.ABORTED, title="Match", start=START - DAY)
    desk = making.live(given_up.cast)
    client = visit(desk.cast.operator)
    page = client.get(ADDRESS)
    assert running(page) == [f"{desk.deployment.reference} Winter market"]
    assert over(page) == [given_up.deployment.reference]
    live = client.get(ADDRESS, {"state": "live"})
    assert (running(live), over(live)) == ([], [desk.deployment.reference])
    assert over(client.get(ADDRESS, {"state": "published"})) == []
    assert "There is none in this state." in text(client.get(ADDRESS, {"state": "published"}))


@pytest.mark.parametrize(
    "odd", [{"state": "nonsense"}, {"state": "\0"}, {"page": "x"}, {"page": "99"}]
)
def test_odd_parameters_show_the_list(odd: dict[str, str], clock: Clock) -> None:
    desk = making.live()
    assert len(running(visit(desk.cast.operator).get(ADDRESS, odd))) == 1


def test_pages_keep_the_state_and_cost_the_same(clock: Clock) -> None:
    desk = making.session_in(states.ABORTED)
    client = visit(desk.cast.operator)
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    more(desk, 60)
    with CaptureQueriesContext(connection) as many:
        page = client.get(ADDRESS, {"page": "2"})
    assert len(over(page)) == 25
    assert len(many) <= len(few)
    assert not [query for query in many if '"document"' in query["sql"]]
    onward = soup(client.get(ADDRESS, {"state": "aborted"})).select_one("a[rel=next]")
    assert onward is not None
    assert onward["href"] == "?state=aborted&page=2"


def test_one_click_leads_to_the_sessions_from_every_page(clock: Clock) -> None:
    desk = making.live()
    page = visit(desk.cast.operator).get("/policy/")
    assert soup(page).select_one(f'nav a[href="{ADDRESS}"]') is not None


def test_every_answer_is_listed_with_its_reason_and_refusals_alone(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + SECOND
    client = visit(desk.cast.auditor)
    address = f"/sessions/{desk.session_id}/permits/"
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in soup(client.get(address)).select("tbody tr")
    ]
    given, refused = PermitDecision.objects.order_by("-pk")
    assert rows == [
        ["5 Dec 2026, 11:00:00 GMT", "2", "Permit 1, until 11:01:00", given.sha256[:12]],
        [
            "5 Dec 2026, 10:50:01 GMT",
            "1",
            f"Refused. {refused.detail}",
            "time-is-now",
        ],
    ]
    only = soup(client.get(address, {"only": "refused"}))
    assert [row.select("td")[0].get_text() for row in only.select("tbody tr")] == ["1"]


def test_a_page_of_answers_costs_the_same_however_many_there_are(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + SECOND
    client = visit(desk.cast.auditor)
    address = f"/sessions/{desk.session_id}/permits/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    PermitDecision.objects.bulk_create(
        PermitDecision(
            session_id=desk.session_id,
            request=number,
            at=START + SECOND,
            refusal="signs-hold",
            detail="Sign S1 is missing.",
        )
        for number in range(1_000, 1_200)
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get(address, {"page": "2"})
    assert len(soup(page).select("tbody tr")) == 50
    assert len(many) <= len(few)
