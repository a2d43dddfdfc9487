"""The page of a session while it runs: what it says at one moment, and how it renews itself."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overt.deployments.models import Version
from overt.ledger.models import Entry
from overt.recognition import states
from overt.recognition.models import Alert, Session
from tests.deployments.making import START
from tests.recognition import making

from .conftest import Clock, soup, text, visit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENDS = START + timedelta(hours=5)
HOSTILE = "<script>alert(1)</script>"


def address(desk: making.Desk, part: str = "") -> str:
    return f"/sessions/{desk.session_id}/{part}"


def test_how_long_the_system_could_go_on_is_said_to_the_second(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 20 * SECOND
    shown = text(visit(desk.cast.officer).get(address(desk)))
    assert "40 s left given 20 s ago, runs out at 11:01:00" in shown
    # Forty seconds of the permit, five for the clocks, ten until the next request.
    assert "The system could go on until 11:01:15 , for 55 s" in shown
    assert "never more than 75 s" in shown
    assert "No official document confirms how long a permit lasts" in shown


def test_after_a_stop_the_page_says_until_when_the_last_permit_can_be_used(clock: Clock) -> None:
    desk = making.live()
    desk.stop(START + 10 * SECOND)
    clock.now = START + 20 * SECOND
    client = visit(desk.cast.operator)
    assert "How long the system could still go on" in text(client.get(address(desk)))
    assert "No permit is given any more, whatever the gates say." in text(client.get(address(desk)))
    assert "until 11:01:15 , for 55 s" in text(client.get(address(desk)))
    clock.now = START + 75 * SECOND
    assert "A system that keeps to its permits does not run." in text(client.get(address(desk)))


def test_before_the_start_the_time_need_not_hold_yet(clock: Clock) -> None:
    desk = making.armed()
    clock.now = START - 5 * MINUTE
    page = visit(desk.cast.operator).get(address(desk))
    assert "Starts in 0:05:00 at 11:00:00" in text(page)
    assert "Time: not yet." in text(page)
    assert "All that has to hold now holds." in text(page)


def test_a_gate_that_does_not_hold_stands_first_with_its_rule_and_evidence(clock: Clock) -> None:
    desk = making.live()
    desk.cast.officer.is_active = False
    desk.cast.officer.save()
    clock.now = START + 5 * SECOND
    page = soup(visit(desk.cast.operator).get(address(desk)))
    first = page.select_one(".overt-gates li")
    assert first is not None
    said = " ".join(first.get_text(" ").split())
    assert said.startswith("Officers: does not hold. The account of Sam, who authorised")
    assert "Rule officers-of-rank ; the policy" in said
    assert said.endswith("value is confirmed by no official document")
    assert page.select_one('a[href="#gate-officers-of-rank"]') is not None
    assert len(page.select(".overt-gates li")) == 14


def test_a_silent_system_is_said_to_be(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 30 * SECOND
    client = visit(desk.cast.officer)
    assert "The system is silent" not in text(client.get(address(desk)))
    clock.now = START + 31 * SECOND
    assert "The system is silent. It last asked at 11:00:00" in text(client.get(address(desk)))


def test_a_session_without_a_worker_is_said_to_have_none(clock: Clock) -> None:
    desk = making.live()
    desk.look(START + SECOND)
    clock.now = START + 5 * SECOND
    client = visit(desk.cast.officer)
    assert "No worker looks after this session" not in text(client.get(address(desk)))
    clock.now = START + 20 * SECOND
    assert "No worker looks after this session" in text(client.get(address(desk)))


def test_a_stored_application_that_was_altered_is_said_to_be(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = making.live()
    clock.now = START + 5 * SECOND
    monkeypatch.setattr(
        "overt.deployments.selectors.frozen.documents.digest", lambda text: "0" * 64
    )
    page = visit(desk.cast.officer).get(address(desk))
    assert page.status_code == 200
    assert "The stored application is not what was submitted." in text(page)


def test_missing_messages_and_alerts_that_wait_are_counted(clock: Clock) -> None:
    desk = making.live()
    desk.tell(START + 10 * SECOND, number=1, alerts=(making.alert("1", at=START + SECOND),))
    desk.tell(START + 20 * SECOND, number=5)
    desk.tell(START + 30 * SECOND, number=7)
    clock.now = START + 40 * SECOND
    shown = text(visit(desk.cast.operator).get(address(desk)))
    assert "Missing: 2 to 4, 6." in shown
    assert "1 of 1 waits for a decision or an outcome" in shown


def test_faces_are_drawn_minute_by_minute_and_stand_in_a_table(clock: Clock) -> None:
    desk = making.live()
    counters = (
        making.counter(START, 20),
        making.counter(START, 20, camera="cam-2"),
        making.counter(START + 2 * MINUTE, 10),
    )
    desk.tell(START + 3 * MINUTE, counters=counters)
    clock.now = START + 3 * MINUTE + SECOND
    page = soup(visit(desk.cast.operator).get(address(desk)))
    rows = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in page.select("#counts-table tbody tr")
    ]
    assert rows == [["11:00", "40"], ["11:01", "0"], ["11:02", "10"], ["11:03", "0"]]
    assert [bar["height"] for bar in page.select(".overt-bars rect")] == ["100", "0", "25", "0"]


def test_the_fragment_speaks_of_the_state_only_when_it_has_changed(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + 5 * SECOND
    client = visit(desk.cast.operator)
    same = soup(client.get(address(desk, "now/"), {"seen": "live"}))
    assert same.select_one("#session-said") is None
    assert same.select_one("#session-act") is None
    asked = same.select_one("#session-now")
    assert asked is not None
    assert str(asked["hx-get"]).endswith("/now/?seen=live")
    desk.stop(START + 6 * SECOND)
    changed = soup(client.get(address(desk, "now/"), {"seen": "live"}))
    said = changed.select_one("#session-said")
    assert said is not None
    assert said.get_text().startswith("Stopping. No permit is given any more.")
    assert changed.select_one("#session-act #confirm") is not None
    assert changed.select_one("#session-act #stop") is None


def test_a_session_that_is_over_asks_no_more(clock: Clock) -> None:
    desk = making.session_in(states.STOPPED)
    clock.now = ENDS + MINUTE
    page = soup(visit(desk.cast.operator).get(address(desk)))
    part = page.select_one("#session-now")
    assert part is not None
    assert not part.has_attr("hx-get")
    assert page.select("script[src*=htmx]") == []
    assert page.select_one('a[href$="/account/"]') is not None


def test_whatever_can_have_the_focus_has_an_id_by_which_it_keeps_it(clock: Clock) -> None:
    desk = making.live()
    desk.tell(
        START + MINUTE,
        number=2,
        counters=(making.counter(START, 5),),
        alerts=(making.alert("1", at=START + SECOND),),
    )
    desk.cast.officer.is_active = False
    desk.cast.officer.save()
    clock.now = START + 2 * MINUTE
    page = soup(visit(desk.cast.operator).get(address(desk)))
    focusable = page.select("#session-now :is(a, button, summary, input, [tabindex])")
    assert len(focusable) > 5
    assert [one for one in focusable if not one.get("id")] == []


def test_what_people_wrote_is_text_and_never_markup(clock: Clock) -> None:
    desk = making.live(title=HOSTILE)
    desk.stop(START + SECOND, reason=HOSTILE)
    clock.now = START + 2 * SECOND
    client = visit(desk.cast.operator)
    for path in (address(desk), address(desk, "now/"), "/sessions/", address(desk, "stopped/")):
        content = client.get(path).content.decode()
        assert HOSTILE not in content, path
    assert f"“{HOSTILE}”" in text(client.get(address(desk)))


def test_opening_the_page_is_kept_in_the_ledger_and_renewing_it_is_not(clock: Clock) -> None:
    desk = making.live()
    clock.now = START + SECOND
    client = visit(desk.cast.auditor)
    reads = Entry.objects.filter(verb="page.read", subject=desk.session.subject)
    client.get(address(desk, "now/"))
    assert not reads.exists()
    for _ in range(2):
        client.get(address(desk))
    client.get(address(desk, "permits/"))
    client.get(address(desk, "alerts/"))
    pages = ["recognition:session", "recognition:permits", "recognition:alerts"]
    assert [json.loads(entry.payload)["page"] for entry in reads.order_by("seq")] == pages


def test_the_page_costs_as_much_with_many_alerts_and_messages_as_with_few(clock: Clock) -> None:
    desk = making.live()
    desk.tell(
        START + MINUTE,
        counters=(making.counter(START, 5),),
        alerts=(making.alert("1", at=START + SECOND),),
    )
    clock.now = START + 70 * SECOND
    client = visit(desk.cast.operator)
    client.get(address(desk))
    with CaptureQueriesContext(connection) as few:
        client.get(address(desk, "now/"))
    desk.tell(
        START + 65 * SECOND,
        counters=tuple(making.counter(START, 9, camera=f"cam-{n}") for n in range(20, 30)),
        alerts=tuple(making.alert(str(n), at=START + SECOND) for n in range(200, 398)),
    )
    for number in range(3, 30):
        desk.tell(START + 66 * SECOND, number=number)
    with CaptureQueriesContext(connection) as many:
        shown = client.get(address(desk, "now/"))
    assert "199 of 199" in text(shown)
    assert Alert.objects.count() == 199
    assert len(many) == len(few) <= 35


def test_a_session_that_is_not_there_is_not_found(clock: Clock) -> None:
    cast = making.opened().cast
    client = visit(cast.operator)
    nobody = "00000000-0000-4000-8000-000000000000"
    for part in ("", "now/", "permits/", "stop/", "stopped/", "alerts/", "alerts/1/"):
        assert client.get(f"/sessions/{nobody}/{part}").status_code == 404, part
    assert Session.objects.count() == Version.objects.count() == 1
