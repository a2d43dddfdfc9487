"""Ready, live, ended, accounted; and what time alone does: expiry, and lapse of an oral authority.

`start`, `end` and `account` are called by the floor above, which runs sessions.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, states, verbs
from overt.deployments.errors import NotReady, WrongState
from overt.deployments.models import Deployment, Determination, EndKind, Kind, Outcome
from overt.deployments.selectors.authorities import live
from overt.deployments.selectors.readiness import reasons_not_ready
from overt.ledger.verbs import Verb

from . import bookings, notices
from .authorities import end_authorities
from .deciding import determination
from .moving import digest_of, locked, move, record, require_shown, require_state


@transaction.atomic
def make_ready(
    *, deployment: Deployment, seen_digest: str, actor: Actor, now: datetime
) -> Deployment:
    """Say that authority, signs and notice are in place. Raises NotAllowed, WrongState,
    NotWhatWasShown or NotReady."""
    require(rules.may_make_ready(actor))
    current = locked(deployment)
    require_shown(current, seen_digest)
    require_state(current, states.AUTHORISED, verb="make ready")
    reasons = reasons_not_ready(current, now=now)
    if reasons:
        raise NotReady(reasons)
    move(current, states.READY, now=now)
    return _moved(current, verbs.READY, "", actor, now)


@transaction.atomic
def no_longer_ready(
    *, deployment: Deployment, reason: str, actor: Actor, now: datetime
) -> Deployment:
    """A sign or the notice no longer holds. Part of the verbs that find it; raises WrongState."""
    current = locked(deployment)
    require_state(current, states.READY, verb="take back the readiness of")
    move(current, states.AUTHORISED, now=now)
    return _moved(current, verbs.NOT_READY, reason, actor, now)


@transaction.atomic
def start(*, deployment: Deployment, actor: Actor, now: datetime) -> Deployment:
    """The session is live. Raises NotAllowed, WrongState or NotReady."""
    require(rules.is_the_program(actor))
    current = locked(deployment)
    require_state(current, states.READY, verb="start")
    reasons = reasons_not_ready(current, now=now)
    if reasons:
        raise NotReady(reasons)
    move(current, states.LIVE, now=now)
    return _moved(current, verbs.STARTED, "", actor, now)


@transaction.atomic
def end(*, deployment: Deployment, reason: str, actor: Actor, now: datetime) -> Deployment:
    """The session is over. Raises NotAllowed or WrongState."""
    require(rules.is_the_program(actor))
    current = locked(deployment)
    require_state(current, states.LIVE, verb="end")
    move(current, states.ENDED, now=now)
    bookings.release(deployment=current)
    return _moved(current, verbs.ENDED, reason, actor, now)


@transaction.atomic
def account(*, deployment: Deployment, actor: Actor, now: datetime) -> Deployment:
    """Its figures are reconciled. Raises NotAllowed or WrongState."""
    require(rules.is_the_program(actor))
    current = locked(deployment)
    require_state(current, states.ENDED, states.WITHDRAWN, verb="account for")
    move(current, states.ACCOUNTED, now=now)
    return _moved(current, verbs.ACCOUNTED, "", actor, now)


@transaction.atomic
def expire(*, deployment: Deployment, actor: Actor, now: datetime) -> Deployment:
    """The time of a deployment that never went live has passed. Raises as `end`."""
    require(rules.is_the_program(actor))
    current = locked(deployment)
    require_state(current, *_EXPIRING, verb="let expire")
    if current.takedown_at is None or now < current.takedown_at:
        raise WrongState(f"The time of {current.reference} has not passed yet.")
    reason = "The time of the deployment passed before it went live."
    end_authorities(current, kind=EndKind.EXPIRED, reason=reason, actor=actor, now=now)
    move(current, states.EXPIRED, now=now)
    bookings.release(deployment=current)
    notices.cancel_if_published(deployment=current, reason=reason, actor=actor, now=now)
    return _moved(current, verbs.EXPIRED, reason, actor, now)


@transaction.atomic
def lapse(*, deployment: Deployment, actor: Actor, now: datetime) -> Deployment:
    """An oral authority was not put in writing in time: it ends, and the version waits for a
    decision again. Raises as `end`."""
    require(rules.is_the_program(actor))
    current = locked(deployment)
    require_state(current, states.AUTHORISED, states.READY, verb="let the authority lapse of")
    version = current.current_version
    if version is None or live(version, now=now) is not None:
        raise WrongState(f"The authority of {current.reference} has not lapsed.")
    reason = "The oral authority was not put in writing in time."
    end_authorities(current, kind=EndKind.UNWRITTEN, reason=reason, actor=actor, now=now)
    reviewed = determination(version, Kind.REVIEW)
    move(current, states.REVIEWED if reviewed else states.SUBMITTED, now=now)
    payload = {
        "state": current.state,
        "digest": version.digest,
        "reason": reason,
        "authority": Kind.ORAL,
        "rank": "",
    }
    record(current, verbs.LAPSED, payload, actor=actor, now=now)
    return current


# What has not gone live by the end of its time expires.
_EXPIRING = (states.SUBMITTED, states.REVIEWED, states.AUTHORISED, states.READY)


def due_to_expire(*, now: datetime) -> list[Deployment]:
    """Deployments whose time has passed without going live."""
    return list(Deployment.objects.filter(state__in=_EXPIRING, takedown_at__lte=now).order_by("pk"))


def due_to_lapse(*, now: datetime) -> list[Deployment]:
    """Deployments whose oral authority should be in writing by now, and is not."""
    overdue = Determination.objects.filter(
        kind=Kind.ORAL, outcome=Outcome.GIVEN, end__isnull=True, valid_until__lte=now
    ).values("version_id")
    written = Determination.objects.filter(
        kind=Kind.AUTHORITY, outcome=Outcome.GIVEN, end__isnull=True, valid_until__gt=now
    ).values("version_id")
    return list(
        Deployment.objects.filter(
            Q(state__in=(states.AUTHORISED, states.READY)),
            current_version__in=overdue,
        )
        .exclude(current_version__in=written)
        .order_by("pk")
    )


def _moved(current: Deployment, verb: Verb, reason: str, actor: Actor, now: datetime) -> Deployment:
    payload = {"state": current.state, "digest": digest_of(current), "reason": reason}
    record(current, verb, payload, actor=actor, now=now)
    return current
