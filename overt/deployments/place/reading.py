"""What a planner types or pastes becomes positions: British National Grid, integer centimetres.

Rules
1. A position on a line of text is `latitude, longitude` in degrees, or `easting northing` in
   metres, or an Ordnance Survey grid reference of ten figures (`TQ 32345 65432`), which names the
   south-west corner of its square metre. A shorter reference names a larger square: which point of
   it is meant is not guessed.
2. Every position lies on the National Grid, in Great Britain.
3. A ring is closed here if it was not, loses corners that repeat the one before, runs
   anticlockwise and begins at its least corner: so equal zones are equal.
4. A circle is a polygon of 32 corners on it.
5. GeoJSON is `pasted.py`'s.
6. A ring has 3 to 1,000 corners; a text has at most 200,000 characters, and is not looked at
   beyond that.
Nothing is repaired: what crosses itself is for `checks.py` to refuse.
"""

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from overt.deployments.papers.grid_reference import grid_reference
from overt.hotspots.areas import geojson
from overt.hotspots.geo import bng

from . import pasted
from .exact import Position
from .problems import MOST_CHARACTERS, MOST_CORNERS, PlaceProblem, refuse_long

__all__ = [
    "CIRCLE_CORNERS",
    "MOST_CHARACTERS",
    "MOST_CORNERS",
    "PlaceProblem",
    "Position",
    "Ring",
    "normal",
    "read_circle",
    "read_geojson",
    "read_points",
    "read_ring",
    "to_geojson",
    "write_points",
    "write_ring",
]

Ring = tuple[Position, ...]

CIRCLE_CORNERS = 32
MOST_RADIUS_M = 5_000

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{0,12})?", re.ASCII)
_REFERENCE = re.compile(r"([A-Z]{2}) ?(?:([0-9]{5}) ?([0-9]{5})|[0-9]{1,9} ?[0-9]{0,9})", re.ASCII)
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-"})
_SQUARE_CM = 100_000_00


def read_points(text: str) -> Ring:
    """One position for each line of `text`; blank lines do not count. Raises PlaceProblem."""
    refuse_long(text)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_CORNERS:
        raise PlaceProblem(f"has {len(lines):,} positions: give at most {MOST_CORNERS:,}")
    return tuple(_position(number, " ".join(line.split())) for number, line in lines)


def read_ring(text: str) -> Ring:
    """The ring through the positions in `text`, in its normal form. Raises PlaceProblem."""
    return normal(read_points(text))


def read_circle(centre: str, radius_m: float) -> Ring:
    """The ring of rule 4. `centre` is one position. Raises PlaceProblem."""
    points = read_points(centre)
    if len(points) != 1:
        raise PlaceProblem("give the centre as one position")
    if not 1 <= radius_m <= MOST_RADIUS_M:
        raise PlaceProblem(f"give a radius from 1 to {MOST_RADIUS_M:,} m")
    ((easting, northing),) = points
    steps = [2 * math.pi * step / CIRCLE_CORNERS for step in range(CIRCLE_CORNERS)]
    return normal(
        [
            (
                easting + round(100 * radius_m * math.cos(angle)),
                northing + round(100 * radius_m * math.sin(angle)),
            )
            for angle in steps
        ]
    )


def read_geojson(text: str) -> Ring:
    """The ring of the one polygon in `text`. Raises PlaceProblem."""
    return normal(pasted.polygon(text))


def write_points(points: Sequence[Position]) -> str:
    """Positions as `latitude, longitude` lines; eight decimals, so that reading gives them back."""
    if not points:
        return ""
    lon, lat = bng.to_wgs84([e for e, _ in points], [n for _, n in points])
    return "\n".join(f"{y:.8f}, {x:.8f}" for x, y in zip(lon, lat, strict=True))


def write_ring(ring: Sequence[Position]) -> str:
    """The corners of a ring, each once."""
    return write_points(ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring)


