"""An application in words: what each task says, as rows of a label and its values.

The pages that check and show an application, and its printed papers, all read these rows, so that
they say the same. What was not given is a row without values. Positions are shown as latitude
and longitude (WGS84, six decimals, about 0.1 m) with the National Grid in metres; times in London,
with GMT or BST. Pure: no Django; every text is plain and still has to be escaped.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from overt.hotspots.geo import bng
from overt.policy.document import Profile

from . import tasks
from .tasks import TASKS, TaskData

LONDON = ZoneInfo("Europe/London")
BASES: Mapping[str, str] = {
    "hotspot": "The zone touches a hot hexagon of a hotspot analysis",
    "access_route": "The zone is an access route to a hotspot",
    "statement": "A signed statement of intelligence or operational experience",
}


@dataclass(frozen=True)
class Row:
    """`name` tells the rows of a task apart; `values` are lines, none where nothing was given."""

    label: str
    values: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Section:
    """One task. `name` is the task's."""

    title: str
    rows: tuple[Row, ...]
    name: str


def sections(document: Mapping[str, Any], profile: Profile | None = None) -> list[Section]:
    """The tasks of a frozen application (`document.py`), in order.

    With `profile`, the one the document names, use cases have their titles and the place its
    limits. Raises pydantic's ValidationError for what no task ever wrote.
    """
    stored = document["tasks"]
    return [
        Section(
            task.title,
            tuple(rows(task.name, task.schema.model_validate(stored[task.name]), profile)),
            task.name,
        )
        for task in TASKS
    ]


def rows(task: str, data: TaskData, profile: Profile | None = None) -> list[Row]:
    """What `task` says. `data` is an instance of the task's schema."""
    return [
        Row(label, tuple(value for value in values if value), name)
        for name, label, values in _ROWS[task](data, profile)
    ]


def moment(at: datetime | None) -> str:
    """ "Tuesday 24 November 2026, 11:00 GMT" in London; nothing for None."""
    if at is None:
        return ""
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


def day(text: str) -> str:
    """ "2026-11-24" -> "24 November 2026"; what is no day stays as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found:%B %Y}"


def positions(points: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Each position (BNG, cm) as "51.460120, -0.115120 (grid 531234.56, 175432.10)"."""
    if not points:
        return ()
    longitudes, latitudes = bng.to_wgs84([e for e, _ in points], [n for _, n in points])
    return tuple(
        f"{latitude:.6f}, {longitude:.6f} (grid {easting / 100:.2f}, {northing / 100:.2f})"
        for (easting, northing), latitude, longitude in zip(
            points, latitudes, longitudes, strict=True
        )
    )


Told = Iterable[tuple[str, str, Sequence[str]]]


def _name(one: tasks.Named | None) -> tuple[str, ...]:
    return (one.name,) if one else ()


def _text(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.splitlines())


def _use_case(data: tasks.UseCase, profile: Profile | None) -> Told:
    chosen = profile.use_cases.get(data.use_case) if profile else None
    shown = data.use_case.replace("_", " ")
    if chosen:
        shown = f"{chosen.name.value} (section {chosen.section.value} of the policy)"
    yield "use_case", "Use case", (shown,)
    yield "reason", "Why it applies", _text(data.reason)


def _place(data: tasks.Place, profile: Profile | None) -> Told:
    yield "borough", "Borough", _name(data.borough)
    yield "description", "The place in plain words", _text(data.description)
    yield "public_place", "The place as the public reads it", (data.public_place,)
    yield "zone", "Zone of recognition, corner by corner", positions(data.zone)
    yield "footprint", "Footprint", positions(data.footprint)
    cameras = positions([camera.position for camera in data.cameras])
    yield (
        "cameras",
        "Cameras",
        [f"{one.label}: {at}" for one, at in zip(data.cameras, cameras, strict=True)],
    )
    yield "basis", "What the place rests on", (BASES.get(data.basis, data.basis),)
    if data.basis != "statement":
        digest = f"Digest {data.analysis_digest}" if data.analysis_digest else ""
        yield "analysis", "Hotspot analysis", (*_name(data.analysis), digest)
    if data.basis == "access_route" or data.route_reason:
        yield "route_reason", "Why this is an access route", _text(data.route_reason)
    if data.basis == "statement" or data.statement:
        yield "statement", "Statement", _text(data.statement)
        signed = ""
        if data.statement_by and data.statement_at:
            signed = f"{data.statement_by.name}, {moment(data.statement_at)}"
        yield "statement_by", "Signed by", (signed,)


def _time(data: tasks.Time, profile: Profile | None) -> Told:
    yield "setup_at", "Set-up from", (moment(data.setup_at),)
    yield "starts_at", "Start", (moment(data.starts_at),)
    yield "ends_at", "End", (moment(data.ends_at),)
    yield "takedown_at", "Taken down by", (moment(data.takedown_at),)
    if data.starts_at and data.ends_at and data.starts_at < data.ends_at:
        yield "length", "Length", (length(data.starts_at, data.ends_at),)
    if data.long_reason:
        yield "long_reason", "Why it lasts longer than usual", _text(data.long_reason)


