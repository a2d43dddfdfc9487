"""Settles the account of a session, and publishes its record.

Rules
1. An explanation is a person's words on one discrepancy as it reads now. Where it reads otherwise
   later, it is unexplained again.
2. A session is reconciled when nothing is left that has to be resolved, and everything else is
   explained. A notice that was left out beforehand is published before that: afterwards it could
   not be. The deployment is then accounted for.
3. What is published is what was shown: the page names the digest of the record it showed.
4. A seeded test is recorded as counts, after the session. The last one holds; it changes no other
   figure, as its alerts are among those of the session.
5. A record that is published never changes. A correction is its next version, and says why.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import states as deployment_states
from overt.deployments.selectors import notices
from overt.deployments.services import lifecycle
from overt.deployments.services.moving import person
from overt.ledger.services import checkpoint_after_publication
from overt.recognition import rules, states, verbs
from overt.recognition.account.reconcile import Discrepancy
from overt.recognition.contract import limits
from overt.recognition.errors import FieldRefused, NotSettled, NotWhatWasShown, WrongState
from overt.recognition.models import Explanation, Record, SeededTest, Session
from overt.recognition.selectors import account, records

from .moving import locked, move, record
from .stopping import PROGRAM, required

WORDS_LIMIT = 4000


@transaction.atomic
def explain(
    *, session_id: UUID, sha256: str, words: str, actor: Actor, now: datetime
) -> Explanation:
    """Say how the discrepancy that read so came about. Raises NotAllowed, WrongState or
    FieldRefused."""
    require(rules.may_explain(actor))
    session, _ = locked(session_id)
    if session.state not in states.SETTLING:
        raise WrongState("The session has not stopped: there is nothing to explain yet.")
    said = words.strip()
    if not said or len(said) > WORDS_LIMIT:
        raise FieldRefused("words", f"Explain it in at most {WORDS_LIMIT:,} characters")
    found = _found(session, sha256, now)
    if not found.can_be_explained:
        raise WrongState("That has to be resolved; no explanation stands in for it.")
    if Explanation.objects.filter(session=session, sha256=sha256).exists():
        raise WrongState("That is explained already.")
    made = Explanation.objects.create(
        session=session,
        name=found.name,
        sha256=sha256,
        words=said,
        person_id=person(actor),
        at=now,
    )
    payload = {
        "discrepancy": found.name,
        "sha256": sha256,
        "words_sha256": hashlib.sha256(said.encode()).hexdigest(),
    }
    record(session, verbs.EXPLAINED, payload, actor=actor, now=now)
    return made


@transaction.atomic
def seed(
    *,
    session_id: UUID,
    passes: int,
    correct_alerts: int,
    words: str,
    actor: Actor,
    now: datetime,
) -> SeededTest:
    """Record a seeded test: how often somebody on the list walked past, how often that was noticed,
    and how it was made. Raises NotAllowed, WrongState or FieldRefused."""
    require(rules.may_settle(actor))
    session, _ = locked(session_id)
    if session.state not in states.SETTLING:
        raise WrongState("The session has not stopped: there is nothing to say of a test yet.")
    if not 1 <= passes <= limits.ALERTS:
        raise FieldRefused("passes", f"Somebody passes once to {limits.ALERTS:,} times in a test")
    if not 0 <= correct_alerts <= passes:
        raise FieldRefused("correct_alerts", "There are at most as many correct alerts as passes")
    said = words.strip()
    if not said or len(said) > WORDS_LIMIT:
        raise FieldRefused("words", f"Say how it was made in at most {WORDS_LIMIT:,} characters")
    made = SeededTest.objects.create(
        session=session,
        passes=passes,
        correct_alerts=correct_alerts,
        words=said,
        person_id=person(actor),
        at=now,
    )
    payload = {
        "passes": passes,
        "correct_alerts": correct_alerts,
        "words_sha256": hashlib.sha256(said.encode()).hexdigest(),
    }
    record(session, verbs.SEEDED, payload, actor=actor, now=now)
    return made


@transaction.atomic
def reconcile(*, session_id: UUID, actor: Actor, now: datetime) -> Session:
    """The figures are settled. Raises NotAllowed, WrongState or NotSettled."""
    require(rules.may_settle(actor))
    session, deployment = locked(session_id)
    if session.state != states.STOPPED:
        raise WrongState(
            f"The session is {states.LABELS[session.state].lower()}: nothing is to be settled."
        )
    if notices.is_owed(deployment):
        raise NotSettled(("Its notice was left out beforehand and is owed: publish it first.",))
    shown = account.shown(session, now=now)
    if shown.unsettled:
        raise NotSettled(tuple(one.discrepancy.sentence for one in shown.unsettled))
    move(session, states.RECONCILED, now=now)
    figures = shown.figures
    payload = {
        "state": session.state,
        "figures": {
            "faces_seen": figures.faces_seen,
            "alerts": figures.alerts,
            "true_alerts": figures.true_alerts,
            "false_alerts": figures.false_alerts,
            "arrests": figures.arrests,
            "other": figures.other,
            "no_action": figures.no_action,
        },
        "explained": len(shown.found),
    }
    record(session, verbs.RECONCILED, payload, actor=actor, now=now)
    if deployment.state in (deployment_states.ENDED, deployment_states.WITHDRAWN):
        lifecycle.account(deployment=deployment, actor=PROGRAM, now=now)
    return session


@transaction.atomic
def publish(
    *, session_id: UUID, seen_digest: str, reason: str = "", actor: Actor, now: datetime
) -> Record:
    """Publish the record that was shown, or its correction. Raises NotAllowed, WrongState,
    FieldRefused or NotWhatWasShown."""
    require(rules.may_settle(actor))
    session, _ = locked(session_id)
    if session.state not in (states.RECONCILED, states.PUBLISHED):
        raise WrongState("Only a session that is reconciled is published.")
    before = records.latest(session)
    coming = records.coming(session)
    if coming.digest != seen_digest:
        raise NotWhatWasShown("The record reads otherwise than on the page: look at it again.")
    if before is not None and not coming.differences:
        raise WrongState("The published record says the same.")
    if before is not None and session.state == states.PUBLISHED:
        unsettled = account.shown(session, now=now).unsettled
        if unsettled:
            raise NotSettled(tuple(one.discrepancy.sentence for one in unsettled))
    said = required(reason) if before is not None else ""
    made = Record.objects.create(
        session=session,
        number=coming.number,
        digest=coming.digest,
        document=coming.text,
        reason=said,
        published_by_id=person(actor),
        published_at=now,
    )
    if session.state == states.RECONCILED:
        move(session, states.PUBLISHED, now=now)
    payload = {"number": made.number, "digest": made.digest, "reason": said}
    verb = verbs.CORRECTED if before is not None else verbs.PUBLISHED
    record(session, verb, payload, actor=actor, now=now)
    checkpoint_after_publication(actor=actor.label, now=now)
    return made


def _found(session: Session, sha256: str, now: datetime) -> Discrepancy:
    for one in account.shown(session, now=now).found:
        if one.discrepancy.sha256 == sha256:
            return one.discrepancy
    raise WrongState("That discrepancy is not there any more, or reads otherwise: look again.")