def to_geojson(ring: Sequence[Position]) -> dict[str, object]:
    """The ring as a GeoJSON Polygon in WGS84, for maps."""
    lon, lat = bng.to_wgs84([e for e, _ in ring], [n for _, n in ring])
    corners = [[round(x, 8), round(y, 8)] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    return {"type": "Polygon", "coordinates": [corners]}


def normal(points: Sequence[Position]) -> Ring:
    """Rules 3 and 6. Raises PlaceProblem."""
    corners = list(points)
    if corners and corners[0] == corners[-1]:
        corners.pop()
    corners = [point for i, point in enumerate(corners) if i == 0 or point != corners[i - 1]]
    if len(corners) < 3:
        raise PlaceProblem("give at least three different corners")
    if len(corners) > MOST_CORNERS:
        raise PlaceProblem(f"has {len(corners):,} corners: give at most {MOST_CORNERS:,}")
    turned = sum(e0 * n1 - e1 * n0 for (e0, n0), (e1, n1) in pairwise([*corners, corners[0]]))
    if turned < 0:
        corners.reverse()
    first = corners.index(min(corners))
    ring = [*corners[first:], *corners[:first]]
    return (*ring, ring[0])


def _position(number: int, line: str) -> Position:
    reference = _REFERENCE.fullmatch(line.upper())
    if reference is not None:
        return _of_reference(number, *reference.groups())
    parts = [part for part in re.split(r"[,; ]+", line.translate(_MINUS)) if part]
    if len(parts) != 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise PlaceProblem(
            f"line {number}: {line[:60]!r} is no position: write latitude, longitude; easting and "
            "northing in metres; or a grid reference"
        )
    first, second = (float(part) for part in parts)
    if abs(first) <= 90 and abs(second) <= 180:
        return _of_degrees(number, first, second)
    return _on_the_grid(number, int(bng.metres_to_cm(first)), int(bng.metres_to_cm(second)))


def _of_degrees(number: int, latitude: float, longitude: float) -> Position:
    west, south, east, north = geojson.GREAT_BRITAIN
    if not (south <= latitude <= north and west <= longitude <= east):
        swapped = south <= longitude <= north and west <= latitude <= east
        hint = ": looks like longitude before latitude, swap them" if swapped else ""
        raise PlaceProblem(
            f"line {number}: {latitude}, {longitude} lies outside Great Britain{hint}"
        )
    easting, northing = bng.to_bng_cm([longitude], [latitude])
    return int(easting[0]), int(northing[0])


def _on_the_grid(number: int, easting: int, northing: int) -> Position:
    if not (0 <= easting < bng.EAST_END_CM and 0 <= northing < bng.NORTH_END_CM):
        swapped = 0 <= northing < bng.EAST_END_CM and 0 <= easting < bng.NORTH_END_CM
        hint = ": looks like northing before easting, swap them" if swapped else ""
        raise PlaceProblem(
            f"line {number}: easting {easting / 100:.2f} m, northing {northing / 100:.2f} m lies "
            f"outside the National Grid{hint}"
        )
    return easting, northing


def _of_reference(number: int, letters: str, east: str | None, north: str | None) -> Position:
    if east is None or north is None:
        raise PlaceProblem(
            f"line {number}: a grid reference has five figures each way, to the metre, as "
            "TQ 32345 65432"
        )
    if letters not in _SQUARES:
        raise PlaceProblem(f"line {number}: {letters} is no square of the National Grid")
    easting, northing = _SQUARES[letters]
    return easting + int(east) * 100, northing + int(north) * 100


# The south-west corner of each square of 100 km, by its letters.
_SQUARES = {
    grid_reference(east * _SQUARE_CM, north * _SQUARE_CM)[:2]: (
        east * _SQUARE_CM,
        north * _SQUARE_CM,
    )
    for east in range(bng.EAST_END_CM // _SQUARE_CM)
    for north in range(bng.NORTH_END_CM // _SQUARE_CM)
}
