"""What in the account of a stopped session does not agree, or is not complete.

Rules, each one check; `Discrepancy.name` names it
1. alert-undecided: every alert has a decision. Must be resolved.
2. engagement-unknown: of every decided alert it is known whether officers spoke to the person: it
   decides the column. Must be resolved.
3. outcome-missing: every decided alert has an outcome. Must be resolved.
4. outcome-contradicts: nobody is arrested on a false alert, and nothing but no action becomes of a
   person to whom nobody spoke. It happens, as when somebody stopped by mistake is arrested for
   something else: so a person may explain it, and it is not taken away.
5. decision-before-alert: a decision is not made before its alert.
6. faces-differ, alerts-differ: what the system said last of its own totals is what it sent.
   totals-unknown where it never said.
7. more-alerts-than-faces: every alert is a face that was counted.
8. batches-missing: every number below the highest has come.
9. outside-permit: nobody was counted, and no alert raised, outside a permit and the skew of clocks.
   A minute is outside when none of it is inside. A minute in which nobody was seen harms nobody.
10. outside-session: nor before the session was live, or after it stopped, and that skew.
11. deletion-overdue, deletion-late: every deletion was attested by its deadline (`deletions.py`).
12. stop-by-hand: the system did not say itself that it stopped; a person said so in its stead.

1 to 3 are resolved by completing the alert; the others may be explained by a person instead. One
check gives at most one discrepancy, with all that it concerns as `subjects`. Its `sha256` is over
all of what it says and never over when it was asked: an explanation holds for as long as the
discrepancy reads as it did, and no longer. Only the last word on an alert is held to the rules.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .deletions import Attested, Deadline, Retained, deadlines
from .figures import Judged

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
# So many subjects are named in a sentence; all are in `subjects`.
NAMED = 8


@dataclass(frozen=True)
class Report:
    """What was said of an alert at one time."""

    judged: Judged
    decided_at: datetime | None


@dataclass(frozen=True)
class Alert:
    """`reports`: all that was said of it, the last one last."""

    name: str
    at: datetime
    reports: Sequence[Report]


@dataclass(frozen=True)
class Account:
    """All that is known of one session that has stopped.

    `counters`: faces seen by (camera, the beginning of the minute). `faces_told`, `alerts_told`:
    the system's own totals, as it said them last. `permits`: from when until when each permit
    held. `skew`: by how much clocks may differ.
    """

    counters: Mapping[tuple[str, datetime], int]
    alerts: Sequence[Alert]
    faces_told: int | None
    alerts_told: int | None
    batches: Collection[int]
    live_since: datetime
    stopped_at: datetime
    stopped_by_hand: bool
    permits: Sequence[tuple[datetime, datetime]]
    skew: timedelta
    retained: Sequence[Retained]
    attested: Sequence[Attested]
    grace: timedelta


@dataclass(frozen=True)
class Discrepancy:
    name: str
    sentence: str
    todo: str
    can_be_explained: bool
    subjects: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Over how it reads, in hexadecimal."""
        said = "\n".join((self.name, self.sentence, *self.subjects))
        return hashlib.sha256(said.encode()).hexdigest()


Check = Callable[[Account, datetime], Discrepancy | None]


def discrepancies(account: Account, now: datetime) -> tuple[Discrepancy, ...]:
    """All that does not agree at `now`, in the order of the rules."""
    return tuple(found for check in _CHECKS if (found := check(account, now)) is not None)


def _alert_undecided(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: not said.decision,
        name="alert-undecided",
        words="not decided",
        todo="Enter the operator's decision.",
    )


def _engagement_unknown(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: bool(said.decision) and said.engaged is None,
        name="engagement-unknown",
        words="decided, but it is not said whether officers spoke to the person",
        todo="Enter whether officers spoke to the person.",
    )


def _outcome_missing(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: bool(said.decision) and not said.outcome,
        name="outcome-missing",
        words="decided, but without an outcome",
        todo="Enter the outcome: arrest, other action or no action.",
    )


def _outcome_contradicts(account: Account, _: datetime) -> Discrepancy | None:
    return _of_alerts(
        account,
        lambda alert, said: (
            (said.decision == "false" and said.outcome == "arrest")
            or (said.engaged is False and said.outcome in {"arrest", "other"})
        ),
        name="outcome-contradicts",
        words="said to be false and yet an arrest, or acted on though nobody spoke to the person",
        todo="Correct the alert, or explain how it came about.",
        can_be_explained=True,
    )


def _decision_before_alert(account: Account, _: datetime) -> Discrepancy | None:
    decided = {
        alert.name: alert.reports[-1].decided_at for alert in account.alerts if alert.reports
    }

    def is_early(alert: Alert, said: Judged) -> bool:
        at = decided.get(alert.name)
        return at is not None and at < alert.at

    return _of_alerts(
        account,
        is_early,
        name="decision-before-alert",
        words="decided before they were raised",
        todo="Correct the time of the decision, or explain it.",
        can_be_explained=True,
    )


def _totals_unknown(account: Account, _: datetime) -> Discrepancy | None:
    if account.faces_told is not None and account.alerts_told is not None:
        return None
    return Discrepancy(
        "totals-unknown",
        "The system never said its own totals, so what it sent cannot be held against them.",
        "Ask for the system's totals, and explain.",
        can_be_explained=True,
    )


def _faces_differ(account: Account, _: datetime) -> Discrepancy | None:
    return _total(
        "faces", told=account.faces_told, sent=sum(account.counters.values()), counted="counted"
    )


