"""GeoJSON that somebody pastes: one polygon, in a system that is known for certain.

Rules
1. It is a Polygon, a Feature with one, or a FeatureCollection with one Feature with one; no holes.
2. Positions are longitude and latitude (WGS84) unless a `crs` member says EPSG:4326, CRS84 or
   EPSG:27700; any other system is refused by its name. The numbers must fit the system: nothing
   is guessed, but the refusal says what the numbers look like.
3. The first position is repeated at the end. Of each position the first two numbers count; a
   height is left out.
4. What two readers could read in two ways is refused: a name twice in one object, NaN, a number
   beyond every measure.
Whoever pastes is told which corner it is.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from overt.hotspots.areas import geojson
from overt.hotspots.geo import bng

from .exact import Position
from .problems import MOST_CORNERS, PlaceProblem, refuse_long

_SYSTEMS = {"4326": geojson.WGS84, "CRS84": geojson.WGS84, "27700": geojson.BNG}
_DIGITS = 20
# Web Mercator (EPSG:3857) over Great Britain, in metres: west, south, east, north.
_MERCATOR = (-1_010_000.0, 6_350_000.0, 240_000.0, 8_630_000.0)
# The National Grid, in metres, to its last centimetre.
_GRID = (0.0, 0.0, (bng.EAST_END_CM - 1) / 100, (bng.NORTH_END_CM - 1) / 100)


def polygon(text: str) -> list[Position]:
    """The corners of the one polygon in `text`, closed, BNG cm, in the order given.

    Raises PlaceProblem.
    """
    refuse_long(text)
    document = _object(_parsed(text), "GeoJSON")
    feature = _only_feature(document)
    geometry = _object(feature.get("geometry"), "its geometry") if feature else document
    if geometry.get("type") != "Polygon":
        raise PlaceProblem(f"holds {_a(geometry)}, not a Polygon: give one polygon")
    crs = _system([document, feature or {}, geometry])
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or not rings:
        raise PlaceProblem("holds a Polygon without corners")
    if len(rings) > 1:
        raise PlaceProblem("has a hole: a zone of recognition is one area without holes")
    ring = rings[0]
    if not isinstance(ring, list):
        raise PlaceProblem("the corners of its Polygon are not a list")
    if len(ring) > MOST_CORNERS + 1:
        raise PlaceProblem(f"has {len(ring):,} corners: give at most {MOST_CORNERS:,}")
    corners = [_corner(number, given, crs) for number, given in enumerate(ring, start=1)]
    if len(corners) < 4:
        raise PlaceProblem("a Polygon has at least three corners, and its first one again")
    if corners[0] != corners[-1]:
        raise PlaceProblem(
            "is not closed: repeat the first corner at the end, so that none can be missing"
        )
    return geojson.to_grid(crs, corners)


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_no_name_twice,
            parse_constant=_no_such_number,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise PlaceProblem(
            f"line {error.lineno}, character {error.colno}: is not JSON ({error.msg}): paste the "
            "whole of the GeoJSON"
        ) from error
    except RecursionError as error:
        raise PlaceProblem("is not JSON that can be read: it is nested too deeply") from error


def _no_name_twice(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise PlaceProblem(f"has {twice[:40]!r} twice in one object: remove one")
    return found


def _no_such_number(name: str) -> NoReturn:
    raise PlaceProblem(f"holds {name}, which is no number")


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise PlaceProblem(f"holds a number of {len(digits):,} figures")
    return int(digits)


def _only_feature(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The Feature of a Feature or FeatureCollection; None for a bare geometry."""
    if document.get("type") == "Feature":
        return document
    if document.get("type") != "FeatureCollection":
        return None
    members = document.get("features")
    if not isinstance(members, list):
        raise PlaceProblem('is a FeatureCollection without "features"')
    if len(members) != 1:
        raise PlaceProblem(f"holds {len(members):,} features: give one polygon")
    feature = _object(members[0], "its feature")
    if feature.get("type") != "Feature":
        raise PlaceProblem(f"holds {_a(feature)} where a Feature belongs")
    return feature


def _system(places: Sequence[Mapping[str, Any]]) -> str:
    declared = {_declared(place["crs"]) for place in places if place.get("crs") is not None}
    if len(declared) > 1:
        raise PlaceProblem("names two coordinate systems: leave one")
    return declared.pop() if declared else geojson.WGS84


def _declared(member: Any) -> str:
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name", properties.get("code")) if isinstance(properties, dict) else None
    text = str(name) if isinstance(name, str | int) else ""
    system = _SYSTEMS.get(re.split(r"[:/]", text)[-1])
    if system is None:
        raise PlaceProblem(
            f"is in the coordinate system {text[:60] or 'without a name'}: export it in EPSG:4326 "
            "or EPSG:27700"
        )
    return system


def _corner(number: int, given: Any, crs: str) -> tuple[float, float]:
    if (
        not isinstance(given, list)
        or len(given) < 2
        or any(type(value) not in (int, float) for value in given)
    ):
        raise PlaceProblem(f"corner {number}: is not a position of two numbers")
    x, y = float(given[0]), float(given[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise PlaceProblem(f"corner {number}: holds a number that is too large")
    problem = _misfit(x, y, crs)
    if problem:
        raise PlaceProblem(f"corner {number}: {given[0]}, {given[1]} {problem}")
    return x, y


def _misfit(x: float, y: float, crs: str) -> str:
    """What is wrong with a position in `crs`; "" when nothing is."""
    if _in(_MERCATOR, x, y):
        return "looks like Web Mercator (EPSG:3857): export it in EPSG:4326 or EPSG:27700"
    in_degrees = abs(x) <= 180 and abs(y) <= 90
    return _off_the_grid(x, y, in_degrees) if crs == geojson.BNG else _no_degrees(x, y, in_degrees)


def _off_the_grid(x: float, y: float, in_degrees: bool) -> str:
    if in_degrees:
        return "looks like longitude and latitude, but its crs is EPSG:27700: remove the crs"
    if _in(_GRID, x, y):
        return ""
    hint = ": looks like northing before easting, swap them" if _in(_GRID, y, x) else ""
    return f"lies outside the National Grid{hint}"


def _no_degrees(x: float, y: float, in_degrees: bool) -> str:
    if _in(geojson.GREAT_BRITAIN, x, y):
        return ""
    if _in(geojson.GREAT_BRITAIN, y, x):
        return "looks like latitude before longitude: GeoJSON has longitude first, swap them"
    if in_degrees:
        return "lies outside Great Britain"
    if _in(_GRID, x, y):
        return (
            "looks like easting and northing in metres: say so with a crs of EPSG:27700, or give "
            "the corners one to a line"
        )
    return "is no longitude and latitude"


def _in(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    west, south, east, north = box
    return west <= x <= east and south <= y <= north


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise PlaceProblem(f'{what} is no GeoJSON object with a "type"')
    return value


def _a(value: Mapping[str, Any]) -> str:
    kind = value["type"][:40]
    return f"an {kind}" if kind[:1] in "AEIOU" else f"a {kind}"
