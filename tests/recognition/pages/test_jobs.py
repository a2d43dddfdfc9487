"""The page of jobs and workers: what runs, what went wrong, and when nobody works."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from overt.deployments import states
from overt.recognition.models import JobOutcome, JobRun
from overt.recognition.services import jobs, leases, sessions
from tests.deployments.making import PROGRAM, START, deployment_in, people
from tests.recognition import making

from .conftest import Clock, soup, text, visit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ADDRESS = "/sessions/jobs/"


def under(page: HttpResponse, heading: str) -> list[list[str]]:
    """The rows of the table with this heading."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in soup(page).select(f'[aria-labelledby="{heading}"] tbody tr')
    ]


def test_it_is_said_that_no_worker_ever_took_a_message(clock: Clock) -> None:
    page = visit(people().auditor).get(ADDRESS)
    assert "No worker takes messages from the queue of sessions None was ever taken." in text(page)
    assert "Nothing runs." in text(page)


def test_a_worker_that_takes_messages_is_as_it_should_be_until_it_no_longer_does(
    clock: Clock,
) -> None:
    jobs.note_worker(name="celery@van", queue="recognition", now=START)
    jobs.note_worker(name="celery@desk", queue="analysis", now=START + MINUTE)
    client = visit(people().auditor)
    clock.now = START + 15 * SECOND
    shown = client.get(ADDRESS)
    assert "That is as it should be." in text(shown)
    assert [row[:2] for row in under(shown, "workers")] == [
        ["celery@desk", "analysis"],
        ["celery@van", "recognition"],
    ]
    clock.now = START + 16 * SECOND
    # That another queue is worked on does not help.
    assert "The last was taken at 5 Dec 2026, 11:00:00 GMT, more than 15 s ago." in text(
        client.get(ADDRESS)
    )


def test_what_runs_stands_with_its_session_and_its_last_sign_of_life(clock: Clock) -> None:
    desk = making.live()
    desk.look(START + 5 * SECOND)
    clock.now = START + 6 * SECOND
    page = visit(desk.cast.operator).get(ADDRESS)
    (row,) = under(page, "going")
    assert row[1:] == [desk.deployment.reference, "test", str(desk.fence), "11:00:05"]
    assert "without a worker" not in text(page)


def test_a_session_that_lost_its_worker_is_named(clock: Clock) -> None:
    desk = making.live()
    desk.look(START + 5 * SECOND)
    clock.now = START + MINUTE
    page = visit(desk.cast.operator).get(ADDRESS)
    assert under(page, "going")[0][-1] == "11:00:05 Silent"
    assert f"1 session without a worker {desk.deployment.reference} Winter market" in text(page)


def test_a_deployment_whose_session_nobody_opened_is_named_here_and_says_so_itself(
    clock: Clock,
) -> None:
    cast = people()
    made = deployment_in(states.READY, cast)
    client = visit(cast.operator)
    said = "No session has been opened, though the set-up began at 5 Dec 2026, 10:00:00 GMT"
    clock.now = START - timedelta(hours=1) + 14 * SECOND
    assert "without a session" not in text(client.get(ADDRESS))
    assert said not in text(client.get(f"/deployments/{made.reference}/"))
    clock.now += 2 * SECOND
    assert "1 deployment without a session" in text(client.get(ADDRESS))
    assert f"/deployments/{made.reference}/" in client.get(ADDRESS).content.decode()
    assert said in text(client.get(f"/deployments/{made.reference}/"))
    sessions.open_due(actor=PROGRAM, now=clock.now)
    assert "without a session" not in text(client.get(ADDRESS))
    assert said not in text(client.get(f"/deployments/{made.reference}/"))


def test_lost_and_failed_runs_are_counted_and_shown_apart_from_those_that_ended_well(
    clock: Clock,
) -> None:
    desk = making.live()
    JobRun.objects.all().delete()
    desk.look(START + 5 * SECOND)
    leases.pass_on(
        session_id=desk.session_id,
        fence=desk.fence,
        outcome=JobOutcome.FAILED,
        error="<b>OperationalError</b>",
        now=START + 6 * SECOND,
    )
    for second in (20, 40):
        leases.take(
            session_id=desk.session_id,
            holder="celery@van",
            actor=PROGRAM,
            now=START + second * SECOND,
        )
    clock.now = START + 41 * SECOND
    page = visit(desk.cast.operator).get(ADDRESS)
    assert "1 was lost and 1 failed" in text(page)
    outcomes = [row[2] for row in under(page, "wrong")]
    assert outcomes == ["Lost: another worker took over", "Failed: <b>OperationalError</b>"]
    assert b"<b>OperationalError" not in page.content


def test_it_costs_the_same_however_much_was_done(clock: Clock) -> None:
    desk = making.live()
    desk.look(START)
    client = visit(desk.cast.operator)
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    JobRun.objects.bulk_create(
        JobRun(
            task=leases.TASK,
            queue=leases.QUEUE,
            subject=desk.session.subject,
            worker="celery@van",
            fence=100 + number,
            started_at=START,
            heartbeat_at=START,
            ended_at=START,
            outcome=outcome,
        )
        for number in range(200)
        for outcome in (JobOutcome.LOST, JobOutcome.DONE)
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get(ADDRESS)
    assert len(under(page, "wrong")) == len(under(page, "ended")) == 25
    assert len(many) <= len(few) <= 15
