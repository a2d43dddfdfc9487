"""What a planner, and whoever decides, should be warned of. A warning refuses nothing.

Rules (each names the value of the policy profile that it comes from, where one does)
1. notice-lead: from the publication of the notice, or from now while there is none, fewer than
   `notice.lead_hours` hours are left before the start.
2. area-cap: within some `calendar.area_cap_days` days in a row, the day of the start among them,
   more than `calendar.area_cap` deployments start in the borough, this one and drafts included.
   Those that were cancelled, refused, withdrawn or that expired do not count. Days are London's.
3. team-rest: the team has fewer than `calendar.rest_hours` hours between the take-down of one
   deployment and the set-up of the next, or two at once. What counts is as in rule 2.
4. council-objection: `community.councils` has an objection of the borough's council on record, and
   the application does not address it.
5. polling-day, festival: a day of the deployment, from set-up to take-down, is one of those of the
   dates file (`dates.py`). Bank holidays stand in the calendar and warn of nothing.
6. usual-length: it is longer than `sessions.usual_minutes`.
7. watchlist-size: the watchlist is larger than `watchlist.largest_published`.

Hours and minutes are those that pass, also across a change of the clocks. Pure: no Django.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from overt.policy.document import Profile
from overt.policy.values import Sourced

from .dates import KnownDate

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Warning:
    """`rule` as above; `task` names the task of the application where it can be mended.

    `field` and `status` are the value of the profile behind it and how sure that is; for a date,
    `field` is "dates".
    """

    rule: str
    sentence: str
    task: str
    field: str
    status: str


@dataclass(frozen=True)
class Nearby:
    """Another deployment: its times, and whether it is still a draft."""

    reference: str
    setup_at: datetime
    starts_at: datetime
    takedown_at: datetime
    is_draft: bool


@dataclass(frozen=True)
class Facts:
    """What is known of one deployment. Any time may be missing while it is a draft.

    `in_borough` and `of_team` are other deployments, near enough in time to matter.
    `watchlist` is how many people are on it. `needs_notice` is False once it is live.
    """

    setup_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    takedown_at: datetime | None = None
    borough: str = ""
    team: str = ""
    in_borough: Sequence[Nearby] = ()
    of_team: Sequence[Nearby] = ()
    published_at: datetime | None = None
    needs_notice: bool = True
    objection: str = ""
    objection_addressed: bool = False
    watchlist: int = 0


def warnings(
    facts: Facts, *, profile: Profile, dates: Sequence[KnownDate], now: datetime
) -> list[Warning]:
    """Every warning, in the order of the rules."""
    return [
        *_notice_lead(facts, profile, now),
        *_area_cap(facts, profile),
        *_team_rest(facts, profile),
        *_objection(facts, profile),
        *_dates(facts, dates),
        *_length(facts, profile),
        *_watchlist(facts, profile),
    ]


def hours_between(earlier: datetime, later: datetime) -> float:
    """Hours that pass; negative when `later` comes first."""
    # In one and the same zone, Python subtracts what clocks show.
    return (later.astimezone(UTC) - earlier.astimezone(UTC)) / timedelta(hours=1)


def fullest_span(day: date, others: Sequence[date], *, days: int) -> tuple[int, date, date]:
    """Of all spans of `days` days in a row that hold `day`, the one with most of `others`: how
    many that is with `day` itself, and its first and last day. The earliest one when several do."""
    spans = [day - timedelta(days=back) for back in range(days - 1, -1, -1)]
    within = timedelta(days=days - 1)
    counts = [sum(first <= other <= first + within for other in others) for first in spans]
    most = max(counts)
    first = spans[counts.index(most)]
    return most + 1, first, first + within


def _notice_lead(facts: Facts, profile: Profile, now: datetime) -> Iterator[Warning]:
    lead = profile.notice.lead_hours
    if facts.starts_at is None or not facts.needs_notice:
        return
    left = hours_between(facts.published_at or now, facts.starts_at)
    if left >= lead.value:
        return
    if facts.published_at is not None and left > 0:
        said = f"The notice was published {_hours(left)} before the start"
    elif facts.published_at is None and left > 0:
        said = f"No notice is published, and the start is {_hours(left)} away"
    else:
        said = "No notice was published before the start"
    yield _of(
        "notice-lead",
        f"{said}: the policy asks for {_count(lead.value, 'hour')}.",
        "time",
        "notice.lead_hours",
        lead,
    )


def _area_cap(facts: Facts, profile: Profile) -> Iterator[Warning]:
    cap, days = profile.calendar.area_cap, profile.calendar.area_cap_days
    if facts.starts_at is None or not facts.borough:
        return
    others = [_day(other.starts_at) for other in facts.in_borough]
    count, first, last = fullest_span(_day(facts.starts_at), others, days=days.value)
    if count <= cap.value:
        return
    drafts = sum(
        other.is_draft and first <= _day(other.starts_at) <= last for other in facts.in_borough
    )
    of_which = f", {_count(drafts, 'draft')} among the others" if drafts else ""
    yield _of(
        "area-cap",
        f"{facts.borough} has {count} deployments from {_words(first)} to {_words(last)}"
        f"{of_which}: the policy warns above {cap.value} in {_count(days.value, 'day')}.",
        "time",
        "calendar.area_cap",
        cap,
    )


def _team_rest(facts: Facts, profile: Profile) -> Iterator[Warning]:
    rest = profile.calendar.rest_hours
    if facts.setup_at is None or facts.takedown_at is None or not facts.team:
        return
    for other in sorted(facts.of_team, key=lambda one: (one.setup_at, one.reference)):
        before = hours_between(other.takedown_at, facts.setup_at)
        after = hours_between(facts.takedown_at, other.setup_at)
        if before < 0 and after < 0:
            said = f"{facts.team} is also on duty with {other.reference} at that time"
        elif 0 <= before < rest.value:
            said = f"{facts.team} has {_hours(before)} of rest after {other.reference}"
        elif 0 <= after < rest.value:
            said = f"{facts.team} has {_hours(after)} of rest before {other.reference}"
        else:
            continue
        yield _of(
            "team-rest",
            f"{said}: the policy asks for {_count(rest.value, 'hour')}.",
            "resources",
            "calendar.rest_hours",
            rest,
        )


def _objection(facts: Facts, profile: Profile) -> Iterator[Warning]:
    if not facts.objection or facts.objection_addressed:
        return
    on_record = next(
        one.stance
        for one in profile.community.councils
        if one.council.casefold() == facts.borough.casefold()
        and one.stance.value == facts.objection
    )
    yield _of(
        "council-objection",
        f"The council of {facts.borough} is on record ({facts.objection.lower()}), and the "
        "application does not answer that yet.",
        "community",
        "community.councils",
        on_record,
    )


def _dates(facts: Facts, dates: Sequence[KnownDate]) -> Iterator[Warning]:
    start = facts.setup_at or facts.starts_at
    end = facts.takedown_at or facts.ends_at
    if start is None or end is None or not start < end:
        return
    # What ends at midnight does not reach into the next day.
    first, last = _day(start), _day(end.astimezone(UTC) - timedelta(microseconds=1))
    for one in dates:
        if one.kind != "bank holiday" and one.touches(first, last):
            days = _words(one.date) + (f" to {_words(one.until)}" if one.until else "")
            yield Warning(
                one.kind.replace(" ", "-"),
                f"{days}: {one.kind}, {one.name}.",
                "time",
                "dates",
                one.status,
            )


def _length(facts: Facts, profile: Profile) -> Iterator[Warning]:
    usual = profile.sessions.usual_minutes
    if facts.starts_at is None or facts.ends_at is None:
        return
    minutes = round(hours_between(facts.starts_at, facts.ends_at) * 60)
    if minutes > usual.value:
        yield _of(
            "usual-length",
            f"It lasts {_duration(minutes)}, longer than the usual {_duration(usual.value)}.",
            "time",
            "sessions.usual_minutes",
            usual,
        )


def _watchlist(facts: Facts, profile: Profile) -> Iterator[Warning]:
    largest = profile.watchlist.largest_published
    if facts.watchlist > largest.value:
        yield _of(
            "watchlist-size",
            f"{facts.watchlist:,} people are on the watchlist, more than the "
            f"{largest.value:,} of the largest one published.",
            "watchlist",
            "watchlist.largest_published",
            largest,
        )


def _of(rule: str, sentence: str, task: str, field: str, value: Sourced[Any]) -> Warning:
    return Warning(rule, sentence, task, field, value.status)


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _hours(hours: float) -> str:
    # Rounded down, so that 23 h 59 min never reads as the 24 that were asked for.
    minutes = int(hours * 60)
    return _duration(minutes) if minutes else "less than a minute"


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours:,} h" if hours else "", f"{rest} min" if rest else "") if part
    )
