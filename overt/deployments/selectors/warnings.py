"""The warnings of deployments: gathers what `calendar/warnings.py` looks at.

However many deployments are asked about, there are four queries, and one more for each policy
profile that is read for the first time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from overt.deployments import states
from overt.deployments.application.completeness import objection_of
from overt.deployments.application.tasks import read_draft
from overt.deployments.calendar import dates
from overt.deployments.calendar.warnings import Facts, Nearby, Warning, warnings
from overt.deployments.models import Deployment, Notice, NoticeKind
from overt.deployments.selectors.deployments import profile_of
from overt.policy.document import Profile

__all__ = ["GONE", "Warning", "for_task", "known_dates", "warnings_for", "warnings_of"]

# What no longer takes place.
GONE = (states.REFUSED, states.WITHDRAWN, states.CANCELLED, states.EXPIRED)
# Where a warning can still change something.
_WARNED = (states.DRAFT, *states.HOLDING)


def warnings_of(deployment: Deployment, *, now: datetime) -> list[Warning]:
    """Everything to be warned of, in the order of the rules; nothing once it is over."""
    return warnings_for([deployment], now=now)[deployment.pk]


def for_task(found: Iterable[Warning], *tasks: str) -> list[Warning]:
    """Those that the tasks named can mend: "time", "resources", "community", "watchlist"."""
    return [warning for warning in found if warning.task in tasks]


def warnings_for(deployments: Sequence[Deployment], *, now: datetime) -> dict[int, list[Warning]]:
    """The warnings of each, by its number."""
    found: dict[int, list[Warning]] = {one.pk: [] for one in deployments}
    open_ones = [one for one in deployments if one.state in _WARNED]
    if not open_ones:
        return found
    numbers = [one.pk for one in open_ones]
    drafts = dict(Deployment.objects.filter(pk__in=numbers).values_list("pk", "draft"))
    boroughs = _near(open_ones, "borough", lambda one: one.calendar.area_cap_days.value * 24)
    teams = _near(open_ones, "team", lambda one: one.calendar.rest_hours.value)
    published = _published(numbers)
    known = known_dates()
    for one in open_ones:
        profile, draft = profile_of(one), read_draft(drafts[one.pk])
        facts = Facts(
            setup_at=one.setup_at,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            takedown_at=one.takedown_at,
            borough=draft.place.borough.name if draft.place.borough else "",
            team=draft.resources.team.name if draft.resources.team else "",
            in_borough=[other for pk, other in boroughs[one.borough_id] if pk != one.pk],
            of_team=[other for pk, other in teams[one.team_id] if pk != one.pk],
            published_at=published.get(one.pk),
            needs_notice=one.state != states.LIVE,
            objection=objection_of(draft, profile),
            objection_addressed=bool(draft.community.objection_addressed.strip()),
            watchlist=draft.watchlist.total,
        )
        found[one.pk] = warnings(facts, profile=profile, dates=known, now=now)
    return found


def known_dates() -> tuple[dates.KnownDate, ...]:
    """The days of the dates files. Raises DatesError."""
    return _read(Path(settings.DATES_DIR))


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[dates.KnownDate, ...]:
    return dates.read(folder)


def _near(
    wanted: Sequence[Deployment], column: str, reach: Callable[[Profile], int]
) -> dict[int | None, list[tuple[int, Nearby]]]:
    """Deployments that take place with the same `column` (borough, team) within `reach` hours of
    any of those `wanted`, with their numbers, by that column's number."""
    found: dict[int | None, list[tuple[int, Nearby]]] = defaultdict(list)
    timed = [one for one in wanted if one.starts_at and getattr(one, f"{column}_id")]
    if not timed:
        return found
    # A day more: days are London's, and set-up and take-down lie outside start and end.
    hours = timedelta(hours=max(reach(profile_of(one)) for one in timed) + 48)
    starts = [one.starts_at for one in timed if one.starts_at]
    rows = (
        Deployment.objects.filter(
            Q(starts_at__gte=min(starts) - hours, starts_at__lte=max(starts) + hours),
            **{f"{column}_id__in": {getattr(one, f"{column}_id") for one in timed}},
        )
        .exclude(state__in=GONE)
        .order_by("starts_at", "pk")
        .values_list(
            f"{column}_id",
            "pk",
            "reference",
            "setup_at",
            "starts_at",
            "ends_at",
            "takedown_at",
            "state",
        )
    )
    for key, pk, reference, setup_at, starts_at, ends_at, takedown_at, state in rows:
        other = Nearby(
            reference=reference,
            setup_at=setup_at or starts_at,
            starts_at=starts_at,
            takedown_at=takedown_at or ends_at,
            is_draft=state == states.DRAFT,
        )
        found[key].append((pk, other))
    return found


def _published(numbers: Sequence[int]) -> dict[int, datetime]:
    """When the notice that stands was published, of those that have one for their start."""
    latest: dict[int, tuple[str, datetime, bool]] = {}
    rows = (
        Notice.objects.filter(deployment__in=numbers)
        .order_by("number")
        .values_list("deployment_id", "kind", "published_at", "starts_at", "deployment__starts_at")
    )
    for pk, kind, published_at, told, starts_at in rows:
        latest[pk] = (kind, published_at, told == starts_at)
    return {
        pk: published_at
        for pk, (kind, published_at, is_for_it) in latest.items()
        if kind != NoticeKind.CANCELLATION and is_for_it
    }
