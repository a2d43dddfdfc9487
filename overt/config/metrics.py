"""What Prometheus is told: facts of the database and the broker at the moment it asks.

Rules
1. Nothing is counted in a process. Any web process tells the same, and one that starts anew
   forgets nothing.
2. No value and no label is about a person. A session is named by its deployment's reference, and
   only sessions under way have values of their own: there are no more than there are systems. Every
   other label has its values from a list in the code.
3. What cannot be had is left out, and `overt_scrape_ok` says of which part.
4. What goes through every session that ever ran is looked up once in a minute.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import Error
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone
from kombu.exceptions import KombuError
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from overt.ledger.models import Checkpoint, Entry
from overt.recognition import states
from overt.recognition.models import (
    Batch,
    JobOutcome,
    JobRun,
    PermitDecision,
    PermitKey,
    Session,
    WorkerSeen,
)
from overt.recognition.selectors import account
from overt.recognition.selectors.sessions import unopened
from overt.recognition.services import leases

from . import broker
from .beat import BEAT
from .bounded import Asked, NoAnswer, own_connection

HOUR = timedelta(hours=1)
# A system runs, or may: it has, or may yet ask for, a permit.
_UNDER_WAY = (states.ARMED, states.LIVE, states.STOPPING, states.UNCONFIRMED)
_DEPLOYMENT = ("deployment",)


class Facts(Collector):
    """For a registry of prometheus_client."""

    def collect(self) -> Iterator[Metric]:
        ok = Gauge("overt_scrape_ok", "Whether this part could be looked up.", labels=("part",))
        parts = (("database", DATABASE), ("slow", SLOW), ("broker", BROKER))
        for _, asked in parts:
            asked.begin()
        for part, asked in parts:
            try:
                yield from asked.answer()
            except (NoAnswer, Error, OSError, KombuError):
                ok.add_metric((part,), 0)
            else:
                ok.add_metric((part,), 1)
        yield ok


def of_the_database(now: datetime) -> Iterator[Metric]:
    """Each metric that rests on the database, but for `slow`, at `now`."""
    yield from _sessions(now)
    yield from _permits(now)
    yield from _batches(now)
    yield from _work(now)
    yield from _ledger(now)


def slow(now: datetime) -> Iterator[Metric]:
    """What rule 4 is about."""
    overdue = Gauge("overt_deletions_overdue", "Deletions past their deadline.", labels=("level",))
    levels = [deadline.level for _, deadline in account.overdue(now=now)]
    for level in range(1, len(account.STEPS) + 2):
        overdue.add_metric((str(level),), levels.count(level))
    yield overdue


def of_the_broker() -> Iterator[Metric]:
    """How much waits. Raises OSError or KombuError."""
    depth = Gauge("overt_queue_messages", "Messages that wait in a queue.", labels=("queue",))
    for queue, count in broker.depths().items():
        depth.add_metric((queue,), count)
    yield depth


def _sessions(now: datetime) -> Iterator[Metric]:
    in_state = dict(Session.objects.order_by().values_list("state").annotate(count=Count("pk")))
    by_state = Gauge("overt_sessions", "Sessions in a state.", labels=("state",))
    for state in states.LABELS:
        by_state.add_metric((state,), in_state.get(state, 0))
    yield by_state
    yield _one(
        "overt_sessions_untended",
        "Sessions that want a worker and have none: their lease ran out.",
        len(leases.untended(now=now)),
    )
    yield _one(
        "overt_deployments_unopened",
        "Deployments whose set-up has begun and for which nobody has opened a session.",
        unopened(now=now).count(),
    )
    rows = list(
        Session.objects.filter(state__in=_UNDER_WAY)
        .order_by()
        .values_list("deployment__reference", "permit_at", "permit_expires_at", "stop_at")
    )
    yield _of_sessions(
        "overt_session_permit_age_seconds",
        "Since the last permit of a session under way.",
        ((name, now - given) for name, given, _, _ in rows if given is not None),
    )
    yield _of_sessions(
        "overt_session_permit_expires_seconds",
        "Until the last permit of a session under way runs out; below zero after that.",
        ((name, ends - now) for name, _, ends, _ in rows if ends is not None),
    )
    yield _of_sessions(
        "overt_session_stopping_seconds",
        "Since a session began to stop that is not confirmed to have stopped.",
        ((name, now - began) for name, _, _, began in rows if began is not None),
    )


def _permits(now: datetime) -> Iterator[Metric]:
    # By session, for which there is an index; of the whole table there is none over time.
    heard = Session.objects.filter(heard_at__gte=now - HOUR)
    answers = dict(
        PermitDecision.objects.filter(session__in=heard, at__gte=now - HOUR)
        .order_by()
        .values_list("refusal")
        .annotate(count=Count("pk"))
    )
    yield _one("overt_permits_last_hour", "Permits given in the last hour.", answers.pop("", 0))
    refused = Gauge(
        "overt_permit_refusals_last_hour",
        "Requests for a permit that were refused in the last hour.",
        labels=("reason",),
    )
    for reason, count in sorted(answers.items()):
        refused.add_metric((reason,), count)
    yield refused
    last = PermitKey.objects.filter(retired_at__isnull=True).aggregate(last=Max("not_after"))
    if last["last"] is not None:
        yield _one(
            "overt_permit_key_expires_seconds",
            "Until the last permit key ends; below zero after that.",
            (last["last"] - now).total_seconds(),
        )


def _batches(now: datetime) -> Iterator[Metric]:
    newest = Batch.objects.filter(session=OuterRef("pk")).order_by("-number")
    rows = list(
        Session.objects.filter(state__in=_UNDER_WAY)
        .order_by()
        .annotate(
            sent=Subquery(newest.values("sent_at")[:1]),
            received=Subquery(newest.values("received_at")[:1]),
            missing=Max("batches__number") - Count("batches"),
        )
        .filter(received__isnull=False)
        .values_list("deployment__reference", "sent", "received", "missing")
    )
    yield _of_sessions(
        "overt_session_batch_age_seconds",
        "Since the newest batch of a session under way was received.",
        ((name, now - received) for name, _, received, _ in rows),
    )
    yield _of_sessions(
        "overt_session_batch_lag_seconds",
        "From the sending of the newest batch, by the system's clock, to its receipt.",
        ((name, received - sent) for name, sent, received, _ in rows),
    )
    missing = Gauge(
        "overt_session_batches_missing",
        "Numbers below the newest batch of a session under way that have not come.",
        labels=_DEPLOYMENT,
    )
    for name, _, _, count in rows:
        missing.add_metric((name,), count)
    yield missing


def _work(now: datetime) -> Iterator[Metric]:
    ended = dict(
        JobRun.objects.filter(Q(ended_at__gte=now - HOUR) | Q(outcome=JobOutcome.RUNNING))
        .order_by()
        .values_list("outcome")
        .annotate(count=Count("pk"))
    )
    runs = Gauge(
        "overt_job_runs",
        "Job runs that ended in the last hour, by outcome, and those that run.",
        labels=("outcome",),
    )
    for outcome in JobOutcome.values:
        runs.add_metric((outcome,), ended.get(outcome, 0))
    yield runs
    seen = Gauge(
        "overt_worker_seen_seconds",
        "Since a worker last took a message from a queue.",
        labels=("queue",),
    )
    last = dict(WorkerSeen.objects.order_by().values_list("queue").annotate(last=Max("seen_at")))
    for queue in broker.queues():
        if queue in last:
            seen.add_metric((queue,), (now - last[queue]).total_seconds())
    yield seen
    if BEAT in last:
        yield _one(
            "overt_beat_seen_seconds",
            "Since a worker last took the message by which beat has sessions looked after.",
            (now - last[BEAT]).total_seconds(),
        )


def _ledger(now: datetime) -> Iterator[Metric]:
    entries = Entry.objects.aggregate(last=Max("seq"))["last"] or 0
    signed = Checkpoint.objects.order_by("-size").values_list("size", "at").first()
    yield _one("overt_ledger_entries", "Entries of the ledger.", entries)
    yield _one(
        "overt_ledger_entries_unsigned",
        "Entries of the ledger that no checkpoint covers.",
        entries - (signed[0] if signed else 0),
    )
    if signed is not None:
        yield _one(
            "overt_ledger_checkpoint_age_seconds",
            "Since the last checkpoint was signed.",
            (now - signed[1]).total_seconds(),
        )


def _one(name: str, said: str, value: float) -> Metric:
    return Gauge(name, said, value=value)


def _of_sessions(name: str, said: str, rows: Iterable[tuple[str, timedelta]]) -> Metric:
    found = Gauge(name, said, labels=_DEPLOYMENT)
    for deployment, span in rows:
        found.add_metric((deployment,), span.total_seconds())
    return found


def _database_now() -> list[Metric]:
    with own_connection():
        return list(of_the_database(timezone.now()))


def _slow_now() -> list[Metric]:
    with own_connection():
        return list(slow(timezone.now()))


DATABASE = Asked(_database_now)
SLOW = Asked(_slow_now, fresh_s=60)
BROKER = Asked(lambda: list(of_the_broker()))
