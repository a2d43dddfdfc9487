"""A notice as a page shows it: the preview of the planner and the public page read the same.

Pure: no Django; every text is plain and still has to be escaped.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from . import wording
from .coarse import Square


@dataclass(frozen=True)
class Shown:
    """`published_at` is None in a preview; `area` is the coarse square in words, or nothing."""

    reference: str
    number: int
    kind: str
    event: str
    place: str
    borough: str
    area: str
    starts_at: datetime
    ends_at: datetime
    paragraphs: tuple[str, ...]
    published_at: datetime | None = None
    lead_hours: int = 0
    exception: str = ""
    digest: str = ""

    @property
    def title(self) -> str:
        return wording.title(self.place, self.starts_at)

    @property
    def hours(self) -> str:
        return wording.hours(self.starts_at, self.ends_at)

    @property
    def is_cancellation(self) -> bool:
        return self.kind == "cancellation"

    @property
    def lead(self) -> str:
        """How long before the start it was published, in words."""
        return lead_in_words(self.lead_hours)


def lead_in_words(hours: int) -> str:
    """264 -> "11 days"; 47 -> "47 hours"; -1 -> "after the start"."""
    if hours < 0:
        return "after the start"
    if hours == 0:
        return "less than an hour before the start"
    if hours < 72:
        return f"{hours} {'hour' if hours == 1 else 'hours'} before the start"
    return f"{hours // 24} days before the start"


def area_in_words(square: Square | None) -> str:
    """The square by its side and its south-west corner."""
    if square is None:
        return ""
    return (
        f"Within a square of {square.side} m whose south-west corner is at easting "
        f"{square.easting}, northing {square.northing} of the National Grid"
    )


def event_of(document: str) -> str:
    """What a published document says happened."""
    return str(json.loads(document)["event"])


def area_of(document: str) -> str:
    """The square of a published document in words."""
    found = json.loads(document)["place"]["square"]
    return area_in_words(Square(**found) if found else None)
