"""Deadlines by which the system has to have deleted each kind of thing, and what became of them.

Rules
1. A deadline is the session's end and the hours that the policy allows (section `retention`).
2. Hours of 0 mean immediately: the deadline is the end and a grace, which is passed in, as no
   message can arrive at the very moment.
3. Only an attestation of a deletion at or after the end counts: before it more could still come.
4. Of several attestations the last one counts. What was deleted then was still there before.
5. An attestation of a kind that the policy does not know has no deadline, and is ignored here.
6. States: `due` nothing attested and the deadline not passed; `in time` attested by the deadline;
   `late` attested after it; `overdue` nothing attested and the deadline passed.
7. How many were deleted is the sum of all attestations that count: a list may go in parts.
8. The level of escalation is 0 where nothing is overdue, 1 as soon as it is, and one more for each
   of the `steps` that has passed since the deadline.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

# What the policy's section `retention`, and so an attestation, calls the list of who is looked for.
WATCHLIST = "watchlist"

State = Literal["due", "in time", "late", "overdue"]


@dataclass(frozen=True)
class Retained:
    """One kind of thing that the policy lets the system keep for `hours`."""

    asset: str
    label: str
    hours: int


@dataclass(frozen=True)
class Attested:
    """The system says that it deleted `count` things of the kind `asset`."""

    asset: str
    at: datetime
    count: int


@dataclass(frozen=True)
class Deadline:
    asset: str
    label: str
    due_at: datetime
    attested_at: datetime | None
    count: int
    state: State
    level: int


def deadlines(
    retained: Iterable[Retained],
    attested: Iterable[Attested],
    *,
    ended_at: datetime,
    grace: timedelta,
    steps: Sequence[timedelta],
    now: datetime,
) -> tuple[Deadline, ...]:
    """One deadline of each kind, the earliest first."""
    counting = sorted((one for one in attested if one.at >= ended_at), key=lambda one: one.at)
    last: Mapping[str, datetime] = {one.asset: one.at for one in counting}
    counts: Counter[str] = Counter()
    for one in counting:
        counts[one.asset] += one.count
    found = []
    for kind in retained:
        due_at = ended_at + allowed(kind, grace=grace)
        at = last.get(kind.asset)
        state = _state(at, due_at, now)
        level = 1 + sum(now - due_at > step for step in steps) if state == "overdue" else 0
        found.append(Deadline(kind.asset, kind.label, due_at, at, counts[kind.asset], state, level))
    return tuple(sorted(found, key=lambda one: (one.due_at, one.asset)))


def allowed(kind: Retained, *, grace: timedelta) -> timedelta:
    """How long after the end it may be kept."""
    return timedelta(hours=kind.hours) if kind.hours else grace


def _state(attested_at: datetime | None, due_at: datetime, now: datetime) -> State:
    if attested_at is None:
        return "overdue" if now > due_at else "due"
    return "late" if attested_at > due_at else "in time"
