"""What became of alerts: the list, and the form of an operator."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from overt.recognition import states
from overt.recognition.models import Alert, AlertReport
from tests.deployments.making import START
from tests.recognition import making

from .conftest import Clock, banner, errors, soup, text, visit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENDS = START + timedelta(hours=5)
HOSTILE = "<img src=x onerror=alert(1)>"
# Two minutes after the alert, which came at 11:00:01.
NOW = START + 2 * MINUTE


@pytest.fixture
def desk(clock: Clock) -> making.Desk:
    """Live, with one alert of which nothing is said."""
    made = making.live()
    made.tell(START + MINUTE, alerts=(making.alert("1", at=START + SECOND),))
    clock.now = NOW
    return made


def address(desk: making.Desk, name: str = "") -> str:
    return f"/sessions/{desk.session_id}/alerts/" + (f"{name}/" if name else "")


def typed(page: HttpResponse) -> dict[str, Any]:
    """What the form would send as it stands."""
    form = soup(page).select_one("main form")
    assert form is not None
    sent: dict[str, Any] = {"reason": ""}
    for field in form.select("input[name]"):
        if field.get("type") != "radio" or field.has_attr("checked"):
            sent[str(field["name"])] = str(field.get("value", ""))
    return sent


def answer(client: Client, desk: making.Desk, **changes: str) -> HttpResponse:
    """Opens the form of alert 1, changes it, sends it."""
    sent = typed(client.get(address(desk, "1"))) | changes
    return client.post(address(desk, "1"), sent, follow=True)


ARREST = {"decision": "true", "engaged": "yes", "outcome": "arrest"}


def last() -> AlertReport:
    return AlertReport.objects.order_by("-pk")[0]


def test_an_outcome_is_recorded_with_who_said_it(desk: making.Desk) -> None:
    client = visit(desk.cast.operator)
    done = answer(client, desk, **ARREST)
    assert banner(done) == "Recorded what came of alert 1."
    assert "True alert, spoken to, arrest by Oli" in text(done)
    said = last()
    assert (said.decision, said.engaged, said.outcome) == ("true", True, "arrest")
    assert (said.person, said.decided_at) == (desk.cast.operator, NOW)


def test_the_time_of_the_decision_can_be_given(desk: making.Desk) -> None:
    answer(visit(desk.cast.operator), desk, **ARREST, decided="11:01:10")
    assert last().decided_at == START + 70 * SECOND


def test_a_decision_in_the_future_is_refused(desk: making.Desk) -> None:
    page = answer(visit(desk.cast.operator), desk, **ARREST, decided="11:30")
    assert errors(page) == ["The decision lies after the alert, and not in the future"]
    assert AlertReport.objects.count() == 1


def test_everything_that_is_missing_is_asked_for(desk: making.Desk) -> None:
    page = answer(visit(desk.cast.operator), desk)
    assert errors(page) == [
        "Say whether the alert was right",
        "Say whether officers spoke to the person",
        "Say what came of it",
    ]
    links = [link["href"] for link in soup(page).select(".govuk-error-summary__list a")]
    assert [soup(page).select_one(str(link)) is not None for link in links] == [True] * 3


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (ARREST | {"decision": "false"}, "Nobody is arrested on a false alert"),
        (ARREST | {"engaged": "no"}, "Without speaking to the person there was no action"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    said: dict[str, str], why: str, desk: making.Desk
) -> None:
    page = answer(visit(desk.cast.operator), desk, **said)
    assert errors(page) == [why]
    assert soup(page).select_one("#id_outcome-error") is not None
    assert AlertReport.objects.count() == 1


def test_pressed_twice_it_is_recorded_once_and_said_in_one_message(desk: making.Desk) -> None:
    client = visit(desk.cast.operator)
    same = typed(client.get(address(desk, "1"))) | ARREST
    client.post(address(desk, "1"), same, follow=True)
    again = client.post(address(desk, "1"), same, follow=True)
    assert banner(again).startswith("Something else was said of this alert since")
    assert AlertReport.objects.count() == 2


def test_a_page_that_was_opened_before_the_system_spoke_changes_nothing(desk: making.Desk) -> None:
    client = visit(desk.cast.operator)
    stale = typed(client.get(address(desk, "1"))) | ARREST
    decided = {"decision": "false", "decided_at": START + 10 * SECOND, "engaged": False}
    desk.tell(NOW, alerts=(making.alert("1", at=START + SECOND, **decided),))
    page = client.post(address(desk, "1"), stale, follow=True)
    assert banner(page).startswith("Something else was said of this alert since")
    assert last().decision == "false"
    # The page that follows shows what was said.
    assert "False alert, decided at 11:00:10; not spoken to" in text(page)
    assert typed(page)["decision"] == "false"


def test_a_correction_needs_a_reason_and_keeps_what_was_said_before(desk: making.Desk) -> None:
    client = visit(desk.cast.operator)
    answer(client, desk, **ARREST)
    page = client.get(address(desk, "1"))
    assert "what you say corrects it" in text(page)
    refused = answer(client, desk, outcome="other")
    assert errors(refused) == ["Say why it is corrected"]
    answer(client, desk, outcome="other", reason=HOSTILE)
    assert (last().outcome, last().reason) == ("other", HOSTILE)
    # It is the same decision, made when it was made.
    assert last().decided_at == NOW
    assert AlertReport.objects.count() == 3
    content = client.get(address(desk, "1"))
    assert HOSTILE not in content.content.decode()
    assert f"“{HOSTILE}”" in text(content)


@pytest.mark.parametrize("who", ["planner", "officer", "auditor"])
def test_others_read_the_list_and_record_nothing(who: str, desk: making.Desk) -> None:
    client = visit(getattr(desk.cast, who))
    page = client.get(address(desk))
    assert "Alert 1" in text(page)
    assert soup(page).select("a[href$='/1/']") == []
    assert client.get(address(desk, "1")).status_code == 403
    assert client.post(address(desk, "1"), ARREST).status_code == 403


def test_the_list_shows_those_that_wait_first_or_alone(desk: making.Desk, clock: Clock) -> None:
    client = visit(desk.cast.operator)
    desk.tell(NOW, alerts=(making.alert("2", at=START + 30 * SECOND),))
    answer(client, desk, **ARREST)
    every = soup(client.get(address(desk)))
    names = [one.get_text(" ").split()[1] for one in every.select(".overt-alerts__what")]
    assert [name.rstrip(":") for name in names] == ["2", "1"]
    alone = client.get(address(desk), {"only": "waiting"})
    assert len(soup(alone).select(".overt-alerts__one")) == 1
    assert "1 of 2 waits for" in text(alone)


def test_outcomes_can_still_be_completed_after_the_stop(clock: Clock) -> None:
    desk = making.live()
    desk.tell(START + MINUTE, alerts=(making.alert("1", at=START + SECOND),))
    desk.look(ENDS)
    desk.tell(ENDS + SECOND, stopped=making.stopped(ENDS))
    clock.now = ENDS + MINUTE
    answer(visit(desk.cast.operator), desk, **ARREST, decided="11:05")
    assert desk.session.state == states.STOPPED
    assert last().decided_at == START + 5 * MINUTE


def test_a_page_of_alerts_costs_the_same_however_many_there_are(desk: making.Desk) -> None:
    client = visit(desk.cast.operator)
    client.get(address(desk))
    with CaptureQueriesContext(connection) as few:
        client.get(address(desk))
    for batch in range(3):
        first = 1000 + batch * 300
        desk.tell(
            NOW,
            alerts=tuple(
                making.alert(str(n), at=START + SECOND) for n in range(first, first + 300)
            ),
        )
    with CaptureQueriesContext(connection) as many:
        page = client.get(address(desk), {"page": "2"})
    assert Alert.objects.count() == 901
    assert len(soup(page).select(".overt-alerts__one")) == 50
    assert len(many) <= len(few)
    assert "901 of 901 wait for" in text(page)
