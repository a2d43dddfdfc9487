"""How the signs of a deployment stand, from what was seen of them.

Rules
1. Nothing seen: planned. Otherwise what was seen last, in the order in which it was recorded:
   placed, re-checked or missing.
2. From set-up to the end, a sign that was last seen in place longer ago than
   `signs.recheck_minutes` is overdue. One that was placed days before is overdue at set-up. A
   time that lies as far ahead comes from a wrong clock, and proves as little.
3. A sign is missing since the first report that no other sight of it has followed.
4. Signs hold when there are some and none is planned, missing or overdue.
5. While the deployment is live, a missing sign is borne for `signs.grace_minutes` from rule 3's
   moment. Nothing else is: an overdue sign has had its time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """`OVERDUE` is rule 2; the others are what was seen last."""

    PLANNED = "planned"
    PLACED = "placed"
    RECHECKED = "rechecked"
    MISSING = "missing"
    OVERDUE = "overdue"


IN_PLACE = (State.PLACED, State.RECHECKED)


@dataclass(frozen=True)
class Seen:
    """One sight of a sign: `state` is placed, re-checked or missing."""

    state: State
    at: datetime


@dataclass(frozen=True)
class Terms:
    """What signs are held to: set-up and end, and the two times of the policy."""

    setup_at: datetime | None
    ends_at: datetime | None
    recheck: timedelta
    grace: timedelta

    def watched(self, now: datetime) -> bool:
        """Whether re-checks are asked for at `now`."""
        if self.setup_at is None or self.ends_at is None:
            return False
        return self.setup_at <= now <= self.ends_at


def last(seen: Sequence[Seen]) -> State:
    """Rule 1."""
    return seen[-1].state if seen else State.PLANNED


def state(seen: Sequence[Seen], terms: Terms, *, now: datetime) -> State:
    """Rules 1 and 2."""
    found = last(seen)
    if found in IN_PLACE and terms.watched(now) and abs(now - seen[-1].at) > terms.recheck:
        return State.OVERDUE
    return found


def missing_since(seen: Sequence[Seen]) -> datetime | None:
    """Rule 3."""
    first = None
    for one in reversed(seen):
        if one.state != State.MISSING:
            break
        first = one.at
    return first


def faults(
    signs: Mapping[str, Sequence[Seen]], terms: Terms, *, is_live: bool, now: datetime
) -> list[str]:
    """Rules 4 and 5: one sentence for each thing that is wrong. `signs`: by code."""
    if not signs:
        return ["No sign is planned."]
    states = {code: state(seen, terms, now=now) for code, seen in signs.items()}
    down = [
        code
        for code, found in states.items()
        if found == State.PLANNED
        or (
            found == State.MISSING
            and not (is_live and _is_borne(missing_since(signs[code]), terms.grace, now))
        )
    ]
    overdue = [code for code, found in states.items() if found == State.OVERDUE]
    said = []
    if down:
        said.append(f"Not in place: sign {', '.join(down)}.")
    if overdue:
        said.append(f"Not re-checked in time: sign {', '.join(overdue)}.")
    return said


def _is_borne(since: datetime | None, grace: timedelta, now: datetime) -> bool:
    # Not from a clock that runs ahead, which would stretch the grace.
    return since is not None and -grace <= now - since < grace
