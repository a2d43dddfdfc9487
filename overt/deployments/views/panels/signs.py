"""The signs on the page of a deployment: how many are in place, and what is wrong."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments import states
from overt.deployments.models import Deployment
from overt.deployments.selectors import signs


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """None while no sign is planned. What is wrong is said while signs may be put up."""
    board = signs.board(deployment, now=now)
    if not board.rows:
        return None
    return {
        "deployment": deployment,
        "in_place": board.in_place,
        "planned": len(board.rows),
        "faults": board.faults if deployment.state in states.UNDER_AUTHORITY else (),
    }
