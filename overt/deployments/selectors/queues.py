"""What waits for a decision, and for each of it whether this person may decide, or why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from overt.accounts.actors import Actor
from overt.decisions import Decision
from overt.deployments import states
from overt.deployments.models import Deployment, Determination, Kind

from .deployments import deployments
from .standing import DECISIONS, Standing, standing

# How many of each a page shows.
MOST = 50
_DECIDED = (states.AUTHORISED, states.READY)


@dataclass(frozen=True)
class Waiting:
    """`due` is when an oral authority has to be in writing."""

    deployment: Deployment
    standing: Standing
    decision: Decision
    due: datetime | None = None


@dataclass(frozen=True)
class InForce:
    """An authority that could be withdrawn."""

    deployment: Deployment
    authority: Determination
    decision: Decision


@dataclass(frozen=True)
class Queues:
    """Each in the order of the starts, the soonest first; what `actor` may decide comes before
    what they may not. Of what waits and of what is in force, the `shown` soonest; `more`: there are
    others."""

    to_review: Sequence[Waiting]
    to_authorise: Sequence[Waiting]
    urgent: Sequence[Waiting]
    in_force: Sequence[InForce]
    shown: int = 0
    more: bool = False

    @property
    def mine(self) -> int:
        """How many decisions wait for this person."""
        return sum(item.decision.allowed for item in (*self.to_review, *self.to_authorise))


def queues(actor: Actor, *, now: datetime) -> Queues:
    """What waits at `now`."""
    held = (
        deployments()
        .filter(takedown_at__gt=now)
        .prefetch_related(*DECISIONS)
        .order_by("starts_at", "pk")
    )
    parts = [
        list(part[: MOST + 1])
        for part in (
            held.filter(state__in=(states.SUBMITTED, states.REVIEWED)),
            # An oral authority waits for its review and its writing, whatever else is in force.
            held.filter(state__in=_DECIDED, current_version__determinations__kind=Kind.ORAL),
            held.filter(state__in=states.UNDER_AUTHORITY),
        )
    ]
    chosen = {one.pk: one for part in parts for one in part[:MOST]}
    found = sorted(chosen.values(), key=lambda one: (one.starts_at or now, one.pk))
    known = [standing(one, one.current_version) for one in found if one.current_version]
    return Queues(
        to_review=_sorted(
            Waiting(one.deployment, one, one.may_review(actor), one.due_in_writing(now))
            for one in known
            if one.waits_for_review
        ),
        to_authorise=_sorted(
            Waiting(one.deployment, one, one.may_authorise(actor), one.due_in_writing(now))
            for one in known
            if one.waits_for_authority and (one.review or not one.version.review_required)
        ),
        urgent=_sorted(
            Waiting(one.deployment, one, decision)
            for one in known
            if one.takes_oral_authority and (decision := one.may_authorise_orally(actor)).allowed
        ),
        in_force=[
            InForce(one.deployment, one.not_ended[-1], one.may_withdraw(actor))
            for one in known
            if one.has_authority_to_withdraw
        ],
        shown=MOST,
        more=any(len(part) > MOST for part in parts),
    )


def _sorted(items: Iterable[Waiting]) -> list[Waiting]:
    return sorted(items, key=lambda item: not item.decision.allowed)
