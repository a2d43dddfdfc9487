"""The calendar: month, week, list; its feeds; systems and teams."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts.models import User
from overt.accounts.permissions import actor_of
from overt.deployments.calendar import dates, ics, spans
from overt.deployments.calendar.spans import Part, Shown
from overt.deployments.forms.calendar import CalendarForm
from overt.deployments.selectors import calendar as selectors
from overt.deployments.selectors import lists
from overt.deployments.selectors.calendar import Filters, Item
from overt.deployments.selectors.warnings import Warning, known_dates, warnings_for
from overt.deployments.services import feeds
from overt.deployments.views.application_found import found

PER_DAY = {"month": 5, "week": 40}
PER_PAGE = 50
TITLES = {"month": "Month", "week": "Week", "list": "List"}


@dataclass(frozen=True)
class Day:
    """One day as a page shows it: the first of what falls on it, and how many more there are."""

    day: date
    parts: Sequence[Part[Item]]
    more: int
    dates: Sequence[dates.KnownDate]
    is_today: bool
    is_outside: bool
    all_of_it: str

    @property
    def clocks(self) -> str:
        """What the clocks do on that day, where they do anything."""
        return {23: "The clocks go forward: 23 hours", 25: "The clocks go back: 25 hours"}.get(
            spans.hours_of(self.day), ""
        )


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    given, now = request.GET.dict(), timezone.now()
    today = spans.day_of(now)
    filters, shown = Filters.of(given), spans.shown(given, today=today)
    context: dict[str, Any] = {
        "shown": shown,
        "today": today,
        "heading": _heading(shown),
        "form": CalendarForm(
            filters,
            boroughs=lists.boroughs_used(),
            systems=selectors.named_systems(),
            teams=selectors.named_teams(),
        ),
        "filters": filters,
        "kept": _parameters(shown.view, shown.day, shown.one_day),
        "feed_query": urlencode(filters.given),
        "unfiltered": _address(shown.view, shown.day, Filters(), shown.one_day),
        "views": [
            {
                "label": label,
                "href": _address(view, shown.day, filters),
                "is_shown": view == shown.view,
            }
            for view, label in TITLES.items()
        ],
        "before": _address(shown.view, shown.previous, filters, shown.one_day),
        "after": _address(shown.view, shown.next, filters, shown.one_day),
        "now": _address(shown.view, today, filters, shown.one_day),
    }
    if shown.view == "list":
        context |= _list(shown, filters, today, request.GET.get("page"))
    else:
        context |= _days(shown, filters, today)
    if shown.view != "month":
        seen = {part.item.pk for day in context["days"] for part in day.parts}
        context["warnings"] = _warnings(seen, now)
    return render(request, f"deployments/calendar/{shown.view}.html", context)


@require_safe
def entry(request: HttpRequest, reference: str) -> HttpResponse:
    """One deployment for a calendar program."""
    told = selectors.entry_of(found(reference), url=_page_of(request))
    if told is None:
        raise Http404(f"{reference} has no start and end yet.")
    return _file(ics.calendar([told], name=reference), f"{reference}.ics")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """One's own feed: make it, take it back. The address is shown in the answer and kept nowhere,
    so that this page alone answers a POST by itself."""
    actor, now = actor_of(request), timezone.now()
    context: dict[str, Any] = {}
    if request.method == "POST":
        if request.POST.get("act") == "revoke":
            if feeds.revoke(actor=actor, now=now):
                messages.success(request, "The address of your feed works no more.")
            return redirect("deployments:calendar_feed")
        token = feeds.make(actor=actor, now=now)
        path = reverse("deployments:calendar_feed_file", kwargs={"token": token})
        query = urlencode(Filters.of(request.GET.dict()).given)
        context["address"] = request.build_absolute_uri(f"{path}?{query}" if query else path)
    if isinstance(request.user, User):
        context["feed"] = selectors.feed_in_force(request.user)
    return render(request, "deployments/calendar/feed.html", context)


@never_cache
@login_not_required
@require_safe
def feed_file(request: HttpRequest, token: str) -> HttpResponse:
    """The feed itself. Calendar programs have no session: the secret in the address is what they
    have, and without it nobody learns that there is a feed."""
    if selectors.feed_of(feeds.sha256_of(token)) is None:
        raise Http404("There is no such feed.")
    told = selectors.feed_entries(
        Filters.of(request.GET.dict()), now=timezone.now(), url=_page_of(request)
    )
    return _file(ics.calendar(told, name="Deployments"), "deployments.ics")


@require_safe
def equipment(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {"systems": selectors.systems(now=now), "teams": selectors.teams(now=now)}
    return render(request, "deployments/calendar/equipment.html", context)


def _days(shown: Shown, filters: Filters, today: date) -> dict[str, Any]:
    """The days of whole weeks, each with the first of what falls on it."""
    span = spans.whole_weeks(shown.span)
    parts = spans.by_day(selectors.items(span, filters), span.days)
    known = known_dates()
    made = {
        day: Day(
            day=day,
            parts=parts[day][: PER_DAY[shown.view]],
            more=max(0, len(parts[day]) - PER_DAY[shown.view]),
            dates=dates.on(known, day),
            is_today=day == today,
            is_outside=day not in shown.span.days,
            all_of_it=_address("list", day, filters, one_day=True),
        )
        for day in span.days
    }
    return {
        "days": list(made.values()),
        "any_inside": any(parts[day] for day in shown.span.days),
        "inside": [day for day in made.values() if not day.is_outside],
        "weeks": [
            {
                "number": week[0].isocalendar().week,
                "href": _address("week", week[0], filters),
                "days": [made[day] for day in week],
            }
            for week in span.weeks
        ],
    }


def _list(shown: Shown, filters: Filters, today: date, page: str | None) -> dict[str, Any]:
    """The days of a month that have anything, in pages."""
    span = shown.span
    parts = spans.by_day(selectors.items(span, filters), span.days)
    paged = Paginator([part for day in span.days for part in parts[day]], PER_PAGE).get_page(page)
    known = known_dates()
    days = [
        Day(
            day=day,
            parts=list(of_day),
            more=0,
            dates=dates.on(known, day),
            is_today=day == today,
            is_outside=False,
            all_of_it="",
        )
        for day, of_day in groupby(paged.object_list, key=lambda part: part.day)
    ]
    kept = _parameters("list", shown.day, shown.one_day) | filters.given
    return {"days": days, "page": paged, "query": f"{urlencode(kept)}&"}


def _warnings(numbers: Iterable[int], now: datetime) -> Mapping[int, list[Warning]]:
    return warnings_for(selectors.by_number(sorted(numbers)), now=now)


def _heading(shown: Shown) -> str:
    if shown.one_day:
        return f"{shown.day:%A} {shown.day.day} {shown.day:%B %Y}"
    if shown.view != "week":
        return f"{shown.day:%B %Y}"
    span = shown.span
    year, number, _ = shown.day.isocalendar()
    first = f"{span.first.day} {span.first:%B}"
    if span.first.year != span.last.year:
        first += f" {span.first.year}"
    return f"Week {number} of {year}: {first} to {span.last.day} {span.last:%B %Y}"


def _parameters(view: str, day: date, one_day: bool = False) -> dict[str, int | str]:
    if view == "week":
        year, number, _ = day.isocalendar()
        return {"view": view, "year": year, "week": number}
    asked: dict[str, int | str] = {"view": view, "year": day.year, "month": day.month}
    return asked | {"day": day.day} if one_day else asked


def _address(view: str, day: date, filters: Filters, one_day: bool = False) -> str:
    return f"?{urlencode(_parameters(view, day, one_day) | filters.given)}"


def _page_of(request: HttpRequest) -> Callable[[str], str]:
    def url(reference: str) -> str:
        return request.build_absolute_uri(reverse("deployments:deployment", args=[reference]))

    return url


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=ics.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
