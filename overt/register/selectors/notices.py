"""What the public reads of what is announced: published notices, and nothing that is not in one.

Everything comes from the columns of notices, and from records (`records.py`). Of a deployment only
its reference and its state are read, of a sign only its code: what a draft says meanwhile cannot
come through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from overt.deployments.models import Notice, Sign
from overt.deployments.notices.shown import Shown
from overt.deployments.selectors.notices import shown
from overt.ledger.models import Checkpoint
from overt.register.status import TOOK_PLACE, Status, owes_a_record, status

from . import records
from .records import Published

LONDON = ZoneInfo("Europe/London")
TODAY, UPCOMING, PAST = "today", "upcoming", "past"
GROUPS = {TODAY: "Today", UPCOMING: "Upcoming", PAST: "Past"}

_COLUMNS = (
    "number",
    "kind",
    "place",
    "borough",
    "text",
    "starts_at",
    "ends_at",
    "published_at",
    "lead_hours",
    "exception_reason",
    "document",
    "digest",
    "deployment__reference",
    "deployment__state",
)


@dataclass(frozen=True)
class Listed:
    """One deployment of the list, by its last notice. `group` is a key of GROUPS."""

    notice: Shown
    status: Status
    group: str


@dataclass(frozen=True)
class Announced:
    """One deployment: its notices and the versions of its record, the latest first. One of the two
    may be missing."""

    reference: str
    place: str
    title: str
    notices: tuple[Shown, ...]
    versions: tuple[Published, ...]
    status: Status

    @property
    def owes_a_record(self) -> bool:
        """Whether it took place, and nothing says what it came to."""
        return not self.versions and owes_a_record(self.status)


def published() -> QuerySet[Notice]:
    """Every notice, the latest first."""
    return (
        Notice.objects.select_related("deployment").only(*_COLUMNS).order_by("-published_at", "-pk")
    )


def last_of_each(*, now: datetime) -> QuerySet[Any]:
    """The last notice of every deployment: today's, then upcoming by date, then past ones."""
    newer = Notice.objects.filter(deployment=OuterRef("deployment"), number__gt=OuterRef("number"))
    begins, ends = _day(now)
    return (
        Notice.objects.filter(~Exists(newer))
        .annotate(
            group=Case(
                When(ends_at__lt=begins, then=2),
                When(starts_at__gte=ends, then=1),
                default=0,
                output_field=IntegerField(),
            ),
            soon=Case(When(ends_at__gte=begins, then=F("starts_at"))),
        )
        .select_related("deployment")
        .only(*_COLUMNS)
        .order_by("group", "soon", "-starts_at", "pk")
    )


def chosen(
    *, when: str = "", borough: str = "", year: int | None = None, words: str = "", now: datetime
) -> QuerySet[Any]:
    """Of `last_of_each` what is asked for; `words` all stand in place, borough, text or
    reference."""
    found = last_of_each(now=now)
    if when in GROUPS:
        found = found.filter(group=list(GROUPS).index(when))
    if borough:
        found = found.filter(borough=borough)
    if year:
        found = found.filter(
            starts_at__gte=datetime(year, 1, 1, tzinfo=LONDON),
            starts_at__lt=datetime(year + 1, 1, 1, tzinfo=LONDON),
        )
    for word in words.split():
        found = found.filter(
            Q(place__icontains=word)
            | Q(borough__icontains=word)
            | Q(text__icontains=word)
            | Q(deployment__reference__icontains=word)
        )
    return found


def counts(*, now: datetime) -> dict[str, int]:
    """How many deployments are in each group."""
    rows = last_of_each(now=now).order_by().values_list("group").annotate(Count("pk"))
    found = dict(rows)
    return {name: found.get(number, 0) for number, name in enumerate(GROUPS)}


def boroughs() -> list[str]:
    """The boroughs that any notice names."""
    rows = Notice.objects.exclude(borough="").order_by("borough")
    return list(rows.values_list("borough", flat=True).distinct())


def years() -> list[int]:
    """The years in which anything was announced to start, the latest first."""
    first = Notice.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    last = Notice.objects.order_by("-starts_at").values_list("starts_at", flat=True).first()
    if first is None or last is None:
        return []
    return list(range(last.astimezone(LONDON).year, first.astimezone(LONDON).year - 1, -1))


def listed(notices: Sequence[Any], *, now: datetime) -> list[Listed]:
    """Rows of `last_of_each` for the list."""
    found = []
    for row in notices:
        one = shown(row, reference=row.deployment.reference)
        said = status(event=one.event, state=row.deployment.state, ends_at=row.ends_at, now=now)
        found.append(Listed(one, said, list(GROUPS)[row.group]))
    return found


def announced(reference: str, *, now: datetime) -> Announced | None:
    """The deployment with this reference, if anything of it was ever published."""
    rows = list(published().filter(deployment__reference=reference).order_by("-number"))
    versions = records.versions(reference)
    if rows:
        notices = tuple(shown(row, reference=reference) for row in rows)
        said = status(
            event=notices[0].event,
            state=rows[0].deployment.state,
            ends_at=rows[0].ends_at,
            now=now,
        )
        return Announced(reference, notices[0].place, notices[0].title, notices, versions, said)
    if versions:
        place = versions[0].document["place"]["name"]
        return Announced(reference, place, place, (), versions, TOOK_PLACE)
    return None


def document_of(reference: str, number: int | None = None) -> Notice | None:
    """The last notice of a deployment, or the one with this number."""
    rows = published().filter(deployment__reference=reference).order_by("-number")
    return rows.filter(number=number).first() if number is not None else rows.first()


def sign_with(token: str) -> Sign | None:
    """Its code, and the reference of its deployment."""
    rows = Sign.objects.select_related("deployment").only("code", "deployment__reference")
    return rows.filter(token=token).first()


def latest_checkpoint() -> Checkpoint | None:
    """What the ledger was signed as last."""
    return Checkpoint.objects.order_by("-size").only("size", "at").first()


def _day(now: datetime) -> tuple[datetime, datetime]:
    """When today began in London, and when tomorrow begins."""
    today: date = now.astimezone(LONDON).date()
    begins = datetime.combine(today, time(), LONDON)
    return begins, datetime.combine(today + timedelta(days=1), time(), LONDON)
