"""Submitting takes system, people and place; who comes second is told what is in the way."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError

from overt.deployments import states
from overt.deployments.errors import CalendarConflict
from overt.deployments.models import Booking, BookingKind, Deployment, System
from overt.deployments.services import bookings, submitting
from tests.deployments import making

pytestmark = pytest.mark.both_databases


def submit(made: Deployment) -> None:
    submitting.submit(
        deployment=made,
        seen_revision=made.revision,
        actor=making.actor(made.created_by),
        now=making.NOW + timedelta(minutes=30),
    )


@pytest.mark.django_db
def test_the_second_is_told_of_the_first_and_nothing_of_it_is_kept() -> None:
    first, second = making.draft(title="One"), making.draft(title="Two")
    submit(first)
    before = Booking.objects.count()
    with pytest.raises(CalendarConflict) as refused:
        submit(second)
    told = str(refused.value)
    assert f"Van 1 is taken by that of {first.reference}" in told
    assert f"The zone overlaps that of {first.reference}" in told
    assert "5 Dec 2026 10:00 GMT" in told
    second.refresh_from_db()
    assert second.state == states.DRAFT
    assert Booking.objects.count() == before
    assert not second.versions.exists()


@pytest.mark.django_db
def test_a_conflict_that_only_the_database_sees_is_still_refused(monkeypatch) -> None:
    first, second = making.draft(title="One"), making.draft(title="Two")
    submit(first)
    monkeypatch.setattr(bookings, "conflicts", lambda wanted, besides: [])
    with pytest.raises(IntegrityError):
        submit(second)


@pytest.mark.django_db
def test_who_comes_when_the_first_has_left_is_free_to_come() -> None:
    first = making.draft(title="One")
    submit(first)
    after = making.START + timedelta(hours=7)
    submit(making.draft(title="Two", start=after))
    assert Booking.objects.filter(kind=BookingKind.ZONE).count() == 2


@pytest.mark.django_db
def test_what_a_cancelled_deployment_held_can_be_taken() -> None:
    making.deployment_in(states.CANCELLED)
    making.deployment_in(states.EXPIRED)
    making.deployment_in(states.WITHDRAWN)
    submit(making.draft())


SUBMITTER = """
import sys
import django
django.setup()
from datetime import timedelta
from overt.deployments.errors import CalendarConflict
from overt.deployments.models import Deployment
from tests.deployments.bookings.test_take import submit
made = Deployment.objects.get(pk=int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
try:
    submit(made)
    print("submitted")
except CalendarConflict as conflict:
    print("conflict:", conflict)
"""


@pytest.mark.django_db(transaction=True)
def test_of_processes_that_submit_at_once_one_wins_and_the_others_are_told(
    other_process_env: dict[str, str],
) -> None:
    vans = [System.objects.create(name=f"Van {number}") for number in (2, 3)]
    drafts = [
        making.draft(title="One"),
        making.draft(title="Two", system=vans[0]),
        making.draft(title="Three", system=vans[1]),
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SUBMITTER, str(made.pk)],
            env=other_process_env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for made in drafts
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0] for process in processes]
    assert sorted(line.split(":")[0].strip() for line in told) == [
        "conflict",
        "conflict",
        "submitted",
    ]
    winner = Deployment.objects.get(state=states.SUBMITTED)
    assert sum(winner.reference in line for line in told) == 2
    assert set(Booking.objects.values_list("deployment_id", flat=True)) == {winner.pk}
