"""What happened to a deployment, as the ledger has it."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments import verbs
from overt.deployments.models import Deployment
from overt.ledger.selectors import timeline

LATEST = 15
# So many that the decisions would drown in them; the task list and the sign board say what stands.
ROUTINE = (verbs.TASK_SAVED.name, verbs.SIGN_PLACED.name, verbs.SIGN_RECHECKED.name)


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """The last LATEST entries about `deployment`, oldest first, without those that are ROUTINE."""
    steps = timeline(deployment.subject, without=ROUTINE)
    return {
        "reference": deployment.reference,
        "subject": deployment.subject,
        "timeline": steps[-LATEST:],
        "earlier": max(0, len(steps) - LATEST),
    }
