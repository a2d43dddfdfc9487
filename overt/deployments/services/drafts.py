"""Begin, edit, reopen, copy and cancel an application."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from django.db import transaction
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, states, verbs
from overt.deployments.application.tasks import BY_NAME, TaskData, read_draft
from overt.deployments.errors import FieldRefused, StaleEdit
from overt.deployments.models import Deployment, DraftEditor, EndKind, ReferenceYear
from overt.policy import profiles
from overt.policy import services as policy

from . import bookings, notices
from .authorities import end_authorities
from .moving import digest_of, locked, move, person, record, require_state, required_reason

TITLE_LIMIT = 120


@transaction.atomic
def create(*, title: str, actor: Actor, now: datetime) -> Deployment:
    """Begin an application, held to the profile that is active now.

    Raises NotAllowed or FieldRefused.
    """
    require(rules.may_apply(actor))
    return _create(title=title, draft={}, copied_from=None, actor=actor, now=now)


@transaction.atomic
def copy(*, deployment: Deployment, title: str, actor: Actor, now: datetime) -> Deployment:
    """Begin an application with what another one says, except its times and what was found or
    planned for them. Raises NotAllowed or FieldRefused."""
    require(rules.may_apply(actor))
    draft = {name: data for name, data in deployment.draft.items() if name != "time"}
    return _create(title=title, draft=draft, copied_from=deployment.reference, actor=actor, now=now)


def _create(
    *,
    title: str,
    draft: dict[str, Any],
    copied_from: str | None,
    actor: Actor,
    now: datetime,
) -> Deployment:
    shown = _title(title)
    profile = profiles.load()
    policy.pin(profile=profile, now=now)
    deployment = Deployment(
        reference=_next_reference(now),
        state_at=now,
        created_by_id=person(actor),
        created_at=now,
        policy_name=profile.name,
        policy_digest=profile.digest,
        draft=draft,
        title=shown,
    )
    _repeat(deployment)
    deployment.save()
    DraftEditor.objects.create(deployment=deployment, person_id=person(actor))
    payload = {
        "policy": profile.name,
        "policy_digest": profile.digest,
        "copied_from": copied_from,
    }
    record(deployment, verbs.CREATED, payload, actor=actor, now=now)
    return deployment


@transaction.atomic
def save_task(
    *,
    deployment: Deployment,
    task: str,
    data: TaskData,
    seen_revision: int,
    actor: Actor,
    now: datetime,
) -> Deployment:
    """Write one task of the draft. `seen_revision` is the draft's revision on the page answered.

    Saving what is there already changes nothing. Raises NotAllowed, WrongState or StaleEdit.
    """
    require(rules.may_apply(actor))
    current = locked(deployment)
    require_state(current, states.DRAFT, verb="edit")
    if not isinstance(data, BY_NAME[task].schema):
        raise TypeError(f"{task} is not filled in with {type(data).__name__}")
    stored = data.stored()
    if current.draft.get(task) == stored:
        return current
    if current.revision != seen_revision:
        raise StaleEdit(
            f"Someone saved {current.reference} after you opened this page. Nothing of yours was "
            "saved: read the page again, then make your change."
        )
    current.draft = {**current.draft, task: stored}
    current.revision += 1
    _repeat(current)
    current.save()
    DraftEditor.objects.get_or_create(deployment=current, person_id=person(actor))
    payload = {"task": task, "revision": current.revision, "sha256": _sha256(stored)}
    record(current, verbs.TASK_SAVED, payload, actor=actor, now=now)
    return current


@transaction.atomic
def rename(*, deployment: Deployment, title: str, actor: Actor, now: datetime) -> Deployment:
    """Give a draft another title. Raises NotAllowed, WrongState or FieldRefused."""
    require(rules.may_apply(actor))
    current = locked(deployment)
    require_state(current, states.DRAFT, verb="rename")
    shown = _title(title)
    if shown == current.title:
        return current
    current.title = shown
    current.revision += 1
    current.save(update_fields=["title", "revision"])
    DraftEditor.objects.get_or_create(deployment=current, person_id=person(actor))
    payload = {
        "task": "title",
        "revision": current.revision,
        "sha256": _sha256({"title": shown}),
    }
    record(current, verbs.TASK_SAVED, payload, actor=actor, now=now)
    return current


@transaction.atomic
def reopen(*, deployment: Deployment, reason: str, actor: Actor, now: datetime) -> Deployment:
    """Open a submitted application for changes. Its authority ends, what it held is free, and it is
    held to the profile that is active now.

    Raises NotAllowed, WrongState or FieldRefused.
    """
    require(rules.may_apply(actor))
    said = required_reason(reason)
    current = locked(deployment)
    require_state(current, *states.EDITABLE_AGAIN, verb="change")
    profile = profiles.load()
    policy.pin(profile=profile, now=now)
    end_authorities(current, kind=EndKind.EDITED, reason=said, actor=actor, now=now)
    move(
        current,
        states.DRAFT,
        now=now,
        policy_name=profile.name,
        policy_digest=profile.digest,
        revision=current.revision + 1,
    )
    bookings.release(deployment=current)
    notices.cancel_if_published(deployment=current, reason=said, actor=actor, now=now)
    DraftEditor.objects.get_or_create(deployment=current, person_id=person(actor))
    payload = {"state": current.state, "digest": digest_of(current), "reason": said}
    record(current, verbs.REOPENED, payload, actor=actor, now=now)
    return current


@transaction.atomic
def cancel(*, deployment: Deployment, reason: str, actor: Actor, now: datetime) -> Deployment:
    """Give up a deployment that is not live. Raises NotAllowed, WrongState or FieldRefused."""
    require(rules.may_apply(actor))
    said = required_reason(reason)
    current = locked(deployment)
    require_state(current, *states.CANCELLABLE, verb="cancel")
    end_authorities(current, kind=EndKind.CANCELLED, reason=said, actor=actor, now=now)
    move(current, states.CANCELLED, now=now)
    bookings.release(deployment=current)
    notices.cancel_if_published(deployment=current, reason=said, actor=actor, now=now)
    payload = {"state": current.state, "digest": digest_of(current), "reason": said}
    record(current, verbs.CANCELLED, payload, actor=actor, now=now)
    return current


def _title(title: str) -> str:
    shown = title.strip()
    if not shown:
        raise FieldRefused("title", "Give the deployment a title")
    if len(shown) > TITLE_LIMIT or not shown.isprintable():
        raise FieldRefused("title", f"Give one line of at most {TITLE_LIMIT} characters")
    return shown


def _next_reference(now: datetime) -> str:
    year = timezone.localtime(now).year
    ReferenceYear.objects.get_or_create(year=year)
    counter = ReferenceYear.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save()
    return f"LFR-{year}-{counter.last:04d}"


def _repeat(deployment: Deployment) -> None:
    """Copy from the draft what lists and the calendar read."""
    draft = read_draft(deployment.draft)
    deployment.use_case = draft.use_case.use_case
    deployment.borough_id = draft.place.borough.id if draft.place.borough else None
    deployment.system_id = draft.resources.system.id if draft.resources.system else None
    deployment.team_id = draft.resources.team.id if draft.resources.team else None
    deployment.setup_at = draft.time.setup_at
    deployment.takedown_at = draft.time.takedown_at
    # A draft may hold an end before its start for a while; the calendar shows neither.
    start, end = draft.time.starts_at, draft.time.ends_at
    in_order = start is not None and end is not None and start < end
    deployment.starts_at = start if in_order else None
    deployment.ends_at = end if in_order else None


def _sha256(stored: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(dict(stored))).hexdigest()
