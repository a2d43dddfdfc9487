"""Operators complete and correct what became of an alert."""

import hashlib
from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments.services.moving import person
from overt.recognition import rules, states, verbs
from overt.recognition.errors import FieldRefused, WrongState
from overt.recognition.models import Alert, AlertOutcome, AlertReport, Judgement

from .batches import open_again
from .moving import locked, record

REASON_LIMIT = 300


@transaction.atomic
def give(
    *,
    alert: Alert,
    decision: Judgement,
    decided_at: datetime,
    engaged: bool,
    outcome: AlertOutcome,
    seen_report: int | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> AlertReport:
    """What an operator says of `alert`. `seen_report` is the last report that the page showed; a
    correction of one that was complete needs a `reason`.

    Raises NotAllowed, FieldRefused or WrongState.
    """
    require(rules.may_give_outcomes(actor))
    session, _ = locked(alert.session_id)
    if session.state not in states.RAN:
        raise WrongState("The session has not run.")
    before = AlertReport.objects.filter(alert=alert).order_by("-pk").first()
    if (before.pk if before else None) != seen_report:
        raise WrongState("Something else was said of this alert since: look at it again.")
    said = reason.strip()
    if before is not None and before.outcome and not said:
        raise FieldRefused("reason", "Say why it is corrected")
    if len(said) > REASON_LIMIT:
        raise FieldRefused("reason", f"Give the reason in at most {REASON_LIMIT} characters")
    if not alert.at <= decided_at <= now:
        raise FieldRefused("decided_at", "The decision lies after the alert, and not in the future")
    if decision == Judgement.FALSE and outcome == AlertOutcome.ARREST:
        raise FieldRefused("outcome", "Nobody is arrested on a false alert")
    if outcome != AlertOutcome.NO_ACTION and not engaged:
        raise FieldRefused("outcome", "Without speaking to the person there was no action")
    made = AlertReport.objects.create(
        alert=alert,
        decision=decision,
        decided_at=decided_at,
        engaged=engaged,
        outcome=outcome,
        ethnicity=before.ethnicity if before and engaged else "",
        person_id=person(actor),
        reason=said,
        at=now,
    )
    payload = {
        "alert": alert.name,
        "decision": decision,
        "engaged": engaged,
        "outcome": outcome,
        "reason_sha256": hashlib.sha256(said.encode()).hexdigest() if said else "",
    }
    record(session, verbs.OUTCOME, payload, actor=actor, now=now)
    if session.state == states.RECONCILED:
        open_again(session, actor=actor, now=now)
    return made
