"""Days, weeks and months: midnights, changes of the clocks, ends of years."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.calendar import spans

LONDON = ZoneInfo("Europe/London")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@dataclass(frozen=True)
class Event:
    starts_at: datetime
    ends_at: datetime


def london(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


def shown_on(event: Event, first: date, last: date) -> dict[date, list[str]]:
    days = spans.Span(first, last).days
    parts = spans.by_day([event], days)
    return {day: [part.times for part in parts[day]] for day in days}


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),
        (date(2027, 3, 28), 23),
        (date(2026, 10, 25), 25),
        (date(2027, 10, 31), 25),
        (date(2028, 2, 29), 24),
    ],
)
def test_a_day_has_as_many_hours_as_pass(day: date, hours: int) -> None:
    assert spans.hours_of(day) == hours


def test_midnight_is_that_of_london() -> None:
    assert spans.midnight(date(2026, 7, 1)) == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert spans.midnight(date(2026, 12, 1)) == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert spans.day_of(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == date(2026, 7, 1)


def test_what_crosses_midnight_is_on_both_days() -> None:
    event = Event(london("2026-12-31T20:00"), london("2027-01-01T01:30"))
    assert shown_on(event, date(2026, 12, 30), date(2027, 1, 2)) == {
        date(2026, 12, 30): [],
        date(2026, 12, 31): ["from 20:00"],
        date(2027, 1, 1): ["until 01:30"],
        date(2027, 1, 2): [],
    }


def test_what_ends_at_midnight_is_on_one_day() -> None:
    event = Event(london("2026-06-10T20:00"), london("2026-06-11T00:00"))
    assert shown_on(event, date(2026, 6, 10), date(2026, 6, 11)) == {
        date(2026, 6, 10): ["20:00 to 00:00"],
        date(2026, 6, 11): [],
    }


def test_what_lasts_for_days_is_on_each() -> None:
    event = Event(london("2028-02-28T20:00"), london("2028-03-01T06:00"))
    assert shown_on(event, date(2028, 2, 28), date(2028, 3, 1)) == {
        date(2028, 2, 28): ["from 20:00"],
        date(2028, 2, 29): ["all day"],
        date(2028, 3, 1): ["until 06:00"],
    }


def test_what_began_before_the_days_shown_is_on_those_that_it_touches() -> None:
    event = Event(london("2026-06-01T20:00"), london("2026-06-03T06:00"))
    assert shown_on(event, date(2026, 6, 3), date(2026, 6, 4))[date(2026, 6, 3)] == ["until 06:00"]


def test_on_the_night_in_october_the_hour_that_comes_twice_is_told_apart() -> None:
    day = date(2026, 10, 25)
    first, second = london("2026-10-25T01:30"), london("2026-10-25T01:30", fold=1)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert shown_on(Event(first, second), day, day) == {day: ["01:30 BST to 01:30 GMT"]}


def test_on_the_night_in_march_zones_are_shown_on_that_day_alone() -> None:
    event = Event(london("2027-03-27T22:00"), london("2027-03-28T04:00"))
    assert shown_on(event, date(2027, 3, 27), date(2027, 3, 28)) == {
        date(2027, 3, 27): ["from 22:00"],
        date(2027, 3, 28): ["until 04:00 BST"],
    }


@pytest.mark.parametrize(
    ("year", "number", "first", "last"),
    [
        (2026, 53, date(2026, 12, 28), date(2027, 1, 3)),
        (2027, 1, date(2027, 1, 4), date(2027, 1, 10)),
        (2026, 1, date(2025, 12, 29), date(2026, 1, 4)),
        (2028, 9, date(2028, 2, 28), date(2028, 3, 5)),
    ],
)
def test_weeks_are_those_of_iso_8601(year: int, number: int, first: date, last: date) -> None:
    assert spans.week(year, number) == spans.Span(first, last)


def test_a_month_is_shown_in_whole_weeks() -> None:
    span = spans.whole_weeks(spans.month(2026, 12))
    assert (span.first, span.last) == (date(2026, 11, 30), date(2027, 1, 3))
    assert [week[0].weekday() for week in span.weeks] == [0] * 5
    # February 2027 begins on a Monday and has four weeks.
    assert len(spans.whole_weeks(spans.month(2027, 2)).weeks) == 4
    assert spans.month(2028, 2).last == date(2028, 2, 29)


@given(DAYS)
def test_months_follow_each_other(day: date) -> None:
    span = spans.month(day.year, day.month)
    assert span.first <= day <= span.last
    after = spans.Shown("month", day).next
    before = spans.Shown("month", day).previous
    assert spans.month(after.year, after.month).first == span.last + timedelta(days=1)
    assert spans.month(before.year, before.month).last == span.first - timedelta(days=1)


@given(DAYS)
def test_every_day_has_23_24_or_25_hours_and_they_join(day: date) -> None:
    assert spans.hours_of(day) in (23, 24, 25)
    assert spans.day_of(spans.midnight(day)) == day
    assert spans.day_of(spans.midnight(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),
    st.integers(1, 4_000),
)
def test_an_event_is_on_the_days_that_it_touches_and_no_others(
    start: datetime, minutes: int
) -> None:
    begins = start.replace(tzinfo=UTC)
    event = Event(begins, begins + timedelta(minutes=minutes))
    around = spans.Span(
        spans.day_of(begins) - timedelta(days=3), spans.day_of(begins) + timedelta(days=6)
    )
    for day, parts in spans.by_day([event], around.days).items():
        touches = event.starts_at < spans.midnight(day + timedelta(days=1)) and (
            event.ends_at > spans.midnight(day)
        )
        assert bool(parts) == touches


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("given", "view", "first", "last"),
    [
        ({}, "month", date(2026, 11, 1), date(2026, 11, 30)),
        ({"view": "week"}, "week", date(2026, 11, 23), date(2026, 11, 29)),
        ({"view": "week", "year": "2026", "week": "53"}, "week", date(2026, 12, 28), None),
        ({"view": "week", "year": "2027", "week": "53"}, "week", date(2026, 11, 23), None),
        ({"year": "2028", "month": "2"}, "month", date(2028, 2, 1), date(2028, 2, 29)),
        ({"year": "2028", "month": "13"}, "month", date(2026, 11, 1), None),
        ({"year": "0", "month": "1"}, "month", date(2026, 11, 1), None),
        ({"year": "-2026", "month": "1"}, "month", date(2026, 11, 1), None),
        ({"year": "²⁰²⁶", "month": "1"}, "month", date(2026, 11, 1), None),
        ({"year": "99999999999999999999", "month": "1"}, "month", date(2026, 11, 1), None),
        ({"view": "year", "year": "2028", "month": "2"}, "month", date(2028, 2, 1), None),
        (
            {"view": "list", "year": "2028", "month": "2", "day": "29"},
            "list",
            date(2028, 2, 29),
            date(2028, 2, 29),
        ),
        (
            {"view": "list", "year": "2027", "month": "2", "day": "29"},
            "list",
            date(2027, 2, 1),
            None,
        ),
    ],
)
def test_what_an_address_asks_for(
    given: dict[str, str], view: str, first: date, last: date | None
) -> None:
    shown = spans.shown(given, today=TODAY)
    assert shown.view == view
    assert shown.span.first == first
    assert last is None or shown.span.last == last
