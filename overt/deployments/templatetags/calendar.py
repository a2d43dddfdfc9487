"""Tags of the calendar, and of the warnings wherever someone plans or decides."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from overt.deployments.models import Deployment
from overt.deployments.selectors.warnings import Warning, for_task, warnings_of

register = template.Library()


@register.filter
def of_item(warnings: Mapping[int, list[Warning]], number: int) -> list[Warning]:
    """The warnings of the deployment with this number."""
    return warnings.get(number, [])


@register.inclusion_tag("deployments/calendar/warned.html")
def warnings_about(deployment: Deployment, *tasks: str) -> dict[str, Any]:
    """A box with the warnings about a deployment, or with those that the tasks named can mend;
    nothing where there are none."""
    found = warnings_of(deployment, now=timezone.now())
    return {"warnings": for_task(found, *tasks) if tasks else found}
