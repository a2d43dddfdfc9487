"""What workers do, as the page of jobs shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from overt.deployments.models import Deployment
from overt.recognition.models import JobOutcome, JobRun, Session, WorkerSeen
from overt.recognition.selectors.lists import sessions
from overt.recognition.selectors.sessions import patience, unopened
from overt.recognition.services.leases import QUEUE, length, untended

RUNS_SHOWN = 25
WORKERS_SHOWN = 50
UNTENDED_SHOWN = 25


@dataclass(frozen=True)
class Run:
    """`session` is what it looks after, where it is one. `is_silent`: it gave no sign of life for
    as long as it takes to be called lost, and nobody has called it so."""

    row: JobRun
    session: Session | None
    is_silent: bool


@dataclass(frozen=True)
class Jobs:
    """`is_silent`: nobody has taken a message from the queue of sessions for several looks around;
    nothing is opened, armed or seen to end meanwhile. `going`: what runs now. `wrong`: the latest
    runs that were lost or failed; `lost` and `failed` count all that are kept. `ended`: the latest
    of the others. `untended`: sessions that want a worker and have none, `untended_count` of them.
    `unopened`: deployments that should have a session and have none.
    """

    now: datetime
    patience: timedelta
    kept_days: int
    last_taken: datetime | None
    is_silent: bool
    workers: tuple[WorkerSeen, ...]
    going: tuple[Run, ...]
    wrong: tuple[Run, ...]
    lost: int
    failed: int
    ended: tuple[Run, ...]
    untended: tuple[Session, ...]
    untended_count: int
    unopened: tuple[Deployment, ...]


def jobs(*, now: datetime) -> Jobs:
    """At `now`; the same few queries, however much there is."""
    runs = JobRun.objects.order_by("-started_at", "-pk")
    bad = (JobOutcome.LOST, JobOutcome.FAILED)
    good = (JobOutcome.DONE, JobOutcome.HANDED_ON)
    going = list(runs.filter(outcome=JobOutcome.RUNNING)[:RUNS_SHOWN])
    wrong = list(runs.filter(outcome__in=bad)[:RUNS_SHOWN])
    ended = list(runs.filter(outcome__in=good)[:RUNS_SHOWN])
    waiting = untended(now=now)
    named = _sessions([*going, *wrong, *ended], waiting[:UNTENDED_SHOWN])
    last = (
        WorkerSeen.objects.filter(queue=QUEUE)
        .order_by("-seen_at")
        .values_list("seen_at", flat=True)
        .first()
    )

    def of(rows: Iterable[JobRun]) -> tuple[Run, ...]:
        return tuple(
            Run(
                row,
                named.get(row.subject),
                row.ended_at is None and now - row.heartbeat_at > 2 * length(),
            )
            for row in rows
        )

    return Jobs(
        now=now,
        patience=patience(),
        kept_days=settings.JOB_RUNS_KEPT_DAYS,
        last_taken=last,
        is_silent=last is None or now - last > patience(),
        workers=tuple(WorkerSeen.objects.order_by("-seen_at", "name", "queue")[:WORKERS_SHOWN]),
        going=of(going),
        wrong=of(wrong),
        lost=JobRun.objects.filter(outcome=JobOutcome.LOST).count(),
        failed=JobRun.objects.filter(outcome=JobOutcome.FAILED).count(),
        ended=of(ended),
        untended=tuple(
            named[f"session:{one}"] for one in waiting[:UNTENDED_SHOWN] if f"session:{one}" in named
        ),
        untended_count=len(waiting),
        unopened=tuple(unopened(now=now).only("reference", "title", "setup_at")[:UNTENDED_SHOWN]),
    )


def _sessions(runs: Iterable[JobRun], more: Iterable[UUID]) -> dict[str, Session]:
    """The sessions that `runs` are about, and `more`, by subject."""
    kind = "session:"
    wanted = {run.subject.removeprefix(kind) for run in runs if run.subject.startswith(kind)}
    wanted.update(str(one) for one in more)
    found = sessions().defer("version__document").filter(pk__in=wanted)
    return {one.subject: one for one in found}
