"""Days and times as they are typed, in London."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.application.words import LONDON
from overt.deployments.forms import moments
from overt.deployments.forms.moments import MomentRefused

SPRING = date(2027, 3, 28)
AUTUMN = date(2026, 10, 25)


@pytest.mark.parametrize("text", ["9:30", "09:30", "09.30", "0930", " 9:30 "])
def test_a_time_is_read_as_people_type_it(text: str) -> None:
    assert moments.clock_of("Start", text) == time(9, 30)


@pytest.mark.parametrize("text", ["", "930", "24:00", "12:60", "noon", "9:3", "\uff11\uff12:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(MomentRefused) as refused:
        moments.clock_of("Start", text)
    assert refused.value.part == "time"


@pytest.mark.parametrize(
    "given_day",
    [
        ("31", "2", "2026"),
        ("0", "1", "2026"),
        ("x", "1", "2026"),
        ("1", "1", "99999"),
        ("1", "1", "1999"),
    ],
)
def test_what_is_no_day_is_refused(given_day: tuple[str, str, str]) -> None:
    with pytest.raises(MomentRefused):
        moments.day_of("Start", *given_day)


def test_a_part_alone_is_refused_by_what_is_missing() -> None:
    with pytest.raises(MomentRefused, match="Start must include a month"):
        moments.day_of("Start", "5", "", "2026")
    assert moments.day_of("Start", "", " ", "") is None


def test_a_time_that_the_clocks_skip_in_march_is_refused() -> None:
    for clock in (time(1, 0), time(1, 30), time(1, 59)):
        with pytest.raises(MomentRefused, match="does not exist"):
            moments.moment_of("Start", SPRING, clock, "")
    before = moments.moment_of("Start", SPRING, time(0, 59), "")
    after = moments.moment_of("Start", SPRING, time(2, 0), "")
    assert (after - before).total_seconds() == 60


def test_a_time_that_comes_twice_in_october_asks_which() -> None:
    with pytest.raises(MomentRefused, match="comes twice") as refused:
        moments.moment_of("Start", AUTUMN, time(1, 30), "")
    assert refused.value.part == "which"
    first = moments.moment_of("Start", AUTUMN, time(1, 30), "first")
    second = moments.moment_of("Start", AUTUMN, time(1, 30), "second")
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_once_is_not_asked_about() -> None:
    for clock in (time(0, 59), time(2, 0)):
        assert not moments.comes_twice(AUTUMN, clock)
    assert not moments.comes_twice(SPRING, time(1, 30))


@given(
    st.datetimes(
        min_value=datetime(2001, 1, 1), max_value=datetime(2099, 12, 31), timezones=st.just(UTC)
    )
)
def test_what_is_shown_is_read_back_as_the_same_moment(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    shown = moments.typed("at", at)
    day = moments.day_of("At", shown["at_day"], shown["at_month"], shown["at_year"])
    assert day is not None
    clock = moments.clock_of("At", shown["at_time"])
    assert moments.moment_of("At", day, clock, shown.get("at_which", "")) == at
    assert at.astimezone(LONDON).date() == day
