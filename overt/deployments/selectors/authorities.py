"""The authority of a version: which one is in force."""

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
    if version is None:
        return None
    holding = [
        authority
        for authority in not_ended(version)
        if authority.valid_until is not None and authority.at <= now < authority.valid_until
    ]
    return max(holding, key=lambda authority: authority.kind == Kind.AUTHORITY, default=None)
