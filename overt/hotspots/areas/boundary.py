"""Boundaries: read from GeoJSON, checked, and put into one form so that equal shapes are equal.

The normal form of a boundary is a MultiPolygon in British National Grid (EPSG:27700), integer
centimetres:
1. rings closed, consecutive equal points removed;
2. outer rings anticlockwise, holes clockwise;
3. each ring starts at its least (easting, northing);
4. holes by their points, then polygons by their points, in ascending order.
Its canonical JSON (no spaces) is what is stored, and what `boundary_sha256` is over.

Nothing is repaired: a boundary that crosses itself is an error that says where, because any repair
would decide which side of a line an address is on.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Polygon
from shapely.validation import explain_validity

from overt.hotspots.geo import bng

from . import geojson
from .geojson import Feature, Position
from .source import SourceError, read_source

Ring = list[list[int]]
Coordinates = list[list[Ring]]
"""Polygons, each a list of rings (the outer one first), each a list of [easting, northing]."""

NAME_LIMIT = 120
CODE_LIMIT = 20


@dataclass(frozen=True)
class Boundary:
    """One area. `bbox` is (west, south, east, north) in centimetres."""

    name: str
    code: str
    coordinates: Coordinates
    sha256: str
    bbox: tuple[int, int, int, int]

    @property
    def document(self) -> str:
        """The canonical JSON of the coordinates."""
        return _document(self.coordinates)


@dataclass(frozen=True)
class BoundaryFile:
    """What a file of boundaries holds. `crs` says what it was in, in words."""

    name: str
    sha256: str
    crs: str
    boundaries: tuple[Boundary, ...]


def read_boundaries(path: Path, *, name_field: str, code_field: str = "") -> BoundaryFile:
    """The boundaries in a GeoJSON file (`.gz` too), in WGS84 or on the British National Grid.

    `name_field` is the property that holds the name; several, with commas between them, are
    joined ("Abbey, Camden") for names that are unique only within another area. `code_field`, if
    given, holds the code.

    Raises SourceError, one line that names file and feature, for anything that is not a set of
    valid, distinct, named polygons in Great Britain.
    """
    source = read_source(path, limit=geojson.FILE_LIMIT)
    collection = geojson.read(source)
    boundaries: list[Boundary] = []
    first_with: dict[str, str] = {}
    for feature in collection.features:
        name = geojson.text_of(source.name, feature, name_field, NAME_LIMIT)
        code = geojson.text_of(source.name, feature, code_field, CODE_LIMIT) if code_field else ""
        if name in first_with:
            raise SourceError(
                f"{geojson.where(source.name, feature, name)}: has the same name as "
                f"{first_with[name]}: name a field that is unique, or several with commas between"
            )
        first_with[name] = feature.label
        polygons = _polygons(source.name, feature, name, collection.crs)
        _refuse_invalid(geojson.where(source.name, feature, name), polygons)
        boundaries.append(_boundary(name, code, polygons))
    return BoundaryFile(source.name, source.sha256, collection.crs, tuple(boundaries))


def to_shapely(boundary_json: str) -> MultiPolygon:
    """A stored boundary (canonical JSON) as a shapely MultiPolygon in BNG centimetres."""
    coordinates = cast(Coordinates, json.loads(boundary_json))
    return MultiPolygon([(polygon[0], polygon[1:]) for polygon in coordinates])


def of_document(name: str, code: str, boundary_json: str) -> Boundary:
    """A stored boundary (canonical JSON) as a Boundary again."""
    return _of_coordinates(name, code, cast(Coordinates, json.loads(boundary_json)))


def union(name: str, code: str, boundary_jsons: Iterable[str]) -> Boundary:
    """Stored boundaries merged into one, such as boroughs into their BCU.

    The overlay runs on the grid of whole centimetres (GEOS snap rounding with grid size 1), so
    its result has integer coordinates without any rounding afterwards. Boundaries that share their
    edges point for point, as those of one publisher do, leave neither gaps nor slivers; where they
    do not, the gaps stay, because filling them would invent land.
    """
    merged = shapely.union_all([to_shapely(item) for item in boundary_jsons], grid_size=1.0)
    polygons = [part for part in shapely.get_parts(merged) if isinstance(part, Polygon)]
    return _boundary(name, code, [_points(polygon) for polygon in polygons])


def _polygons(name: str, feature: Feature, title: str, crs: str) -> list[list[list[Position]]]:
    at = geojson.where(name, feature, title)
    geometry = feature.geometry or {}
    kind, given = geometry.get("type", "feature without geometry"), geometry.get("coordinates", [])
    if kind not in ("Polygon", "MultiPolygon"):
        raise SourceError(f"{at}: is a {kind}, not a polygon: export the boundary as polygons")
    parts = [given] if kind == "Polygon" else given
    if not parts or not all(parts):
        raise SourceError(f"{at}: is an empty polygon")
    return [[_ring(at, crs, ring) for ring in part] for part in parts]


def _ring(at: str, crs: str, ring: Sequence[Any]) -> list[Position]:
    if not all(isinstance(item, list) and item and not isinstance(item[0], list) for item in ring):
        raise SourceError(f"{at}: its rings are not lists of positions")
    if len(ring) < 4:
        raise SourceError(f"{at}: a ring has {len(ring)} positions, and needs at least 4")
    if ring[0][:2] != ring[-1][:2]:
        raise SourceError(
            f"{at}: a ring is not closed: it starts at {ring[0][:2]} and ends at {ring[-1][:2]}"
        )
    return geojson.to_grid(crs, ring)


def _refuse_invalid(at: str, polygons: Sequence[Sequence[Sequence[Position]]]) -> None:
    shape = MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons])
    if shape.is_valid:
        return
    if any(MultiPoint(ring).convex_hull.area == 0 for polygon in polygons for ring in polygon):
        raise SourceError(f"{at}: a ring has no area: remove it, or export the boundary again")
    explanation = explain_validity(shape)
    found = re.fullmatch(r"(?P<what>[^\[]+)\[(?P<e>\S+) (?P<n>\S+)\]", explanation)
    if found is None:
        raise SourceError(f"{at}: is not a valid boundary: {explanation}: correct it in a GIS")
    easting, northing = float(found["e"]), float(found["n"])
    longitude, latitude = bng.to_wgs84(easting, northing)
    raise SourceError(
        f"{at}: {_PLAIN.get(found['what'], found['what'])} at easting {easting / 100:.2f} m, "
        f"northing {northing / 100:.2f} m (longitude {longitude[0]:.6f}, latitude "
        f"{latitude[0]:.6f}): correct it in a GIS and import again"
    )


# GEOS's words for what is wrong, said plainly.
_PLAIN = {
    "Self-intersection": "edges cross (self-intersection)",
    "Ring Self-intersection": "a ring touches or crosses itself",
    "Hole lies outside shell": "a hole lies outside its polygon",
    "Nested shells": "one polygon lies inside another",
    "Nested holes": "one hole lies inside another",
    "Duplicate Rings": "two rings are the same",
    "Interior is disconnected": "holes cut the polygon in two",
}


def _boundary(name: str, code: str, polygons: Sequence[Sequence[Sequence[Position]]]) -> Boundary:
    coordinates: Coordinates = sorted(
        [
            _normal(polygon[0], anticlockwise=True),
            *sorted(_normal(hole, anticlockwise=False) for hole in polygon[1:]),
        ]
        for polygon in polygons
    )
    return _of_coordinates(name, code, coordinates)


def _of_coordinates(name: str, code: str, coordinates: Coordinates) -> Boundary:
    shells = np.array([point for polygon in coordinates for point in polygon[0]], np.int64)
    west, south = shells.min(axis=0).tolist()
    east, north = shells.max(axis=0).tolist()
    digest = hashlib.sha256(_document(coordinates).encode()).hexdigest()
    return Boundary(name, code, coordinates, digest, (west, south, east, north))


def _normal(ring: Sequence[Position], *, anticlockwise: bool) -> Ring:
    """A ring without repeats, in the wanted direction, from its least point, closed."""
    points = [point for i, point in enumerate(ring[:-1]) if point != ring[i + 1]]
    if (_twice_area(ring) > 0) != anticlockwise:
        points.reverse()
    start = points.index(min(points))
    return [list(point) for point in (*points[start:], *points[: start + 1])]


def _twice_area(ring: Sequence[Position]) -> int:
    """Twice the signed area in square centimetres, exact: positive when anticlockwise."""
    return sum(e0 * n1 - e1 * n0 for (e0, n0), (e1, n1) in pairwise(ring))


def _points(polygon: Polygon) -> list[list[Position]]:
    rings = [polygon.exterior, *polygon.interiors]
    return [[(int(e), int(n)) for e, n in ring.coords] for ring in rings]


def _document(coordinates: Coordinates) -> str:
    return json.dumps(coordinates, separators=(",", ":"))
