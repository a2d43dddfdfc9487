"""Deployments on the register, and off it, for tests."""

from datetime import datetime, timedelta
from typing import Any

from overt.deployments import states
from overt.deployments.models import Deployment, Notice
from overt.deployments.services import notices
from tests.deployments import making

SOON = making.NOW + timedelta(hours=1)


def publish(made: Deployment, *, at: datetime = SOON) -> Notice:
    """The notice of the current version, published by the planner."""
    return notices.publish(
        deployment=made,
        seen_digest=making.digest(made),
        actor=making.actor(made.created_by),
        now=at,
    )


def announced(*, at: datetime = SOON, **changes: Any) -> Deployment:
    """An authorised deployment with a published notice."""
    made = making.deployment_in(states.AUTHORISED, **changes)
    publish(made, at=at)
    return made


def cancelled(made: Deployment, *, at: datetime = SOON + timedelta(hours=1)) -> Notice:
    """The notice of `made`, taken back by the planner."""
    return notices.cancel_notice(
        deployment=made,
        reason="An internal reason.",
        actor=making.actor(made.created_by),
        now=at,
    )
