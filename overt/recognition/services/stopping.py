"""How a session stops: asked, confirmed by the system, or by a person in its stead."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import states as deployment_states
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.services import lifecycle
from overt.recognition import rules, states, verbs
from overt.recognition.errors import FieldRefused, WrongState
from overt.recognition.models import Batch, PermitDecision, Session, StopKind

from .moving import locked, move, record

REASON_LIMIT = 2000
PROGRAM = Actor(label="command:sessions", is_command=True)


def begin_stop(
    session: Session, *, kind: StopKind, reason: str, actor: Actor, now: datetime
) -> None:
    """No permit is given any more. Part of a transaction that has locked `session`, which was
    live at some time. Raises WrongState."""
    move(session, states.STOPPING, now=now, stop_kind=kind, stop_reason=reason, stop_at=now)
    skew = timedelta(seconds=profile_of(session.deployment).sessions.clock_skew_seconds.value)
    ends = session.permit_expires_at
    payload = {
        "state": session.state,
        "reason": reason or StopKind(kind).label,
        "kind": kind,
        "exposed_until": ends + skew if ends else None,
    }
    record(session, verbs.STOPPING, payload, actor=actor, now=now)


@transaction.atomic
def stop(*, session_id: UUID, reason: str, actor: Actor, now: datetime) -> Session:
    """Somebody stops the session, for good. Raises NotAllowed, FieldRefused or WrongState."""
    require(rules.may_stop(actor))
    said = required(reason)
    session, _ = locked(session_id)
    if session.state not in states.PERMITTING:
        raise WrongState(
            f"The session is {states.LABELS[session.state].lower()}: there is nothing to stop."
        )
    if not session.ever_live:
        move(session, states.ABORTED, now=now, stop_reason=said, stop_at=now)
        payload = {"state": session.state, "reason": said}
        record(session, verbs.ABORTED, payload, actor=actor, now=now)
        return session
    begin_stop(session, kind=StopKind.PERSON, reason=said, actor=actor, now=now)
    return session


@transaction.atomic
def confirm_by_hand(
    *, session_id: UUID, stopped_at: datetime, reason: str, actor: Actor, now: datetime
) -> Session:
    """An operator says that the system stopped, and how that is known, when it does not say so
    itself. Raises NotAllowed, FieldRefused or WrongState."""
    require(rules.may_confirm_stop(actor))
    said = required(reason)
    session, _ = locked(session_id)
    if session.state not in (states.STOPPING, states.UNCONFIRMED):
        raise WrongState("There is no stop of this session to confirm.")
    if session.live_since and not session.live_since <= stopped_at <= now:
        raise FieldRefused("stopped_at", "The system stopped after it began, and not in the future")
    confirm(session, stopped_at=stopped_at, reason=said, actor=actor, now=now)
    return session


def confirm(
    session: Session,
    *,
    stopped_at: datetime,
    reason: str,
    number: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The system has stopped; `number`: of the batch in which it says so. Part of a transaction
    that has locked `session`."""
    answers = PermitDecision.objects.filter(session=session).order_by("pk")
    batches = Batch.objects.filter(session=session).order_by("number")
    move(
        session,
        states.STOPPED,
        now=now,
        stopped_at=stopped_at,
        stop_confirmed_at=now,
        stopped_number=number,
    )
    payload = {
        "state": session.state,
        "reason": reason,
        "stopped_at": stopped_at,
        "permits": session.permits,
        "refusals": answers.exclude(refusal="").count(),
        "permits_sha256": _chain(
            f"{request} {at.isoformat()} {sequence or ''} {sha256}{refusal}"
            for request, at, sequence, sha256, refusal in answers.values_list(
                "request", "at", "sequence", "sha256", "refusal"
            ).iterator()
        ),
        "batches": batches.count(),
        "batches_sha256": _chain(
            f"{number} {sha256}"
            for number, sha256 in batches.values_list("number", "sha256").iterator()
        ),
    }
    record(session, verbs.STOPPED, payload, actor=actor, now=now)
    if session.deployment.state == deployment_states.LIVE:
        lifecycle.end(
            deployment=session.deployment,
            reason=session.stop_reason or StopKind(session.stop_kind).label,
            actor=PROGRAM,
            now=now,
        )


def required(reason: str) -> str:
    """`reason` without the blanks around it. Raises FieldRefused."""
    said = reason.strip()
    if not said:
        raise FieldRefused("reason", "Give the reason")
    if len(said) > REASON_LIMIT:
        raise FieldRefused("reason", f"Give the reason in at most {REASON_LIMIT:,} characters")
    return said


def _chain(lines: Iterable[str]) -> str:
    """sha256 over the lines, each ended by a newline, in hexadecimal."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()