def _alerts_differ(account: Account, _: datetime) -> Discrepancy | None:
    return _total("alerts", told=account.alerts_told, sent=len(account.alerts), counted="received")


def _more_alerts_than_faces(account: Account, _: datetime) -> Discrepancy | None:
    alerts, faces = len(account.alerts), sum(account.counters.values())
    if alerts <= faces:
        return None
    return Discrepancy(
        "more-alerts-than-faces",
        f"There are {alerts:,} alerts among {faces:,} faces seen.",
        "Find out which counts are missing, or explain.",
        can_be_explained=True,
    )


def _batches_missing(account: Account, _: datetime) -> Discrepancy | None:
    came = set(account.batches)
    absent = [number for number in range(1, max(came, default=0)) if number not in came]
    if not absent:
        return None
    return Discrepancy(
        "batches-missing",
        f"{len(absent):,} of the system's messages never came: {_listed(map(str, absent))}.",
        "Let the system send them again, or explain what they held and why they do not come.",
        can_be_explained=True,
        subjects=tuple(map(str, absent)),
    )


def _outside_permit(account: Account, _: datetime) -> Discrepancy | None:
    spans = [(begins - account.skew, ends + account.skew) for begins, ends in account.permits]
    outside = _outside(account, spans)
    if not outside:
        return None
    return Discrepancy(
        "outside-permit",
        f"The system worked while no permit held: {_listed(outside)}.",
        "Find out from the system's log why it did not stop, and explain.",
        can_be_explained=True,
        subjects=tuple(outside),
    )


def _outside_session(account: Account, _: datetime) -> Discrepancy | None:
    outside = _outside(
        account, [(account.live_since - account.skew, account.stopped_at + account.skew)]
    )
    if not outside:
        return None
    return Discrepancy(
        "outside-session",
        f"Counted before the session was live or after it stopped: {_listed(outside)}.",
        "Find out from the system's log when it really ran, and explain.",
        can_be_explained=True,
        subjects=tuple(outside),
    )


def _deletion_overdue(account: Account, now: datetime) -> Discrepancy | None:
    overdue = [one for one in _deadlines(account, now) if one.state == "overdue"]
    subjects = [f"{one.label} by {_clock(one.due_at)}" for one in overdue]
    if not subjects:
        return None
    return Discrepancy(
        "deletion-overdue",
        f"Nothing says that this was deleted when it had to be: {_listed(subjects)}.",
        "See to it that the system deletes it and says so, or explain.",
        can_be_explained=True,
        subjects=tuple(subjects),
    )


def _deletion_late(account: Account, now: datetime) -> Discrepancy | None:
    subjects = [
        f"{one.label} by {_clock(one.due_at)}, but only at {_clock(one.attested_at)}"
        for one in _deadlines(account, now)
        if one.state == "late" and one.attested_at is not None
    ]
    if not subjects:
        return None
    return Discrepancy(
        "deletion-late",
        f"This was deleted later than it had to be: {_listed(subjects)}.",
        "Explain.",
        can_be_explained=True,
        subjects=tuple(subjects),
    )


def _stop_by_hand(account: Account, _: datetime) -> Discrepancy | None:
    if not account.stopped_by_hand:
        return None
    return Discrepancy(
        "stop-by-hand",
        "The system did not say that it stopped. A person said that it stopped at "
        f"{_clock(account.stopped_at)}.",
        "Explain how it is known that nobody was recognised after that.",
        can_be_explained=True,
    )


_CHECKS: tuple[Check, ...] = (
    _alert_undecided,
    _engagement_unknown,
    _outcome_missing,
    _outcome_contradicts,
    _decision_before_alert,
    _totals_unknown,
    _faces_differ,
    _alerts_differ,
    _more_alerts_than_faces,
    _batches_missing,
    _outside_permit,
    _outside_session,
    _deletion_overdue,
    _deletion_late,
    _stop_by_hand,
)


def _of_alerts(
    account: Account,
    is_wrong: Callable[[Alert, Judged], bool],
    *,
    name: str,
    words: str,
    todo: str,
    can_be_explained: bool = False,
) -> Discrepancy | None:
    """One discrepancy of all the alerts that `is_wrong` picks by their last report."""
    nothing = Judged("", None, "")
    wrong = sorted(
        alert.name
        for alert in account.alerts
        if is_wrong(alert, alert.reports[-1].judged if alert.reports else nothing)
    )
    if not wrong:
        return None
    sentence = f"Alerts {words}: {_listed(wrong)} ({len(wrong):,} of {len(account.alerts):,})."
    return Discrepancy(name, sentence, todo, can_be_explained, tuple(wrong))


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
        f"{faces:,} faces at {_clock(minute)} ({camera})"
        for (camera, minute), faces in sorted(account.counters.items())
        # A minute ends before the next one begins.
        if faces and not is_in(minute, minute + MINUTE - timedelta.resolution)
    ]
    alerts = [
        f"alert {alert.name} at {_clock(alert.at)}"
        for alert in account.alerts
        if not is_in(alert.at, alert.at)
    ]
    return [*minutes, *sorted(alerts)]


def _deadlines(account: Account, now: datetime) -> tuple[Deadline, ...]:
    return deadlines(
        account.retained,
        account.attested,
        ended_at=account.stopped_at,
        grace=account.grace,
        steps=(),
        now=now,
    )


def _listed(subjects: Iterable[str]) -> str:
    """The first ones, and how many more there are."""
    every = list(subjects)
    more = f" and {len(every) - NAMED:,} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def _clock(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%H:%M:%S on %-d %B %Y")
