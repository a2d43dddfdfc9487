"""The authority of a version: which one is in force."""

from collections.abc import Iterable
from datetime import datetime

from overt.deployments.models import Determination, Kind, Outcome, Version

AUTHORITIES = (Kind.ORAL, Kind.AUTHORITY)


def not_ended(version: Version) -> list[Determination]:
    """The authorities of `version` that nobody ended; one may have run out of time."""
    return list(
        Determination.objects.filter(
            version=version, kind__in=AUTHORITIES, outcome=Outcome.GIVEN, end__isnull=True
        ).order_by("at", "pk")
    )


def live(version: Version | None, *, now: datetime) -> Determination | None:
    """The authority that holds at `now`: a written one before an oral one."""
    return None if version is None else holding(not_ended(version), now=now)


def holding(authorities: Iterable[Determination], *, now: datetime) -> Determination | None:
    """Of `authorities` that nobody ended, the one that holds at `now`."""
    found = [
        authority
        for authority in authorities
        if authority.valid_until is not None and authority.at <= now < authority.valid_until
    ]
    return max(found, key=lambda authority: authority.kind == Kind.AUTHORITY, default=None)
