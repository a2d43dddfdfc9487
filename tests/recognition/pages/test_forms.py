"""The time of the day that a person types, as a moment of the session."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.forms import LONDON, ClockField, at_or_after

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("16:05", time(16, 5)),
        ("16:05:30", time(16, 5, 30)),
        ("16.05", time(16, 5)),
        ("1605", time(16, 5)),
        ("9:30", time(9, 30)),
        ("160530", time(16, 5, 30)),
    ],
)
def test_a_time_is_read_as_telephones_let_it_be_typed(typed: str, meant: time) -> None:
    assert ClockField(label="When", hint="").clean(typed) == meant


def test_past_midnight_it_is_of_the_next_day() -> None:
    began = datetime(2026, 12, 5, 22, 30, tzinfo=UTC)
    assert at_or_after(time(0, 15), began) == datetime(2026, 12, 6, 0, 15, tzinfo=UTC)


def test_within_the_minute_of_the_beginning_it_is_the_beginning() -> None:
    began = datetime(2026, 12, 5, 11, 0, 30, tzinfo=UTC)
    assert at_or_after(time(11, 0), began) == began


def test_in_the_hour_that_comes_twice_it_is_the_one_after_the_beginning() -> None:
    # 1:50 in summer time; at 2:00 the clocks went back to 1:00.
    began = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert at_or_after(time(1, 55), began) == datetime(2026, 10, 25, 0, 55, tzinfo=UTC)
    assert at_or_after(time(1, 10), began) == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)


@given(since=moments, clock=st.times())
def test_it_lies_in_the_day_that_follows(since: datetime, clock: time) -> None:
    found = at_or_after(clock, since)
    assert since <= found <= since + timedelta(hours=26)


@given(since=moments, later=st.timedeltas(timedelta(0), timedelta(hours=12)))
def test_a_clock_that_is_read_in_the_session_says_when_that_was(
    since: datetime, later: timedelta
) -> None:
    at = (since + later).replace(microsecond=0)
    shown = at.astimezone(LONDON)
    found = at_or_after(shown.time(), since)
    # But in the hour that comes twice: of two, the first that fits.
    if shown.utcoffset() == shown.replace(fold=1 - shown.fold).utcoffset():
        assert found == max(at, since)
    assert found <= max(at, since)
