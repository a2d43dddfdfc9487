"""What the demo shows: the invented sample, or crime files and a boundary that are given."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from overt.hotspots.areas import geojson
from overt.hotspots.areas.source import SourceError, read_source
from overt.hotspots.models.areas import AreaKind, PlaceKind
from overt.hotspots.sample import folder, plan

# How published boundary files call the name of an area, the likeliest first; then the code.
_NAMES = (
    r"LAD\d\dNM",
    r"(LTLA|UTLA|CTYUA|CAUTH|CSP|PFA|WD|MSOA|LSOA)\d\dNM",
    r"(lad|ward|borough|district|area)_?name",
    r"name",
    r"borough",
)


@dataclass(frozen=True)
class BoundaryFile:
    path: Path
    kind: str
    name_field: str
    code_field: str


@dataclass(frozen=True)
class Material:
    """`places`: a file for each kind. `analyse`: the boroughs, or None for those with most crimes.

    `force_name` is what the pages call the force, None for what the settings say. `invented`
    says that none of it is real.
    """

    crimes: tuple[Path, ...]
    boundaries: tuple[BoundaryFile, ...]
    places: Mapping[str, Path]
    roads: Path | None
    tables: tuple[Path, ...]
    analyse: tuple[str, ...] | None
    force_name: str | None
    invented: bool


def sample(into: Path) -> Material:
    """The invented boroughs, written into the folder `into` unless they are there already."""
    root = folder.write(into).folder
    return Material(
        crimes=(root / folder.CRIMES,),
        boundaries=(
            BoundaryFile(root / folder.BOROUGHS, AreaKind.BOROUGH, "LAD22NM", "LAD22CD"),
            BoundaryFile(root / folder.WARDS, AreaKind.WARD, "WD24NM", "WD24CD"),
            BoundaryFile(root / folder.LSOAS, AreaKind.LSOA, "LSOA21NM", "LSOA21CD"),
        ),
        places={
            PlaceKind.STATION: root / folder.STATIONS,
            PlaceKind.SCHOOL: root / folder.SCHOOLS,
            PlaceKind.HOSPITAL: root / folder.HOSPITALS,
            PlaceKind.WORSHIP: root / folder.WORSHIP,
        },
        roads=root / folder.ROADS,
        tables=(
            root / folder.LSOA_COUNTS,
            root / folder.LSOA_POPULATION,
            root / folder.BOROUGH_POPULATION,
        ),
        analyse=tuple(borough.name for borough in plan.BOROUGHS),
        force_name=plan.FORCE,
        invented=True,
    )


def given(data: Path, boundary: Path) -> Material:
    """Crime files (a folder, a file or an archive) and a file of borough boundaries.

    Raises SourceError when the boundary file cannot be used or names its areas in no usual way.
    """
    name_field, code_field = name_fields(boundary)
    return Material(
        crimes=(data,),
        boundaries=(BoundaryFile(boundary, AreaKind.BOROUGH, name_field, code_field),),
        places={},
        roads=None,
        tables=(),
        analyse=None,
        force_name=None,
        invented=False,
    )


def name_fields(boundary: Path) -> tuple[str, str]:
    """The properties with the areas' names and codes; "" for codes that are not there.

    Raises SourceError when no property has a usual name and a different text for every area.
    """
    source = read_source(boundary, limit=geojson.FILE_LIMIT)
    properties = [feature.properties for feature in geojson.read(source).features]
    shared = set.intersection(*(set(each) for each in properties))
    usable = sorted(
        field
        for field in shared
        if all(isinstance(each[field], str) and each[field].strip() for each in properties)
        and len({each[field] for each in properties}) == len(properties)
    )
    name = _first_match(usable, _NAMES)
    if name is None:
        raise SourceError(
            f"{boundary.name}: no property is known to hold the areas' names "
            f"(it has: {', '.join(sorted(shared)) or 'none'}): rename one to 'name'"
        )
    code = re.sub(r"NM$", "CD", name)
    return name, code if code != name and code in usable else ""


def _first_match(fields: Sequence[str], patterns: Sequence[str]) -> str | None:
    for pattern in patterns:
        for field in fields:
            if re.fullmatch(pattern, field, re.IGNORECASE):
                return field
    return None
