"""The sample as a folder of files: written whole, or not at all."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from overt.hotspots.sample import crimes, land, plan, rows, sites, streets, tables, ways

# Goes up when the same seed would give other files, so that a folder made earlier is made again.
EDITION = 2
DEFAULT_SEED = 2024

CRIMES = "crimes"
BOROUGHS = "boundaries/boroughs.geojson"
WARDS = "boundaries/wards.geojson"
LSOAS = "boundaries/lsoas.geojson"
STATIONS = "places/stations.csv"
SCHOOLS = "places/schools.csv"
HOSPITALS = "places/hospitals.csv"
WORSHIP = "places/worship.csv"
ROADS = "roads/roads.geojson"
LSOA_COUNTS = "tables/sample-lsoa-month-category.csv"
LSOA_POPULATION = "tables/sample-lsoa-population.csv"
BOROUGH_POPULATION = "tables/sample-borough-population.csv"
TRUTH = "truth.json"
README = "README.txt"
SUMS = "sha256sums.txt"

_README_TEXT = """\
INVENTED DATA
=============

Everything in this folder is invented by a program: the boroughs {boroughs},
their wards, streets, stations, schools, residents and every single crime. No such place, person
or event exists. On the National Grid they lie in the North Sea. Never use a figure from here for
a finding about a real place.

Made by: manage.py generate_sample --seed {seed} (edition {edition}). The same seed gives the same
bytes. sha256sums.txt lists every file.

crimes/       one street-level file a month from {first} to {last}, in the format of data.police.uk
boundaries/   boroughs, wards and LSOAs, GeoJSON in WGS84
places/       stations, schools, hospitals, places of worship
roads/        streets, lanes, main roads and footways as lines, GeoJSON in WGS84
tables/       crimes by LSOA, month and category; residents by LSOA and by borough
truth.json    what was put in on purpose, for checking an analysis against

Put in on purpose: no file for {missing}; no {absent_category} in {absent_month}; a real rise
around {rising} from {rising_from}; rows without a location; repeated crime IDs;
rows outside the force.
"""


@dataclass(frozen=True)
class Written:
    """`rows`: crimes in all files. `reused`: the folder held exactly these files already."""

    folder: Path
    files: int
    rows: int
    reused: bool


def write(folder: Path, *, seed: int = DEFAULT_SEED) -> Written:
    """Write the sample into `folder`, or leave it as it is where it already holds this sample.

    The files are written beside `folder` and moved there when all are complete. Raises
    FileExistsError when `folder` holds something that is not a sample, OSError when the disk
    refuses.
    """
    truth = _truth(seed)
    if folder.exists() and any(folder.iterdir()):
        if not (folder / TRUTH).is_file() or not (folder / SUMS).is_file():
            raise FileExistsError(folder)
        held = json.loads((folder / TRUTH).read_text())
        if held.get("files_of") == truth["files_of"] and _is_whole(folder):
            return Written(folder, _file_count(folder), held["rows"], reused=True)
    draft = folder.with_name(f".{folder.name}.draft")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(parents=True)
    sums: list[str] = []
    row_count = 0
    for name, text in _files(seed):
        content = text.encode()
        path = draft / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        if name.startswith(CRIMES):
            row_count += text.count("\n") - 1
    (draft / TRUTH).write_text(json.dumps(truth | {"rows": row_count}, indent=2) + "\n")
    (draft / SUMS).write_text("".join(sums))
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)
    return Written(folder, _file_count(folder), row_count, reused=False)


def _files(seed: int) -> Iterator[tuple[str, str]]:
    """Every file but the two that describe the rest: name, and text."""
    lsoas = land.lsoas(seed)
    points = streets.snap_points(seed, lsoas)
    written = rows.positions(lsoas, points)
    counts: Counter[tuple[str, str, str]] = Counter()
    for month in crimes.generate(seed, points, crimes.weights(seed, lsoas, points)):
        text = rows.street_csv(seed, month, written)
        counts.update(_lsoa_counts(text))
        yield f"{CRIMES}/{month.label}-{plan.FORCE_SLUG}-street.csv", text
    people = tables.residents(seed, lsoas)
    yield BOROUGHS, tables.boroughs_geojson(lsoas)
    yield WARDS, tables.wards_geojson(lsoas)
    yield LSOAS, tables.lsoas_geojson(lsoas)
    yield STATIONS, tables.stations_csv()
    yield SCHOOLS, tables.places_csv(sites.schools(seed, lsoas))
    yield HOSPITALS, tables.places_csv(sites.hospitals(seed, lsoas))
    yield WORSHIP, tables.places_csv(sites.worship(seed, lsoas))
    yield ROADS, ways.roads_geojson(ways.ways(seed, lsoas))
    yield LSOA_COUNTS, tables.lsoa_counts_csv(lsoas, counts)
    yield LSOA_POPULATION, tables.lsoa_population_csv(lsoas, people)
    yield BOROUGH_POPULATION, tables.borough_population_csv(lsoas, people)
    yield (
        README,
        _README_TEXT.format(
            boroughs=", ".join(borough.name for borough in plan.BOROUGHS),
            seed=seed,
            edition=EDITION,
            first=plan.FIRST_MONTH,
            last=plan.LAST_MONTH,
            missing=plan.MISSING_MONTH,
            absent_month=plan.ABSENT_CATEGORY[0],
            absent_category=plan.ABSENT_CATEGORY[1],
            rising=plan.RISING.name,
            rising_from=plan.RISING.from_month,
        ),
    )


def _lsoa_counts(street_csv: str) -> Iterator[tuple[str, str, str]]:
    """LSOA name, category and month of every row that has an LSOA."""
    for line in street_csv.splitlines()[1:]:
        cells = line.split(",")
        if cells[8]:
            yield cells[8], cells[9], cells[1]


def _truth(seed: int) -> dict[str, object]:
    rising = plan.RISING
    return {
        "note": "Invented. No such place exists.",
        "files_of": {"edition": EDITION, "seed": seed},
        "missing_month": plan.MISSING_MONTH,
        "absent": {"month": plan.ABSENT_CATEGORY[0], "category": plan.ABSENT_CATEGORY[1]},
        "rising": {
            "name": rising.name,
            "easting_m": plan.WEST_M + rising.east_m,
            "northing_m": plan.SOUTH_M + rising.north_m,
            "radius_m": rising.radius_m,
            "from_month": rising.from_month,
            "times_per_mille": rising.per_mille,
        },
    }


def _is_whole(folder: Path) -> bool:
    """Whether every file that sha256sums.txt lists is there as listed."""
    for line in (folder / SUMS).read_text().splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return False
    return True


def _file_count(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())
