"""Roads: lines from GeoJSON, put into one form so that equal roads are equal.

The normal form of a line: British National Grid (EPSG:27700), integer centimetres, repeated points
removed, in the direction that begins with the lesser (easting, northing). Its canonical JSON (no
spaces) is what is stored, and what `line_sha256` is over. A MultiLineString is several roads of one
name.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import geojson
from .geojson import Collection, Feature, Position
from .source import SourceError, read_source

NAME_LIMIT = 200
KIND_LIMIT = 60
POINT_LIMIT = 20_000

# Classes of OpenStreetMap and of Ordnance Survey's open roads on which nobody walks.
NOT_WALKED = frozenset({"motorway", "motorway_link", "construction", "proposed", "bus_guideway"})


@dataclass(frozen=True, order=True)
class RoadLine:
    """`name` and `kind` are "" where the file gives none; `positions` in the normal form."""

    name: str
    kind: str
    positions: tuple[Position, ...]

    @property
    def document(self) -> str:
        """The canonical JSON of the positions."""
        return json.dumps(self.positions, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()

    @property
    def bbox(self) -> tuple[int, int, int, int]:
        """West, south, east, north, in centimetres."""
        easts, norths = zip(*self.positions, strict=True)
        return min(easts), min(norths), max(easts), max(norths)


@dataclass(frozen=True)
class RoadFile:
    """What a file of roads holds, equal roads once. `crs` says what it was in, in words."""

    name: str
    sha256: str
    crs: str
    roads: tuple[RoadLine, ...]


def read_roads(path: Path, *, name_field: str, kind_field: str = "") -> RoadFile:
    """The roads in a GeoJSON file (`.gz` too), in order of name.

    `name_field` is the property that holds the name, and `kind_field` the class, such as "footway";
    "" for none. A road without a value is kept.

    Raises SourceError, one line that names file and feature, for anything that is not a set of
    lines in Great Britain.
    """
    source = read_source(path, limit=geojson.FILE_LIMIT)
    collection = geojson.read(source)
    roads = {
        RoadLine(
            _text(source.name, feature, name_field, NAME_LIMIT),
            _text(source.name, feature, kind_field, KIND_LIMIT),
            _points(source.name, feature, collection.crs, part),
        )
        for feature in collection.features
        for part in _parts(source.name, feature)
    }
    _refuse_unknown(source.name, collection, name_field, kind_field)
    return RoadFile(source.name, source.sha256, collection.crs, tuple(sorted(roads)))


def read_line(document: str) -> tuple[Position, ...]:
    """The positions of a stored line (canonical JSON)."""
    return tuple((easting, northing) for easting, northing in json.loads(document))


def _refuse_unknown(name: str, collection: Collection, *fields: str) -> None:
    """A field that no road has is a slip of the pen, and would leave every road without a name."""
    there = {key for feature in collection.features for key in feature.properties}
    for field in fields:
        if field and field not in there:
            raise SourceError(
                f"{name}: no road has a property {field!r}: choose one of those they have "
                f"({', '.join(sorted(there)) or 'none'}), or '' for none"
            )


def _text(name: str, feature: Feature, field: str, limit: int) -> str:
    if not field or feature.properties.get(field) in (None, ""):
        return ""
    return geojson.text_of(name, feature, field, limit)


def _parts(name: str, feature: Feature) -> Iterator[list[Any]]:
    geometry = feature.geometry or {}
    kind, given = geometry.get("type", "feature without geometry"), geometry.get("coordinates")
    if kind not in ("LineString", "MultiLineString"):
        raise SourceError(
            f"{geojson.where(name, feature)}: is a {kind}, not a line: export the roads as lines"
        )
    parts = [given] if kind == "LineString" else given
    if not isinstance(parts, list) or not parts or not all(isinstance(p, list) for p in parts):
        raise SourceError(f"{geojson.where(name, feature)}: is a line without points")
    yield from parts


def _points(name: str, feature: Feature, crs: str, part: list[Any]) -> tuple[Position, ...]:
    at = geojson.where(name, feature)
    if not all(isinstance(item, list) and item and not isinstance(item[0], list) for item in part):
        raise SourceError(f"{at}: its line is not a list of positions")
    if len(part) > POINT_LIMIT:
        raise SourceError(f"{at}: has {len(part):,} points: split it, at most {POINT_LIMIT:,} each")
    given = geojson.to_grid(crs, part) if part else []
    points = [point for i, point in enumerate(given) if i == 0 or point != given[i - 1]]
    if len(points) < 2:
        raise SourceError(f"{at}: is a line of one point or none: remove it")
    return min(tuple(points), tuple(reversed(points)))
