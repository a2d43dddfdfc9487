"""WGS84 longitude and latitude to and from British National Grid (EPSG:27700).

The pipeline is pinned in full: the seven-parameter Helmert transform that Ordnance Survey
publishes ("A guide to coordinate systems in Great Britain", section 6.6), on purpose without the
OSTN15 grid. Left to itself PROJ takes OSTN15 where the grid file is installed and this transform
where it is not, so the same file would give different bytes on different machines. The price is a
shift of about 2 m that is the same for neighbouring points and cannot change a ranking.

Positions are kept as integer centimetres.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyproj

PIPELINE = (
    "+proj=pipeline "
    "+step +proj=unitconvert +xy_in=deg +xy_out=rad "
    "+step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=airy "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 "
    "+x_0=400000 +y_0=-100000 +ellps=airy"
)

# The extent of the National Grid, in centimetres: outside it a position is not in Great Britain.
EAST_END_CM = 700_000_00
NORTH_END_CM = 1_300_000_00

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(PIPELINE)


def to_bng_cm(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Integers, Integers]:
    """Degrees (WGS84) to (easting, northing) in integer centimetres, each of shape (n,).

    Raises ValueError when a coordinate is not finite.
    """
    lon = np.atleast_1d(np.asarray(longitude, dtype=np.float64))
    lat = np.atleast_1d(np.asarray(latitude, dtype=np.float64))
    if lon.size == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise ValueError("a coordinate is not a finite number")
    easting, northing = _transformer().transform(lon, lat)
    return metres_to_cm(easting), metres_to_cm(northing)


def to_wgs84(easting_cm: npt.ArrayLike, northing_cm: npt.ArrayLike) -> tuple[Floats, Floats]:
    """(easting, northing) in centimetres to degrees (WGS84): longitude, latitude, shape (n,)."""
    easting = np.atleast_1d(np.asarray(easting_cm, dtype=np.float64)) / 100
    northing = np.atleast_1d(np.asarray(northing_cm, dtype=np.float64)) / 100
    if easting.size == 0:
        return np.empty(0), np.empty(0)
    lon, lat = _transformer().transform(easting, northing, direction="INVERSE")
    return lon, lat


def metres_to_cm(metres: npt.ArrayLike) -> Integers:
    """Metres to the nearest integer centimetre, halves up."""
    return np.floor(np.asarray(metres, dtype=np.float64) * 100 + 0.5).astype(np.int64)


def in_great_britain(easting_cm: Integers, northing_cm: Integers) -> npt.NDArray[np.bool_]:
    """Whether each position lies on the National Grid."""
    return (
        (easting_cm >= 0)
        & (easting_cm < EAST_END_CM)
        & (northing_cm >= 0)
        & (northing_cm < NORTH_END_CM)
    )
