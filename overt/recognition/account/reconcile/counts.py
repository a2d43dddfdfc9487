"""Checks of what was counted, when, and what the system says of it (rules 6 to 10)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from .stated import Account, Discrepancy, clock, listed

MINUTE = timedelta(minutes=1)


def totals_unknown(account: Account, _: datetime) -> Discrepancy | None:
    if account.faces_told is not None and account.alerts_told is not None:
        return None
    return Discrepancy(
        "totals-unknown",
        "The system never said its own totals, so what it sent cannot be held against them.",
        "Ask for the system's totals, and explain.",
        can_be_explained=True,
    )


def faces_differ(account: Account, _: datetime) -> Discrepancy | None:
    return _total(
        "faces", told=account.faces_told, sent=sum(account.counters.values()), counted="counted"
    )


def alerts_differ(account: Account, _: datetime) -> Discrepancy | None:
    return _total("alerts", told=account.alerts_told, sent=len(account.alerts), counted="received")


def totals_fell(account: Account, _: datetime) -> Discrepancy | None:
    fallen = [
        f"{what} from {earlier:,} in message {before.number} to {later:,} in message {after.number}"
        for before, after in pairwise(account.totals)
        for what, earlier, later in (
            ("faces", before.faces, after.faces),
            ("alerts", before.alerts, after.alerts),
        )
        if later < earlier
    ]
    if not fallen:
        return None
    return Discrepancy(
        "totals-fell",
        f"The system's own running totals, which can only rise, fell: {listed(fallen)}.",
        "Find out why the system counted anew and what it lost, and explain.",
        can_be_explained=True,
        subjects=tuple(fallen),
    )


def more_alerts_than_faces(account: Account, _: datetime) -> Discrepancy | None:
    alerts, faces = len(account.alerts), sum(account.counters.values())
    if alerts <= faces:
        return None
    return Discrepancy(
        "more-alerts-than-faces",
        f"There are {alerts:,} alerts among {faces:,} faces seen.",
        "Find out which counts are missing, or explain.",
        can_be_explained=True,
    )


def batches_missing(account: Account, _: datetime) -> Discrepancy | None:
    came = set(account.batches)
    absent = [number for number in range(1, max(came, default=0)) if number not in came]
    if not absent:
        return None
    return Discrepancy(
        "batches-missing",
        f"{len(absent):,} of the system's messages never came: {listed(map(str, absent))}.",
        "Let the system send them again, or explain what they held and why they do not come.",
        can_be_explained=True,
        subjects=tuple(map(str, absent)),
    )


def outside_permit(account: Account, _: datetime) -> Discrepancy | None:
    spans = [(begins - account.skew, ends + account.skew) for begins, ends in account.permits]
    outside = _outside(account, spans)
    if not outside:
        return None
    return Discrepancy(
        "outside-permit",
        f"The system worked while no permit held: {listed(outside)}.",
        "Find out from the system's log why it did not stop, and explain.",
        can_be_explained=True,
        subjects=tuple(outside),
    )


def outside_session(account: Account, _: datetime) -> Discrepancy | None:
    outside = _outside(
        account, [(account.live_since - account.skew, account.stopped_at + account.skew)]
    )
    if not outside:
        return None
    return Discrepancy(
        "outside-session",
        f"Counted before the session was live or after it stopped: {listed(outside)}.",
        "Find out from the system's log when it really ran, and explain.",
        can_be_explained=True,
        subjects=tuple(outside),
    )


def _total(what: str, *, told: int | None, sent: int, counted: str) -> Discrepancy | None:
    if told is None or told == sent:
        return None
    return Discrepancy(
        f"{what}-differ",
        f"The system said {told:,} {what} in total; {sent:,} were {counted}.",
        "Let the system send what is missing, or explain the difference.",
        can_be_explained=True,
    )


def _outside(account: Account, spans: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """What was counted, or raised, at a time that lies in none of `spans`."""

    def is_in(begins: datetime, ends: datetime) -> bool:
        return any(begins <= last and ends >= first for first, last in spans)

    minutes = [
        f"{faces:,} faces at {clock(minute)} ({camera})"
        for (camera, minute), faces in sorted(account.counters.items())
        # A minute ends before the next one begins.
        if faces and not is_in(minute, minute + MINUTE - timedelta.resolution)
    ]
    alerts = [
        f"alert {alert.name} at {clock(alert.at)}"
        for alert in account.alerts
        if not is_in(alert.at, alert.at)
    ]
    return [*minutes, *sorted(alerts)]
