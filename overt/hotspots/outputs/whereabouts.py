"""Where a place is, in words: its ward, and a station close by.

Only a help for reading: wards and stations are no part of the record, and change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from .geojson import Base, Record

# A short walk: within it the station's name says more than the ward's.
STATION_WITHIN_CM = 500_00


def with_places(
    record: Record, found: Sequence[Mapping[str, Any]], beneath: Base
) -> list[dict[str, Any]]:
    """Cells or circles of a record, each with `place`: words for its centre, "" if none."""
    words = of_points(
        record,
        [item["easting"] * 100 if "easting" in item else item["easting_cm"] for item in found],
        [item["northing"] * 100 if "northing" in item else item["northing_cm"] for item in found],
        beneath,
    )
    return [{**item, "place": place} for item, place in zip(found, words, strict=True)]


def of_points(
    record: Record, easting_cm: Sequence[int], northing_cm: Sequence[int], beneath: Base
) -> list[str]:
    """Words for positions in BNG centimetres, such as "Fairfield, near East Croydon"."""
    x, y = np.asarray(easting_cm, float), np.asarray(northing_cm, float)
    wards = [""] * x.size
    for name, shape in beneath.wards:
        for index in np.flatnonzero(shapely.intersects_xy(shape, x, y)):
            wards[index] = wards[index] or _without_area(name, record["area"]["name"])
    return [
        _joined(ward, _station_near(px, py, beneath))
        for ward, px, py in zip(wards, x, y, strict=True)
    ]


def _station_near(x: float, y: float, beneath: Base) -> str:
    distances = [
        ((easting - x) ** 2 + (northing - y) ** 2, name)
        for name, easting, northing in beneath.stations
    ]
    squared, name = min(distances, default=(float("inf"), ""))
    return name if squared <= STATION_WITHIN_CM**2 else ""


def _without_area(ward: str, area: str) -> str:
    """Names of wards that repeat between boroughs are imported with the borough's in front."""
    for start in (f"{area}, ", f"{area} "):
        if ward.startswith(start):
            return ward.removeprefix(start)
    return ward


def _joined(ward: str, station: str) -> str:
    if ward and station:
        return f"{ward}, near {station}"
    return ward or (f"near {station}" if station else "")
