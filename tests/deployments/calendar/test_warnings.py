"""Each rule of the warnings, under both policy profiles: what is warned of, and from where on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.calendar.dates import KnownDate
from overt.deployments.calendar.warnings import Facts, Nearby, Warning, fullest_span, warnings
from overt.policy import profiles
from overt.policy.document import Profile

MET, EXAMPLE = profiles.load("met-2024-09"), profiles.load("example-force")
BOTH = pytest.mark.parametrize("profile", [MET, EXAMPLE], ids=lambda profile: profile.name)
LONDON = ZoneInfo("Europe/London")
START = datetime(2027, 6, 10, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = Facts(
    setup_at=START - HOUR,
    starts_at=START,
    ends_at=START + 3 * HOUR,
    takedown_at=START + 4 * HOUR,
    borough="Croydon",
    team="Blue team",
    published_at=START - timedelta(days=30),
)
NOW = START - timedelta(days=40)


def nearby(start: datetime, number: int = 9, **changes: Any) -> Nearby:
    plain = Nearby(f"LFR-2027-{number:04d}", start - HOUR, start, start + 4 * HOUR, False)
    return replace(plain, **changes)


def found(facts: Facts, profile: Profile, now: datetime = NOW, **kwargs: Any) -> list[Warning]:
    return warnings(facts, profile=profile, dates=kwargs.get("dates", ()), now=now)


def rules(facts: Facts, profile: Profile, now: datetime = NOW, **kwargs: Any) -> list[str]:
    return [warning.rule for warning in found(facts, profile, now, **kwargs)]


@BOTH
def test_a_plain_deployment_warns_of_nothing(profile: Profile) -> None:
    assert found(PLAIN, profile) == []


def test_a_draft_without_anything_warns_of_nothing() -> None:
    assert found(Facts(), MET) == []


@BOTH
def test_the_lead_time_counts_to_the_second_while_no_notice_is_published(profile: Profile) -> None:
    facts = replace(PLAIN, published_at=None)
    latest = START - profile.notice.lead_hours.value * HOUR
    assert rules(facts, profile, latest) == []
    assert rules(facts, profile, latest + timedelta(seconds=1)) == ["notice-lead"]


@BOTH
def test_the_lead_time_of_a_published_notice_counts_from_its_publication(profile: Profile) -> None:
    latest = START - profile.notice.lead_hours.value * HOUR
    now = START - HOUR
    assert rules(replace(PLAIN, published_at=latest), profile, now) == []
    late = replace(PLAIN, published_at=latest + timedelta(minutes=1))
    assert rules(late, profile, now) == ["notice-lead"]


def test_two_profiles_differ_in_the_lead_time() -> None:
    facts = replace(PLAIN, published_at=START - 100 * HOUR)
    assert rules(facts, MET) == []
    (warning,) = found(facts, EXAMPLE)
    assert warning.sentence == (
        "The notice was published 100 h before the start: the policy asks for 168 hours."
    )
    assert (warning.field, warning.status, warning.task) == (
        "notice.lead_hours",
        "confirmed",
        "time",
    )


def test_once_live_no_notice_is_asked_for() -> None:
    facts = replace(PLAIN, published_at=None, needs_notice=False)
    assert rules(facts, MET, START) == []


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25)], ids=["spring", "autumn"]
)
def test_hours_of_the_lead_time_are_those_that_pass(day: str, hours: int) -> None:
    start = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=LONDON)
    day_before = (start - timedelta(days=1)).replace(tzinfo=LONDON)
    facts = Facts(starts_at=start, published_at=day_before)
    # Noon to noon: 23 hours over the night in March, 25 over the one in October.
    assert rules(facts, MET) == (["notice-lead"] if hours < 24 else [])
    if hours < 24:
        assert f"{hours} h before" in found(facts, MET)[0].sentence


@BOTH
def test_one_more_than_the_cap_of_a_borough_is_warned_of(profile: Profile) -> None:
    cap = profile.calendar.area_cap.value
    others = [nearby(START - timedelta(days=number)) for number in range(1, cap + 1)]
    assert rules(replace(PLAIN, in_borough=others[:-1]), profile) == []
    (warning,) = found(replace(PLAIN, in_borough=others), profile)
    assert warning.rule == "area-cap"
    assert f"Croydon has {cap + 1} deployments" in warning.sentence


@BOTH
def test_the_window_of_the_cap_is_as_long_as_the_profile_says(profile: Profile) -> None:
    cap, days = profile.calendar.area_cap.value, profile.calendar.area_cap_days.value
    inside = [nearby(START - timedelta(days=days - 1)) for _ in range(cap)]
    outside = [nearby(START - timedelta(days=days)) for _ in range(cap)]
    assert rules(replace(PLAIN, in_borough=inside), profile) == ["area-cap"]
    assert rules(replace(PLAIN, in_borough=outside), profile) == []


def test_two_profiles_differ_in_cap_and_window() -> None:
    three = [nearby(START + timedelta(days=number)) for number in (1, 2)]
    assert rules(replace(PLAIN, in_borough=three), MET) == []
    assert rules(replace(PLAIN, in_borough=three), EXAMPLE) == ["area-cap"]
    far = [nearby(START + timedelta(days=28)) for _ in range(4)]
    assert rules(replace(PLAIN, in_borough=far), MET) == []
    assert rules(replace(PLAIN, in_borough=far), EXAMPLE) == ["area-cap"]


def test_the_window_rolls_it_is_no_calendar_month() -> None:
    around = [nearby(START + timedelta(days=days)) for days in (-13, -12, 13, 14)]
    assert rules(replace(PLAIN, in_borough=around), MET) == ["area-cap"]
    apart = [nearby(START + timedelta(days=days)) for days in (-14, -13, 14, 15)]
    assert rules(replace(PLAIN, in_borough=apart), MET) == []


def test_drafts_among_the_others_are_counted_and_named() -> None:
    others = [nearby(START, is_draft=number < 2) for number in range(4)]
    (warning,) = found(replace(PLAIN, in_borough=others), MET)
    assert "2 drafts among the others" in warning.sentence


@given(
    st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    st.lists(st.integers(-40, 40), max_size=12),
    st.integers(1, 40),
)
def test_the_fullest_span_is_the_fullest_of_all(day: date, offsets: list[int], days: int) -> None:
    others = [day + timedelta(days=offset) for offset in offsets]
    count, first, last = fullest_span(day, others, days=days)
    assert first <= day <= last
    assert (last - first).days == days - 1
    assert count == 1 + sum(first <= other <= last for other in others)
    for start in range(-days + 1, 1):
        assert count > sum(start <= offset <= start + days - 1 for offset in offsets)


@BOTH
@pytest.mark.parametrize("after", [True, False])
def test_rest_counts_from_take_down_to_set_up(profile: Profile, after: bool) -> None:
    rest = profile.calendar.rest_hours.value

    def other(gap: timedelta) -> Nearby:
        if after:
            setup = PLAIN.takedown_at + gap  # type: ignore[operator]
            return nearby(setup + HOUR)
        return nearby(PLAIN.setup_at - gap - 4 * HOUR)  # type: ignore[operator]

    enough = replace(PLAIN, of_team=[other(rest * HOUR)])
    assert rules(enough, profile) == []
    short = replace(PLAIN, of_team=[other(rest * HOUR - timedelta(minutes=1))])
    (warning,) = found(short, profile)
    assert warning.rule == "team-rest"
    assert warning.task == "resources"
    assert f"{rest - 1} h 59 min of rest {'before' if after else 'after'}" in warning.sentence


def test_two_profiles_differ_in_rest() -> None:
    other = nearby(PLAIN.takedown_at + 12 * HOUR)  # type: ignore[operator]
    facts = replace(PLAIN, of_team=[other])
    assert rules(facts, MET) == []
    assert rules(facts, EXAMPLE) == ["team-rest"]


def test_rest_over_the_night_in_march_is_an_hour_shorter_than_clocks_say() -> None:
    down = datetime(2027, 3, 27, 20, 0, tzinfo=LONDON)
    facts = Facts(setup_at=down - 6 * HOUR, takedown_at=down, team="Blue team")
    next_day = datetime(2027, 3, 28, 7, 0, tzinfo=LONDON)
    duty = nearby(next_day, setup_at=next_day)
    (warning,) = found(replace(facts, of_team=[duty]), MET)
    assert "10 h of rest" in warning.sentence


def test_a_team_in_two_places_at_once_is_warned_of() -> None:
    (warning,) = found(replace(PLAIN, of_team=[nearby(START)]), MET)
    assert "is also on duty with LFR-2027-0009" in warning.sentence


def test_duties_that_follow_at_once_have_no_rest() -> None:
    at_once = nearby(PLAIN.takedown_at + HOUR)  # type: ignore[operator]
    (warning,) = found(replace(PLAIN, of_team=[at_once]), MET)
    assert "less than a minute of rest before" in warning.sentence


def test_a_council_on_record_is_warned_of_until_it_is_answered() -> None:
    facts = replace(PLAIN, borough="Haringey", objection="On record against")
    (warning,) = found(facts, MET)
    assert (warning.rule, warning.task, warning.status) == (
        "council-objection",
        "community",
        "reported",
    )
    assert rules(replace(facts, objection_addressed=True), MET) == []


def known(kind: str, first: date, until: date | None = None) -> KnownDate:
    return KnownDate(
        name="A day", kind=kind, date=first, until=until, source="Custom", status="assumed"
    )


def test_polling_days_and_festivals_are_warned_of_and_bank_holidays_are_not() -> None:
    day = date(2027, 6, 10)
    all_three = [known(kind, day) for kind in ("polling day", "festival", "bank holiday")]
    assert rules(PLAIN, MET, dates=all_three) == ["polling-day", "festival"]
    assert rules(PLAIN, MET, dates=[known("polling day", date(2027, 6, 11))]) == []


def test_a_deployment_over_midnight_touches_both_days_by_london_time() -> None:
    start = datetime(2027, 6, 9, 21, 30, tzinfo=UTC)  # 22:30 in London
    night = Facts(starts_at=start, ends_at=start + 2 * HOUR, published_at=NOW)
    polling = [known("polling day", date(2027, 6, 10))]
    assert rules(night, MET, dates=polling) == ["polling-day"]
    until_midnight = replace(night, ends_at=datetime(2027, 6, 9, 23, 0, tzinfo=UTC))
    assert rules(until_midnight, MET, dates=polling) == []


@BOTH
def test_longer_than_usual_is_warned_of(profile: Profile) -> None:
    usual = timedelta(minutes=profile.sessions.usual_minutes.value)
    at = replace(PLAIN, ends_at=START + usual, takedown_at=START + usual)
    assert rules(at, profile) == []
    over = START + usual + timedelta(minutes=1)
    assert rules(replace(at, ends_at=over, takedown_at=over), profile) == ["usual-length"]


def test_the_length_over_the_night_in_october_counts_both_hours() -> None:
    start = datetime(2027, 10, 30, 22, 0, tzinfo=LONDON)
    end = datetime(2027, 10, 31, 3, 0, tzinfo=LONDON)
    (warning,) = found(Facts(starts_at=start, ends_at=end, published_at=NOW), MET)
    assert "It lasts 6 h, longer than the usual 5 h 34 min" in warning.sentence


@BOTH
def test_a_watchlist_larger_than_any_published_is_warned_of(profile: Profile) -> None:
    largest = profile.watchlist.largest_published.value
    assert rules(replace(PLAIN, watchlist=largest), profile) == []
    assert rules(replace(PLAIN, watchlist=largest + 1), profile) == ["watchlist-size"]
