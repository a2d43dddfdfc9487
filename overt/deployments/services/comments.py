"""Say something on an application. A comment stays as it is."""

import hashlib
from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, verbs
from overt.deployments.application.tasks import BY_NAME
from overt.deployments.errors import FieldRefused
from overt.deployments.models import Comment, Deployment

from .moving import locked, person, record

LIMIT = 5_000


@transaction.atomic
def comment(
    *, deployment: Deployment, task: str, text: str, actor: Actor, now: datetime
) -> Comment:
    """Comment on one task, or on the whole where `task` is empty.

    Raises NotAllowed or FieldRefused.
    """
    require(rules.may_comment(actor))
    said = text.strip()
    if not said:
        raise FieldRefused("text", "Write the comment")
    if len(said) > LIMIT:
        raise FieldRefused("text", f"Comment in at most {LIMIT:,} characters")
    if task and task not in BY_NAME:
        raise FieldRefused("task", "Choose one of the tasks, or the whole application")
    current = locked(deployment)
    version = current.current_version
    made = Comment.objects.create(
        deployment=current,
        task=task,
        version_number=version.number if version else 0,
        author_id=person(actor),
        at=now,
        text=said,
    )
    payload = {
        "comment": made.pk,
        "task": task,
        "sha256": hashlib.sha256(said.encode()).hexdigest(),
    }
    record(current, verbs.COMMENTED, payload, actor=actor, now=now)
    return made
