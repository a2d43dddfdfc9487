"""Small analysis records for tests of what is made from them.

The real method on an invented borough that lies on the National Grid near Croydon, so that maps
look like maps. Its crimes come from a formula: the same record every time.
"""

import functools
import hashlib
import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from overt.hotspots.analysis import record as records
from overt.hotspots.analysis import run
from overt.hotspots.analysis.inputs import AnalysisInputs, AreaInput, Asked, BcuInput, SourceFile
from overt.hotspots.analysis.method import Method
from overt.hotspots.crimes.coverage import months_between
from overt.hotspots.crimes.table import CrimeTable
from overt.hotspots.geo import bng
from overt.policy import profiles
from tests.hotspots.crimes import street

MONTHS = months_between("2022-04", "2025-03")
ABSENT = "2023-06"
CENTRES = ((533_100, 165_900, 40), (531_700, 168_200, 24), (534_900, 163_800, 15))
RING = [
    (530_000, 163_000),
    (533_500, 161_500),
    (536_500, 162_800),
    (536_000, 166_500),
    (534_200, 167_000),
    (534_000, 169_500),
    (530_800, 169_800),
    (530_000, 163_000),
]
NEXT_DOOR = [(536_500, 162_800), (540_500, 163_000), (540_000, 167_000), (536_000, 166_500)]
CATEGORIES = ("Burglary", "Drugs", "Robbery", "Shoplifting", "Violence and sexual offences")
STEP_M = 90


def record(*, area_name: str = "Sample borough") -> dict[str, Any]:
    """A record with hot, tied, rising and edge cells, a missing month and a command unit."""
    result: dict[str, Any] = pickle.loads(_analysed())
    if result["area"]["name"] == area_name:
        return result
    result["area"]["name"] = area_name
    return sealed(result)


def boundary() -> list[Any]:
    """That of the record's area, without the analysis: polygons of closed rings, BNG cm."""
    return _area("Sample borough", RING).coordinates


def refused() -> dict[str, Any]:
    """A record of an analysis that was refused, for too few months: an answer too."""
    return pickle.loads(_refused())  # type: ignore[no-any-return]


def sealed(result: dict[str, Any]) -> dict[str, Any]:
    """The record with the digest that its content has."""
    return result | {"digest": records.digest_of(result)}


def canonical(result: Any) -> str:
    return records.canonical(result).decode()


def street_files(folder: Path) -> list[Path]:
    """The same crimes as files of data.police.uk, one for each month that is there."""
    table = _table(MONTHS)
    lon, lat = bng.to_wgs84(table.easting, table.northing)
    written = []
    for m, month in enumerate(table.months):
        rows = []
        for c, category in enumerate(table.categories):
            k = m * len(table.categories) + c
            rows += [
                street.crime(at=(f"{lon[p]:.6f}", f"{lat[p]:.6f}"), category=category, month=month)
                for p in table.point[table.start[k] : table.start[k + 1]]
            ]
        written.append(street.write(folder, rows, name=f"{month}-sample-street.csv"))
    return written


@functools.cache
def _analysed() -> bytes:
    # Read again for each test, several times as fast as a deep copy.
    return pickle.dumps(_run(months=36))


@functools.cache
def _refused() -> bytes:
    return pickle.dumps(_run(months=4))


def _run(*, months: int) -> dict[str, Any]:
    profile = profiles.load("met-2024-09")
    area = _area("Sample borough", RING)
    inputs = AnalysisInputs(
        area=area,
        bcu=BcuInput("Sample South", (area, _area("Next borough", NEXT_DOOR)), ()),
        asked=Asked(("sample",), CATEGORIES, MONTHS[-1], months),
        files=tuple(_file(month) for month in MONTHS[-months:] if month != ABSENT),
        table=_table(MONTHS[-months:]),
        policy_name=profile.name,
        policy_digest=profile.digest,
        unconfirmed=[
            {
                "field": "hotspots.reference_population",
                "status": "assumed",
                "source": "Not published; the default of Overt.",
            }
        ],
        software={"overt": "0.1.0", "method": "1"},
    )
    return run.analyse(inputs, method=Method.of_profile(profile))


def _area(name: str, ring: list[tuple[int, int]]) -> AreaInput:
    closed = [*ring, ring[0]] if ring[0] != ring[-1] else ring
    coordinates = [[[[e * 100, n * 100] for e, n in closed]]]
    return AreaInput(
        kind="borough",
        name=name,
        code="E09999999",
        coordinates=coordinates,
        boundary_sha256=hashlib.sha256(json.dumps(coordinates).encode()).hexdigest(),
        source_name="sample.geojson",
        source_sha256="a" * 64,
        shape=shapely.MultiPolygon([(coordinates[0][0], [])]),
    )


def _file(month: str) -> SourceFile:
    name = f"{month}-sample-street.csv"
    return SourceFile(name, hashlib.sha256(name.encode()).hexdigest(), "sample", month, 1_000)


def _table(months: tuple[str, ...]) -> CrimeTable:
    """Snap points on a slanted lattice; crimes thin out from three centres, one of them rising."""
    held = [month for month in months if month != ABSENT]
    points = [
        (e + (n // STEP_M % 7) * 11, n)
        for n in range(161_500, 170_000, STEP_M)
        for e in range(530_000, 540_500, STEP_M)
    ]
    rows: list[tuple[int, int, int]] = []
    for p, (e, n) in enumerate(points):
        for m, month in enumerate(held):
            late = 2.2 if month >= MONTHS[-3] else 1.0
            height = 0.12 + sum(
                peak * (late if i == 1 else 1.0) * math.exp(-((e - x) ** 2 + (n - y) ** 2) / 6e5)
                for i, (x, y, peak) in enumerate(CENTRES)
            )
            mixed = (p * 7919 + m * 104_729) % 1000
            whole = math.floor(height / 25 + mixed / 1000)
            rows += [(m, (p + m + k) % len(CATEGORIES), p) for k in range(whole)]
    month, category, point = (np.array(column) for column in zip(*rows, strict=True))
    return CrimeTable.build(
        easting=[e * 100 for e, _ in points],
        northing=[n * 100 for _, n in points],
        months=held,
        categories=CATEGORIES,
        month=month,
        category=category,
        point=point,
    )