def length(start: datetime, end: datetime) -> str:
    """Hours and minutes that pass between two moments, whatever the clocks do."""
    return duration(round((end - start).total_seconds() / 60))


def duration(in_minutes: int) -> str:
    """So many minutes as hours and minutes: "8 hours 34 minutes"."""
    hours, minutes = divmod(in_minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    parts += [f"{minutes} minute{'' if minutes == 1 else 's'}"] if minutes else []
    return " ".join(parts)


def _watchlist(data: tasks.Watchlist, profile: Profile | None) -> Told:
    yield (
        "categories",
        "Categories",
        [f"{one.name}: {one.count:,}" for one in data.categories],
    )
    yield "total", "People in all", (f"{data.total:,}" if data.categories else "",)
    yield "under_18", "Under 18", ("" if data.under_18 is None else f"{data.under_18:,}",)
    if data.under_18_reason or data.under_18:
        yield "under_18_reason", "Why people under 18", _text(data.under_18_reason)
    yield "criteria", "Criteria", _text(data.criteria)
    yield "image_source", "Lawful source of the images", _text(data.image_source)
    yield "review", "Review before the deployment", _text(data.review)
    yield "threshold", "Threshold", (data.threshold,)


def _necessity(data: tasks.Necessity, profile: Profile | None) -> Told:
    yield "aim", "Aim", _text(data.aim)
    yield (
        "alternatives",
        "Less intrusive alternatives",
        [
            line
            for one in data.alternatives
            for line in (f"{one.measure} is not enough:", *_text(one.why_not))
        ],
    )
    yield "who_where", "What links the people to the place", _text(data.who_where)
    yield "expected_intrusion", "Expected intrusion", _text(data.expected_intrusion)
    yield "proportionality", "Why it is proportionate", _text(data.proportionality)


def _assessments(data: tasks.Assessments, profile: Profile | None) -> Told:
    for number, one in enumerate(data.assessments):
        yield (
            f"assessment-{number}",
            one.kind,
            (
                f"Reference {one.reference}" if one.reference else "",
                f"Version {one.version}" if one.version else "",
                f"Dated {day(one.dated)}" if one.dated else "",
                f"SHA-256 {one.sha256}" if one.sha256 else "",
            ),
        )


def _sensitive_places(data: tasks.SensitivePlaces, profile: Profile | None) -> Told:
    searched = ""
    if data.distance_m is not None:
        found = len(data.places)
        searched = (
            f"Within {data.distance_m:,} m of the zone: "
            f"{found or 'no'} place{'' if found == 1 else 's'} found"
        )
    yield "searched", "Search", (searched,)
    for one in data.places:
        label = f"{one.place.name} ({one.kind}, {one.distance_m:,} m)"
        yield f"place-{one.place.id}", label, _text(one.mitigation)


def _community(data: tasks.Community, profile: Profile | None) -> Told:
    yield "council_stance", "Stance of the borough's council", _text(data.council_stance)
    if data.objection_addressed:
        yield (
            "objection_addressed",
            "How its objection is addressed",
            _text(data.objection_addressed),
        )
    yield (
        "consultations",
        "Consultations",
        [
            line
            for one in data.consultations
            for line in (f"{day(one.dated)}, {one.with_whom}:", *_text(one.outcome))
        ],
    )


def _resources(data: tasks.Resources, profile: Profile | None) -> Told:
    yield "system", "System", _name(data.system)
    yield "team", "Team", _name(data.team)
    yield "vehicle", "Vehicle", (data.vehicle,)
    yield "gold", "Gold commander", _name(data.gold)
    yield "silver", "Silver commander", _name(data.silver)
    yield "bronze", "Bronze commander", _name(data.bronze)
    yield "operators", "Operators", [one.name for one in data.operators]
    yield "engagement", "Engagement officers", [one.name for one in data.engagement]


def _signs(data: tasks.Signs, profile: Profile | None) -> Told:
    where = positions([sign.position for sign in data.signs])
    yield (
        "signs",
        "Signs",
        [
            f"{sign.code}: {at}{f', {sign.description}' if sign.description else ''}"
            for sign, at in zip(data.signs, where, strict=True)
        ],
    )
    yield "uncovered", "Approaches that pass no sign", data.uncovered
    if data.uncovered_reason:
        yield "uncovered_reason", "Why none is needed there", _text(data.uncovered_reason)


def _notice(data: tasks.Notice, profile: Profile | None) -> Told:
    yield "text", "What the public will read", _text(data.text)
    if data.exception_reason:
        yield (
            "exception_reason",
            "Critical threat that shortens the notice",
            _text(data.exception_reason),
        )


# Each takes the schema of its own task.
_ROWS = cast(
    Mapping[str, Callable[[TaskData, Profile | None], Told]],
    {
        "use_case": _use_case,
        "place": _place,
        "time": _time,
        "watchlist": _watchlist,
        "necessity": _necessity,
        "assessments": _assessments,
        "sensitive_places": _sensitive_places,
        "community": _community,
        "resources": _resources,
        "signs": _signs,
        "notice": _notice,
    },
)
