"""The notice on the page of a deployment: what the public is told, and how long beforehand."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments import rules
from overt.deployments.models import Deployment
from overt.deployments.notices.shown import lead_in_words
from overt.deployments.selectors import notices
from overt.deployments.selectors.deployments import profile_of


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """None before the first submission. `left`: hours until the start, while nothing stands."""
    version = deployment.current_version
    if version is None:
        return None
    policy, last = profile_of(deployment).notice, notices.latest(deployment)
    publishable = deployment.state in notices.PUBLISHABLE
    waits = publishable and notices.standing(deployment) is None
    return {
        "deployment": deployment,
        "last": last,
        "is_cancelled": last is not None and notices.standing(deployment) is None,
        "lead": lead_in_words(last.lead_hours) if last else "",
        "required": policy.lead_hours,
        "asked": policy.on_website.value,
        "fault": notices.notice_fault(deployment) if publishable else "",
        "left": lead_in_words(notices.hours_left(version.starts_at, now=now)) if waits else "",
        "is_owed": notices.is_owed(deployment),
        "may_publish": waits and rules.may_apply(actor).allowed,
    }
