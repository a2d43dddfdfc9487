"""The function that a trigger on SQLite asks whether two zones meet.

PostgreSQL answers that itself (`polygon && polygon`). A program that opens the SQLite file without
this function cannot write a booking of a zone at all: the trigger then fails, and nothing is
written.
"""

import re
from typing import Any

import shapely
from django.db.backends.base.base import BaseDatabaseWrapper

NAME = "overt_zones_meet"
_POINT = re.compile(r"\((-?[0-9]+),(-?[0-9]+)\)")
_ZONE = re.compile(r"\((\(-?[0-9]+,-?[0-9]+\),){2,}\(-?[0-9]+,-?[0-9]+\)\)")


def zone_text(ring: list[list[int]]) -> str:
    """A ring in BNG centimetres in the text form of PostgreSQL's polygons: ((e,n),(e,n),…)."""
    points = ring[:-1] if ring[0] == ring[-1] else ring
    return "(" + ",".join(f"({easting},{northing})" for easting, northing in points) + ")"


def zones_meet(first: str, second: str) -> bool:
    """Whether two zones share a point. Raises ValueError unless `zone_text` spelled both."""
    one, other = (_polygon(text) for text in (first, second))
    return bool(one.intersects(other))


def _polygon(text: str) -> shapely.Polygon:
    if not _ZONE.fullmatch(text):
        raise ValueError("this is not the text of a zone")
    return shapely.Polygon([(int(e), int(n)) for e, n in _POINT.findall(text)])


def add_function(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give every new connection to SQLite the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(NAME, 2, zones_meet, deterministic=True)
