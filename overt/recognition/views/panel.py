"""The sessions of a deployment, on its own page."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments.models import Deployment
from overt.recognition.models import Session


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """None before the first is opened."""
    found = list(Session.objects.filter(deployment=deployment).order_by("-opened_at"))
    return {"sessions": found} if found else None
