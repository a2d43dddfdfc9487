"""Publish, change and cancel the notice of a deployment.

A notice that is published stands until another follows it. The ledger says so in the same
transaction, and a checkpoint is signed as soon as that is committed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, states, verbs
from overt.deployments.errors import NoticeRefused, NotWhatWasShown, WrongState
from overt.deployments.models import Deployment, Notice, NoticeKind, Version
from overt.deployments.notices import document as documents
from overt.deployments.notices import wording
from overt.deployments.notices.lead import Lead, whole_hours
from overt.deployments.selectors.authorities import live
from overt.deployments.selectors.notices import (
    PUBLISHABLE,
    Source,
    preview,
    source_of,
    standing,
    went_live,
)
from overt.ledger import services as ledger

from .moving import locked, move, record, require_shown, require_state, required_reason


@transaction.atomic
def publish(
    *,
    deployment: Deployment,
    seen_digest: str,
    actor: Actor,
    now: datetime,
    seen_words: str | None = None,
) -> Notice:
    """Publish the notice of the current version: an announcement first, later a change.

    `seen_digest` is the version's. `seen_words` is `Preview.words_digest` of the preview that was
    read, where there was one: what was read is what is published. Raises NotAllowed, WrongState,
    NotWhatWasShown or NoticeRefused.
    """
    require(rules.may_apply(actor))
    current = locked(deployment)
    version = require_shown(current, seen_digest)
    require_state(current, *PUBLISHABLE, verb="publish the notice of")
    if current.state in states.UNDER_AUTHORITY and live(version, now=now) is None:
        raise WrongState(f"No authority is in force for {current.reference}.")
    shown = preview(current, now=now)
    if not shown.lead.may_publish:
        raise NoticeRefused(shown.lead.refusal)
    if seen_words is not None and seen_words != shown.words_digest:
        raise NotWhatWasShown(
            "The notice now reads differently from the preview you answered: read it again."
        )
    if shown.says_what_stands:
        raise WrongState(f"The notice of this version of {current.reference} is published already.")
    before = shown.before
    if before is not None and now < before.published_at:
        raise WrongState(
            f"The clock of this machine is before notice {before.number} of {current.reference} "
            "was published: set the clock right."
        )
    made = _create(
        current,
        version,
        shown.source,
        shown.paragraphs,
        kind=NoticeKind.CHANGE if before else NoticeKind.ANNOUNCEMENT,
        event=documents.CHANGED if before else documents.ANNOUNCED,
        lead=shown.lead,
        before=before,
        actor=actor,
        now=now,
    )
    payload = {
        "number": made.number,
        "digest": made.digest,
        "application": version.digest,
        "starts_at": made.starts_at,
        "ends_at": made.ends_at,
        "lead_hours": made.lead_hours,
        "exception": bool(made.exception_reason),
    }
    verb = verbs.NOTICE_CHANGED if before else verbs.NOTICE_PUBLISHED
    record(current, verb, payload, actor=actor, now=now)
    ledger.checkpoint_after_publication(actor=actor.label, now=now)
    return made


@transaction.atomic
def cancel_notice(*, deployment: Deployment, reason: str, actor: Actor, now: datetime) -> Notice:
    """A planner takes back what was announced, while the deployment itself stays as it is.

    Without its notice a deployment that was ready is not. The reason is not published.
    Raises NotAllowed, FieldRefused or WrongState.
    """
    require(rules.may_apply(actor))
    said = required_reason(reason)
    current = locked(deployment)
    require_state(current, *states.CANCELLABLE, verb="cancel the notice of")
    made = cancel_if_published(deployment=current, reason=said, actor=actor, now=now)
    if made is None:
        raise WrongState(f"{current.reference} has no notice that stands.")
    if current.state == states.READY:
        move(current, states.AUTHORISED, now=now)
        payload = {
            "state": current.state,
            "digest": made.version.digest,
            "reason": "The notice was cancelled.",
        }
        record(current, verbs.NOT_READY, payload, actor=actor, now=now)
    return made


def cancel_if_published(
    *, deployment: Deployment, reason: str, actor: Actor, now: datetime
) -> Notice | None:
    """Publish that what was announced does not take place, or was stopped; None where no notice
    stands. Part of every verb that ends a deployment before its time, in its transaction and
    under its lock; `reason` is kept in the ledger and is not published.
    """
    before = standing(deployment)
    if before is None:
        return None
    stopped, over = went_live(deployment), now >= before.ends_at
    source = source_of(before.version)
    told = replace(
        source.told, place=before.place, starts_at=before.starts_at, ends_at=before.ends_at
    )
    event = documents.STOPPED if stopped else documents.NOT_HELD if over else documents.CANCELLED
    made = _create(
        deployment,
        before.version,
        replace(source, told=told),
        wording.cancellation(told, stopped=stopped, over=over),
        kind=NoticeKind.CANCELLATION,
        event=event,
        lead=None,
        before=before,
        actor=actor,
        # A clock that is behind must not keep an authority from being withdrawn.
        now=max(now, before.published_at),
    )
    payload = {"number": made.number, "digest": made.digest, "event": event, "reason": reason}
    record(deployment, verbs.NOTICE_CANCELLED, payload, actor=actor, now=now)
    ledger.checkpoint_after_publication(actor=actor.label, now=now)
    return made


def _create(
    deployment: Deployment,
    version: Version,
    source: Source,
    paragraphs: Sequence[str],
    *,
    kind: NoticeKind,
    event: str,
    lead: Lead | None,
    before: Notice | None,
    actor: Actor,
    now: datetime,
) -> Notice:
    told = source.told
    number = before.number + 1 if before else 1
    text = documents.canonical(
        documents.build(
            told,
            paragraphs,
            reference=deployment.reference,
            number=number,
            kind=kind.value,
            event=event,
            published_at=now,
            borough=source.borough,
            square=source.square,
            lead=lead,
            application={"version": version.number, "digest": version.digest},
            policy={"name": source.profile.name, "digest": source.profile.digest},
            replaces=before.digest if before else None,
        )
    )
    return Notice.objects.create(
        version=version,
        deployment=deployment,
        number=number,
        kind=kind,
        place=told.place,
        borough=source.borough,
        text="\n\n".join(paragraphs),
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        published_by_id=actor.user_id,
        published_at=now,
        lead_hours=whole_hours(starts_at=told.starts_at, published_at=now),
        exception_reason=lead.exception if lead else "",
        document=text,
        digest=documents.digest(text),
    )
