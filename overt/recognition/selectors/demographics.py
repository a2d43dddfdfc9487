"""People by self-defined ethnicity and outcome, over a whole year, for the public.

Rules
1. One table of a year and no other: two tables about the same people can tell more than each. So
   there is none of a session, and none of a year that still grows.
2. It is there once the year is over and every session of it has its record.
3. It counts what was said of each alert when the record of its session was first published. Later
   corrections do not change it: who kept the table before one would learn of a single person.
4. What is too small is hidden below the highest `records.suppress_below` of the policies of its
   sessions; where one of them sets none, there is no table.
5. Only people to whom officers spoke are in it: of the others nobody knows, and they would give
   the small numbers away (`account/demographics.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, QuerySet, Subquery

from overt.deployments.selectors.deployments import pinned
from overt.recognition import states
from overt.recognition.account import demographics
from overt.recognition.account.demographics import GROUPS, Table
from overt.recognition.models import AlertOutcome, AlertReport, Record, Session

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Shown:
    """`why` there is no table, or the table."""

    table: Table | None
    why: str = ""


def of_year(year: int, *, now: datetime) -> Shown:
    """Of a year from 1 to 9998, in London."""
    begins, ends = (datetime(one, 1, 1, tzinfo=LONDON) for one in (year, year + 1))
    if now < ends:
        return Shown(None, "It is published when the year is over.")
    ran = Session.objects.filter(state__in=states.RAN, starts_at__gte=begins, starts_at__lt=ends)
    if not ran.exists():
        return Shown(None, "Nothing took place.")
    if ran.exclude(state=states.PUBLISHED).exists():
        return Shown(None, "It is published when every deployment of the year has its record.")
    threshold = _threshold(ran)
    if threshold is None:
        return Shown(None, "The policy does not say which numbers are too small to be shown.")
    table = demographics.table(
        _people(ran), codes=list(GROUPS), columns=AlertOutcome.values, threshold=threshold
    )
    return Shown(table)


def _threshold(ran: QuerySet[Session]) -> int | None:
    said = [
        pinned(digest).records.suppress_below
        for digest in set(ran.order_by().values_list("deployment__policy_digest", flat=True))
    ]
    numbers = [one.value for one in said if one is not None]
    # Below 1 nothing is hidden, and by then nothing protects anybody.
    return max(numbers) if len(numbers) == len(said) and min(numbers) > 1 else None


def _people(ran: QuerySet[Session]) -> list[tuple[str, str]]:
    """The group and the outcome of each person spoken to, as it stood when the record was first
    published."""
    first = Record.objects.filter(session=OuterRef("alert__session"), number=1)
    reports = (
        AlertReport.objects.filter(alert__session__in=ran)
        .annotate(until=Subquery(first.values("published_at")))
        .filter(at__lte=F("until"))
        .order_by("pk")
        .values_list("alert_id", "engaged", "ethnicity", "outcome")
    )
    last = {alert: (engaged, code, outcome) for alert, engaged, code, outcome in reports.iterator()}
    return [
        (demographics.group_of(code), outcome)
        for engaged, code, outcome in last.values()
        if engaged and outcome
    ]
