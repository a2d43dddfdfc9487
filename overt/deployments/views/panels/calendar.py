"""What is to be warned of, and the deployment as a file for calendar programs."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments.models import Deployment
from overt.deployments.selectors.warnings import warnings_of


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """Nothing while the deployment has no times."""
    if deployment.starts_at is None or deployment.ends_at is None:
        return None
    return {
        "reference": deployment.reference,
        "day": deployment.starts_at,
        "warnings": warnings_of(deployment, now=now),
    }
