"""The life of a session, from a deployment that is ready until the system has stopped."""

from datetime import timedelta

import pytest
from django.db import connection

from overt.deployments import states as deployment_states
from overt.deployments.models import Deployment
from overt.deployments.services import deciding, passing
from overt.ledger.models import Entry
from overt.recognition import states
from overt.recognition.errors import NotTheHolder, PermitRefused, WrongState
from overt.recognition.models import JobOutcome, JobRun, PermitDecision, Session, StopKind
from overt.recognition.services import leases, sessions, stopping
from overt.recognition.services.moving import locked
from tests.deployments import making as deployments
from tests.deployments.making import PROGRAM, START
from tests.recognition import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENDS = START + timedelta(hours=5)


def verbs(desk: making.Desk) -> list[str]:
    subject = f"session:{desk.session_id}"
    return list(
        Entry.objects.filter(subject=subject).order_by("seq").values_list("verb", flat=True)
    )


def state_of(deployment: Deployment) -> str:
    return Deployment.objects.get(pk=deployment.pk).state


def withdraw(desk: making.Desk, now) -> None:
    deciding.withdraw(
        deployment=desk.deployment,
        seen_digest=deployments.digest(desk.deployment),
        reason="The threat has passed.",
        actor=deployments.actor(desk.cast.officer),
        now=now,
    )


def test_a_session_is_opened_once_when_its_deployment_is_being_set_up():
    desk = making.opened()
    assert desk.session.state == states.SCHEDULED
    assert sessions.open_due(actor=PROGRAM, now=START - timedelta(minutes=30)) == []
    assert verbs(desk) == ["session.opened"]


def test_nothing_is_opened_before_the_set_up_or_without_a_ready_deployment():
    cast = deployments.people()
    deployments.deployment_in(deployment_states.READY, cast)
    assert sessions.open_due(actor=PROGRAM, now=START - timedelta(hours=1, seconds=1)) == []
    assert len(sessions.open_due(actor=PROGRAM, now=START - timedelta(hours=1))) == 1


def test_a_session_that_nobody_opened_in_its_time_is_opened_after_it_as_not_started():
    deployment = deployments.deployment_in(deployment_states.READY)
    making.permit_key()
    (session,) = sessions.open_due(actor=PROGRAM, now=ENDS + MINUTE)
    desk = making.Desk(deployments.people(), deployment, session.id)
    step = desk.look(ENDS + 2 * MINUTE)
    assert (step.state, step.is_done) == (states.NOT_STARTED, True)
    assert desk.session.stop_reason == "No worker looked after it until its time was over."
    assert verbs(desk) == ["session.opened", "session.not_started"]
    payload = Entry.objects.get(verb="session.not_started").payload
    assert desk.session.stop_reason in payload
    assert sessions.open_due(actor=PROGRAM, now=ENDS + 3 * MINUTE) == []


def test_nothing_that_was_ready_expires_before_its_session_is_noted():
    deployment = deployments.deployment_in(deployment_states.READY)
    never = deployments.deployment_in(
        deployment_states.AUTHORISED, start=START + timedelta(days=1), title="Never ready"
    )
    late = START + timedelta(days=9)
    passed = passing.pass_time(actor=PROGRAM, now=late)
    assert set(passed.expired) == {deployment.reference, never.reference}
    session = Session.objects.get()
    assert (session.deployment, session.state) == (deployment, states.SCHEDULED)
    assert state_of(deployment) == deployment_states.EXPIRED
    desk = making.Desk(deployments.people(), deployment, session.id)
    assert desk.look(late + MINUTE).state == states.NOT_STARTED
    assert passing.pass_time(actor=PROGRAM, now=late + MINUTE).expired == ()
    assert Session.objects.count() == 1


