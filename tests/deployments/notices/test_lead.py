"""Lead time: real hours, rounded down, over changes of the clocks; and what the policy allows."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.notices.lead import lead, whole_hours
from overt.policy import profiles

LONDON = ZoneInfo("Europe/London")
MET = profiles.load("met-2024-09")
EXAMPLE = profiles.load("example-force")


def in_london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)


def judged(starts_at, published_at, *, reason="", profile=MET):
    return lead(starts_at=starts_at, published_at=published_at, reason=reason, profile=profile)


@pytest.mark.parametrize(
    ("published", "starts", "hours"),
    [
        # The same time of day on the wall, with an hour less or more between.
        (in_london(2026, 3, 28, 12), in_london(2026, 3, 29, 12), 23),
        (in_london(2026, 10, 24, 12), in_london(2026, 10, 25, 12), 25),
        # 01:30 comes twice; the second one is an hour later.
        (in_london(2026, 10, 25, 0, 30), in_london(2026, 10, 25, 1, 30).replace(fold=1), 2),
        # Over a leap day, and in a year without one.
        (in_london(2028, 2, 28, 9), in_london(2028, 3, 1, 9), 48),
        (in_london(2027, 2, 28, 9), in_london(2027, 3, 1, 9), 24),
        # Rounded down, before the start and after it.
        (in_london(2026, 12, 1, 9, 0, 1), in_london(2026, 12, 1, 11), 1),
        (in_london(2026, 12, 1, 11, 0, 1), in_london(2026, 12, 1, 11), -1),
        (in_london(2026, 12, 1, 11), in_london(2026, 12, 1, 11), 0),
    ],
)
def test_lead_time_is_real_time_in_whole_hours(published, starts, hours):
    assert whole_hours(starts_at=starts, published_at=published) == hours


def test_a_day_by_the_clock_is_too_short_when_the_clocks_go_forward():
    assert not judged(in_london(2026, 3, 29, 12), in_london(2026, 3, 28, 12)).kept
    assert judged(in_london(2026, 10, 25, 12), in_london(2026, 10, 24, 13)).kept


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(-10_000_000, 10_000_000),
    st.integers(-14, 14),
)
def test_the_zone_a_time_is_written_in_changes_nothing(starts, seconds, offset):
    published = starts - timedelta(seconds=seconds)
    elsewhere = timezone(timedelta(hours=offset))
    hours = whole_hours(starts_at=starts, published_at=published)
    assert hours * 3600 <= seconds < (hours + 1) * 3600
    assert hours == whole_hours(
        starts_at=starts.astimezone(LONDON), published_at=published.astimezone(elsewhere)
    )


@pytest.mark.parametrize("profile", [MET, EXAMPLE])
def test_the_profile_says_how_long(profile):
    starts = in_london(2026, 12, 5, 11)
    asked = timedelta(hours=profile.notice.lead_hours.value)
    assert judged(starts, starts - asked, profile=profile).kept
    short = judged(starts, starts - asked + timedelta(microseconds=1), profile=profile)
    assert not short.kept
    assert not short.may_publish
    assert str(profile.notice.lead_hours.value) in short.refusal


def test_the_profiles_differ_in_the_exception():
    assert MET.notice.lead_hours.value != EXAMPLE.notice.lead_hours.value
    starts = in_london(2026, 12, 5, 11)
    late = starts - timedelta(hours=1)
    met = judged(starts, late, reason=" An attack. ")
    assert (met.may_publish, met.exception, met.kept) == (True, "An attack.", False)
    example = judged(starts, late, reason="An attack.", profile=EXAMPLE)
    assert (example.may_publish, example.exception) == (False, "")
    assert "no exception" in example.refusal


def test_a_blank_reason_is_none_and_a_reason_that_is_not_needed_is_left_out():
    starts = in_london(2026, 12, 5, 11)
    assert not judged(starts, starts - timedelta(hours=1), reason=" \n ").may_publish
    assert judged(starts, starts - timedelta(days=9), reason="An attack.").exception == ""


def test_after_the_start_only_the_exception_publishes():
    starts = in_london(2026, 12, 5, 11)
    after = starts + timedelta(minutes=1)
    assert not judged(starts, after).may_publish
    late = judged(starts, after, reason="An attack.")
    assert late.may_publish
    assert late.after_start
    assert not judged(starts, starts, reason="An attack.").after_start


def test_a_policy_that_asks_for_no_notice_asks_for_no_lead_time():
    asked = MET.notice.on_website.model_copy(update={"value": False})
    without = MET.model_copy(update={"notice": MET.notice.model_copy(update={"on_website": asked})})
    starts = in_london(2026, 12, 5, 11)
    kept = judged(starts, starts + timedelta(hours=2), profile=without)
    assert (kept.kept, kept.required, kept.may_publish, kept.exception) == (True, 0, True, "")
