"""The account of a session: what it came to, what does not agree, and who explained it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Sum

from overt.deployments.selectors.deployments import pinned as pinned_profile
from overt.deployments.selectors.deployments import profile_of
from overt.policy.document import Profile
from overt.recognition.account import deletions, figures, reconcile
from overt.recognition.account.figures import Figures, Judged
from overt.recognition.account.metrics import Seeded
from overt.recognition.account.reconcile import Discrepancy
from overt.recognition.models import (
    AlertReport,
    Batch,
    Counter,
    Deletion,
    Explanation,
    PermitDecision,
    SeededTest,
    Session,
)

from .facts import latest_manifest

# How long after its deadline an overdue deletion comes a step higher.
STEPS = tuple(timedelta(hours=hours) for hours in settings.DELETION_ESCALATION_HOURS)


@dataclass(frozen=True)
class Open:
    """A discrepancy and the explanation of how it now reads, if there is one."""

    discrepancy: Discrepancy
    explanation: Explanation | None

    @property
    def is_settled(self) -> bool:
        return self.discrepancy.can_be_explained and self.explanation is not None


@dataclass(frozen=True)
class Shown:
    """The account of a session that has stopped, at one moment."""

    figures: Figures
    found: tuple[Open, ...]
    deadlines: tuple[deletions.Deadline, ...]
    watchlist_total: int | None
    seeded: Seeded | None

    @property
    def unsettled(self) -> tuple[Open, ...]:
        return tuple(one for one in self.found if not one.is_settled)


def shown(session: Session, *, now: datetime) -> Shown:
    """`session` has stopped. Raises ValueError where it has not."""
    account = account_of(session)
    explained = {
        one.sha256: one
        for one in Explanation.objects.filter(session=session).select_related("person")
    }
    return Shown(
        figures=figures.figures(
            sum(account.counters.values()), [last_word(alert) for alert in account.alerts]
        ),
        found=tuple(
            Open(found, explained.get(found.sha256))
            for found in reconcile.discrepancies(account, now)
        ),
        deadlines=deadlines(session, now=now),
        watchlist_total=account.watchlist_total,
        seeded=account.seeded,
    )


def account_of(session: Session) -> reconcile.Account:
    """All that was said of `session`, as plain values. Raises ValueError where it has not
    stopped."""
    if session.live_since is None or session.stopped_at is None:
        raise ValueError(f"{session.subject} has not stopped")
    profile = profile_of(session.deployment)
    heard, manifest = _heard(session), latest_manifest(session)
    return reconcile.Account(
        counters={
            (row.camera, row.minute): row.faces_seen
            for row in Counter.objects.filter(session=session)
        },
        alerts=_alerts(session),
        faces_told=session.reported_faces,
        alerts_told=session.reported_alerts,
        totals=[totals for _, totals in heard if totals is not None],
        batches={number for number, _ in heard},
        live_since=session.live_since,
        stopped_at=session.stopped_at,
        stopped_by_hand=session.stopped_number is None,
        permits=[
            (at, expires_at)
            for at, expires_at in PermitDecision.objects.filter(
                session=session, expires_at__isnull=False
            ).values_list("at", "expires_at")
            if expires_at is not None
        ],
        skew=timedelta(seconds=profile.sessions.clock_skew_seconds.value),
        watchlist_total=manifest.total if manifest else None,
        seeded=seeded_of(session),
        retained=_retained(profile),
        attested=_attested(session),
        grace=_grace(profile),
    )


def figures_of(session: Session) -> Figures:
    """What `session` has come to so far; it may be live."""
    faces = Counter.objects.filter(session=session).aggregate(total=Sum("faces_seen"))["total"]
    return figures.figures(faces or 0, [last_word(alert) for alert in _alerts(session)])


def deadlines(session: Session, *, now: datetime) -> tuple[deletions.Deadline, ...]:
    """What has to be deleted when, after `session` stopped; nothing before."""
    if session.stopped_at is None:
        return ()
    profile = profile_of(session.deployment)
    return deletions.deadlines(
        _retained(profile),
        _attested(session),
        ended_at=session.stopped_at,
        grace=_grace(profile),
        steps=STEPS,
        now=now,
    )


def overdue(*, now: datetime) -> list[tuple[Session, deletions.Deadline]]:
    """Every deletion that is overdue, of every session; the longest overdue first. What it reads
    grows with those, and not with all the sessions that ever were."""
    stopped = Session.objects.filter(stopped_at__isnull=False)
    pinned = stopped.order_by().values_list("deployment__policy_digest", flat=True).distinct()
    late = Q(pk__in=[])
    for policy in pinned:
        profile = pinned_profile(policy)
        for kind in _retained(profile):
            allowed = deletions.allowed(kind, grace=_grace(profile))
            attested = Deletion.objects.filter(
                session=OuterRef("pk"),
                asset=kind.asset,
                deleted_at__gte=OuterRef("stopped_at"),
            )
            late |= Q(
                ~Exists(attested),
                deployment__policy_digest=policy,
                stopped_at__lt=now - allowed,
            )
    found = [
        (session, deadline)
        for session in stopped.filter(late)
        .select_related("deployment", "system")
        .defer("deployment__draft")
        .prefetch_related("deletions")
        for deadline in deadlines(session, now=now)
        if deadline.state == "overdue"
    ]
    return sorted(found, key=lambda one: one[1].due_at)


def last_word(alert: reconcile.Alert) -> Judged:
    """The last that was said of `alert`; nothing where nothing was."""
    return alert.reports[-1].judged if alert.reports else Judged("", None, "")


def _alerts(session: Session) -> list[reconcile.Alert]:
    reports = (
        AlertReport.objects.filter(alert__session=session)
        .order_by("alert__at", "alert_id", "pk")
        .select_related("alert")
    )
    return [
        reconcile.Alert(
            name=alert.name,
            at=alert.at,
            reports=tuple(
                reconcile.Report(
                    Judged(report.decision, report.engaged, report.outcome),  # type: ignore[arg-type]
                    report.decided_at,
                )
                for report in said
            ),
        )
        for alert, said in groupby(reports, key=lambda report: report.alert)
    ]


def seeded_of(session: Session) -> Seeded | None:
    """What the last word on a seeded test says; None where none was made."""
    last = SeededTest.objects.filter(session=session).order_by("-pk").first()
    return Seeded(last.passes, last.correct_alerts) if last else None


def _heard(session: Session) -> list[tuple[int, reconcile.Totals | None]]:
    """Every number of a batch that came, and the totals that it told, by number."""
    found = []
    batches = Batch.objects.filter(session=session).order_by("number").values_list("number", "body")
    for number, body in batches.iterator():
        told = json.loads(body)["heartbeat"]
        totals = told and reconcile.Totals(number, told["faces_total"], told["alerts_total"])
        found.append((number, totals))
    return found


def _retained(profile: Profile) -> list[deletions.Retained]:
    return [
        deletions.Retained(asset, kind.asset.value, kind.hours.value)
        for asset, kind in profile.retention.items()
    ]


def _attested(session: Session) -> list[deletions.Attested]:
    return [
        deletions.Attested(row.asset, row.deleted_at, row.count) for row in session.deletions.all()
    ]


def _grace(profile: Profile) -> timedelta:
    minutes = profile.sessions.deletion_grace_minutes
    return timedelta(minutes=minutes.value if minutes is not None else 0)
