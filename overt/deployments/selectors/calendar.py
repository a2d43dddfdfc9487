"""What the calendar, its feeds and the page of systems and teams show.

However long the calendar is, a page takes a fixed number of queries, and they read the days shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet
from django.db.models.fields.json import KT

from overt.accounts.models import User
from overt.deployments import states, verbs
from overt.deployments.application.tasks import Named
from overt.deployments.calendar import ics
from overt.deployments.calendar.spans import Span
from overt.deployments.models import (
    Booking,
    BookingKind,
    CalendarFeed,
    Deployment,
    System,
    Team,
)
from overt.deployments.selectors.warnings import GONE
from overt.ledger.models import Entry

# What a feed holds: far enough back to see what was cancelled, and at most so many.
FEED_BACK, FEED_AHEAD, FEED_LIMIT = timedelta(days=60), timedelta(days=400), 2_000
# Entries that change what a calendar program is told.
_CHANGES = tuple(
    verb.name
    for verb in (
        verbs.CREATED,
        verbs.TASK_SAVED,
        verbs.SUBMITTED,
        verbs.REVIEWED,
        verbs.AUTHORISED,
        verbs.AUTHORISED_ORALLY,
        verbs.REOPENED,
        verbs.READY,
        verbs.NOT_READY,
        verbs.WITHDRAWN,
        verbs.LAPSED,
        verbs.CANCELLED,
        verbs.EXPIRED,
        verbs.STARTED,
        verbs.ENDED,
        verbs.ACCOUNTED,
    )
)
# Besides single states: what is to take place, and everything.
TAKING_PLACE, EVERYTHING = "", "all"


@dataclass(frozen=True)
class Filters:
    """Numbers of rows, None for any; `state` is one of them, TAKING_PLACE or EVERYTHING."""

    borough: int | None = None
    system: int | None = None
    team: int | None = None
    state: str = TAKING_PLACE

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """From the parameters of an address; what makes no sense is as if it were not given."""
        state = given.get("state", "")
        return cls(
            borough=_number(given.get("borough", "")),
            system=_number(given.get("system", "")),
            team=_number(given.get("team", "")),
            state=state if state in (*states.LABELS, EVERYTHING) else TAKING_PLACE,
        )

    @property
    def given(self) -> dict[str, str]:
        """As parameters of an address, without those that narrow nothing."""
        return {name: str(value) for name, value in vars(self).items() if value}

    def narrow(self, found: QuerySet[Deployment]) -> QuerySet[Deployment]:
        """Those of `found` that are wanted."""
        for column in ("borough", "system", "team"):
            if getattr(self, column) is not None:
                found = found.filter(**{f"{column}_id": getattr(self, column)})
        if self.state == EVERYTHING:
            return found
        if self.state == TAKING_PLACE:
            return found.exclude(state__in=GONE)
        return found.filter(state=self.state)


@dataclass(frozen=True)
class Item:
    """One deployment in the calendar."""

    pk: int
    reference: str
    title: str
    state: str
    borough: str
    system: str
    team: str
    setup_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    takedown_at: datetime | None

    @property
    def is_draft(self) -> bool:
        return self.state == states.DRAFT


def items(span: Span, filters: Filters) -> list[Item]:
    """What touches the days of `span`, by start."""
    return read(within(span, filters))


def read(found: QuerySet[Deployment]) -> list[Item]:
    """Timed deployments as the calendar shows them: one query of a few columns."""
    rows = found.values_list(
        "pk",
        "reference",
        "title",
        "state",
        "borough__name",
        "system__name",
        "team__name",
        "setup_at",
        "starts_at",
        "ends_at",
        "takedown_at",
    )
    return [
        Item(
            pk=pk,
            reference=reference,
            title=title,
            state=state,
            borough=borough or "",
            system=system or "",
            team=team or "",
            setup_at=setup_at,
            starts_at=starts_at,
            ends_at=ends_at,
            takedown_at=takedown_at,
        )
        for (
            pk,
            reference,
            title,
            state,
            borough,
            system,
            team,
            setup_at,
            starts_at,
            ends_at,
            takedown_at,
        ) in rows
        if starts_at is not None and ends_at is not None
    ]


def within(span: Span, filters: Filters) -> QuerySet[Deployment]:
    """What touches the days of `span`, by start, unread."""
    touching = Deployment.objects.filter(starts_at__lt=span.ends, ends_at__gt=span.begins)
    return filters.narrow(touching).order_by("starts_at", "reference")


def by_number(numbers: Sequence[int]) -> list[Deployment]:
    """For the warnings: these deployments, without what is long."""
    return list(Deployment.objects.filter(pk__in=numbers).defer("draft"))


def feed_of(token_sha256: str) -> CalendarFeed | None:
    """The feed in force with this secret, of an account in use."""
    return CalendarFeed.objects.filter(
        token_sha256=token_sha256, revoked_at__isnull=True, person__is_active=True
    ).first()


def feed_in_force(person: User) -> CalendarFeed | None:
    """The feed that a person has."""
    return CalendarFeed.objects.filter(person=person, revoked_at__isnull=True).first()


def feed_entries(filters: Filters, *, now: datetime, url: Callable[[str], str]) -> list[ics.Entry]:
    """What a feed tells. Unless states are chosen, it also holds what was cancelled, so that
    calendar programs learn of that. `url` gives the page of a reference."""
    wanted = filters if filters.state else Filters(**(vars(filters) | {"state": EVERYTHING}))
    found = wanted.narrow(
        Deployment.objects.filter(ends_at__gt=now - FEED_BACK, starts_at__lt=now + FEED_AHEAD)
    )
    return _entries(found.order_by("starts_at", "reference")[:FEED_LIMIT], url)


def entry_of(deployment: Deployment, *, url: Callable[[str], str]) -> ics.Entry | None:
    """One deployment for a calendar program; None while it has no times."""
    timed = Deployment.objects.filter(pk=deployment.pk, starts_at__isnull=False)
    return next(iter(_entries(timed.filter(ends_at__isnull=False), url)), None)


def _entries(found: QuerySet[Deployment], url: Callable[[str], str]) -> list[ics.Entry]:
    rows = list(
        found.annotate(public_place=KT("draft__place__public_place"))
        .defer("draft")
        .select_related("borough")
        .only(
            "reference",
            "title",
            "state",
            "state_at",
            "starts_at",
            "ends_at",
            "setup_at",
            "takedown_at",
            "created_at",
            "borough__name",
        )
    )
    subjects = [row.subject for row in rows]
    counted = {
        subject: (number, last)
        for subject, number, last in Entry.objects.filter(subject__in=subjects, verb__in=_CHANGES)
        .order_by()
        .values("subject")
        .annotate(number=Count("seq"), last=Max("at"))
        .values_list("subject", "number", "last")
    }
    made = []
    for row in rows:
        if row.starts_at is None or row.ends_at is None:
            raise AssertionError("only timed deployments are asked for")
        changes, changed_at = counted.get(row.subject, (0, row.state_at))
        made.append(
            ics.Entry(
                reference=row.reference,
                title=row.title,
                state=row.state,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                setup_at=row.setup_at,
                takedown_at=row.takedown_at,
                place=row.public_place or (row.borough.name if row.borough else ""),
                created_at=row.created_at,
                changed_at=changed_at,
                changes=changes,
                url=url(row.reference),
            )
        )
    return made


@dataclass(frozen=True)
class Equipment:
    """A system or team, and the next deployment that takes it."""

    row: System | Team
    next: Item | None


def systems(*, now: datetime) -> list[Equipment]:
    """Every system with the next booking of it."""
    booked = _first(
        (int(subject.split(":")[1]), pk)
        for subject, pk in Booking.objects.filter(kind=BookingKind.SYSTEM, ends_at__gt=now)
        .order_by("starts_at", "pk")
        .values_list("subject", "deployment")
    )
    return _with_next(list(System.objects.order_by("name")), booked)


def teams(*, now: datetime) -> list[Equipment]:
    """Every team with the next deployment that holds what it takes: teams are not booked, the
    people in them are."""
    coming = _first(
        Deployment.objects.filter(state__in=states.HOLDING, takedown_at__gt=now, team__isnull=False)
        .order_by("setup_at", "pk")
        .values_list("team", "pk")
    )
    return _with_next(list(Team.objects.order_by("name")), coming)


def _first(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for key, pk in rows:
        found.setdefault(key, pk)
    return found


def _with_next(rows: Sequence[System | Team], following: Mapping[int, int]) -> list[Equipment]:
    shown = read(Deployment.objects.filter(pk__in=following.values()))
    by_pk = {item.pk: item for item in shown}
    return [Equipment(row, by_pk.get(following.get(row.pk, 0))) for row in rows]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def named_systems() -> list[Named]:
    """Every system, also one that is no longer in use: the calendar looks back too."""
    return [Named(id=pk, name=name) for pk, name in System.objects.values_list("pk", "name")]


def named_teams() -> list[Named]:
    """Every team."""
    return [Named(id=pk, name=name) for pk, name in Team.objects.values_list("pk", "name")]
