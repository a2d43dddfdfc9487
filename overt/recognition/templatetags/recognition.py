"""How pages of sessions show states, times and digests."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template

from overt.recognition import states

register = template.Library()
LONDON = ZoneInfo("Europe/London")

_COLOURS = {
    states.SCHEDULED: "grey",
    states.CHECKING: "yellow",
    states.ARMED: "turquoise",
    states.LIVE: "purple",
    states.STOPPING: "orange",
    states.UNCONFIRMED: "red",
    states.STOPPED: "blue",
    states.RECONCILED: "light-blue",
    states.PUBLISHED: "green",
    states.NOT_STARTED: "grey",
    states.ABORTED: "grey",
}
# What a state means to whoever stands on the street.
_WORDS = {
    states.SCHEDULED: "The session is opened. Nothing is checked yet.",
    states.CHECKING: "Not everything that has to hold does. The system gets no permit.",
    states.ARMED: "Everything holds. The system runs only once it has a permit.",
    states.LIVE: "The system may run: its permit holds.",
    states.STOPPING: "No permit is given any more. The system has not yet said that it stopped.",
    states.UNCONFIRMED: "The system has not said that it stopped, and its last permit has run out. "
    "Go and see that it is off.",
    states.STOPPED: "The system has stopped. What it counted has to be settled.",
    states.RECONCILED: "The figures are settled. The record can be published.",
    states.PUBLISHED: "The record is published.",
    states.NOT_STARTED: "Its time passed and the system never ran.",
    states.ABORTED: "It was given up before the system ever ran.",
}


@register.inclusion_tag("partials/tag.html")
def session_tag(state: str) -> dict[str, str]:
    """The state as a coloured tag."""
    return {"text": states.LABELS[state], "colour": _COLOURS[state]}


@register.filter
def state_words(state: str) -> str:
    """The state in a sentence."""
    return _WORDS[state]


@register.filter
def clock(at: datetime | None) -> str:
    """The time of day in London, with seconds."""
    return at.astimezone(LONDON).strftime("%H:%M:%S") if at else ""


@register.filter
def day_clock(at: datetime | None) -> str:
    """ "5 Dec 2026, 11:00:05 GMT"."""
    return at.astimezone(LONDON).strftime("%-d %b %Y, %H:%M:%S %Z") if at else ""


@register.filter
def lasting(length: timedelta | None) -> str:
    """4:05:09, or 65 s where it is short."""
    if length is None:
        return ""
    seconds = int(length.total_seconds())
    if abs(seconds) < 120:
        return f"{seconds} s"
    if seconds >= 86_400:
        days = seconds // 86_400
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@register.filter
def milliseconds(offset: int) -> str:
    """How far a clock differs from ours: "0.2 s ahead of ours"."""
    if abs(offset) < 50:
        return "the same as ours"
    return f"{abs(offset) / 1000:.1f} s {'ahead of' if offset > 0 else 'behind'} ours"


SPANS_SHOWN = 8


@register.filter
def spans(numbers: Iterable[int]) -> str:
    """(3, 5, 6, 7) -> "3, 5 to 7"; only the first few where there are many."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    shown = [" to ".join(str(end) for end in span) for span in found[:SPANS_SHOWN]]
    more = [f"and {len(found) - SPANS_SHOWN} more gaps"] if len(found) > SPANS_SHOWN else []
    return ", ".join(shown + more)
