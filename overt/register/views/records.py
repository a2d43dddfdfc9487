"""Public pages and files of what took place: records, the table of a year, and its totals."""

import json
from collections.abc import Callable
from datetime import MAXYEAR, datetime
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from overt.recognition.account import record
from overt.recognition.selectors import demographics, rates
from overt.register import tables
from overt.register.responses import kept, page
from overt.register.selectors import records as selectors
from overt.register.selectors.records import Tally, Year

from .addresses import address, nothing_here

ON_A_PAGE = 50
IN_A_FILE = 200
OVERDUE_SHOWN = 50
JSON, CSV = "application/json", "text/csv; charset=utf-8"


def of_a_year(
    view: Callable[[HttpRequest, Year, datetime], HttpResponseBase],
) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """A public view of a year in which there is something; any other year is answered with not
    found."""

    @wraps(view)
    def answered(request: HttpRequest, year: int) -> HttpResponseBase:
        found = selectors.year(year) if 1 <= year < MAXYEAR else None
        if found is None:
            return nothing_here(request)
        return view(request, found, timezone.now())

    return require_safe(login_not_required(answered))


@require_safe
@login_not_required
def years(request: HttpRequest) -> HttpResponseBase:
    """Every year, and what should have been deleted and was not."""
    late = selectors.overdue(now=timezone.now())
    named = [one for one in late if one.reference][:OVERDUE_SHOWN]
    return page(
        request,
        "register/years.html",
        {
            "years": selectors.years(),
            "overdue": named,
            "overdue_count": len(late),
            "more": len(late) - len(named),
        },
    )


@of_a_year
def year(request: HttpRequest, found: Year, now: datetime) -> HttpResponseBase:
    """The table of a year: every deployment, whether or not it took place."""
    sheet = Paginator(selectors.of_year(found.number), ON_A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "register/year.html",
        {
            "year": found,
            "page": sheet,
            "sheet": tables.sheet(selectors.rows(sheet.object_list, now=now)),
        },
    )


@of_a_year
def year_csv(request: HttpRequest, found: Year, now: datetime) -> HttpResponseBase:
    """The table of a year, whole."""
    rows = selectors.rows(selectors.of_year(found.number), now=now)
    return _csv(request, tables.csv_of_year(rows), f"records-{found.number}.csv")


@of_a_year
def year_json(request: HttpRequest, found: Year, now: datetime) -> HttpResponseBase:
    """The table of a year with every record whole, page by page."""
    sheet = Paginator(selectors.of_year(found.number), IN_A_FILE).get_page(request.GET.get("page"))
    here = address(request, "year_json", found.number)
    content = tables.page_of_records(
        selectors.rows(sheet.object_list, now=now),
        force=settings.FORCE_NAME,
        year=found,
        count=sheet.paginator.count,
        page=sheet.number,
        pages=sheet.paginator.num_pages,
        following=f"{here}?page={sheet.next_page_number()}" if sheet.has_next() else None,
        page_of=lambda reference: address(request, "deployment", reference),
        document_of=lambda one: address(request, "earlier_record", one.reference, one.number),
    )
    return _json(request, content)


@of_a_year
def totals(request: HttpRequest, found: Year, now: datetime) -> HttpResponseBase:
    """What the deployments of a year came to together."""
    tally = selectors.tally(found.number, now=now)
    sums = _sums(found, tally, now)
    return page(
        request,
        "register/totals.html",
        {
            "year": found,
            "sums": sums,
            "hours": record.duration(sums.totals.minutes),
            "rates": rates.shown(sums.totals.figures, one_in=tally.ceiling),
        },
    )


@of_a_year
def totals_csv(request: HttpRequest, found: Year, now: datetime) -> HttpResponseBase:
    """The totals of a year, for a spreadsheet."""
    text = tables.csv_of_totals(_sums(found, selectors.tally(found.number, now=now), now))
    return _csv(request, text, f"totals-{found.number}.csv")


@of_a_year
def totals_json(request: HttpRequest, found: Year, now: datetime) -> HttpResponseBase:
    """The totals of a year."""
    sums = _sums(found, selectors.tally(found.number, now=now), now)
    return _json(request, tables.json_of_totals(sums, force=settings.FORCE_NAME))


@require_safe
@login_not_required
def record_json(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The bytes of the record that holds, whose sha256 is its digest."""
    return _document(request, reference, None)


@require_safe
@login_not_required
def earlier_record(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """The bytes of one version of a record."""
    return _document(request, reference, number)


@require_safe
@login_not_required
def record_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The record that holds, as one row."""
    found = selectors.versions(reference)
    if not found:
        return nothing_here(request)
    return _csv(request, tables.csv_of_record(found[0]), f"{reference}.csv")


def _document(request: HttpRequest, reference: str, number: int | None) -> HttpResponseBase:
    found = selectors.document_of(reference, number)
    if found is None:
        return nothing_here(request)
    return kept(request, found.document.encode(), JSON, changed=found.published_at)


def _sums(found: Year, tally: Tally, now: datetime) -> tables.Sums:
    return tables.Sums(
        year=found,
        by_status=dict(tally.by_status),
        totals=record.totals(tally.documents),
        demographics=demographics.of_year(found.number, now=now),
    )


def _json(request: HttpRequest, content: object) -> HttpResponseBase:
    return kept(request, json.dumps(content, ensure_ascii=False, indent=1).encode(), JSON)


def _csv(request: HttpRequest, text: str, name: str) -> HttpResponseBase:
    response = kept(request, text.encode(), CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
