"""The signs that a version plans become rows, each with a token of its own."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from overt.deployments.application.tasks import SignPoint
from overt.deployments.models import Deployment, Sign

TOKEN_BYTES = 24


def renew(*, deployment: Deployment, planned: Sequence[SignPoint], now: datetime) -> None:
    """Make the signs of `deployment` those that are `planned`.

    A sign whose code and position are unchanged keeps its token, so that a printed one stays
    good; one that is no longer planned is retired.
    """
    wanted = {(point.code, *point.position): point for point in planned}
    for sign in Sign.objects.filter(deployment=deployment, retired_at__isnull=True):
        kept = wanted.pop((sign.code, sign.easting, sign.northing), None)
        if kept is None:
            sign.retired_at = now
            sign.save(update_fields=["retired_at"])
        elif kept.description != sign.description:
            sign.description = kept.description
            sign.save(update_fields=["description"])
    for point in wanted.values():
        Sign.objects.create(
            deployment=deployment,
            code=point.code,
            token=secrets.token_urlsafe(TOKEN_BYTES),
            easting=point.position[0],
            northing=point.position[1],
            description=point.description,
            planned_at=now,
        )
