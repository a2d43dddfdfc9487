"""The words of a notice, as the public reads them.

Rules
1. A notice says what, where and when, then what the application wrote for the public. Nothing
   else of an application comes into it: no zone, no name of anyone, no figure of the watchlist.
2. Times are in London, each with GMT or BST where the two differ, and with the day where it ends
   on another one.
3. A notice that replaces another says which, and whether place, time or text changed.
4. A notice given late says so, and gives the reason that was authorised.
5. A cancellation says what will not take place, and no reason: reasons are for those who decide.
6. Texts are plain: without control characters, marks that turn the direction of writing, and
   code points that XML cannot hold.
Pure: no Django.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from .lead import Lead

LONDON = ZoneInfo("Europe/London")
WHAT = "live facial recognition"

_NOT_PLAIN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Told:
    """What a notice is about: `text` is the application's own."""

    force: str
    place: str
    starts_at: datetime
    ends_at: datetime
    text: str = ""


@dataclass(frozen=True)
class Before:
    """The notice that a new one replaces."""

    number: int
    published_at: datetime
    is_cancellation: bool
    place: str
    starts_at: datetime
    ends_at: datetime


def plain(text: str) -> str:
    """`text` by rule 6, with one kind of line end and no blanks around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_PLAIN.sub("", lines).strip()


def one_line(text: str) -> str:
    """`text` by rule 6, on one line."""
    return " ".join(plain(text).split())


def day(at: datetime) -> str:
    """ "Saturday 5 December 2026" in London."""
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y}"


def moment(at: datetime) -> str:
    """ "11:00 GMT on Saturday 5 December 2026"."""
    return f"{at.astimezone(LONDON):%H:%M %Z} on {day(at)}"


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Rule 2: "on Saturday 5 December 2026, from 11:00 to 16:00 GMT"."""
    start, end = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
    if start.date() != end.date():
        return f"from {moment(starts_at)} to {moment(ends_at)}"
    zone = "" if start.tzname() == end.tzname() else f"{start: %Z}"
    return f"on {day(starts_at)}, from {start:%H:%M}{zone} to {end:%H:%M %Z}"


def title(place: str, starts_at: datetime) -> str:
    """What a notice is called in lists and feeds."""
    return f"{place}, {day(starts_at)}"


def announcement(told: Told, *, lead: Lead, before: Before | None) -> list[str]:
    """The paragraphs of an announcement or a change."""
    return list(_announcement(told, lead, before))


def cancellation(told: Told, *, stopped: bool, over: bool) -> list[str]:
    """The paragraphs of a cancellation: `stopped` after it had begun, `over` when its time had
    passed already."""
    announced = f"{hours(told.starts_at, told.ends_at)}. Place: {told.place}."
    if stopped:
        return [f"The police stopped the {WHAT} that was announced {announced}"]
    if over:
        return [f"There was no {WHAT} as it was announced {announced}"]
    return [
        f"There will be no {WHAT} as it was announced {announced}",
        "If the police plan it anew, a new notice is published on this page.",
    ]


def _announcement(told: Told, lead: Lead, before: Before | None) -> Iterator[str]:
    plans = "announces the use of" if lead.after_start else "plans to use"
    yield (
        f"The {told.force.removeprefix('The ')} {plans} {WHAT} "
        f"{hours(told.starts_at, told.ends_at)}. Place: {told.place}."
    )
    if before is not None:
        yield _replaces(told, before)
    yield from (part for part in _BLANK_LINES.split(plain(told.text)) if part.strip())
    if lead.exception:
        yield _late(lead)


def _replaces(told: Told, before: Before) -> str:
    if before.is_cancellation:
        return (
            f"Notice {before.number}, published at {moment(before.published_at)}, cancelled what "
            "had been announced before. It is now planned anew, as this notice says."
        )
    changed = [
        name
        for name, differs in (
            ("the place", told.place != before.place),
            (
                "the time",
                (told.starts_at, told.ends_at) != (before.starts_at, before.ends_at),
            ),
        )
        if differs
    ]
    what = f"Changed: {' and '.join(changed)}." if changed else "Place and time are the same."
    return (
        f"This notice replaces notice {before.number}, published at "
        f"{moment(before.published_at)}. {what}"
    )


def _late(lead: Lead) -> str:
    when = (
        "after the start"
        if lead.after_start
        else f"less than {lead.required} hours before the start"
    )
    return (
        f"This notice was published {when}. The policy asks for {lead.required} hours before it, "
        "and allows less under a critical threat. The reason that was given: "
        f"{plain(lead.exception)}"
    )
