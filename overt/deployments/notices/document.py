"""A notice as one canonical JSON document, whose sha256 is its digest.

Form `overt/notice/1`:

    {format, reference, number, kind, event, force, published_at, starts_at, ends_at,
     place: {name, borough, square: {easting, northing, side} or null},
     paragraphs: [text, ...],
     lead: {hours, required, exception},
     application: {version, digest}, policy: {name, digest},
     replaces: digest of the notice before or null}

`event` is announced, changed, cancelled (beforehand), not_held (its time had passed) or stopped
(after it had begun). Times are UTC. `square` is one of the National Grid (EPSG:27700), by its
south-west corner and its side in metres. `lead` is null in a cancellation. `application` commits to
what was authorised without saying what it holds. Pure: no Django.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import rfc8785

from .coarse import Square
from .lead import Lead
from .wording import Told

FORMAT = "overt/notice/1"
ANNOUNCED, CHANGED = "announced", "changed"
CANCELLED, NOT_HELD, STOPPED = "cancelled", "not_held", "stopped"


def build(
    told: Told,
    paragraphs: Sequence[str],
    *,
    reference: str,
    number: int,
    kind: str,
    event: str,
    published_at: datetime,
    borough: str,
    square: Square | None,
    lead: Lead | None,
    application: Mapping[str, Any],
    policy: Mapping[str, Any],
    replaces: str | None,
) -> dict[str, Any]:
    """The document. `application` has version and digest, `policy` name and digest."""
    return {
        "format": FORMAT,
        "reference": reference,
        "number": number,
        "kind": kind,
        "event": event,
        "force": told.force,
        "published_at": stamp(published_at),
        "starts_at": stamp(told.starts_at),
        "ends_at": stamp(told.ends_at),
        "place": {
            "name": told.place,
            "borough": borough,
            "square": asdict(square) if square else None,
        },
        "paragraphs": list(paragraphs),
        "lead": {"hours": lead.hours, "required": lead.required, "exception": lead.exception}
        if lead
        else None,
        "application": {"version": application["version"], "digest": application["digest"]},
        "policy": {"name": policy["name"], "digest": policy["digest"]},
        "replaces": replaces,
    }


def stamp(at: datetime) -> str:
    """ "2026-11-24T09:00:00.000000Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(document: Mapping[str, Any]) -> str:
    """RFC 8785."""
    return rfc8785.dumps(dict(document)).decode()


def digest(text: str) -> str:
    """The sha256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
