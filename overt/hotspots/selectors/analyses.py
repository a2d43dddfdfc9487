"""Reads of analyses, and of what their maps are drawn on."""

import json
from typing import Any

import shapely
from django.core.paginator import Page, Paginator

from overt.hotspots.areas import boundary
from overt.hotspots.models import Analysis, Area, Place
from overt.hotspots.models.areas import AreaKind, PlaceKind
from overt.hotspots.outputs.geojson import Base, Record

PER_PAGE = 25

# Stations a little outside the boundary help to find one's way.
STATIONS_WITHIN_CM = 50_000


def page(number: str | int | None) -> Page[Analysis]:
    """Analyses, newest first, without their records, which can be large."""
    found = Analysis.objects.select_related("area", "requested_by").defer(
        "record", "area__boundary"
    )
    return Paginator(found, PER_PAGE).get_page(number)


def record_of(analysis: Analysis) -> dict[str, Any]:
    """The analysis record (analysis.json) of one that is done or refused."""
    record: dict[str, Any] = json.loads(analysis.record)
    return record


def cell_of(record: Record, q: int, r: int) -> dict[str, Any] | None:
    """The cell (q, r) of a record, None when it is not one of its cells."""
    return next((cell for cell in record["cells"] if (cell["q"], cell["r"]) == (q, r)), None)


def base_of(record: Record) -> Base:
    """The current wards and stations round the record's area."""
    west, south, east, north = shapely.MultiPolygon(
        [(rings[0], rings[1:]) for rings in record["area"]["boundary"]]
    ).bounds
    wards = Area.objects.filter(
        kind=AreaKind.WARD,
        is_current=True,
        east__gte=west,
        west__lte=east,
        north__gte=south,
        south__lte=north,
    ).order_by("name")
    stations = Place.objects.filter(
        kind=PlaceKind.STATION,
        easting__range=(west - STATIONS_WITHIN_CM, east + STATIONS_WITHIN_CM),
        northing__range=(south - STATIONS_WITHIN_CM, north + STATIONS_WITHIN_CM),
    ).order_by("name", "easting", "northing")
    return Base(
        wards=[(ward.name, boundary.to_shapely(ward.boundary)) for ward in wards],
        stations=[(place.name, place.easting, place.northing) for place in stations],
    )
