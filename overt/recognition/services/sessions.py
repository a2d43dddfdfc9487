"""What the program does with a session: open it, check it, arm it, see it end.

Rules
1. A session is opened for a deployment that is ready, from its set-up on, once. Where nobody was
   there to open it until its time was over, it is opened all the same, before the deployment
   expires: that it was not started, and why, is in the account.
2. It is armed when every gate but the time holds; before it was ever live, a gate that fails takes
   it back to checking.
3. When the last permit has run out, with the clock difference allowed, a live session is armed
   again: it is live only while a permit holds.
4. It stops when its time ends, when the deployment is no longer under authority, or when somebody
   stops it. Before it was ever live it is then not started, or aborted.
5. A stop that the system has not confirmed by the time at which the last permit can no longer be
   used, and one more interval in which it asks, is unconfirmed, and says so.
6. Gates are checked here to arm and to tell people; no permit rests on what was found here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import states as deployment_states
from overt.deployments.models import Deployment
from overt.deployments.selectors.deployments import profile_of
from overt.recognition import gates, rules, states, verbs
from overt.recognition.models import Session, StopKind
from overt.recognition.selectors.facts import facts_of
from overt.recognition.selectors.sessions import to_open

from . import leases
from .moving import gated, locked, move, record
from .stopping import begin_stop

_UNDER_WAY = (deployment_states.READY, deployment_states.LIVE)


@dataclass(frozen=True)
class Step:
    """What a look at a session came to. `is_done`: no worker needs to look again."""

    state: str
    is_done: bool


@transaction.atomic
def open_due(*, actor: Actor, now: datetime) -> list[Session]:
    """Open a session for every deployment that is ready and being set up, or was to be. Raises
    NotAllowed."""
    require(rules.is_the_worker(actor))
    due = to_open(now=now).select_for_update(of=("self",)).order_by("starts_at", "pk")
    opened = []
    for deployment in due:
        version, system = deployment.current_version, deployment.system
        if not (version and system and deployment.starts_at and deployment.ends_at):
            continue  # the database lets no ready deployment be without them
        session = Session.objects.create(
            deployment=deployment,
            version=version,
            system=system,
            state_at=now,
            opened_at=now,
            starts_at=deployment.starts_at,
            ends_at=deployment.ends_at,
        )
        payload = {
            "session": str(session.id),
            "system": system.name,
            "application": version.digest,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
        }
        record(session, verbs.OPENED, payload, actor=actor, now=now)
        opened.append(session)
    return opened


@transaction.atomic
def step(*, session_id: UUID, fence: int, actor: Actor, now: datetime) -> Step:
    """Look at a session once, under the lease with `fence`. Raises NotAllowed or NotTheHolder."""
    require(rules.is_the_worker(actor))
    session, deployment = locked(session_id)
    leases.hold(session, fence=fence, now=now)
    if session.state not in states.WORKED:
        return Step(session.state, True)
    if session.state in (states.STOPPING, states.UNCONFIRMED):
        _see_the_stop(session, actor=actor, now=now)
    elif session.ever_live:
        _see_it_run(session, deployment, actor=actor, now=now)
    else:
        _see_it_begin(session, deployment, actor=actor, now=now)
    return Step(session.state, session.state not in states.WORKED)


def _see_it_begin(session: Session, deployment: Deployment, *, actor: Actor, now: datetime) -> None:
    facts = facts_of(session, deployment, now=now)
    found = gates.evaluate(facts)
    failed = gates.failed(found, before_the_start=True)
    if now >= session.ends_at:
        reason = "Its time passed before it was live."
        if session.state == states.SCHEDULED:
            reason = "No worker looked after it until its time was over."
        move(session, states.NOT_STARTED, now=now, stop_reason=reason, stop_at=now)
        payload = gated(session, found, failed, reason=reason)
        record(session, verbs.NOT_STARTED, payload, actor=actor, now=now)
        return
    if _is_lost(session, deployment):
        reason = "The deployment is no longer what was authorised."
        move(session, states.ABORTED, now=now, stop_reason=reason, stop_at=now)
        payload = {"state": session.state, "reason": reason}
        record(session, verbs.ABORTED, payload, actor=actor, now=now)
        return
    if session.state == states.SCHEDULED or (failed and session.state == states.ARMED):
        move(session, states.CHECKING, now=now)
        record(session, verbs.CHECKING, gated(session, found, failed), actor=actor, now=now)
    if session.state == states.CHECKING and not failed:
        move(session, states.ARMED, now=now)
        record(session, verbs.ARMED, gated(session, found, failed), actor=actor, now=now)


def _see_it_run(session: Session, deployment: Deployment, *, actor: Actor, now: datetime) -> None:
    if now >= session.ends_at:
        begin_stop(session, kind=StopKind.END, reason="", actor=actor, now=now)
    elif deployment.state not in _UNDER_WAY:
        reason = "The authority was withdrawn."
        begin_stop(session, kind=StopKind.WITHDRAWN, reason=reason, actor=actor, now=now)
    elif session.state == states.LIVE and now >= exposed_until(session, deployment):
        reason = "The last permit ran out and no other was given."
        move(session, states.ARMED, now=now)
        payload = {"state": session.state, "reason": reason}
        record(session, verbs.PERMIT_RAN_OUT, payload, actor=actor, now=now)


def _see_the_stop(session: Session, *, actor: Actor, now: datetime) -> None:
    if session.state != states.STOPPING:
        return
    until = max(exposed_until(session, session.deployment), session.stop_at or now) + polling()
    if now < until:
        return
    reason = "The system has not said that it stopped, and its last permit has run out."
    move(session, states.UNCONFIRMED, now=now)
    payload = {"state": session.state, "reason": reason}
    record(session, verbs.UNCONFIRMED, payload, actor=actor, now=now)


def exposed_until(session: Session, deployment: Deployment) -> datetime:
    """Until when the last permit can still be used: its end, and the clock difference allowed."""
    if session.permit_expires_at is None:
        raise ValueError(f"{session.subject} never had a permit")
    skew = profile_of(deployment).sessions.clock_skew_seconds.value
    return session.permit_expires_at + timedelta(seconds=skew)


def polling() -> timedelta:
    """How often a system is asked to ask."""
    return timedelta(seconds=settings.PERMIT_POLL_SECONDS)


def _is_lost(session: Session, deployment: Deployment) -> bool:
    """Whether the deployment cannot become what the session was opened for. A sign or notice that
    fails takes a deployment back to authorised, and it can be made ready again."""
    allowed = (deployment_states.AUTHORISED, *_UNDER_WAY)
    return deployment.state not in allowed or deployment.current_version_id != session.version_id
