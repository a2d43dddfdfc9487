"""What is still missing before a deployment may start."""

from datetime import datetime

from overt.deployments.models import Deployment
from overt.deployments.selectors.authorities import live
from overt.deployments.selectors.notices import notice_fault
from overt.deployments.selectors.signs import sign_faults


def reasons_not_ready(deployment: Deployment, *, now: datetime) -> list[str]:
    """One sentence for each thing that is not in place; empty when the deployment may be ready."""
    reasons: list[str] = []
    if live(deployment.current_version, now=now) is None:
        reasons.append("There is no authority in force for this version.")
    reasons += sign_faults(deployment, now=now)
    fault = notice_fault(deployment)
    if fault:
        reasons.append(fault)
    return reasons
