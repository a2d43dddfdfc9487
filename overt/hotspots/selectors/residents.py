"""Residents of small areas, from the imported boundaries and population table."""

import hashlib
import io

import polars as pl

from overt.hotspots.analysis.residents import Residents, spread
from overt.hotspots.areas import boundary
from overt.hotspots.models import Area, AreaTable
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.models.tables import TableKind
from overt.hotspots.storage import read_blob

from .crimes import Bounds


def residents_within(bounds_cm: Bounds, *, until: str) -> Residents | None:
    """Residents in and around the bounds (BNG cm) by the latest small-area population table.

    The year is the latest that the table has up to the year of `until` (YYYY-MM), else its first.
    None when no small-area boundaries, or no residents for them, are imported.
    Raises StoredFileChanged.
    """
    west, south, east, north = bounds_cm
    areas = list(
        Area.objects.filter(
            kind=AreaKind.LSOA,
            is_current=True,
            east__gte=west,
            west__lte=east,
            north__gte=south,
            south__lte=north,
        )
        .exclude(code="")
        .order_by("code")
    )
    if not areas:
        return None
    for table in AreaTable.objects.filter(kind=TableKind.POPULATION).order_by("-pk"):
        found = _from_table(table, areas, int(until[:4]))
        if found is not None:
            return found
    return None


def _from_table(table: AreaTable, areas: list[Area], latest: int) -> Residents | None:
    frame = pl.read_parquet(io.BytesIO(read_blob(table.stored_as, table.stored_sha256)))
    frame = frame.filter(
        (pl.col("level") == "lsoa") & pl.col("area_code").is_in([area.code for area in areas])
    )
    if frame.is_empty():
        return None
    years = frame["year"].unique().sort().to_list()
    year = max((y for y in years if y <= latest), default=years[0])
    frame = frame.filter(pl.col("year") == year)
    people = dict(zip(frame["area_code"].to_list(), frame["residents"].to_list(), strict=True))
    known = [area for area in areas if area.code in people]
    lines = "".join(f"{area.code}\t{area.boundary_sha256}\n" for area in known)
    easting, northing, numbers = spread(
        [boundary.to_shapely(area.boundary) for area in known],
        [people[area.code] for area in known],
    )
    return Residents(
        table=table.name,
        table_sha256=table.sha256,
        year=year,
        boundaries_sha256=hashlib.sha256(lines.encode()).hexdigest(),
        areas=len(known),
        easting=easting,
        northing=northing,
        people=numbers,
    )