def test_what_cannot_be_opened_keeps_no_deployment_from_expiring(monkeypatch, caplog):
    deployment = deployments.deployment_in(deployment_states.READY)

    def failing(**_):
        raise RuntimeError("out of paper")

    monkeypatch.setattr(passing, "_FIRST", [failing])
    passed = passing.pass_time(actor=PROGRAM, now=START + timedelta(days=9))
    assert passed.expired == (deployment.reference,)
    assert "What comes before an expiry could not be done" in caplog.text


def test_a_session_waits_for_every_gate_before_it_is_armed():
    desk = making.opened()
    at = START - timedelta(minutes=30)
    assert desk.look(at).state == states.CHECKING
    desk.recheck_signs(at)
    desk.send_manifest(now=at)
    assert desk.look(at + SECOND).state == states.CHECKING
    assert making.expect_refusal(desk, at + 2 * SECOND) == "time-is-now"
    assert desk.look(at + 3 * SECOND).state == states.ARMED
    assert verbs(desk) == [
        "session.opened",
        "session.checking",
        "session.manifest",
        "session.refused",
        "session.armed",
    ]


def test_a_gate_that_fails_takes_an_armed_session_back_to_checking():
    desk = making.armed()
    at = START - timedelta(minutes=5)
    desk.cast.operator.is_active = False
    desk.cast.operator.save()
    assert desk.look(at).state == states.CHECKING
    desk.cast.operator.is_active = True
    desk.cast.operator.save()
    assert desk.look(at + SECOND).state == states.ARMED


def test_the_first_permit_makes_session_and_deployment_live():
    desk = making.armed()
    assert state_of(desk.deployment) == deployment_states.READY
    given = desk.ask(START)
    assert given.sequence == 1
    assert given.expires_at == START + timedelta(seconds=60)
    assert desk.session.state == states.LIVE
    assert desk.session.live_since == START
    assert state_of(desk.deployment) == deployment_states.LIVE
    assert verbs(desk)[-1] == "session.live"


def test_no_permit_before_the_start_however_armed():
    desk = making.armed()
    assert making.expect_refusal(desk, START - SECOND) == "time-is-now"
    assert desk.session.state == states.ARMED


def test_a_session_is_armed_again_once_its_permit_has_run_out_and_live_with_the_next():
    desk = making.live()
    skew = timedelta(seconds=5)
    assert desk.look(START + MINUTE + skew - SECOND).state == states.LIVE
    assert desk.look(START + MINUTE + skew).state == states.ARMED
    assert desk.ask(START + 2 * MINUTE).sequence == 2
    assert desk.session.state == states.LIVE
    assert desk.session.live_since == START
    assert verbs(desk)[-2:] == ["session.permit_ran_out", "session.live"]


def test_a_permit_ends_no_later_than_the_session():
    desk = making.live()
    desk.recheck_signs(ENDS - MINUTE)
    given = desk.ask(ENDS - 20 * SECOND)
    assert given.expires_at == ENDS


def test_no_permit_is_given_within_the_last_moment():
    desk = making.live()
    desk.recheck_signs(ENDS - MINUTE)
    with pytest.raises(PermitRefused) as refusal:
        desk.ask(ENDS)
    assert refusal.value.reason == "time-is-now"


def test_a_withdrawal_ends_permits_at_once_and_the_session_with_the_next_look():
    desk = making.live()
    withdraw(desk, START + 10 * SECOND)
    assert making.expect_refusal(desk, START + 11 * SECOND) == "authority-holds"
    assert desk.session.state == states.LIVE  # its permit has not run out
    assert desk.look(START + 12 * SECOND).state == states.STOPPING
    assert desk.session.stop_kind == StopKind.WITHDRAWN
    assert making.expect_refusal(desk, START + 13 * SECOND) == "session-stopping"


def test_an_operator_stops_a_session_for_good():
    desk = making.live()
    desk.stop(START + MINUTE / 2)
    assert desk.session.state == states.STOPPING
    assert making.expect_refusal(desk, START + MINUTE / 2 + SECOND) == "session-stopping"
    with pytest.raises(WrongState, match="nothing to stop"):
        desk.stop(START + MINUTE)


