"""The page that stops a session, and the page on which a person says that the system is off."""

from datetime import timedelta

import pytest

from overt.recognition import states
from overt.recognition.models import Session
from tests.deployments.making import START
from tests.recognition import making

from .conftest import Clock, banner, errors, soup, text, visit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENDS = START + timedelta(hours=5)


def address(desk: making.Desk, part: str) -> str:
    return f"/sessions/{desk.session_id}/{part}/"


def row(desk: making.Desk) -> Session:
    return Session.objects.get(pk=desk.session_id)


def test_the_page_says_what_a_stop_does_and_what_not_and_of_which_version(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 10 * SECOND
    page = visit(desk.cast.operator).get(address(desk, "stop"))
    shown = text(page)
    assert "the system could still go on until 11:01:15, for 65 s" in shown
    assert f"version 1 · digest {desk.session.version.short_digest}" in shown
    assert "it switches off no camera" in shown
    assert "The authority stays in force." in shown
    assert soup(page).select("main a[href$='/withdraw/']") == []


def test_who_may_withdraw_is_led_there(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 10 * SECOND
    page = visit(desk.cast.officer).get(address(desk, "stop"))
    assert soup(page).select("main a[href$='/withdraw/']") != []


def test_a_stop_needs_a_reason_and_keeps_it(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 10 * SECOND
    client = visit(desk.cast.operator)
    refused = client.post(address(desk, "stop"), {"reason": " \n "})
    assert refused.status_code == 422
    assert errors(refused) == ["Give the reason"]
    assert row(desk).state == states.LIVE
    answer = client.post(address(desk, "stop"), {"reason": "Too dense."}, follow=True)
    assert banner(answer) == "You stopped the session. It gets no permit more."
    assert (row(desk).state, row(desk).stop_reason) == (states.STOPPING, "Too dense.")


def test_pressed_twice_it_stops_once_and_says_so(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 10 * SECOND
    client = visit(desk.cast.officer)
    client.post(address(desk, "stop"), {"reason": "First."}, follow=True)
    clock.now += SECOND
    again = client.post(address(desk, "stop"), {"reason": "Second."}, follow=True)
    assert again.status_code == 200
    banners = [
        one.get_text(strip=True)
        for one in soup(again).select(".govuk-notification-banner__heading")
    ]
    assert banners == ["Nothing was stopped: the session is stopping."]
    assert row(desk).stop_reason == "First."


def test_a_stop_that_comes_after_the_page_was_opened_is_said_in_one_message(clock: Clock) -> None:
    desk = making.live()
    client = visit(desk.cast.operator)
    clock.now = ENDS - SECOND
    assert client.get(address(desk, "stop")).status_code == 200
    desk.look(ENDS)
    clock.now = ENDS + SECOND
    answer = client.post(address(desk, "stop"), {"reason": "Late."}, follow=True)
    assert "Nothing was stopped" in banner(answer)
    assert row(desk).stop_kind == "end"


def test_before_it_was_live_a_session_is_given_up(clock: Clock) -> None:
    desk = making.armed()
    clock.now = START - MINUTE
    client = visit(desk.cast.operator)
    assert "the session is given up" in text(client.get(address(desk, "stop")))
    client.post(address(desk, "stop"), {"reason": "No crowd."})
    assert row(desk).state == states.ABORTED


@pytest.mark.parametrize("who", ["planner", "legal", "auditor"])
def test_others_cannot_stop_it(who: str, clock: Clock) -> None:
    desk = making.live()
    client = visit(getattr(desk.cast, who))
    assert client.get(address(desk, "stop")).status_code == 403
    assert client.post(address(desk, "stop"), {"reason": "Mine."}).status_code == 403
    assert row(desk).state == states.LIVE
    clock.now = START + SECOND
    assert "Stop the session" not in text(client.get(f"/sessions/{desk.session_id}/"))


def test_an_operator_says_when_the_system_stopped_and_how_that_is_known(clock: Clock) -> None:
    desk = making.session_in(states.UNCONFIRMED)
    clock.now = ENDS + 10 * MINUTE
    client = visit(desk.cast.operator)
    assert "Go and look." in text(client.get(address(desk, "stopped")))
    wrong = client.post(address(desk, "stopped"), {"stopped_at": "half past", "reason": ""})
    assert errors(wrong) == [
        "When the system stopped: write the time like 16:05 or 16:05:30",
        "Give the reason",
    ]
    future = client.post(address(desk, "stopped"), {"stopped_at": "16:30", "reason": "Seen."})
    assert errors(future) == ["The system stopped after it began, and not in the future"]
    given = {"stopped_at": "16:00:20", "reason": "I saw the screens go dark."}
    answer = client.post(address(desk, "stopped"), given, follow=True)
    assert banner(answer) == "You recorded that the system stopped."
    assert row(desk).state == states.STOPPED
    assert row(desk).stopped_at == ENDS + 20 * SECOND
    assert "as a person says" in text(answer)


def test_an_officer_who_stopped_it_leaves_it_to_an_operator_to_say_that_it_is_off(
    clock: Clock,
) -> None:
    desk = making.session_in(states.UNCONFIRMED)
    clock.now = ENDS + 10 * MINUTE
    client = visit(desk.cast.officer)
    assert client.get(address(desk, "stopped")).status_code == 403
    assert "The system is off" not in text(client.get(f"/sessions/{desk.session_id}/"))


def test_a_word_of_the_system_that_came_first_stands(clock: Clock) -> None:
    desk = making.session_in(states.UNCONFIRMED)
    clock.now = ENDS + 10 * MINUTE
    client = visit(desk.cast.operator)
    desk.tell(ENDS + 9 * MINUTE, stopped=making.stopped(ENDS))
    given = {"stopped_at": "16:05", "reason": "I saw it."}
    answer = client.post(address(desk, "stopped"), given, follow=True)
    assert banner(answer) == "Nothing was recorded: the session is stopped."
    assert row(desk).stopped_at == ENDS
