"""Where someone stood who looked at a sign, and what that says.

Rules
1. A location is latitude and longitude (WGS84) with an accuracy, as a browser gives them, or
   nothing at all. What is no number, not finite, or not in Great Britain is refused.
2. A location that is less exact than `signs.spacing_m` could be the next sign's: it proves
   nothing.
3. Half of `signs.spacing_m` from the plan a sign is nearer to its neighbour's place than to its
   own. A location is far when even its nearest edge, given its accuracy, is farther than that.
4. Where someone says that a sign is there and the location is far, proves nothing or is not
   given, they say in words where the sign is. Who says that it is missing is never asked for
   more.

Positions are British National Grid (EPSG:27700) in integer centimetres; distances and accuracies
are whole metres.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from overt.hotspots.geo import bng

# Great Britain with its islands lies well inside, so that the projection is never asked for more.
SOUTH, NORTH, WEST, EAST = 49.0, 61.5, -9.5, 2.5
# From one end of the grid to the other, in metres: no less exact statement is a location.
VAGUEST_M = bng.NORTH_END_CM // 100

_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
_METRES = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?", re.ASCII)


class LocationRefused(ValueError):
    """What was given is no place where a sign can be. The text is for the person."""


@dataclass(frozen=True)
class Location:
    """BNG centimetres; `accuracy_m` is the radius in which the browser is fairly sure."""

    easting: int
    northing: int
    accuracy_m: int


class Verdict(StrEnum):
    NEAR = "near"
    FAR = "far"
    VAGUE = "vague"
    UNKNOWN = "unknown"


def read(latitude: str, longitude: str, accuracy: str) -> Location | None:
    """What a browser sent, or None where it sent nothing. Raises LocationRefused (rule 1)."""
    if not (latitude or longitude or accuracy):
        return None
    if not (
        _DEGREES.fullmatch(latitude)
        and _DEGREES.fullmatch(longitude)
        and _METRES.fullmatch(accuracy)
    ):
        raise LocationRefused("What your phone gave as its location cannot be read.")
    north, east, radius = float(latitude), float(longitude), math.ceil(float(accuracy))
    if not (SOUTH <= north <= NORTH and WEST <= east <= EAST):
        raise LocationRefused("Your phone says that it is not in Great Britain.")
    if radius > VAGUEST_M:
        raise LocationRefused("Your phone does not know where it is.")
    eastings, northings = bng.to_bng_cm(east, north)
    if not bng.in_great_britain(eastings, northings).all():
        raise LocationRefused("Your phone says that it is not in Great Britain.")
    return Location(int(eastings[0]), int(northings[0]), radius)


def distance_m(here: tuple[int, int], planned: tuple[int, int]) -> int:
    """Between two positions, to the nearest metre."""
    return round(math.dist(here, planned) / 100)


def judge(distance: int | None, accuracy: int | None, *, spacing_m: int) -> Verdict:
    """Rules 2 and 3. `distance` from the plan and `accuracy` in metres, None where unknown."""
    if distance is None:
        return Verdict.UNKNOWN
    if accuracy is None or accuracy > spacing_m:
        return Verdict.VAGUE
    return Verdict.FAR if 2 * (distance - accuracy) > spacing_m else Verdict.NEAR
