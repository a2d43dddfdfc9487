"""The papers on the page of a deployment."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments.models import Deployment
from overt.deployments.selectors.standing import standing


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """None before the first submission."""
    version = deployment.current_version
    if version is None:
        return None
    held = standing(deployment, version)
    return {
        "deployment": deployment,
        "version": version,
        "is_decided": any(one is not None for one in (held.review, held.oral, held.written)),
    }
