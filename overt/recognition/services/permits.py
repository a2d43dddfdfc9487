"""Answers a system's request for a permit, in one transaction and from current facts.

Rules
1. Anything that cannot be read or written means no permit: the last one runs out.
2. A request has a higher number than any before it of the session, or it is a replay.
3. Every gate holds at that moment (`overt.recognition.gates`), and the session is armed or live.
4. A permit ends after the policy's `sessions.permit_seconds`, and no later than the session, or
   the authority.
5. The first permit makes the deployment live. Each makes the session live until it runs out.
6. Every answer is a row that never changes. The ledger has an entry when a session becomes live,
   and when it is refused for another reason than before.
7. The clock of Overt never gives a permit that begins before the last one did.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import UUIDField
from overt_permit.claims import Permit
from overt_permit.signing import issue, kid_of

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import states as deployment_states
from overt.deployments.errors import DeploymentError
from overt.deployments.services import lifecycle
from overt.prepared import Answer, Message, Prepared, PreparedInsert, PreparedUpdate
from overt.recognition import gates, rules, states, verbs
from overt.recognition.errors import PermitRefused
from overt.recognition.models import PermitDecision, PermitKey, Session
from overt.recognition.selectors.facts import Reading, bound, read

from .moving import canonical_gates, gated, locked, move, record
from .permit_keys import keys_in_time, signing_key_among


@dataclass(frozen=True)
class Request:
    """What a system says when it asks. `clock_offset` is its clock minus Overt's."""

    number: int
    threshold: str
    manifest: str
    clock_offset: timedelta


@dataclass(frozen=True)
class Given:
    token: str
    sequence: int
    expires_at: datetime


@dataclass(frozen=True)
class _Beside:
    """What is asked together with the facts: the keys whose time it is, and the evidence of the
    gates that was written last."""

    keys: Answer[list[PermitKey]]
    gates: Answer[list[tuple[str]]]


# As much as the column takes: a clock that is off by years is noted as off by 24 days.
_MOST_OFF_MS = 2**31 - 1
# A system asks; that a deployment becomes live is what the program makes of it.
PROGRAM = Actor(label="command:permits", is_command=True)
# Why a session that is not armed or live gets no permit.
_BY_STATE = {
    states.SCHEDULED: ("not-armed", "The session is not armed yet."),
    states.CHECKING: ("not-armed", "The session is not armed yet."),
    states.STOPPING: ("session-stopping", "The session is being stopped."),
    states.UNCONFIRMED: ("session-stopping", "The session is being stopped."),
    states.STOPPED: ("session-over", "The session is over."),
    states.RECONCILED: ("session-over", "The session is over."),
    states.PUBLISHED: ("session-over", "The session is over."),
    states.NOT_STARTED: ("session-over", "The session is over."),
    states.ABORTED: ("session-over", "The session was aborted."),
}


def decide(*, session_id: UUID, request: Request, actor: Actor, now: datetime) -> Given:
    """A permit, or PermitRefused after the refusal has been written down.

    Raises also NotAllowed, and Session.DoesNotExist.
    """
    answer = _decide(session_id=session_id, request=request, actor=actor, now=now)
    if isinstance(answer, PermitRefused):
        raise answer
    return answer


@transaction.atomic
def _decide(
    *, session_id: UUID, request: Request, actor: Actor, now: datetime
) -> Given | PermitRefused:
    session, deployment = locked(session_id)
    require(rules.is_the_system(actor, system_id=session.system_id))
    if request.number <= session.requests:
        # Nothing to write: its number is not its own.
        return PermitRefused(
            "request-replayed", "A request with this number, or a higher one, was answered before."
        )
    if session.heard_at is not None and now < session.heard_at:
        return PermitRefused(
            "server-clock-went-back", "The clock of Overt went back: no permit until it is right."
        )
    session.heard_at = now
    off = round(request.clock_offset.total_seconds() * 1000)
    session.clock_offset_ms = max(-_MOST_OFF_MS, min(off, _MOST_OFF_MS))
    session.reported_threshold, session.reported_manifest = request.threshold, request.manifest
    found: tuple[gates.Gate, ...] = ()
    message = Message()
    beside = _Beside(
        keys=message.add(keys_in_time(now=now)),
        gates=message.add(_GATES_WRITTEN.call(session=session.pk)),
    )
    try:
        reading = read(session, deployment, now=now, message=message)
        found = gates.evaluate(reading.facts)
        answer = _refusal(session, found) or _give(
            session, request, reading, found, beside, now=now
        )
    except DeploymentError as error:
        # Also where the version is not as it was submitted: then no gate could be read.
        answer = PermitRefused("deployment-refuses", str(error), found)
    if isinstance(answer, Given):
        return answer
    _write_refusal(session, request, answer, found, beside, actor=actor, now=now)
    return answer


