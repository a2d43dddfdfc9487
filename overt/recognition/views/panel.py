"""The sessions of a deployment, on its own page."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments.models import Deployment
from overt.recognition.models import Session
from overt.recognition.selectors.sessions import unopened


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """None before the first is to be opened. `is_unopened`: it should be by now, and is not."""
    found = list(Session.objects.filter(deployment=deployment).order_by("-opened_at"))
    is_unopened = unopened(now=now).filter(pk=deployment.pk).exists()
    if not found and not is_unopened:
        return None
    return {"sessions": found, "is_unopened": is_unopened, "setup_at": deployment.setup_at}
