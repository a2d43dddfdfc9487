"""Decisions in words, for the pages and the papers that show them."""

from dataclasses import dataclass
from datetime import datetime

from overt.accounts.models import Rank
from overt.deployments import states
from overt.deployments.models import Determination, EndKind, Kind, Outcome
from overt.deployments.selectors.standing import Standing, end_of

TITLES = {
    Kind.REVIEW: "Legal review",
    Kind.ORAL: "Urgent oral authority",
    Kind.AUTHORITY: "Authority",
}
_OUTCOMES = {
    (Kind.REVIEW, Outcome.GIVEN): ("Supported", "green"),
    (Kind.REVIEW, Outcome.REFUSED): ("Not supported", "red"),
    (Kind.ORAL, Outcome.GIVEN): ("In force", "green"),
    (Kind.AUTHORITY, Outcome.GIVEN): ("In force", "green"),
    (Kind.AUTHORITY, Outcome.REFUSED): ("Refused", "red"),
}


@dataclass(frozen=True)
class Ended:
    """`by` is empty where time alone ended it."""

    label: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Told:
    """One decision. `short` and `colour` are for a tag; `until` ends an authority."""

    kind: str
    title: str
    short: str
    colour: str
    person: str
    rank: str
    at: datetime
    reason: str
    conditions: str
    given_at: datetime | None
    until: datetime | None
    digest: str
    ended: Ended | None


def told(held: Standing, *, now: datetime) -> list[Told]:
    """What was decided on the version, in the order of the way: review, oral, written."""
    return [
        _told(one, held, now) for one in (held.review, held.oral, held.written) if one is not None
    ]


def rank_name(rank: str) -> str:
    """As accounts show it."""
    return Rank(rank).label if rank in Rank.values else rank


def _told(made: Determination, held: Standing, now: datetime) -> Told:
    short, colour = _OUTCOMES[Kind(made.kind), Outcome(made.outcome)]
    ended = end_of(made)
    if ended is not None:
        short, colour = EndKind(ended.kind).label.partition(":")[0], "red"
    elif made.valid_until is not None and now >= made.valid_until:
        short, colour = "Run out", "grey"
    elif made.kind == Kind.ORAL and held.written is not None:
        short, colour = "Put in writing", "grey"
    elif short == "In force" and held.deployment.state not in states.UNDER_AUTHORITY:
        # As of a deployment that has ended.
        short, colour = "Given", "grey"
    return Told(
        kind=made.kind,
        title=TITLES[Kind(made.kind)],
        short=short,
        colour=colour,
        person=made.person.shown_name,
        rank=rank_name(made.rank),
        at=made.at,
        reason=made.reason,
        conditions=made.conditions,
        given_at=made.oral_given_at,
        until=made.valid_until,
        digest=made.seen_digest,
        ended=Ended(
            EndKind(ended.kind).label,
            f"{ended.person.shown_name}, {rank_name(ended.rank)}" if ended.person else "",
            ended.at,
            ended.reason,
        )
        if ended is not None
        else None,
    )
