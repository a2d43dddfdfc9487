"""Days and times as people type them, in London; pure but for the fields at the end.

Rules
1. A day is given by day, month and year, a time as 14:00 (also 9:30, 14.00 or 1400).
2. A time that does not exist, in the hour that the clocks skip in March, is refused.
3. A time that comes twice, in the hour that the clocks repeat in October, needs to be told which:
   the first (BST) or the second (GMT).
4. Nothing at all is no moment; a part alone is refused.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms

from overt.deployments.application.words import LONDON

FIRST, SECOND = "first", "second"
EARLIEST, LATEST = 2000, 2100
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})|(?P<both>[0-9]{4})", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,4}", re.ASCII)


class MomentRefused(ValueError):
    """`part` names what to correct: day, time or which."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


def day_of(label: str, day: str, month: str, year: str) -> date | None:
    """The day, None when nothing is given. Raises MomentRefused."""
    given = [part.strip() for part in (day, month, year)]
    if not any(given):
        return None
    for part, name in zip(given, ("a day", "a month", "a year"), strict=True):
        if not part:
            raise MomentRefused("day", f"{label} must include {name}")
    try:
        if not all(_DIGITS.fullmatch(part) for part in given):
            raise ValueError
        found = date(int(given[2]), int(given[1]), int(given[0]))
    except ValueError:
        raise MomentRefused("day", f"{label} must be a real date") from None
    if not EARLIEST <= found.year <= LATEST:
        raise MomentRefused("day", f"{label} must lie between {EARLIEST} and {LATEST}")
    return found


def clock_of(label: str, text: str) -> time:
    """Raises MomentRefused."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise MomentRefused("time", f"{label} needs a time, such as 14:00")
    both = found["both"]
    hour, minute = (both[:2], both[2:]) if both else (found["hour"], found["minute"])
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise MomentRefused("time", f"{label} needs a time between 00:00 and 23:59") from None


def comes_twice(day: date, clock: time) -> bool:
    """Whether the clocks show this time twice on that day."""
    local = datetime.combine(day, clock, LONDON)
    return local.utcoffset() != local.replace(fold=1).utcoffset() and _exists(local)


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == local.replace(
        tzinfo=None
    )


def moment_of(label: str, day: date, clock: time, which: str) -> datetime:
    """The moment in UTC. Raises MomentRefused (rules 2 and 3)."""
    local = datetime.combine(day, clock, LONDON)
    shown = f"{clock:%H:%M} on {day.day} {day:%B %Y}"
    if not _exists(local):
        raise MomentRefused(
            "time", f"{label}: {shown} does not exist, the clocks go forward over it"
        )
    if comes_twice(day, clock):
        if which not in (FIRST, SECOND):
            raise MomentRefused(
                "which", f"{label}: {shown} comes twice, the clocks go back: say which one"
            )
        local = local.replace(fold=int(which == SECOND))
    return local.astimezone(UTC)


PARTS = ("day", "month", "year", "time", "which")


def moment_fields(label: str) -> dict[str, forms.Field]:
    """The fields of one moment, by the part that follows its name."""
    return {
        "day": _part("Day", 2),
        "month": _part("Month", 2),
        "year": _part("Year", 4),
        "time": _part("Time", 5),
        "which": forms.ChoiceField(
            label=f"{label}: which of the two",
            required=False,
            choices=(
                (FIRST, "The first, in British Summer Time (BST)"),
                (SECOND, "The second, an hour later, in Greenwich Mean Time (GMT)"),
            ),
            widget=forms.RadioSelect,
        ),
    }


def day_fields() -> dict[str, forms.Field]:
    """The fields of one day."""
    return {"day": _part("Day", 2), "month": _part("Month", 2), "year": _part("Year", 4)}


def _part(label: str, size: int) -> forms.Field:
    return forms.CharField(
        label=label,
        required=False,
        max_length=8,
        widget=forms.TextInput(
            attrs={"class": f"govuk-input govuk-input--width-{size}", "inputmode": "numeric"}
        ),
    )


def typed(name: str, at: datetime | None) -> dict[str, str]:
    """What to show in the fields of the moment `name`."""
    if at is None:
        return {}
    local = at.astimezone(LONDON)
    parts = {
        **typed_day(name, local.date().isoformat()),
        f"{name}_time": f"{local:%H:%M}",
    }
    if comes_twice(local.date(), local.time().replace(fold=0)):
        parts[f"{name}_which"] = SECOND if local.fold else FIRST
    return parts


def typed_day(name: str, iso: str) -> dict[str, str]:
    """What to show in the fields of the day `name`."""
    if not iso:
        return {}
    found = date.fromisoformat(iso)
    return {
        f"{name}_day": str(found.day),
        f"{name}_month": str(found.month),
        f"{name}_year": str(found.year),
    }


def read_day(form: forms.Form, name: str, label: str, cleaned: Mapping[str, Any]) -> str:
    """The day `name` of `form` as ISO text, "" when it is none or refused (with an error)."""
    try:
        found = day_of(
            label, *(str(cleaned.get(f"{name}_{part}") or "") for part in ("day", "month", "year"))
        )
    except MomentRefused as refused:
        form.add_error(f"{name}_day", str(refused))
        return ""
    return found.isoformat() if found else ""


def read_moment(
    form: forms.Form, name: str, label: str, cleaned: Mapping[str, Any]
) -> datetime | None:
    """The moment `name` of `form`, None when it is none or refused (with an error)."""
    day, month, year, clock, which = (str(cleaned.get(f"{name}_{part}") or "") for part in PARTS)
    try:
        found = day_of(label, day, month, year)
        if found is None:
            if clock.strip():
                raise MomentRefused("day", f"{label} must include a date")
            return None
        return moment_of(label, found, clock_of(label, clock), which)
    except MomentRefused as refused:
        form.add_error(f"{name}_{refused.part}", str(refused))
        return None
