"""Named points, such as stations: from a CSV with two coordinate columns, or GeoJSON points."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import geojson
from .geojson import Collection, Feature
from .source import Source, SourceError, read_source, refuse_what_is_not_text

NAME_LIMIT = 200
ROW_LIMIT = 200_000


@dataclass(frozen=True, order=True)
class NamedPoint:
    """Easting and northing in British National Grid (EPSG:27700), integer centimetres."""

    name: str
    easting: int
    northing: int


@dataclass(frozen=True)
class PlaceFile:
    """What a file of places holds, equal points once. `crs` says what it was in, in words."""

    name: str
    sha256: str
    crs: str
    points: tuple[NamedPoint, ...]


def read_places(path: Path, *, name_field: str, lon_field: str, lat_field: str) -> PlaceFile:
    """The points in a `.csv` or GeoJSON file (`.gz` too), in order of name.

    `lon_field` and `lat_field` name the columns of a CSV: longitude and latitude, or easting and
    northing in metres; the numbers say which. A GeoJSON file needs neither.

    Raises SourceError, one line that names file and line, for what cannot be placed in Great
    Britain under a name.
    """
    source = read_source(path, limit=geojson.FILE_LIMIT)
    if ".csv" in path.suffixes:
        features = tuple(_rows(source, lon_field, lat_field))
        if not features:
            raise SourceError(f"{source.name}: has no rows below its header")
        found = Collection(features, geojson.crs_of(source.name, features, None))
    else:
        found = geojson.read(source)
    points = set()
    for feature in found.features:
        name = geojson.text_of(source.name, feature, name_field, NAME_LIMIT)
        geometry = feature.geometry or {}
        kind = geometry.get("type", "feature without geometry")
        if kind != "Point":
            raise SourceError(
                f"{geojson.where(source.name, feature, name)}: is a {kind}, not a point: "
                "export the places as points"
            )
        ((easting, northing),) = geojson.to_grid(found.crs, [geometry["coordinates"]])
        points.add(NamedPoint(name, easting, northing))
    return PlaceFile(source.name, source.sha256, found.crs, tuple(sorted(points)))


def _rows(source: Source, lon_field: str, lat_field: str) -> Iterator[Feature]:
    refuse_what_is_not_text(source.name, source.content)
    text = io.StringIO(source.content.decode("utf-8-sig"), newline="")
    reader = csv.DictReader(text, strict=True)
    try:
        columns = reader.fieldnames or []
        for field in (lon_field, lat_field):
            if field not in columns:
                raise SourceError(
                    f"{source.name}: line 1: has no column {field!r}: choose --lon-field and "
                    f"--lat-field from those it has ({', '.join(columns)})"
                )
        for count, row in enumerate(reader):
            if count == ROW_LIMIT:
                raise SourceError(f"{source.name}: more than {ROW_LIMIT:,} rows: split the file")
            at = f"{source.name}: line {reader.line_num}"
            if None in row or None in row.values():
                raise SourceError(f"{at}: has more or fewer fields than the header")
            try:
                position = [float(row[lon_field]), float(row[lat_field])]
            except ValueError as error:
                raise SourceError(
                    f"{at}: {row[lon_field]!r}, {row[lat_field]!r} is not a position: "
                    "correct the two numbers, or remove the row"
                ) from error
            yield Feature(
                f"line {reader.line_num}", row, {"type": "Point", "coordinates": position}
            )
    except csv.Error as error:
        raise SourceError(f"{source.name}: line {reader.line_num}: not CSV: {error}") from error