def test_the_end_of_its_time_stops_a_session_and_the_system_confirms():
    desk = making.session_in(states.STOPPED)
    session = desk.session
    assert (session.stop_kind, session.stopped_at) == (StopKind.END, ENDS)
    assert state_of(desk.deployment) == deployment_states.ENDED
    entry = Entry.objects.get(verb="session.stopped")
    assert '"permits":2' in entry.payload


def test_a_stop_that_is_not_confirmed_says_so_until_it_is():
    desk = making.session_in(states.UNCONFIRMED)
    assert state_of(desk.deployment) == deployment_states.LIVE
    desk.tell(ENDS + timedelta(minutes=4), stopped=making.stopped(ENDS + SECOND))
    assert desk.session.state == states.STOPPED
    assert state_of(desk.deployment) == deployment_states.ENDED


def test_a_stop_is_unconfirmed_only_once_the_last_permit_can_no_longer_be_used():
    desk = making.live()
    desk.stop(START + SECOND)
    permit, skew, poll = MINUTE, timedelta(seconds=5), timedelta(seconds=10)
    last = START + permit + skew + poll
    assert desk.look(last - SECOND).state == states.STOPPING
    assert desk.look(last).state == states.UNCONFIRMED


def test_an_operator_confirms_a_stop_in_the_systems_stead():
    desk = making.session_in(states.UNCONFIRMED)
    stopping.confirm_by_hand(
        session_id=desk.session_id,
        stopped_at=ENDS,
        reason="I switched the van off myself.",
        actor=deployments.actor(desk.cast.operator),
        now=ENDS + timedelta(minutes=9),
    )
    assert desk.session.state == states.STOPPED


def test_a_session_whose_time_passes_is_not_started_and_says_which_gates_failed():
    desk = making.session_in(states.NOT_STARTED)
    payload = Entry.objects.get(verb="session.not_started").payload
    assert '"manifest-is-fresh"' in payload
    assert '"threshold-high-enough"' in payload
    assert desk.look(ENDS + MINUTE).is_done


def test_a_withdrawal_before_it_was_live_aborts_a_session():
    desk = making.armed()
    withdraw(desk, START - timedelta(minutes=5))
    assert desk.look(START - timedelta(minutes=4)).state == states.ABORTED


def test_a_session_that_was_given_up_is_opened_again_while_its_time_lasts_and_not_after():
    desk = making.armed()
    desk.stop(START - timedelta(minutes=5))
    assert sessions.open_due(actor=PROGRAM, now=ENDS) == []
    assert len(sessions.open_due(actor=PROGRAM, now=ENDS - SECOND)) == 1


def test_a_missing_sign_stops_permits_after_the_grace_and_they_go_on_when_it_is_back():
    desk = making.live()
    sign = desk.deployment.signs.first()

    deployments.SignCheck.objects.create(
        sign=sign, kind="missing", person=desk.cast.operator, at=START + SECOND
    )
    assert desk.ask(START + 4 * MINUTE).sequence == 2  # within the grace of five minutes
    assert making.expect_refusal(desk, START + 6 * MINUTE) == "signs-hold"
    deployments.SignCheck.objects.create(
        sign=sign, kind="placed", person=desk.cast.operator, at=START + 7 * MINUTE
    )
    assert desk.ask(START + 8 * MINUTE).sequence == 3


def test_one_lease_at_a_time_and_the_older_fence_can_do_nothing():
    desk = making.opened()
    now = START - timedelta(minutes=50)
    first = leases.take(session_id=desk.session_id, holder="a", actor=PROGRAM, now=now)
    assert leases.take(session_id=desk.session_id, holder="b", actor=PROGRAM, now=now) is None
    later = now + leases.length()
    second = leases.take(session_id=desk.session_id, holder="b", actor=PROGRAM, now=later)
    assert first is not None and second == first + 1
    with pytest.raises(NotTheHolder):
        sessions.step(session_id=desk.session_id, fence=first, actor=PROGRAM, now=later)
    assert desk.session.state == states.SCHEDULED
    assert [run.outcome for run in JobRun.objects.order_by("pk")] == [
        JobOutcome.LOST,
        JobOutcome.RUNNING,
    ]


