"""The authority on the page of a deployment: who reviewed, who authorised, what holds."""

from datetime import datetime
from typing import Any

from overt.accounts.actors import Actor
from overt.deployments import rules, states
from overt.deployments.models import Deployment
from overt.deployments.selectors.decided import told
from overt.deployments.selectors.standing import standing


def panel(deployment: Deployment, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """None before the first submission. `acts`: what this person may do now, by the name of its
    page; `due`: by when an oral authority has to be in writing."""
    version = deployment.current_version
    if version is None:
        return None
    held = standing(deployment, version)
    acts = (
        ("review", "Review", held.waits_for_review and held.may_review(actor).allowed),
        ("authorise", "Decide", held.waits_for_authority and held.may_authorise(actor).allowed),
        (
            "oral",
            "Record an urgent oral authority",
            held.takes_oral_authority and held.may_authorise_orally(actor).allowed,
        ),
        (
            "ready",
            "Make ready",
            deployment.state == states.AUTHORISED and rules.may_make_ready(actor).allowed,
        ),
        (
            "withdraw",
            "Withdraw the authority",
            held.has_authority_to_withdraw and held.may_withdraw(actor).allowed,
        ),
    )
    return {
        "deployment": deployment,
        "version": version,
        "is_open_for_changes": deployment.state == states.DRAFT,
        "decided": told(held, now=now),
        "live": held.live(now) if deployment.state in states.UNDER_AUTHORITY else None,
        "due": held.due_in_writing(now),
        "now": now,
        "acts": [(f"deployments:{name}", label) for name, label, may in acts if may],
    }
