"""Street files read for counting only, and the made-up borough that the benchmarks count in.

The import checks, hashes, reports and stores; here nothing of that is done, so that the comparison
with a notebook is between two programs that do the same work.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from overt.hotspots.crimes.table import CrimeTable
from overt.hotspots.geo import bng

WANTED = ("Month", "Longitude", "Latitude", "Crime type")

# A margin in degrees, about a kilometre: no crime of the area is lost before it is projected.
_MARGIN = 0.01


def borough() -> shapely.MultiPolygon:
    """An area of about 90 km2 with 400 corners, BNG centimetres, where `generate` puts crimes."""
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    reach = 535_000 * (1 + 0.12 * np.sin(3 * angle) + 0.05 * np.sin(11 * angle))
    ring = np.column_stack([533_123_45 + reach * np.cos(angle), 165_432_10 + reach * np.sin(angle)])
    return shapely.MultiPolygon([shapely.Polygon(np.floor(ring))])


def read_table(paths: Sequence[Path], *, near: shapely.MultiPolygon | None = None) -> CrimeTable:
    """The located crimes of street files, plain or gzip, or only those near an area (BNG cm)."""
    rows = pl.scan_csv([str(path) for path in paths]).select(WANTED).drop_nulls()
    if near is not None:
        west, south, east, north = near.bounds
        longitude, latitude = bng.to_wgs84([west, east, west, east], [south, south, north, north])
        rows = rows.filter(
            pl.col("Longitude").is_between(longitude.min() - _MARGIN, longitude.max() + _MARGIN)
            & pl.col("Latitude").is_between(latitude.min() - _MARGIN, latitude.max() + _MARGIN)
        )
    frame = rows.collect()
    place = np.empty(frame.height, np.complex128)  # sorts and compares as a pair
    place.real, place.imag = frame["Longitude"].to_numpy(), frame["Latitude"].to_numpy()
    places, point = np.unique(place, return_inverse=True)
    easting, northing = bng.to_bng_cm(places.real, places.imag)
    months, categories = (sorted(frame[name].unique().to_list()) for name in (WANTED[0], WANTED[3]))
    return CrimeTable.build(
        easting=easting,
        northing=northing,
        months=months,
        categories=categories,
        month=frame["Month"].cast(pl.Enum(months)).to_physical().to_numpy(),
        category=frame["Crime type"].cast(pl.Enum(categories)).to_physical().to_numpy(),
        point=point,
    )
