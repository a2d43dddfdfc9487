"""Deployments as iCalendar (RFC 5545), for calendar programs.

Rules
1. UID is the same for a deployment for good; SEQUENCE rises with every change that the ledger
   holds of it, so that a program knows which of two it has is newer.
2. STATUS is CONFIRMED under an authority and afterwards, CANCELLED once it will not take place,
   and TENTATIVE before.
3. LOCATION is the place as the public reads it. No zone, no camera, no sign, no person.
4. Times are in UTC; the description gives set-up and take-down as London's clocks show them.

Pure: no Django.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from overt.deployments import states

LONDON = ZoneInfo("Europe/London")
CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often a calendar program is asked to come again.
REFRESH = timedelta(minutes=30)

_CONFIRMED = (*states.UNDER_AUTHORITY, states.ENDED, states.ACCOUNTED)
_CANCELLED = (states.REFUSED, states.WITHDRAWN, states.CANCELLED, states.EXPIRED)


@dataclass(frozen=True)
class Entry:
    """What a calendar program is told of one deployment.

    `changes` counts its changes and `changed_at` is the last one; `url` is its page, which asks
    for a signed-in account. `created_at` tells apart two installations with one reference.
    """

    reference: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime
    setup_at: datetime | None
    takedown_at: datetime | None
    place: str
    created_at: datetime
    changed_at: datetime
    changes: int
    url: str


def status(state: str) -> str:
    """TENTATIVE, CONFIRMED or CANCELLED."""
    if state in _CONFIRMED:
        return "CONFIRMED"
    return "CANCELLED" if state in _CANCELLED else "TENTATIVE"


def uid(reference: str, created_at: datetime) -> str:
    """As RFC 7986 wants it: a UUID."""
    made = created_at.astimezone(UTC).isoformat()
    return str(uuid5(NAMESPACE_URL, f"overt:deployment:{reference}:{made}"))


def calendar(entries: Iterable[Entry], *, name: str) -> bytes:
    """The whole file."""
    made = Calendar()
    made.add("prodid", "-//Overt//Deployments//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: Entry) -> Event:
    made = Event()
    made.add("uid", uid(entry.reference, entry.created_at))
    made.add("sequence", entry.changes)
    made.add("dtstamp", entry.changed_at.astimezone(UTC))
    made.add("last-modified", entry.changed_at.astimezone(UTC))
    made.add("created", entry.created_at.astimezone(UTC))
    made.add("dtstart", entry.starts_at.astimezone(UTC))
    made.add("dtend", entry.ends_at.astimezone(UTC))
    made.add("status", status(entry.state))
    made.add("summary", _plain(f"{entry.reference} {entry.title} ({states.LABELS[entry.state]})"))
    if entry.place:
        made.add("location", _plain(entry.place))
    made.add("description", _description(entry))
    made.add("url", entry.url)
    made.add("class", "CONFIDENTIAL")
    made.add("transp", "TRANSPARENT" if status(entry.state) == "CANCELLED" else "OPAQUE")
    return made


def _description(entry: Entry) -> str:
    lines = [f"State: {states.LABELS[entry.state]}"]
    for label, at in (("Set-up", entry.setup_at), ("Take-down", entry.takedown_at)):
        if at is not None:
            shown = at.astimezone(LONDON)
            lines.append(f"{label}: {shown.day} {shown:%B %Y, %H:%M %Z}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """One line without control characters, which the format has no way to write."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
