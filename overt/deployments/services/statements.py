"""The reasoned statement that may stand in for an analysis: saved by a planner, signed by whoever
makes it.

Rules
1. A signature belongs to one text: saving another text, or none, takes it away.
2. Whoever signs does so with their own account, as at that moment; the page never names the signer.
3. The signer has written on the application, and so neither reviews nor authorises it.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.models import Rank, User
from overt.accounts.permissions import require
from overt.deployments import rules, states, verbs
from overt.deployments.application.tasks import Named, Place, read_draft
from overt.deployments.errors import FieldRefused, StaleEdit
from overt.deployments.models import Deployment, DraftEditor

from .drafts import save_task
from .moving import locked, person, record, require_state


@transaction.atomic
def save_place(
    *, deployment: Deployment, data: Place, seen_revision: int, actor: Actor, now: datetime
) -> Deployment:
    """Save the task "place", with the signature that its statement still has, and no other.

    Raises as `save_task`.
    """
    require(rules.may_apply(actor))
    signed = read_draft(locked(deployment).draft).place
    kept = data.basis == "statement" and data.statement == signed.statement
    return save_task(
        deployment=deployment,
        task="place",
        data=data.model_copy(
            update={
                "statement_by": signed.statement_by if kept else None,
                "statement_at": signed.statement_at if kept else None,
            }
        ),
        seen_revision=seen_revision,
        actor=actor,
        now=now,
    )


@transaction.atomic
def sign_statement(
    *, deployment: Deployment, seen_revision: int, actor: Actor, now: datetime
) -> Deployment:
    """Sign the statement as it was shown. Raises NotAllowed, WrongState, StaleEdit or
    FieldRefused."""
    require(rules.may_sign_statement(actor))
    current = locked(deployment)
    require_state(current, states.DRAFT, verb="sign the statement of")
    if current.revision != seen_revision:
        raise StaleEdit(
            f"Someone saved {current.reference} after you opened this page: read the statement "
            "again, then sign it."
        )
    place = read_draft(current.draft).place
    if place.basis != "statement" or not place.statement.strip():
        raise FieldRefused("statement", "There is no statement to sign")
    signer = User.objects.get(pk=person(actor))
    signed = place.model_copy(
        update={
            "statement_by": Named(
                id=signer.pk, name=f"{signer.shown_name}, {Rank(signer.rank).label}"[:200]
            ),
            "statement_at": now,
        }
    )
    current.draft = {**current.draft, "place": signed.stored()}
    current.revision += 1
    current.save(update_fields=["draft", "revision"])
    DraftEditor.objects.get_or_create(deployment=current, person_id=signer.pk)
    payload = {
        "revision": current.revision,
        "sha256": hashlib.sha256(place.statement.encode()).hexdigest(),
    }
    record(current, verbs.STATEMENT_SIGNED, payload, actor=actor, now=now)
    return current
