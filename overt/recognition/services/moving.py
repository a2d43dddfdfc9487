"""The one way in which a session changes its state: locked, checked, with one ledger entry."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785
from django.db import IntegrityError, connection
from django.db.models import UUIDField

from overt.accounts.actors import Actor
from overt.deployments.models import Deployment
from overt.ledger import services as ledger
from overt.ledger.verbs import Verb
from overt.prepared import Call, Message, Prepared
from overt.recognition import states
from overt.recognition.errors import ClockWentBack, WrongState
from overt.recognition.gates import Gate
from overt.recognition.models import Session

_BRIEF = tuple(
    Call(sql, (), lambda _: None)
    for sql in (
        "SET LOCAL idle_in_transaction_session_timeout = '8s'",
        "SET LOCAL lock_timeout = '10s'",
    )
)


_DEPLOYMENT = Prepared(
    lambda session: (
        Deployment.objects.select_for_update(of=("self",))
        .defer("draft")
        .filter(sessions=session)
        .order_by()
    ),
    session=UUIDField(),
)
_SESSION = Prepared(
    lambda session: (
        Session.objects.select_for_update(of=("self",))
        .select_related("version", "system")
        .filter(pk=session)
        .order_by()
    ),
    session=UUIDField(),
)


def be_brief(message: Message | None = None) -> None:
    """Let this transaction hold its locks for no longer than seconds without a word, and wait for
    those of others hardly longer.

    A machine that loses its network in the middle of one tells PostgreSQL nothing: it would keep a
    session from permits and from other workers until TCP gives it up, which by default is hours.

    It is said at once, or first in `message`.
    """
    if connection.vendor != "postgresql":
        return
    said = message or Message()
    for call in _BRIEF:
        said.add(call)
    if message is None:
        said.send()


def locked(session_id: UUID) -> tuple[Session, Deployment]:
    """The session and its deployment as they are now, for this transaction alone. Needs one.

    The deployment comes first, as in every verb of deployments, so that a withdrawal and a permit
    wait for each other. Raises Session.DoesNotExist.
    """
    message = Message()
    be_brief(message)
    deployments = message.add(_DEPLOYMENT.call(session=session_id))
    sessions = message.add(_SESSION.call(session=session_id))
    if not deployments.said or not sessions.said:
        raise Session.DoesNotExist
    (deployment,), (session,) = deployments.said, sessions.said
    session.deployment = deployment
    return session, deployment


def move(session: Session, state: str, *, now: datetime, **changes: Any) -> None:
    """Put `session` into `state`, with `changes` of other columns. Raises WrongState or
    ClockWentBack."""
    if not states.may_follow(session.state, state):
        raise WrongState(
            f"The session is {states.LABELS[session.state].lower()}: it cannot become "
            f"{states.LABELS[state].lower()}."
        )
    if now < session.state_at:
        raise ClockWentBack(
            f"The clock of this machine is before the last change of {session.subject}: "
            "set the clock right."
        )
    session.state, session.state_at = state, now
    for name, value in changes.items():
        setattr(session, name, value)
    try:
        session.save(update_fields=["state", "state_at", *changes])
    except IntegrityError as error:
        raise WrongState(f"The database refused the change: {error}") from error


def record(
    session: Session,
    verb: Verb,
    payload: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """One entry of the ledger about `session`."""
    ledger.append(
        actor=actor.label, verb=verb.name, subject=session.subject, payload=payload, now=now
    )


def gate_rows(gates: tuple[Gate, ...]) -> list[dict[str, Any]]:
    """The evidence as plain values."""
    return [
        {
            "rule": gate.rule,
            "title": gate.title,
            "passed": gate.passed,
            "evidence": gate.evidence,
            "not_confirmed": gate.not_confirmed,
        }
        for gate in gates
    ]


def canonical_gates(gates: tuple[Gate, ...]) -> str:
    """RFC 8785."""
    return rfc8785.dumps(gate_rows(gates)).decode()


def gated(
    session: Session, gates: tuple[Gate, ...], failed: tuple[Gate, ...], reason: str = ""
) -> dict[str, object]:
    """What the ledger keeps of an evaluation: which failed, and the digest of the evidence."""
    return {
        "state": session.state,
        "reason": reason,
        "failed": [gate.rule for gate in failed],
        "sha256": hashlib.sha256(canonical_gates(gates).encode()).hexdigest(),
    }
