"""What the public reads of what took place: published records, and what became of the rest.

Rules
1. A deployment is public from its first notice on, or from its record, where no notice was ever
   given. What was never published is answered as what never was.
2. It stands in the year in which its session was to start, in London; without a record, in the
   year that its last notice gives.
3. A year leaves out no public deployment: what was cancelled, stopped, never started, or has no
   record yet, has a row that says so. What ended and is not public is counted.
4. Of records everything is read that they publish, of sessions only when they stopped and what was
   deleted when. Nothing of a session shows that is not over.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, ExtractYear

from overt.deployments.models import Deployment, Notice, NoticeKind
from overt.deployments.notices.coarse import Square
from overt.deployments.notices.shown import Shown, area_in_words, event_of
from overt.deployments.selectors.deployments import pinned, profile_of
from overt.deployments.selectors.notices import shown
from overt.recognition import states
from overt.recognition.account import record
from overt.recognition.account.deletions import Deadline
from overt.recognition.account.record import Difference
from overt.recognition.models import Record, Session
from overt.recognition.selectors import account, rates
from overt.register.status import Status, owes_a_record, status

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Published:
    """One version of a record. `differences` are those from the version before, which it was
    published to correct for `reason`."""

    reference: str
    number: int
    digest: str
    text: str
    reason: str
    published_at: datetime
    document: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()

    @property
    def area(self) -> str:
        """The coarse square in words, or nothing."""
        square = self.document["place"]["square"]
        return area_in_words(Square(**square) if square else None)

    @property
    def year(self) -> int:
        """In whose table it stands."""
        starts_at = self.times["starts_at"]
        if starts_at is None:
            raise ValueError(f"The record of {self.reference} has no start")
        return starts_at.astimezone(LONDON).year

    @property
    def before(self) -> int:
        """The number of the version before."""
        return self.number - 1

    @property
    def times(self) -> dict[str, datetime | None]:
        """The times of the document by name, but for those of signs."""
        return {
            name: datetime.fromisoformat(said) if said else None
            for name, said in self.document["times"].items()
            if name != "signs"
        }

    @property
    def signs(self) -> list[datetime]:
        """When each sign was first seen in its place, the first before the others."""
        said = self.document["times"]["signs"]
        return sorted(datetime.fromisoformat(sign["placed_at"]) for sign in said)


@dataclass(frozen=True)
class Row:
    """One deployment in the table of a year. `columns` are those of the record under the policy
    of the deployment; without a record, place and date alone are known of them."""

    reference: str
    place: str
    borough: str
    starts_at: datetime
    ends_at: datetime
    notice_at: datetime | None
    status: Status
    published: Published | None
    columns: Mapping[str, record.Cell]

    @property
    def owes_a_record(self) -> bool:
        """Whether it took place, and nothing says what it came to."""
        return self.published is None and owes_a_record(self.status)


@dataclass(frozen=True)
class Year:
    """`deployments` are the public ones, `records` those of them that have one. `unannounced`
    ended, and nothing of them is public."""

    number: int
    deployments: int
    records: int
    unannounced: int


@dataclass(frozen=True)
class Overdue:
    """`reference` is empty where nothing of the deployment is public."""

    reference: str
    deadline: Deadline


def versions(reference: str) -> tuple[Published, ...]:
    """Every version of the record of a deployment, the latest first."""
    rows = _records().filter(session__deployment__reference=reference).order_by("-number")
    read = [_published(row) for row in rows]
    return tuple(
        _published(row, before=before) if before else one
        for row, one, before in zip(rows, read, [*read[1:], None], strict=False)
    )


def newest(count: int) -> list[Published]:
    """So many versions of records, of all deployments, the latest first."""
    return [_published(row) for row in _records().order_by("-published_at", "-pk")[:count]]


def document_of(reference: str, number: int | None = None) -> Record | None:
    """The record of a deployment that holds, or the version with this number."""
    rows = _records().filter(session__deployment__reference=reference).order_by("-number")
    return rows.filter(number=number).first() if number is not None else rows.first()


def deletions_of(reference: str, *, now: datetime) -> tuple[Deadline, ...]:
    """What had to be deleted when, once the session of a deployment has stopped."""
    stopped = Session.objects.filter(
        deployment__reference=reference, stopped_at__isnull=False
    ).select_related("deployment")
    session = stopped.defer("deployment__draft").first()
    return account.deadlines(session, now=now) if session else ()


def ceiling_of(reference: str) -> int:
    """What the policy of a deployment tolerates; see `rates.ceiling_of`."""
    return rates.ceiling_of(Deployment.objects.only("policy_digest").get(reference=reference))


def overdue(*, now: datetime) -> list[Overdue]:
    """Every overdue deletion, the longest overdue first."""
    found = account.overdue(now=now)
    known = set(
        _public()
        .filter(pk__in={session.deployment_id for session, _ in found})
        .values_list("pk", flat=True)
    )
    return [
        Overdue(
            session.deployment.reference if session.deployment_id in known else "",
            deadline,
        )
        for session, deadline in found
    ]


def years() -> list[Year]:
    """Every year in which anything public was to start, the latest first."""
    return _years(_public(), _unannounced())


def year(number: int) -> Year | None:
    """One of `years`, from 1 to 9998."""
    begins, ends = _bounds(number)
    hidden = _unannounced().filter(starts_at__gte=begins, starts_at__lt=ends)
    found = _years(of_year(number), hidden)
    return found[0] if found else None


def _years(public: QuerySet[Any], unannounced: QuerySet[Any]) -> list[Year]:
    rows = (
        public.annotate(year=ExtractYear("at", tzinfo=LONDON))
        .order_by()
        .values("year")
        .annotate(deployments=Count("pk"), records=Count("pk", filter=Q(has_record=True)))
    )
    found = {row["year"]: (row["deployments"], row["records"]) for row in rows}
    hidden = dict(
        unannounced.annotate(year=ExtractYear("starts_at", tzinfo=LONDON))
        .order_by()
        .values_list("year")
        .annotate(Count("pk"))
    )
    return [
        Year(year, *found.get(year, (0, 0)), hidden.get(year, 0))
        for year in sorted({*found, *hidden}, reverse=True)
    ]


def of_year(year: int) -> QuerySet[Any]:
    """The public deployments of a year from 1 to 9998, in the order of their time."""
    begins, ends = _bounds(year)
    return (
        _dated()
        # As one condition, so that a database looks the time up once for each deployment.
        .filter(at__range=(begins, ends - timedelta.resolution))
        .only("reference", "state", "policy_digest")
        .order_by("at", "pk")
    )


def rows(deployments: Iterable[Deployment], *, now: datetime) -> list[Row]:
    """The rows of some of `of_year`, with two queries."""
    every = list(deployments)
    newer = Notice.objects.filter(deployment=OuterRef("deployment"), number__gt=OuterRef("number"))
    first = Notice.objects.filter(deployment=OuterRef("deployment"), number=1)
    last = Notice.objects.filter(~Exists(newer), deployment__in=every).annotate(
        first_at=Subquery(first.values("published_at"))
    )
    notices = {notice.deployment_id: notice for notice in last}
    records = {
        row.session.deployment_id: row for row in _current().filter(session__deployment__in=every)
    }
    return [
        _row(one, notices.get(one.pk), records.get(one.pk), now=now)
        for one in every
        if one.pk in notices or one.pk in records
    ]


@dataclass(frozen=True)
class Tally:
    """What there is to add up of a year. `by_status`: how many deployments have each status.
    `ceiling`: what the policies of all records tolerate, where they agree."""

    by_status: Mapping[str, int]
    documents: tuple[Mapping[str, Any], ...]
    ceiling: int | None


def tally(year: int, *, now: datetime) -> Tally:
    """With one query, and no more read of a deployment than its status and its record."""
    last = Notice.objects.filter(deployment=OuterRef("pk")).order_by("-number")
    held = Record.objects.filter(session__deployment=OuterRef("pk")).order_by("-number")
    rows = (
        of_year(year)
        .annotate(
            kind=Subquery(last.values("kind")[:1]),
            notice=Case(
                When(kind=NoticeKind.CANCELLATION, then=Subquery(last.values("document")[:1]))
            ),
            until=Coalesce(
                Subquery(held.values("session__ends_at")[:1]),
                Subquery(last.values("ends_at")[:1]),
            ),
            record=Subquery(held.values("document")[:1]),
        )
        .values_list("state", "kind", "notice", "until", "record", "policy_digest")
    )
    statuses: Counter[str] = Counter()
    documents = []
    ceilings = set()
    for state, kind, notice, until, found, policy in rows:
        event = event_of(notice) if notice else kind or ""
        statuses[status(event=event, state=state, ends_at=until, now=now).text] += 1
        if found:
            documents.append(json.loads(found))
            ceilings.add(pinned(policy).alerts.false_alert_ceiling_one_in.value)
    return Tally(statuses, tuple(documents), ceilings.pop() if len(ceilings) == 1 else None)


def _public() -> QuerySet[Any]:
    """Every public deployment, as `_dated` has it."""
    return _dated().filter(at__isnull=False)


def _dated() -> QuerySet[Any]:
    """Every deployment; `at` is when it was to start, or null where nothing of it is public."""
    own = Record.objects.filter(session__deployment=OuterRef("pk"))
    last = Notice.objects.filter(deployment=OuterRef("pk")).order_by("-number")
    return Deployment.objects.annotate(
        at=Coalesce(
            Subquery(own.values("session__starts_at")[:1]), Subquery(last.values("starts_at")[:1])
        ),
        has_record=Exists(own),
    )


def _unannounced() -> QuerySet[Session]:
    """The sessions that have stopped and of which nothing is public."""
    return Session.objects.filter(state__in=states.SETTLING).filter(
        ~Exists(Notice.objects.filter(deployment=OuterRef("deployment"))),
        ~Exists(Record.objects.filter(session=OuterRef("pk"))),
    )


def _bounds(year: int) -> tuple[datetime, datetime]:
    """From its first moment to that of the next, in London."""
    return datetime(year, 1, 1, tzinfo=LONDON), datetime(year + 1, 1, 1, tzinfo=LONDON)


def _records() -> QuerySet[Record]:
    return (
        Record.objects.annotate(reference=F("session__deployment__reference"))
        .only("number", "digest", "document", "reason", "published_at", "session__deployment_id")
        .select_related("session")
    )


def _current() -> QuerySet[Record]:
    newer = Record.objects.filter(session=OuterRef("session"), number__gt=OuterRef("number"))
    return _records().filter(~Exists(newer))


def _row(deployment: Deployment, notice: Any, found: Record | None, *, now: datetime) -> Row:
    """Of a deployment that has a notice, a record, or both. `notice` is the last one, with
    `first_at`."""
    published = _published(found) if found else None
    told = shown(notice, reference=deployment.reference) if notice else None
    place, starts_at, ends_at = _said(told, published)
    columns: Mapping[str, record.Cell] = (
        {column["name"]: column["value"] for column in published.document["columns"]}
        if published
        else record.row_without_record(
            profile_of(deployment).records.columns.value,
            place=place["name"],
            day=starts_at.astimezone(LONDON).date(),
        )
    )
    return Row(
        reference=deployment.reference,
        place=place["name"],
        borough=place["borough"],
        starts_at=starts_at,
        ends_at=ends_at,
        notice_at=notice.first_at if notice else None,
        status=status(
            event=told.event if told else "",
            state=deployment.state,
            ends_at=ends_at,
            now=now,
        ),
        published=published,
        columns=columns,
    )


def _said(
    told: Shown | None, published: Published | None
) -> tuple[Mapping[str, str], datetime, datetime]:
    """Place, start and end: as the record says, or else the last notice."""
    if published is not None:
        starts_at, ends_at = published.times["starts_at"], published.times["ends_at"]
        if starts_at and ends_at:
            return published.document["place"], starts_at, ends_at
    if told is None:
        raise ValueError("Nothing of the deployment is public")
    return {"name": told.place, "borough": told.borough}, told.starts_at, told.ends_at


def _published(row: Record, *, before: Published | None = None) -> Published:
    document = json.loads(row.document)
    return Published(
        reference=document["reference"],
        number=row.number,
        digest=row.digest,
        text=row.document,
        reason=row.reason,
        published_at=row.published_at,
        document=document,
        differences=record.differences(before.document, document) if before else (),
    )
