"""How long a system could go on: the figure by examples, and what holds of it at any time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.exposure import Exposure, exposure

NOW = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)
TERMS = {
    "life": timedelta(seconds=60),
    "skew": timedelta(seconds=5),
    "polling": timedelta(seconds=10),
}

seconds = st.integers(min_value=0, max_value=600).map(lambda number: timedelta(seconds=number))


def at(second: float, expires: float | None = 60) -> Exposure:
    """`second` and `expires` after NOW."""
    ends = None if expires is None else NOW + timedelta(seconds=expires)
    return exposure(ends, now=NOW + timedelta(seconds=second), **TERMS)


def test_right_after_a_permit_it_is_the_largest_it_can_be() -> None:
    assert at(0) == Exposure(
        NOW + timedelta(seconds=75), timedelta(seconds=75), timedelta(seconds=75)
    )


def test_it_is_what_is_left_of_the_permit_and_the_skew_and_one_interval() -> None:
    assert at(20).lasts == timedelta(seconds=40 + 5 + 10)
    assert at(20).until == NOW + timedelta(seconds=75)


def test_a_permit_that_ran_out_by_our_clock_may_still_be_used_by_one_that_is_behind() -> None:
    assert at(60).lasts == timedelta(seconds=15)
    assert at(74.5).lasts == timedelta(seconds=0.5)
    assert at(74.5).until == NOW + timedelta(seconds=75)


def test_after_that_moment_and_without_a_permit_nothing_can_go_on() -> None:
    assert at(75) == Exposure(None, timedelta(0), timedelta(seconds=75))
    assert at(0, expires=None) == Exposure(None, timedelta(0), timedelta(seconds=75))


@given(left=st.floats(min_value=0, max_value=60), life=seconds, skew=seconds, polling=seconds)
def test_it_is_never_more_than_the_policy_says_that_it_can_be(
    left: float, life: timedelta, skew: timedelta, polling: timedelta
) -> None:
    found = exposure(NOW + life * (left / 60), now=NOW, life=life, skew=skew, polling=polling)
    assert timedelta(0) <= found.lasts <= found.at_most


@given(first=seconds, later=seconds)
def test_without_another_permit_it_only_gets_shorter_to_one_moment(
    first: timedelta, later: timedelta
) -> None:
    ends = NOW + timedelta(seconds=60)
    before = exposure(ends, now=NOW + first, **TERMS)
    after = exposure(ends, now=NOW + first + later, **TERMS)
    assert after.lasts == max(before.lasts - later, timedelta(0))
    assert after.until in (before.until, None)
    assert (after.until is None) == (after.lasts == timedelta(0))
