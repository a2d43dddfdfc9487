"""Sessions, as systems and pages read them."""

from datetime import datetime, timedelta

from django.db.models import Q

from overt.recognition import states
from overt.recognition.contract import limits
from overt.recognition.models import Session

# How far from now a system is told of its sessions.
AROUND = timedelta(days=2)


def around_now(system_id: int, *, now: datetime) -> list[Session]:
    """The sessions of a system that are under way, or near in time; earliest start first."""
    return list(
        Session.objects.filter(system_id=system_id)
        .filter(
            Q(state__in=states.WORKED) | Q(starts_at__gt=now - AROUND, starts_at__lt=now + AROUND)
        )
        .select_related("deployment")
        .defer("deployment__draft")
        .order_by("starts_at", "pk")[: limits.SESSIONS]
    )
