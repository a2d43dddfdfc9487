"""Tags of the pages of an application: states, moments, days."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms, template

from overt.accounts.models import Rank
from overt.deployments import states
from overt.deployments.application import words

register = template.Library()

_COLOURS = {
    states.DRAFT: "grey",
    states.SUBMITTED: "blue",
    states.REVIEWED: "blue",
    states.AUTHORISED: "turquoise",
    states.READY: "green",
    states.LIVE: "purple",
    states.ENDED: "grey",
    states.ACCOUNTED: "grey",
    states.REFUSED: "red",
    states.WITHDRAWN: "red",
    states.CANCELLED: "grey",
    states.EXPIRED: "orange",
}


@register.inclusion_tag("partials/tag.html")
def state_tag(state: str) -> dict[str, str]:
    """The state of a deployment as a tag."""
    return {"text": states.LABELS[state], "colour": _COLOURS[state]}


@register.filter
def moment(at: datetime | None) -> str:
    """ "Tuesday 24 November 2026, 11:00 GMT"."""
    return words.moment(at)


@register.filter
def rank_name(rank: str) -> str:
    """ "chief_inspector" -> "Chief Inspector"; a rank that is no longer known as it was kept."""
    return str(Rank(rank).label) if rank in Rank.values else rank


@register.inclusion_tag("deployments/partials/day.html")
def day_field(
    legend: str, fields: Mapping[str, forms.BoundField], errors: Sequence[str], hint: str = ""
) -> dict[str, Any]:
    """Day, month and year of one date. `fields` holds "day", "month" and "year"."""
    return {
        "legend": legend,
        "parts": [fields[part] for part in ("day", "month", "year")],
        "errors": errors,
        "hint": hint,
        "name": fields["day"].auto_id,
    }


@register.filter
def day_of_row(row: forms.Form) -> dict[str, forms.BoundField]:
    """The parts of the day `dated` of one row."""
    return {part: row[f"dated_{part}"] for part in ("day", "month", "year")}
