"""Checks of what comes after the end: deletions, a test, and the stop itself (rules 11 to 14)."""

from datetime import datetime

from ..deletions import WATCHLIST, Deadline, deadlines
from .stated import Account, Discrepancy, clock, listed


def deletion_overdue(account: Account, now: datetime) -> Discrepancy | None:
    overdue = [one for one in _deadlines(account, now) if one.state == "overdue"]
    subjects = [f"{one.label} by {clock(one.due_at)}" for one in overdue]
    if not subjects:
        return None
    return Discrepancy(
        "deletion-overdue",
        f"Nothing says that this was deleted when it had to be: {listed(subjects)}.",
        "See to it that the system deletes it and says so, or explain.",
        can_be_explained=True,
        subjects=tuple(subjects),
    )


def deletion_late(account: Account, now: datetime) -> Discrepancy | None:
    subjects = [
        f"{one.label} by {clock(one.due_at)}, but only at {clock(one.attested_at)}"
        for one in _deadlines(account, now)
        if one.state == "late" and one.attested_at is not None
    ]
    if not subjects:
        return None
    return Discrepancy(
        "deletion-late",
        f"This was deleted later than it had to be: {listed(subjects)}.",
        "Explain.",
        can_be_explained=True,
        subjects=tuple(subjects),
    )


def watchlist_deleted_differs(account: Account, now: datetime) -> Discrepancy | None:
    held = account.watchlist_total
    deleted = [
        one.count
        for one in _deadlines(account, now)
        if one.asset == WATCHLIST and one.attested_at is not None
    ]
    if held is None or not deleted or deleted == [held]:
        return None
    return Discrepancy(
        "watchlist-deleted-differs",
        f"The watchlist had {held:,} entries by its manifest; the system says that it deleted "
        f"{deleted[0]:,}.",
        "Find out why the numbers differ. Let the system attest what is left, or explain.",
        can_be_explained=True,
    )


def seeded_exceeds(account: Account, _: datetime) -> Discrepancy | None:
    true = sum(
        bool(alert.reports) and alert.reports[-1].judged.decision == "true"
        for alert in account.alerts
    )
    if account.seeded is None or account.seeded.correct_alerts <= true:
        return None
    return Discrepancy(
        "seeded-exceeds",
        f"The seeded test had {account.seeded.correct_alerts:,} correct alerts, but the session "
        f"had {true:,} true ones.",
        "Correct the test or the alerts, or explain.",
        can_be_explained=True,
    )


def stop_by_hand(account: Account, _: datetime) -> Discrepancy | None:
    if not account.stopped_by_hand:
        return None
    return Discrepancy(
        "stop-by-hand",
        "The system did not say that it stopped. A person said that it stopped at "
        f"{clock(account.stopped_at)}.",
        "Explain how it is known that nobody was recognised after that.",
        can_be_explained=True,
    )


def _deadlines(account: Account, now: datetime) -> tuple[Deadline, ...]:
    return deadlines(
        account.retained,
        account.attested,
        ended_at=account.stopped_at,
        grace=account.grace,
        steps=(),
        now=now,
    )
