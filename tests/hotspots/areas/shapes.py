"""Small boundaries to write to files: a square kilometre in Croydon, in both systems."""

import gzip
import json
from pathlib import Path
from typing import Any

Ring = list[list[float]]

SQUARE: Ring = [[532000, 165000], [533000, 165000], [533000, 166000], [532000, 166000]]
DEGREES: Ring = [[-0.10, 51.37], [-0.08, 51.37], [-0.08, 51.38], [-0.10, 51.38]]
BNG_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}


def closed(ring: Ring) -> Ring:
    return [*ring, ring[0]]


def feature(rings: list[Ring], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"NAME": "Square", **properties},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def collection(*features: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def write(path: Path, document: object) -> Path:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path
