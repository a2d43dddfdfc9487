"""Sensitive places near a zone.

Rules
1. A place counts when it lies within `place.sensitive_distance_m` of the zone; inside is 0 m.
2. Only the kinds that the profile names count (`place.sensitive_kinds`).
3. Distances are straight lines. What counts is settled without rounding; what is shown is rounded
   up to whole metres.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import exact
from .exact import Position

# The profile's words for the kinds of places that can be imported.
KINDS: Mapping[str, str] = {
    "school": "school",
    "hospital": "hospital",
    "place of worship": "worship",
    "station": "station",
    "advice centre": "advice",
}


@dataclass(frozen=True)
class Found:
    """A place near the zone. `kind` is the profile's word."""

    id: int
    name: str
    kind: str
    position: Position
    distance_m: int


def near(
    zone: Sequence[Position],
    places: Iterable[tuple[int, str, str, Position]],
    *,
    within_m: int,
    kinds: Sequence[str],
) -> list[Found]:
    """Those of `places` (id, name, stored kind, BNG cm) that count, nearest first.

    Raises KeyError for one of `kinds` that no places can be imported as.
    """
    words = {KINDS[kind]: kind for kind in kinds}
    found = []
    for key, name, kind, position in places:
        if kind not in words:
            continue
        squared = exact.squared_distance(zone, position)
        if squared <= (within_m * 100) ** 2:
            found.append(Found(key, name, words[kind], position, exact.metres_up(squared)))
    return sorted(found, key=lambda one: (one.distance_m, one.name, one.id))


def around(zone: Sequence[Position], within_m: int) -> tuple[int, int, int, int]:
    """West, south, east, north of the zone, with a margin: for a first look in the database."""
    margin = within_m * 100
    eastings, northings = zip(*zone, strict=True)
    return (
        min(eastings) - margin,
        min(northings) - margin,
        max(eastings) + margin,
        max(northings) + margin,
    )
