"""Hotspots and the base of the maps as GeoJSON (RFC 7946): WGS84, six decimals (about 0.1 m)."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from overt.hotspots.analysis import grid
from overt.hotspots.geo import bng

Record = Mapping[str, Any]
Point = tuple[float, float]

DECIMALS = 6
CIRCLE_SIDES = 48

# The base is drawn, never measured: coarser than this the eye sees it at street level.
BASE_TOLERANCE_CM = 500


@dataclass(frozen=True)
class Base:
    """What the maps show beneath the hexagons, BNG centimetres.

    wards: name and MultiPolygon. stations: name, easting, northing.
    """

    wards: Sequence[tuple[str, shapely.MultiPolygon]] = ()
    stations: Sequence[tuple[str, int, int]] = ()


def hotspots(record: Record) -> dict[str, Any]:
    """All cells, the edge cells, the circles: each one polygon with flat properties.

    `kind` is "cell", "edge cell" (its centre lies outside the boundary: listed, never judged by
    the test) or "circle". A refused analysis has no features.
    """
    return {
        "type": "FeatureCollection",
        "analysis": record["digest"],
        "area": record["area"]["name"],
        "features": [
            *_hexagons(record, "cell", record["cells"], cell_properties),
            *_hexagons(record, "edge cell", record["edge_cells"], dict),
            *_circles(record),
        ],
    }


def base(record: Record, beneath: Base) -> dict[str, Any]:
    """The boundary, the wards that touch it (simplified to 5 m) and the stations near it."""
    boundary = boundary_of(record)
    near = boundary.buffer(50_000)
    features = [
        _feature(_polygons(shapely.simplify(boundary, BASE_TOLERANCE_CM)), {"kind": "boundary"})
    ]
    for name, shape in beneath.wards:
        if shape.intersection(boundary).area > 0:
            simple = shapely.simplify(shape, BASE_TOLERANCE_CM)
            features.append(_feature(_polygons(simple), {"kind": "ward", "name": name}))
    for name, easting, northing in beneath.stations:
        if near.contains(shapely.Point(easting, northing)):
            place = {"type": "Point", "coordinates": _positions([(easting, northing)])[0]}
            features.append(_feature(place, {"kind": "station", "name": name}))
    return {"type": "FeatureCollection", "features": features}


def boundary_of(record: Record) -> shapely.MultiPolygon:
    """The record's boundary in BNG centimetres."""
    return shapely.MultiPolygon(
        [(rings[0], rings[1:]) for rings in record["area"]["boundary"]],
    )


def dumps(collection: Mapping[str, Any]) -> bytes:
    """Compact UTF-8 JSON, keys in the order they were given."""
    return json.dumps(
        collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def _hexagons(
    record: Record,
    kind: str,
    cells: Sequence[Mapping[str, Any]],
    properties: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> Iterable[dict[str, Any]]:
    if not cells:
        return
    q, r = [cell["q"] for cell in cells], [cell["r"] for cell in cells]
    corners = grid.corners(q, r, width_cm=record["grid"]["width_cm"])
    ring = np.concatenate([corners, corners[:, :1]], axis=1)
    positions = _positions(ring.reshape(-1, 2))
    for i, cell in enumerate(cells):
        hexagon = {"type": "Polygon", "coordinates": [positions[i * 7 : i * 7 + 7]]}
        yield _feature(hexagon, {"kind": kind} | properties(cell))


def cell_properties(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell's facts as one flat row. What was not computed for a cell is left out."""
    row = {
        name: cell[name]
        for name in ("q", "r", "easting", "northing", "count", "rank", "class", "edge")
    }
    row |= {f"class_{name}": value for name, value in cell["classes"].items()}
    row["class_bcu"] = cell["bcu_class"]
    if spared := cell["without_enforcement"]:
        row["count_without_enforcement"] = spared["count"]
        row["class_without_enforcement"] = spared["class"]
    if stability := cell["stability"]:
        row["origins_hot"] = stability["origins"]
        row["variants_share"] = stability["share"]
        row["stability_band"] = stability["band"]
        row["displacement_hot"] = stability["displacement"]
    if rise := cell["rise"]:
        row["rise_class"] = rise["class"]
        row["rise_before"] = rise["n0"]
        row["rise_recent"] = rise["n1"]
        for name in ("ratio", "posterior", "p_exact", "q_bh"):
            row[f"rise_{name}"] = rise.get(name)
    return {name: value for name, value in row.items() if value is not None}


def _circles(record: Record) -> Iterable[dict[str, Any]]:
    for circle in record["circles"]:
        radius = circle["diameter_m"] * 50
        ring = [
            (
                circle["easting_cm"] + radius * math.cos(2 * math.pi * side / CIRCLE_SIDES),
                circle["northing_cm"] + radius * math.sin(2 * math.pi * side / CIRCLE_SIDES),
            )
            for side in [*range(CIRCLE_SIDES), 0]
        ]
        properties = {
            "kind": "circle",
            "rank": circle["rank"],
            "easting": circle["easting_cm"] / 100,
            "northing": circle["northing_cm"] / 100,
            "diameter_m": circle["diameter_m"],
            "count": circle["count"],
            "touches_hot": circle["touches_hot"],
            "note": circle["note"],
        }
        yield _feature({"type": "Polygon", "coordinates": [_positions(ring)]}, properties)


def _polygons(shape: shapely.Geometry) -> dict[str, Any]:
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    return {
        "type": "MultiPolygon",
        "coordinates": [
            [_positions(ring.coords) for ring in (part.exterior, *part.interiors)] for part in parts
        ],
    }


def _positions(points: Any) -> list[Point]:
    """BNG centimetres, shape (n, 2), to longitude and latitude pairs."""
    array = np.asarray(points, np.float64)
    lon, lat = bng.to_wgs84(array[:, 0], array[:, 1])
    return [
        (round(x, DECIMALS), round(y, DECIMALS))
        for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
    ]


def _feature(geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}
