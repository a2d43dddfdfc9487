"""Sessions, as systems and pages read them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from overt.deployments import states as deployment_states
from overt.deployments.models import Deployment
from overt.recognition import states
from overt.recognition.contract import limits
from overt.recognition.models import Session

# How far from now a system is told of its sessions.
AROUND = timedelta(days=2)


def patience() -> timedelta:
    """After so long without a look around, nobody looks."""
    return timedelta(seconds=5 * settings.SESSION_LOOK_SECONDS)


def to_open(*, now: datetime) -> QuerySet[Deployment]:
    """Deployments that are ready, whose set-up has begun, and that have no session; or, while their
    time lasts, one that was given up before it began."""
    its_own = Session.objects.filter(deployment=OuterRef("pk"))
    return Deployment.objects.filter(
        ~Exists(its_own) | Q(ends_at__gt=now) & ~Exists(its_own.exclude(state=states.ABORTED)),
        state=deployment_states.READY,
        setup_at__lte=now,
        current_version__isnull=False,
    )


def unopened(*, now: datetime) -> QuerySet[Deployment]:
    """Those that a look around would have opened a session for, had there been one."""
    return to_open(now=now - patience()).order_by("starts_at", "pk")


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