def _refusal(session: Session, found: tuple[gates.Gate, ...]) -> PermitRefused | None:
    if session.state not in states.PERMITTING and session.state in _BY_STATE:
        reason, said = _BY_STATE[session.state]
        wrong = gates.failed(found)
        if reason == "not-armed" and wrong:
            return PermitRefused(wrong[0].rule, wrong[0].evidence, found)
        return PermitRefused(reason, said, found)
    wrong = gates.failed(found)
    if wrong:
        return PermitRefused(wrong[0].rule, wrong[0].evidence, found)
    return None


def _give(
    session: Session,
    request: Request,
    reading: Reading,
    found: tuple[gates.Gate, ...],
    beside: _Beside,
    *,
    now: datetime,
) -> Given | PermitRefused:
    facts, deployment = reading.facts, session.deployment
    if facts.authority is None:
        raise ValueError("a permit rests on an authority, and there is none")
    life = timedelta(seconds=facts.profile.sessions.permit_seconds.value)
    # Whole seconds, as a permit holds them; never longer than what allows it.
    begins = now.astimezone(UTC).replace(microsecond=0)
    ends = min(begins + life, session.ends_at, facts.authority.valid_until).replace(microsecond=0)
    if ends <= now:
        return PermitRefused("session-over", "Less than a second is left.", found)
    tied, key = bound(reading), signing_key_among(beside.keys.said, now=now)
    sequence = session.permits + 1
    token = issue(
        Permit(
            iss=settings.PERMIT_ISSUER,
            aud=f"system:{session.system_id}",
            sub=session.subject,
            seq=sequence,
            iat=int(begins.timestamp()),
            nbf=int(begins.timestamp()),
            exp=int(ends.timestamp()),
            deployment=deployment.reference,
            authority=tied.authority,
            zone=tied.zone,
            threshold_floor=tied.threshold_floor,
            manifest=tied.manifest,
            policy=tied.policy,
        ),
        key,
    )
    first = session.permits == 0
    if first and deployment.state == deployment_states.READY:
        lifecycle.start(deployment=deployment, actor=PROGRAM, now=now)
        deployment.refresh_from_db(fields=["state", "state_at"])
    digest = hashlib.sha256(token.encode()).hexdigest()
    session.requests, session.permits = request.number, sequence
    session.permit_at, session.permit_expires_at = now, ends
    written = Message()
    written.add(
        _DECISION.call(
            session_id=session.pk,
            request=request.number,
            at=now,
            sequence=sequence,
            expires_at=ends,
            sha256=digest,
            key=kid_of(key),
            gates=_changed_gates(beside, found),
        )
    )
    if session.state == states.LIVE:
        written.add(_LIVE.call(session))
    written.send()
    if session.state != states.LIVE:
        session.live_since = session.live_since or now
        move(
            session,
            states.LIVE,
            now=now,
            **{name: getattr(session, name) for name in (*_HEARD, *_PERMITTED, "live_since")},
        )
        payload = {
            "state": session.state,
            "sequence": sequence,
            "permit": digest,
            "expires_at": ends,
        }
        record(session, verbs.LIVE, payload, actor=PROGRAM, now=now)
    return Given(token, sequence, ends)


_HEARD = (
    "heard_at",
    "clock_offset_ms",
    "reported_threshold",
    "reported_manifest",
    "requests",
)
_PERMITTED = ("permits", "permit_at", "permit_expires_at")
_LIVE = PreparedUpdate(Session, *_HEARD, *_PERMITTED)
_DECISION = PreparedInsert(PermitDecision)


def _write_refusal(
    session: Session,
    request: Request,
    refusal: PermitRefused,
    found: tuple[gates.Gate, ...],
    beside: _Beside,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    before = PermitDecision.objects.filter(session=session).order_by("-pk").first()
    PermitDecision.objects.create(
        session=session,
        request=request.number,
        at=now,
        refusal=refusal.reason,
        detail=str(refusal)[:600],
        gates=_changed_gates(beside, found),
    )
    session.requests = request.number
    session.save(update_fields=list(_HEARD))
    if before is None or before.refusal != refusal.reason:
        payload = gated(session, found, gates.failed(found), reason=refusal.reason)
        record(session, verbs.REFUSED, payload, actor=actor, now=now)


def _changed_gates(beside: _Beside, found: tuple[gates.Gate, ...]) -> str:
    """The evidence, where whether a gate holds differs from what was written last."""
    for (before,) in beside.gates.said:
        written = [(row["rule"], row["passed"]) for row in json.loads(before)]
        if written == [(gate.rule, gate.passed) for gate in found]:
            return ""
    return canonical_gates(found)


_GATES_WRITTEN = Prepared(
    lambda session: (
        PermitDecision.objects.filter(session=session)
        .exclude(gates="")
        .order_by("-pk")
        .values_list("gates")[:1]
    ),
    session=UUIDField(),
)
