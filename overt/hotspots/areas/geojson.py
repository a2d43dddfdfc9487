"""GeoJSON as police forces and the ONS hand it round: RFC 7946, or with the older `crs` member.

Reads the structure and settles the coordinate system; what a boundary must be is `boundary.py`'s.
Positions come out in British National Grid, integer centimetres.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from overt.hotspots.geo import bng

from .source import Source, SourceError, refuse_what_is_not_text

FILE_LIMIT = 256 << 20

BNG = "British National Grid (EPSG:27700)"
WGS84 = "longitude and latitude (WGS84)"

# Great Britain with its islands, in degrees: west, south, east, north.
GREAT_BRITAIN = (-9.0, 49.7, 2.1, 61.0)

_WGS84_NAMES = frozenset({"4326", "CRS84", "4258"})
_BNG_NAMES = frozenset({"27700", "7405"})

Position = tuple[int, int]


@dataclass(frozen=True)
class Feature:
    """`label` says where it stands in its file ("feature 3", or "line 4" of a CSV), as a person
    would look it up. `geometry` is as in the file."""

    label: str
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any] | None


@dataclass(frozen=True)
class Collection:
    """`crs` is BNG or WGS84."""

    features: tuple[Feature, ...]
    crs: str


def read(source: Source) -> Collection:
    """The features of a FeatureCollection, a Feature, or a bare geometry.

    Raises SourceError, naming file and feature, for what is not GeoJSON and for coordinates that
    are in no known system or not in the one that the file declares.
    """
    document = _document(source)
    features = tuple(_features(source.name, document))
    if not features:
        raise SourceError(f"{source.name}: holds no features")
    declared = _declared_crs(source.name, document)
    return Collection(features=features, crs=crs_of(source.name, features, declared))


def to_grid(crs: str, positions: Sequence[Sequence[float]]) -> list[Position]:
    """Positions (x, y, ...) in `crs` to (easting, northing) in integer centimetres."""
    array = np.array([(position[0], position[1]) for position in positions], np.float64)
    if crs == BNG:
        easting, northing = bng.metres_to_cm(array[:, 0]), bng.metres_to_cm(array[:, 1])
    else:
        easting, northing = bng.to_bng_cm(array[:, 0], array[:, 1])
    return list(zip(easting.tolist(), northing.tolist(), strict=True))


def text_of(name: str, feature: Feature, field: str, limit: int) -> str:
    """A property's text. Several fields, comma-separated, are joined with a comma and a space.

    Raises SourceError when the property is missing, empty, no text or longer than `limit`.
    """
    fields = [field] if field in feature.properties else [part.strip() for part in field.split(",")]
    values: list[str] = []
    for part in fields:
        if part not in feature.properties:
            there = ", ".join(sorted(feature.properties)) or "none"
            raise SourceError(
                f"{where(name, feature)}: has no property {part!r}: "
                f"choose one of those it has ({there})"
            )
        value = feature.properties[part]
        text = str(value).strip() if isinstance(value, str | int | float) else ""
        if not text or not text.isprintable():
            raise SourceError(f"{where(name, feature)}: its property {part!r} is empty or not text")
        values.append(text)
    joined = ", ".join(values)
    if len(joined) > limit:
        raise SourceError(f"{where(name, feature)}: {field!r} is longer than {limit} characters")
    return joined


def where(name: str, feature: Feature, title: str = "") -> str:
    """How an error names a feature: `file: feature 3 (Croydon)`."""
    return f"{name}: {feature.label}" + (f" ({title})" if title else "")


def _document(source: Source) -> Mapping[str, Any]:
    refuse_what_is_not_text(source.name, source.content)
    try:
        document = json.loads(source.content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{source.name}: line {error.lineno}: not JSON ({error.msg}): export it as GeoJSON"
        ) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{source.name}: not JSON that can be read: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise SourceError(f'{source.name}: not GeoJSON: there is no "type" at its top')
    return document


def _features(name: str, document: Mapping[str, Any]) -> Iterator[Feature]:
    if document["type"] == "FeatureCollection":
        members = document.get("features")
        if not isinstance(members, list):
            raise SourceError(f'{name}: not GeoJSON: a FeatureCollection without "features"')
    elif document["type"] == "Feature":
        members = [document]
    elif "coordinates" in document:
        members = [{"type": "Feature", "properties": {}, "geometry": document}]
    else:
        raise SourceError(f"{name}: a GeoJSON {document['type']} holds no boundaries or places")
    for number, member in enumerate(members, start=1):
        if not isinstance(member, dict) or member.get("type") != "Feature":
            raise SourceError(f"{name}: feature {number} is not a GeoJSON Feature")
        properties, geometry = member.get("properties") or {}, member.get("geometry")
        if not isinstance(properties, dict) or not isinstance(geometry, dict | None):
            raise SourceError(f"{name}: feature {number} is not a GeoJSON Feature")
        yield Feature(f"feature {number}", properties, geometry)


def _declared_crs(name: str, document: Mapping[str, Any]) -> str | None:
    """The system in the `crs` member of GeoJSON before RFC 7946, if there is one."""
    member = document.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    if not isinstance(properties, dict):
        raise SourceError(f'{name}: its "crs" cannot be read: reproject to EPSG:27700 or EPSG:4326')
    text = str(properties.get("name", properties.get("code", "")))
    last = re.split(r"[:/]", text)[-1]
    if last in _WGS84_NAMES:
        return WGS84
    if last in _BNG_NAMES:
        return BNG
    raise SourceError(
        f"{name}: is in the coordinate system {text or 'unnamed'}: "
        "reproject it to EPSG:27700 or EPSG:4326 and import again"
    )


def crs_of(name: str, features: Sequence[Feature], declared: str | None) -> str:
    """The system that the numbers are in, which must be the declared one, if one is.

    Raises SourceError for a position outside Great Britain, and where the two disagree.
    """
    found: str | None = None
    for feature in features:
        for x, y in _positions(name, feature):
            here = _crs_at(name, feature, x, y)
            if found is not None and here != found:
                raise SourceError(
                    f"{where(name, feature)}: is in {here}, the features before it in {found}: "
                    "export all of them in one coordinate system"
                )
            found = here
    if found is None:
        return declared or WGS84
    if declared is not None and declared != found:
        raise SourceError(
            f"{name}: declares {declared}, but its coordinates are {found}: correct its crs"
        )
    return found


def _crs_at(name: str, feature: Feature, x: float, y: float) -> str:
    west, south, east, north = GREAT_BRITAIN
    at = where(name, feature)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise SourceError(f"{at}: has a coordinate that is not a number: export the file again")
    if abs(x) <= 180 and abs(y) <= 90:
        if west <= x <= east and south <= y <= north:
            return WGS84
        if west <= y <= east and south <= x <= north:
            raise SourceError(
                f"{at}: has latitude before longitude ({x}, {y}): GeoJSON has longitude first, "
                "swap them"
            )
        raise SourceError(f"{at}: lies outside Great Britain, at longitude {x}, latitude {y}")
    if 0 <= x < bng.EAST_END_CM / 100 and 0 <= y < bng.NORTH_END_CM / 100:
        return BNG
    if -1_002_000 <= x <= 234_000 and 6_350_000 <= y <= 8_630_000:
        raise SourceError(
            f"{at}: its coordinates look like Web Mercator (EPSG:3857): "
            "reproject to EPSG:27700 or EPSG:4326"
        )
    raise SourceError(
        f"{at}: the position ({x}, {y}) is neither longitude and latitude nor on the British "
        "National Grid: reproject to EPSG:27700 or EPSG:4326"
    )


def _positions(name: str, feature: Feature) -> Iterator[tuple[float, float]]:
    """Every position of a feature's geometry, at whatever depth its type puts them."""
    geometry = feature.geometry or {}
    waiting: list[Any] = [geometry["coordinates"]] if "coordinates" in geometry else []
    while waiting:
        item = waiting.pop()
        if not isinstance(item, list):
            raise SourceError(f"{where(name, feature)}: its coordinates are not GeoJSON")
        if item and not isinstance(item[0], list):
            if len(item) < 2 or not all(type(number) in (int, float) for number in item):
                raise SourceError(
                    f"{where(name, feature)}: has a position that is not two numbers: {item!r:.60}"
                )
            try:
                yield float(item[0]), float(item[1])
            except OverflowError as error:
                raise SourceError(
                    f"{where(name, feature)}: has a coordinate that is far too large: "
                    "export the file again"
                ) from error
        else:
            waiting.extend(reversed(item))
