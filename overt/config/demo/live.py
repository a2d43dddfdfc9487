"""The demo's live session: its system as a process of its own, and somebody who looks at the signs.

The system is `manage.py simulated_system`. It has no camera, sees nobody and recognises nobody; it
asks for permits over HTTP and sends numbers that it draws.
"""

import logging
import sys
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error
from overt_permit import keys

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.config.env import DATA_DIR, ROOT
from overt.deployments import states
from overt.deployments.errors import DeploymentError
from overt.deployments.models import CheckKind, Deployment, Sign, System
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.services import signs
from overt.deployments.signs.location import Location
from overt.recognition.services import permit_keys, system_keys

from .applications import watchlist_of
from .cases import CASES

_log = logging.getLogger(__name__)

SYSTEMS = "demo-systems"
# So that there are a few alerts in the minutes for which somebody looks: as published, there is
# one in three quarters of an hour.
_ALERTING = 20
_SIGNS_EVERY = timedelta(minutes=40)


def permit_key(*, actor: Actor, now: datetime) -> None:
    """The key that signs permits, unless there is one."""
    if not permit_keys.has_key(now=now):
        permit_keys.generate(actor=actor, now=now)


def system_key(system: System, *, actor: Actor, now: datetime) -> None:
    """A key of the system; its private part in a file that only the owner can read."""
    private = keys.generate()
    system_keys.add(
        system=system,
        public=keys.public(private),
        valid_from=now,
        valid_until=now + timedelta(days=365),
        actor=actor,
        now=now,
    )
    keys.write(_folder(system) / "key", private)


def under_way(*, now: datetime) -> Deployment | None:
    """The deployment that is ready or live now, the last that began."""
    return (
        Deployment.objects.select_related("system")
        .filter(
            state__in=(states.READY, states.LIVE),
            setup_at__lte=now,
            ends_at__gt=now,
            system__isnull=False,
        )
        .order_by("-starts_at", "-pk")
        .first()
    )


def command(deployment: Deployment, *, server: str) -> list[str] | None:
    """How the system of `deployment` is started; None where its key is not the demo's."""
    system = deployment.system
    if system is None:
        return None
    found = sorted((_folder(system) / "key").glob("*"))
    if not found:
        return None
    (case,) = (case for case in CASES if case.state == states.LIVE)
    listed, policy = watchlist_of(case), profile_of(deployment).sessions
    return [
        *(sys.executable, str(ROOT / "manage.py"), "simulated_system"),
        *("--server", server.rstrip("/"), "--key", str(found[0])),
        *("--state", str(_folder(system) / deployment.reference), "--system", str(system.pk)),
        *("--issuer", settings.PERMIT_ISSUER),
        *("--max-life", str(policy.permit_seconds.value)),
        *("--skew", str(policy.clock_skew_seconds.value)),
        *("--threshold", listed.threshold, "--under-18", str(listed.under_18)),
        *("--alerting", str(_ALERTING)),
        *(part for one in listed.categories for part in ("--watchlist", f"{one.name}={one.count}")),
    ]


class Steward:
    """Looks at every sign of the live deployment now and then, as its team would. Without that its
    permits end with the policy's interval, as they should."""

    def __init__(self, operator: User | None, *, now: datetime) -> None:
        self._operator, self._next = operator, now + _SIGNS_EVERY

    def look(self, *, now: datetime) -> None:
        """Does nothing where it is not yet time. What cannot be written now is left to the next
        time: the demo goes on."""
        if self._operator is None or now < self._next:
            return
        self._next = now + _SIGNS_EVERY
        try:
            deployment = under_way(now=now)
            if deployment is not None:
                look_at_signs(deployment, self._operator, CheckKind.RECHECKED, now=now)
        except (DeploymentError, Error) as error:
            _log.warning("The signs were not looked at: %s", error)


def look_at_signs(
    deployment: Deployment, operator: User, kind: CheckKind, *, now: datetime
) -> None:
    """Every sign stands where it was planned, within a few metres."""
    planned = Sign.objects.filter(deployment=deployment, retired_at__isnull=True)
    for sign in planned.order_by("pk"):
        signs.record_check(
            sign=sign,
            kind=kind,
            here=Location(sign.easting + 1_50, sign.northing - 80, accuracy_m=8),
            note="",
            key=f"demo-{sign.pk}-{now:%Y%m%d%H%M%S}",
            actor=Actor.of_user(operator),
            now=now,
        )


def _folder(system: System) -> Path:
    return DATA_DIR / SYSTEMS / f"system-{system.pk}"
