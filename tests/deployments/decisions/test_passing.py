"""What time alone does: expiry, and the lapse of oral authorities."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from overt.accounts.actors import Actor
from overt.deployments import states, tasks
from overt.deployments.models import AuthorityEnd, Booking, Deployment, EndKind
from overt.deployments.services import deciding, lifecycle, passing
from overt.ledger.models import Entry
from tests.deployments import making
from tests.deployments.decisions.conftest import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MINUTE = timedelta(minutes=1)


def oral(cast: making.People) -> Deployment:
    """One with an oral authority, given half an hour past NOW."""
    made = making.deployment_in(states.SUBMITTED, cast)
    deciding.authorise_orally(
        deployment=made,
        seen_digest=making.digest(made),
        given_at=making.NOW + 30 * MINUTE,
        reason="Urgent.",
        actor=making.actor(cast.inspector),
        now=making.NOW + 40 * MINUTE,
    )
    return Deployment.objects.get(pk=made.pk)


@pytest.mark.parametrize(
    "state", [states.SUBMITTED, states.REVIEWED, states.AUTHORISED, states.READY]
)
def test_what_never_went_live_expires_with_its_take_down_and_frees_what_it_held(
    state: str, cast: making.People
) -> None:
    made = making.deployment_in(state, cast)
    assert made.takedown_at is not None
    early = passing.pass_time(actor=making.PROGRAM, now=made.takedown_at - MINUTE)
    assert (early.expired, early.lapsed, early.failed) == ((), (), ())
    passed = passing.pass_time(actor=making.PROGRAM, now=made.takedown_at)
    assert (passed.expired, passed.failed) == ((made.reference,), ())
    made.refresh_from_db()
    assert made.state == states.EXPIRED
    assert not Booking.objects.exists()


@pytest.mark.parametrize("state", [states.LIVE, states.ENDED, states.DRAFT, states.WITHDRAWN])
def test_nothing_else_expires(state: str, cast: making.People) -> None:
    made = making.deployment_in(state, cast)
    late = making.START + timedelta(days=90)
    assert passing.pass_time(actor=making.PROGRAM, now=late).expired == ()
    made.refresh_from_db()
    assert made.state == state


def test_an_oral_authority_lapses_at_its_deadline_and_not_before(cast: making.People) -> None:
    made = oral(cast)
    deadline = making.NOW + 30 * MINUTE + timedelta(hours=24)
    assert passing.pass_time(actor=making.PROGRAM, now=deadline - MINUTE).lapsed == ()
    assert passing.pass_time(actor=making.PROGRAM, now=deadline).lapsed == (made.reference,)
    made.refresh_from_db()
    assert made.state == states.SUBMITTED
    assert AuthorityEnd.objects.get().kind == EndKind.UNWRITTEN


def test_one_that_is_in_writing_does_not_lapse(cast: making.People) -> None:
    made, later = oral(cast), making.NOW + timedelta(hours=2)
    seen = making.digest(made)
    for verb, person, words in (
        (deciding.review, cast.legal, {"supported": True}),
        (deciding.authorise, cast.officer, {"given": True}),
    ):
        verb(
            deployment=made,
            seen_digest=seen,
            reason="Proportionate.",
            actor=making.actor(person),
            now=later,
            **words,
        )
    assert passing.pass_time(actor=making.PROGRAM, now=making.NOW + timedelta(days=3)).lapsed == ()


def test_what_is_over_expires_and_is_not_said_to_have_lapsed(cast: making.People) -> None:
    made = oral(cast)
    passed = passing.pass_time(actor=making.PROGRAM, now=making.START + timedelta(days=9))
    assert (passed.expired, passed.lapsed) == ((made.reference,), ())
    assert AuthorityEnd.objects.get().kind == EndKind.EXPIRED


def test_doing_it_again_does_nothing_more(cast: making.People) -> None:
    oral(cast)
    late = making.NOW + timedelta(days=2)
    passing.pass_time(actor=making.PROGRAM, now=late)
    entries = Entry.objects.count()
    again = passing.pass_time(actor=making.PROGRAM, now=late + MINUTE)
    assert (again.expired, again.lapsed, again.failed) == ((), (), ())
    assert Entry.objects.count() == entries


def test_another_process_that_was_first_is_no_fault(
    cast: making.People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = making.deployment_in(states.SUBMITTED, cast)
    assert made.takedown_at is not None
    seen = [made]
    real = lifecycle.due_to_expire
    lifecycle.expire(deployment=made, actor=making.PROGRAM, now=made.takedown_at)
    # What this process read before the other one wrote.
    monkeypatch.setattr(
        lifecycle, "due_to_expire", lambda *, now: [seen.pop()] if seen else real(now=now)
    )
    passed = passing.pass_time(actor=making.PROGRAM, now=made.takedown_at)
    assert (passed.expired, passed.failed) == ((), ())
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_one_that_fails_keeps_no_other_alive(
    cast: making.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = making.deployment_in(states.SUBMITTED, cast)
    other = making.deployment_in(states.SUBMITTED, cast, start=making.START + timedelta(days=1))
    real = lifecycle.expire

    def failing(*, deployment: Deployment, **rest: object) -> Deployment:
        if deployment == stuck:
            raise RuntimeError("out of paper")
        return real(deployment=deployment, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "expire", failing)
    passed = passing.pass_time(actor=making.PROGRAM, now=making.START + timedelta(days=9))
    assert (passed.expired, passed.failed) == ((other.reference,), (stuck.reference,))


def test_no_person_can_let_anything_expire(cast: making.People) -> None:
    made = making.deployment_in(states.SUBMITTED, cast)
    late = making.START + timedelta(days=9)
    passed = passing.pass_time(actor=making.actor(cast.officer), now=late)
    assert (passed.expired, passed.failed) == ((), (made.reference,))


def test_the_worker_and_the_command_sign_with_one_name(cast: making.People, clock: Clock) -> None:
    made = making.deployment_in(states.SUBMITTED, cast)
    clock.now = making.START + timedelta(days=9)
    tasks.expire()
    entry = Entry.objects.get(verb="deployment.expired")
    assert entry.subject == made.subject
    assert entry.actor == Actor.of_command("expire_deployments").label


def test_the_command_says_what_it_would_do_and_does_it(cast: making.People, clock: Clock) -> None:
    made = oral(cast)
    clock.now = making.NOW + timedelta(days=2)

    def said(*options: str) -> str:
        out = io.StringIO()
        call_command("expire_deployments", *options, stdout=out)
        return out.getvalue()

    assert said("--dry-run") == f"Would expire: none\nWould lapse: {made.reference}\n"
    made.refresh_from_db()
    assert made.state == states.AUTHORISED
    assert said() == f"Expired: none\nLapsed: {made.reference}\n"
    assert said("--quiet") == ""


def test_the_command_fails_when_something_could_not_be_ended(
    cast: making.People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = making.deployment_in(states.SUBMITTED, cast)
    clock.now = making.START + timedelta(days=9)
    monkeypatch.setattr(lifecycle, "expire", lambda **_: 1 / 0)
    with pytest.raises(CommandError, match=made.reference):
        call_command("expire_deployments", "--quiet")


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_do_it_once(transactional_db: None) -> None:
    made = making.deployment_in(states.SUBMITTED)
    late = making.START + timedelta(days=9)
    both = Barrier(2, timeout=30)

    def run() -> passing.Passed:
        try:
            both.wait()
            return passing.pass_time(actor=making.PROGRAM, now=late)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        passed = [answer.result() for answer in [threads.submit(run), threads.submit(run)]]
    assert sorted(one.expired for one in passed) == [(), (made.reference,)]
    assert [one.failed for one in passed] == [(), ()]
    assert Entry.objects.filter(verb="deployment.expired").count() == 1