def test_a_slice_hands_its_lease_on_without_waiting():
    desk = making.opened()
    now = START - timedelta(minutes=50)
    first = leases.take(session_id=desk.session_id, holder="a", actor=PROGRAM, now=now)
    second = leases.take(
        session_id=desk.session_id, holder="b", handed_on=first, actor=PROGRAM, now=now
    )
    assert second == (first or 0) + 1
    assert (
        leases.take(session_id=desk.session_id, holder="c", handed_on=first, actor=PROGRAM, now=now)
        is None
    )


def test_what_wants_a_worker_is_found_when_its_lease_has_run_out():
    desk = making.opened()
    now = START - timedelta(minutes=50)
    assert leases.untended(now=now) == [desk.session_id]
    leases.take(session_id=desk.session_id, holder="a", actor=PROGRAM, now=now)
    assert leases.untended(now=now) == []
    assert leases.untended(now=now + leases.length()) == [desk.session_id]


def test_replayed_requests_get_nothing_and_leave_nothing():
    desk = making.live()
    before = PermitDecision.objects.count()
    with pytest.raises(PermitRefused) as refusal:
        desk.ask(START + SECOND, number=1)
    assert refusal.value.reason == "request-replayed"
    assert PermitDecision.objects.count() == before
    desk.requests = 10
    desk.ask(START + 2 * SECOND)
    with pytest.raises(PermitRefused):
        desk.ask(START + 3 * SECOND, number=5)


def test_a_clock_of_overt_that_goes_back_gives_no_permit():
    desk = making.live()
    assert making.expect_refusal(desk, START - SECOND) in ("server-clock-went-back", "time-is-now")
    with pytest.raises(PermitRefused) as refusal:
        desk.ask(START + SECOND - timedelta(seconds=2))
    assert refusal.value.reason == "server-clock-went-back"


def test_the_same_evidence_is_kept_once():
    desk = making.live()
    desk.ask(START + 10 * SECOND)
    desk.ask(START + 20 * SECOND)
    kept = PermitDecision.objects.filter(session_id=desk.session_id).exclude(gates="")
    given = PermitDecision.objects.filter(session_id=desk.session_id, sequence__isnull=False)
    assert given.count() == 3
    assert kept.filter(sequence__isnull=False).count() == 1


def test_two_sessions_of_one_system_are_never_armed_at_once():
    # The calendar books a system once; a row written past it meets the constraint.
    desk = making.armed()
    other = Session(
        deployment=deployments.draft(desk.cast, title="Another"),
        version=desk.session.version,
        system=desk.session.system,
        state_at=START,
        opened_at=START,
        starts_at=START,
        ends_at=ENDS,
    )
    other.save(force_insert=True)
    from overt.recognition.selectors.facts import facts_of

    assert facts_of(other, desk.deployment, now=START).overlapping == desk.deployment.reference


def test_a_machine_that_vanishes_in_the_middle_keeps_a_session_for_seconds_only():
    """`make bench` cuts the link of one; here is what PostgreSQL was told."""
    if connection.vendor != "postgresql":
        pytest.skip("one machine has SQLite")
    desk = making.live()
    shown = {}
    for transaction in (lambda: locked(desk.session_id), lambda: desk.look(START + SECOND)):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            transaction()
            for name in ("idle_in_transaction_session_timeout", "lock_timeout"):
                cursor.execute(f"SHOW {name}")
                shown[name] = cursor.fetchone()
        assert shown == {
            "idle_in_transaction_session_timeout": ("8s",),
            "lock_timeout": ("10s",),
        }
