"""Months, weeks and days of the calendar, and what falls on each.

Rules
1. Days, weeks and months are those of Europe/London; a week begins on Monday and has the number
   that ISO 8601 gives it. A month is shown in whole weeks.
2. A day lasts from its midnight to the next: 23 hours when the clocks go forward, 25 when they go
   back.
3. What crosses midnight falls on each day that it touches. What ends at midnight does not touch
   the day that begins then.
4. On a day whose clocks change, each time is given with its zone (GMT or BST), since an hour may
   come twice.

Pure: no Django.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 2000, 2100
_DAY = timedelta(days=1)


class Timed(Protocol):
    """Anything that begins and ends, at aware times."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


T = TypeVar("T", bound=Timed)


@dataclass(frozen=True)
class Span:
    """Days in a row, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + number * _DAY for number in range((self.last - self.first).days + 1)]

    @property
    def begins(self) -> datetime:
        """Midnight before the first day, in UTC."""
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """Midnight after the last day, in UTC."""
        return midnight(self.last + _DAY)

    @property
    def weeks(self) -> list[list[date]]:
        """The days, seven by seven."""
        days = self.days
        return [days[number : number + 7] for number in range(0, len(days), 7)]


def midnight(day: date) -> datetime:
    """When `day` begins in London, in UTC."""
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def hours_of(day: date) -> int:
    """23, 24 or 25."""
    return round((midnight(day + _DAY) - midnight(day)) / timedelta(hours=1))


def day_of(at: datetime) -> date:
    """The day in London."""
    return at.astimezone(LONDON).date()


def month(year: int, number: int) -> Span:
    """The days of a month."""
    first = date(year, number, 1)
    return Span(first, next_month(first) - _DAY)


def whole_weeks(span: Span) -> Span:
    """From the Monday on or before the first day to the Sunday on or after the last."""
    return Span(
        span.first - span.first.weekday() * _DAY, span.last + (6 - span.last.weekday()) * _DAY
    )


def next_month(day: date) -> date:
    """The first of the month after that of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def previous_month(day: date) -> date:
    """The first of the month before that of `day`."""
    return (day.replace(day=1) - _DAY).replace(day=1)


def week(year: int, number: int) -> Span:
    """ISO week `number` of ISO year `year`. Raises ValueError when the year has no such week."""
    monday = date.fromisocalendar(year, number, 1)
    return Span(monday, monday + 6 * _DAY)


@dataclass(frozen=True)
class Part(Generic[T]):
    """What of `item` falls on `day`."""

    item: T
    day: date

    @property
    def is_from_before(self) -> bool:
        return self.item.starts_at.astimezone(UTC) < midnight(self.day)

    @property
    def goes_on(self) -> bool:
        return self.item.ends_at.astimezone(UTC) > midnight(self.day + _DAY)

    @property
    def times(self) -> str:
        """As "10:00 to 15:00", "from 22:00", "until 02:00" or "all day"."""
        start, end = clock(self.item.starts_at, self.day), clock(self.item.ends_at, self.day)
        if self.is_from_before and self.goes_on:
            return "all day"
        if self.is_from_before:
            return f"until {end}"
        return f"from {start}" if self.goes_on else f"{start} to {end}"


def by_day(items: Iterable[T], days: Iterable[date]) -> Mapping[date, list[Part[T]]]:
    """What falls on each of `days`, in the order in which `items` come; every day is there."""
    found: dict[date, list[Part[T]]] = {day: [] for day in days}
    for item in items:
        first = day_of(item.starts_at)
        last = day_of(item.ends_at.astimezone(UTC) - timedelta(microseconds=1))
        for number in range((last - first).days + 1):
            day = first + number * _DAY
            if day in found:
                found[day].append(Part(item, day))
    return found


def clock(at: datetime, day: date) -> str:
    """ "14:30", or "01:30 BST" where the clocks change on `day`."""
    shown = at.astimezone(LONDON)
    return f"{shown:%H:%M} {shown:%Z}" if hours_of(day) != 24 else f"{shown:%H:%M}"


@dataclass(frozen=True)
class Shown:
    """What the address asks for: `view` is month, week or list; `day` lies in what is shown.

    `one_day` narrows a list to that very day.
    """

    view: str
    day: date
    one_day: bool = False

    @property
    def span(self) -> Span:
        """The days asked for; of a month, without those that fill its weeks."""
        if self.one_day:
            return Span(self.day, self.day)
        if self.view == "week":
            year, number, _ = self.day.isocalendar()
            return week(year, number)
        return month(self.day.year, self.day.month)

    @property
    def previous(self) -> date:
        return self.span.first - _DAY

    @property
    def next(self) -> date:
        return self.span.last + _DAY


VIEWS = ("month", "week", "list")


def shown(given: Mapping[str, str], *, today: date) -> Shown:
    """From the parameters of an address: view, year with month and day, or with week. What makes
    no sense, or lies outside the years of the calendar, is as if it were not given."""
    view = given.get("view", "")
    view = view if view in VIEWS else "month"
    year = _number(given, "year", FIRST_YEAR, LAST_YEAR)
    if year is None:
        return Shown(view, today)
    number = _number(given, "week", 1, 53)
    if view == "week" and number is not None:
        try:
            return Shown(view, week(year, number).first)
        except ValueError:
            return Shown(view, today)
    of_year = _number(given, "month", 1, 12)
    if of_year is None:
        return Shown(view, today)
    day = _number(given, "day", 1, 31)
    try:
        return Shown(view, date(year, of_year, day or 1), view == "list" and day is not None)
    except ValueError:
        return Shown(view, date(year, of_year, 1))


def _number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = given.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    return int(text) if least <= int(text) <= most else None
