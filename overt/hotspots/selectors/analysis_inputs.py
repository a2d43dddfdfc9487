"""Builds what an analysis is made from, out of the database and the store."""

from collections.abc import Mapping, Sequence

import numpy
import pyproj
import scipy
import shapely

import overt
from overt.hotspots.analysis.inputs import AnalysisInputs, AreaInput, Asked, BcuInput, SourceFile
from overt.hotspots.analysis.method import unconfirmed
from overt.hotspots.areas import boundary, facts
from overt.hotspots.models import Area, CrimeRelease
from overt.hotspots.models.areas import AreaKind
from overt.policy.document import Profile

from . import crimes
from .crimes import Bounds
from .residents import residents_within

# Raised when the same inputs would give another record: part of every record's digest.
METHOD_VERSION = "1"


def software() -> dict[str, str]:
    """The versions that can change a record's bytes."""
    return {
        "overt": overt.__version__,
        "method": METHOD_VERSION,
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "proj": pyproj.proj_version_str,
        "geos": shapely.geos_version_string,
    }


def area_input(area: Area) -> AreaInput:
    whole = boundary.of_document(area.name, area.code, area.boundary)
    return AreaInput(
        kind=area.kind,
        name=area.name,
        code=area.code,
        coordinates=whole.coordinates,
        boundary_sha256=area.boundary_sha256,
        source_name=area.source_name,
        source_sha256=area.source_sha256,
        shape=boundary.to_shapely(area.boundary),
    )


def bcu_of(area: Area) -> BcuInput | None:
    """The command unit of a borough, with its current boundaries; None where none is listed."""
    listed = facts.borough(area.name) if area.kind == AreaKind.BOROUGH else None
    if listed is None or not listed.bcu:
        return None
    names = facts.bcus()[listed.bcu]
    found = {
        borough.name: borough
        for borough in Area.objects.filter(kind=AreaKind.BOROUGH, name__in=names, is_current=True)
    }
    found[area.name] = area
    return BcuInput(
        name=listed.bcu,
        boroughs=tuple(area_input(found[name]) for name in names if name in found),
        missing=tuple(name for name in names if name not in found),
    )


def bounds_of(area: AreaInput, bcu: BcuInput | None) -> Bounds:
    """The box that holds the area and, when all of it is known, its command unit."""
    shape = area.shape if bcu is None or bcu.missing else bcu.shape
    west, south, east, north = (int(side) for side in shapely.bounds(shape))
    return west, south, east, north


def source_files(releases: Sequence[CrimeRelease]) -> tuple[SourceFile, ...]:
    return tuple(
        SourceFile(
            name=release.file.name,
            sha256=release.file.sha256,
            force=release.force,
            month=release.month,
            rows=release.rows,
        )
        for release in releases
    )


def build(
    *,
    area: AreaInput,
    bcu: BcuInput | None,
    asked: Asked,
    releases: Sequence[CrimeRelease],
    profile: Profile,
    versions: Mapping[str, str] | None = None,
) -> AnalysisInputs:
    """Load the crimes of `releases` near the area, and who lives there.

    Raises StoredFileChanged.
    """
    bounds = bounds_of(area, bcu)
    return AnalysisInputs(
        area=area,
        bcu=bcu,
        asked=asked,
        files=source_files(releases),
        table=crimes.load_table(releases=releases, bounds_cm=bounds),
        policy_name=profile.name,
        policy_digest=profile.digest,
        unconfirmed=unconfirmed(profile),
        software=software() if versions is None else versions,
        residents=residents_within(bounds, until=asked.until),
    )
