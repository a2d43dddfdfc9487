"""Review, authorise, refuse, authorise orally, withdraw."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, states, verbs
from overt.deployments.errors import FieldRefused, WrongState
from overt.deployments.models import (
    Deployment,
    Determination,
    EndKind,
    Kind,
    Outcome,
    Version,
)
from overt.deployments.selectors.authorities import not_ended
from overt.ledger.verbs import Verb

from . import bookings, notices
from .authorities import end_authorities
from .moving import locked, move, person, record, require_shown, require_state, required_reason


@transaction.atomic
def review(
    *,
    deployment: Deployment,
    seen_digest: str,
    supported: bool,
    reason: str,
    conditions: str = "",
    actor: Actor,
    now: datetime,
) -> Determination:
    """A legal adviser supports the version that was shown, or does not; that refuses it.

    After an urgent oral authority a review changes no state when it supports.
    Raises NotAllowed, WrongState, NotWhatWasShown or FieldRefused.
    """
    current = locked(deployment)
    version = require_shown(current, seen_digest)
    require(rules.may_review(actor, authors=authors_of(version)))
    said = required_reason(reason)
    require_state(current, states.SUBMITTED, states.AUTHORISED, states.READY, verb="review")
    if determination(version, Kind.REVIEW) is not None:
        raise WrongState(f"{current.reference} version {version.number} is reviewed already.")
    made = _determine(
        version,
        kind=Kind.REVIEW,
        outcome=Outcome.GIVEN if supported else Outcome.REFUSED,
        seen_digest=seen_digest,
        reason=said,
        conditions=conditions.strip(),
        actor=actor,
        now=now,
    )
    if not supported:
        _refuse(current, said, actor, now)
    elif current.state == states.SUBMITTED:
        move(current, states.REVIEWED, now=now)
    _record(current, verbs.REVIEWED, made, actor, now)
    return made


@transaction.atomic
def authorise(
    *,
    deployment: Deployment,
    seen_digest: str,
    given: bool,
    reason: str,
    conditions: str = "",
    acknowledged: Sequence[str] = (),
    actor: Actor,
    now: datetime,
) -> Determination:
    """An authorising officer authorises the version that was shown in writing, or refuses it.

    The authority holds until the deployment is taken down. `acknowledged`: the sentences that the
    officer ticked, which the ledger keeps. Raises as `review`.
    """
    current = locked(deployment)
    version = require_shown(current, seen_digest)
    reviewed = determination(version, Kind.REVIEW)
    require(
        rules.may_authorise(
            actor,
            level=version.authorising_level,
            authors=authors_of(version),
            reviewer=reviewed.person_id if reviewed else None,
            needs_review=version.review_required,
        )
    )
    said = required_reason(reason)
    orally = determination(version, Kind.ORAL) is not None
    allowed = (
        states.REVIEWED,
        *(() if version.review_required else (states.SUBMITTED,)),
        *((states.AUTHORISED, states.READY) if orally else ()),
    )
    require_state(current, *allowed, verb="authorise")
    if determination(version, Kind.AUTHORITY) is not None:
        raise WrongState(f"{current.reference} version {version.number} is decided already.")
    made = _determine(
        version,
        kind=Kind.AUTHORITY,
        outcome=Outcome.GIVEN if given else Outcome.REFUSED,
        seen_digest=seen_digest,
        reason=said,
        conditions=conditions.strip(),
        valid_until=_end_of(current, now) if given else None,
        actor=actor,
        now=now,
    )
    if not given:
        _refuse(current, said, actor, now)
    elif current.state not in states.UNDER_AUTHORITY:
        move(current, states.AUTHORISED, now=now)
    _record(current, verbs.AUTHORISED, made, actor, now, acknowledged=acknowledged)
    return made


@transaction.atomic
def authorise_orally(
    *,
    deployment: Deployment,
    seen_digest: str,
    given_at: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Determination:
    """The officer who gave an urgent authority by word of mouth records it, with when and why.

    It holds until the policy's hours from `given_at` have passed, or the deployment is over;
    by then it has to be in writing. Raises as `review`.
    """
    current = locked(deployment)
    version = require_shown(current, seen_digest)
    reviewed = determination(version, Kind.REVIEW)
    require(
        rules.may_authorise(
            actor,
            level=version.urgent_level,
            authors=authors_of(version),
            reviewer=reviewed.person_id if reviewed else None,
            needs_review=False,
        )
    )
    said = required_reason(reason)
    require_state(current, states.SUBMITTED, states.REVIEWED, verb="authorise")
    if determination(version, Kind.ORAL) is not None:
        raise WrongState(
            f"An oral authority for {current.reference} version {version.number} was recorded "
            "already."
        )
    if given_at > now:
        raise FieldRefused("given_at", "The time it was given lies in the future")
    if given_at < version.submitted_at:
        raise FieldRefused(
            "given_at", "The time it was given lies before this version was submitted"
        )
    due = given_at + timedelta(hours=version.urgent_written_hours)
    if due <= now:
        raise FieldRefused(
            "given_at",
            f"More than {version.urgent_written_hours} hours have passed since then: the authority "
            "has lapsed, and a written one is needed",
        )
    made = _determine(
        version,
        kind=Kind.ORAL,
        outcome=Outcome.GIVEN,
        seen_digest=seen_digest,
        reason=said,
        oral_given_at=given_at,
        valid_until=min(due, _end_of(current, now)),
        actor=actor,
        now=now,
    )
    move(current, states.AUTHORISED, now=now)
    _record(current, verbs.AUTHORISED_ORALLY, made, actor, now)
    return made


@transaction.atomic
def withdraw(
    *, deployment: Deployment, seen_digest: str, reason: str, actor: Actor, now: datetime
) -> Deployment:
    """Take the authority for the version that was shown back, at any moment. It holds from the
    next permit request on.

    Raises NotAllowed, WrongState, NotWhatWasShown or FieldRefused.
    """
    current = locked(deployment)
    require_state(current, *states.UNDER_AUTHORITY, verb="withdraw the authority of")
    version = require_shown(current, seen_digest)
    given = not_ended(version)
    if not given:
        raise WrongState(f"{current.reference} has no authority to withdraw.")
    latest = given[-1]
    require(rules.may_withdraw(actor, given_by=latest.person_id, rank=latest.rank))
    said = required_reason(reason)
    end_authorities(current, kind=EndKind.WITHDRAWN, reason=said, actor=actor, now=now)
    move(current, states.WITHDRAWN, now=now)
    bookings.release(deployment=current)
    notices.cancel_if_published(deployment=current, reason=said, actor=actor, now=now)
    payload = {
        "state": current.state,
        "digest": version.digest,
        "reason": said,
        "authority": latest.kind,
        "rank": actor.rank,
    }
    record(current, verbs.WITHDRAWN, payload, actor=actor, now=now)
    return current


def determination(version: Version, kind: Kind) -> Determination | None:
    """The decision of one kind on `version`."""
    return Determination.objects.filter(version=version, kind=kind).first()


def authors_of(version: Version) -> set[int]:
    """The accounts that wrote on `version`."""
    return set(version.authors.values_list("person_id", flat=True))


def _end_of(deployment: Deployment, now: datetime) -> datetime:
    end = deployment.takedown_at
    if end is None or end <= now:
        raise WrongState(f"The time of {deployment.reference} has passed.")
    return end


def _refuse(current: Deployment, reason: str, actor: Actor, now: datetime) -> None:
    end_authorities(current, kind=EndKind.REFUSED, reason=reason, actor=actor, now=now)
    move(current, states.REFUSED, now=now)
    bookings.release(deployment=current)
    notices.cancel_if_published(deployment=current, reason=reason, actor=actor, now=now)


def _determine(
    version: Version,
    *,
    kind: Kind,
    outcome: Outcome,
    seen_digest: str,
    reason: str,
    actor: Actor,
    now: datetime,
    conditions: str = "",
    oral_given_at: datetime | None = None,
    valid_until: datetime | None = None,
) -> Determination:
    try:
        with transaction.atomic():
            return Determination.objects.create(
                version=version,
                kind=kind,
                outcome=outcome,
                person_id=person(actor),
                rank=actor.rank,
                at=now,
                seen_digest=seen_digest,
                reason=reason,
                conditions=conditions,
                oral_given_at=oral_given_at,
                valid_until=valid_until,
            )
    except IntegrityError as error:
        # The rules above said yes, so this person has decided on this version before.
        raise WrongState(f"The database refused the decision: {error}") from error


def _record(
    current: Deployment,
    verb: Verb,
    made: Determination,
    actor: Actor,
    now: datetime,
    *,
    acknowledged: Sequence[str] = (),
) -> None:
    payload = {
        "version": made.version.number,
        "digest": made.seen_digest,
        "outcome": made.outcome,
        "rank": made.rank,
        "reason": made.reason,
        "conditions": made.conditions,
        "state": current.state,
        "valid_until": made.valid_until,
        "oral_given_at": made.oral_given_at,
        "acknowledged": list(acknowledged),
    }
    record(current, verb, payload, actor=actor, now=now)
