"""Takes in what a system says of its session: signed, numbered, once.

Rules
1. A batch is taken as a whole or not at all. The same bytes under the same number are answered as
   the first time and change nothing; other bytes under that number are refused.
2. Batches may come late, twice and in any order. What is missing is said in every answer.
3. Of two batches about one minute of a camera, or one alert, the one with the higher number holds.
   A count of faces never goes down from one number to the next.
4. Nothing is counted before the session was live, or in the future.
5. A batch numbered after the one that says `stopped` holds deletions, corrections of known alerts,
   and totals of a system that is idle; one numbered before it may still come. None says that the
   system stopped once more, or runs since.
6. A system that says that it stopped is believed, whether or not it was asked to.
7. What is said of an alert is added to its history, where it differs from what was said last.
8. New figures open a reconciled account again. A published record is corrected by a new version.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments.selectors.deployments import profile_of
from overt.recognition import contract, rules, states, verbs
from overt.recognition.contract import limits
from overt.recognition.errors import BatchRefused
from overt.recognition.models import (
    Alert,
    AlertReport,
    Batch,
    Counter,
    Deletion,
    Session,
    StopKind,
)

from .moving import locked, move, record
from .stopping import begin_stop, confirm


@transaction.atomic
def take(
    *,
    session_id: UUID,
    batch: contract.Batch,
    body: bytes,
    signature: str,
    actor: Actor,
    now: datetime,
) -> contract.BatchAnswer:
    """Take in `batch`, which was read from `body`. Raises NotAllowed, BatchRefused or
    Session.DoesNotExist."""
    session, _ = locked(session_id)
    require(rules.is_the_system(actor, system_id=session.system_id))
    digest = hashlib.sha256(body).hexdigest()
    known = (
        Batch.objects.filter(session=session, number=batch.number)
        .order_by()
        .values_list("sha256", flat=True)
        .first()
    )
    if known is not None:
        if known != digest:
            raise BatchRefused(
                "number-reused", f"Another batch with the number {batch.number} was taken before."
            )
        return _answer(session, batch, duplicate=True)
    _require_its_time(session, batch, now)
    row = Batch.objects.create(
        session=session,
        number=batch.number,
        sha256=digest,
        body=body.decode(),
        signature=signature,
        received_at=now,
        sent_at=batch.sent_at,
    )
    _require_few_cameras(session, batch.cameras)
    changed = _take_counters(session, batch.counters, number=batch.number)
    changed |= _take_alerts(session, batch.alerts, row, now=now)
    _take_deletions(session, batch.deletions, row, actor=actor, now=now)
    if batch.heartbeat is not None:
        _take_heartbeat(session, batch.heartbeat, batch.number)
    if changed and session.state == states.RECONCILED:
        open_again(session, actor=actor, now=now)
    if batch.stopped is not None:
        _take_stop(session, batch.stopped, batch.number, actor=actor, now=now)
    return _answer(session, batch, duplicate=False)


def missing(session: Session) -> tuple[int, ...]:
    """The first numbers of batches that have not come, below the highest that has."""
    batches = Batch.objects.filter(session=session).order_by()
    taken = batches.aggregate(highest=Max("number"), count=Count("pk"))
    if taken["highest"] in (None, taken["count"]):
        return ()  # as nearly always; a day has thousands
    numbers = set(batches.values_list("number", flat=True))
    absent: list[int] = []
    for number in range(1, max(numbers, default=0)):
        if number not in numbers:
            absent.append(number)
            if len(absent) == limits.MISSING:
                break
    return tuple(absent)


def open_again(session: Session, *, actor: Actor, now: datetime) -> None:
    """The figures changed after they were reconciled. Part of a transaction that has locked
    `session`."""
    move(session, states.STOPPED, now=now)
    payload = {"state": session.state, "reason": "The figures changed."}
    record(session, verbs.REOPENED, payload, actor=actor, now=now)


def _answer(session: Session, batch: contract.Batch, *, duplicate: bool) -> contract.BatchAnswer:
    return contract.BatchAnswer(
        number=batch.number,
        accepted=contract.Accepted(
            alerts=len(batch.alerts),
            counters=len(batch.counters),
            deletions=len(batch.deletions),
            heartbeat=batch.heartbeat is not None,
            stopped=batch.stopped is not None,
        ),
        duplicate=duplicate,
        missing=missing(session),
    )


def _require_its_time(session: Session, batch: contract.Batch, now: datetime) -> None:
    """Raises BatchRefused for what comes too early, too late, or from the future."""
    skew = timedelta(seconds=profile_of(session.deployment).sessions.clock_skew_seconds.value)
    latest = now + skew
    times = [counter.minute for counter in batch.counters]
    for alert in batch.alerts:
        times += [alert.at] if alert.decided_at is None else [alert.at, alert.decided_at]
    times += [deletion.at for deletion in batch.deletions]
    times += [batch.stopped.at] if batch.stopped else []
    if any(at > latest for at in times):
        raise BatchRefused("in-the-future", "A time of this batch lies in the future.")
    counts = bool(batch.counters or batch.alerts or batch.stopped)
    if counts and not session.ever_live:
        raise BatchRefused("never-live", "The session was never live, so nothing was counted.")
    if session.live_since is not None:
        earliest = (session.live_since - skew).replace(second=0, microsecond=0)
        counted = [counter.minute for counter in batch.counters]
        counted += [alert.at for alert in batch.alerts]
        if any(at < earliest for at in counted):
            raise BatchRefused("before-live", "The session was not live at a time of this batch.")
    if batch.stopped and batch.counters:
        last = batch.stopped.at
        if any(counter.minute > last for counter in batch.counters):
            raise BatchRefused("after-stopped", "Something was counted after the stop.")
    if session.state in states.SETTLING:
        _require_after_stop(session, batch)


def _require_after_stop(session: Session, batch: contract.Batch) -> None:
    """The session has stopped: what may still come."""
    stopped_at, last, beat = session.stopped_at, session.stopped_number, batch.heartbeat
    if batch.stopped is not None:
        raise BatchRefused("after-stopped", "The session has stopped already.")
    if beat and beat.state != "idle" and last and stopped_at and beat.at > stopped_at:
        raise BatchRefused("after-stopped", "The system has said that it stopped: nothing runs.")
    if session.state == states.STOPPED and stopped_at and last and batch.number < last:
        late = [counter.minute for counter in batch.counters]
        late += [alert.at for alert in batch.alerts]
        if any(at > stopped_at for at in late):
            raise BatchRefused("after-stopped", "Something was counted after the stop.")
        return
    if batch.counters:
        raise BatchRefused("after-stopped", "The session has stopped: no faces are counted.")
    names = {alert.id for alert in batch.alerts}
    known = Alert.objects.filter(session=session, name__in=names).count()
    if known < len(names):
        raise BatchRefused("after-stopped", "The session has stopped: no alert is new.")


def _take_counters(session: Session, counters: Sequence[contract.Counter], *, number: int) -> bool:
    if not counters:
        return False
    said = {(one.camera, one.minute): one.faces_seen for one in counters}
    known = {
        (row.camera, row.minute): row
        for row in Counter.objects.filter(
            session=session,
            camera__in={camera for camera, _ in said},
            minute__in={minute for _, minute in said},
        )
    }
    new, higher = [], []
    for key, faces in said.items():
        row = known.get(key)
        if row is None:
            camera, minute = key
            new.append(
                Counter(
                    session_id=session.pk,
                    camera=camera,
                    minute=minute,
                    faces_seen=faces,
                    batch_number=number,
                )
            )
        elif (faces < row.faces_seen) == (number > row.batch_number) and faces != row.faces_seen:
            raise BatchRefused("counter-decreased", "A count of faces went down.")
        elif number > row.batch_number and faces != row.faces_seen:
            row.faces_seen, row.batch_number = faces, number
            higher.append(row)
    Counter.objects.bulk_create(new)
    Counter.objects.bulk_update(higher, ["faces_seen", "batch_number"])
    return bool(new or higher)


def _require_few_cameras(session: Session, cameras: Collection[str]) -> None:
    if not cameras:
        return
    known = _cameras(Counter.objects.filter(session=session))
    if known.issuperset(cameras):
        return
    known |= _cameras(Alert.objects.filter(session=session))
    if len(known.union(cameras)) > limits.CAMERAS:
        raise BatchRefused("too-many-cameras", f"A session has at most {limits.CAMERAS} cameras.")


def _cameras(rows: QuerySet[Counter] | QuerySet[Alert]) -> set[str]:
    return set(rows.order_by().values_list("camera", flat=True).distinct())


def _take_alerts(
    session: Session, alerts: Sequence[contract.Alert], row: Batch, *, now: datetime
) -> bool:
    if not alerts:
        return False
    said = {alert.id: alert for alert in alerts}
    known = {
        row.name: row
        for row in Alert.objects.filter(session=session, name__in=list(said)).order_by()
    }
    for name, known_alert in known.items():
        if (known_alert.at, known_alert.camera) != (said[name].at, said[name].camera):
            raise BatchRefused("alert-changed", "An alert has another time or camera than before.")
    new = Alert.objects.bulk_create(
        Alert(session_id=session.pk, name=name, at=alert.at, camera=alert.camera)
        for name, alert in said.items()
        if name not in known
    )
    last = _last_reports(known.values()) if known else {}
    rows = known | {row.name: row for row in new}
    reports = []
    for name, alert in said.items():
        before = last.get(rows[name].pk)
        if before is not None and before.count >= limits.REPORTS:
            raise BatchRefused("corrected-too-often", "An alert has been corrected too often.")
        report = AlertReport(
            alert_id=rows[name].pk,
            decision=alert.decision or "",
            decided_at=alert.decided_at,
            engaged=alert.engaged,
            outcome=alert.outcome or "",
            ethnicity=alert.ethnicity or "",
            batch_id=row.pk,
            at=now,
        )
        if before is None or (before.number < row.number and before.words != _words(report)):
            reports.append(report)
    AlertReport.objects.bulk_create(reports)
    return bool(reports)


_WORDS = ("decision", "decided_at", "engaged", "outcome", "ethnicity")


@dataclass(frozen=True)
class _Last:
    """Of one alert: the number of the batch that spoke of it last, what it said, and how many
    have spoken of it."""

    number: int
    words: tuple[object, ...]
    count: int


def _last_reports(alerts: Iterable[Alert]) -> dict[int, _Last]:
    found: dict[int, _Last] = {}
    for alert, number, *words in (
        AlertReport.objects.filter(alert__in=[alert.pk for alert in alerts], batch__isnull=False)
        .order_by("batch__number")
        .values_list("alert_id", "batch__number", *_WORDS)
    ):
        before = found.get(alert)
        found[alert] = _Last(number, tuple(words), before.count + 1 if before else 1)
    return found


def _words(report: AlertReport) -> tuple[object, ...]:
    return tuple(getattr(report, name) for name in _WORDS)


def _take_deletions(
    session: Session,
    deletions: Sequence[contract.Deletion],
    row: Batch,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    assets = profile_of(session.deployment).retention
    for deletion in deletions:
        if deletion.asset not in assets:
            raise BatchRefused(
                "asset-not-known", "The policy says nothing of how long that is kept."
            )
        Deletion.objects.create(
            session=session,
            asset=deletion.asset,
            count=deletion.count,
            deleted_at=deletion.at,
            method=deletion.method,
            batch=row,
        )
        payload = {
            "asset": deletion.asset,
            "count": deletion.count,
            "deleted_at": deletion.at,
            "method": deletion.method,
        }
        record(session, verbs.DELETED, payload, actor=actor, now=now)


def _take_heartbeat(session: Session, heartbeat: contract.Heartbeat, number: int) -> None:
    if Batch.objects.filter(session=session, number__gt=number).exists():
        return  # a later one was heard already
    session.reported_state = heartbeat.state
    session.reported_faces = heartbeat.faces_total
    session.reported_alerts = heartbeat.alerts_total
    session.save(update_fields=["reported_state", "reported_faces", "reported_alerts"])


def _take_stop(
    session: Session, stopped: contract.Stopped, number: int, *, actor: Actor, now: datetime
) -> None:
    if session.live_since and stopped.at < session.live_since.replace(microsecond=0):
        raise BatchRefused("stopped-before-live", "The stop lies before the session was live.")
    if session.state in states.PERMITTING:
        kind = StopKind.END if now >= session.ends_at else StopKind.SYSTEM
        begin_stop(session, kind=kind, reason="", actor=actor, now=now)
    confirm(
        session,
        stopped_at=stopped.at,
        reason=StopKind(session.stop_kind).label,
        number=number,
        actor=actor,
        now=now,
    )
