"""Small street files in the format of data.police.uk, for tests."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from overt.hotspots.crimes.read import Reading, read
from overt.hotspots.crimes.sources import Limits, Opener, find

HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
LIMITS = Limits(file_bytes=64 << 20, archive_bytes=128 << 20, ratio=200)

# Snap points in Croydon, in degrees, and their places on the National Grid in centimetres.
CROYDON = ("-0.099640", "51.373550")
WEST_CROYDON = ("-0.101820", "51.378600")
ORKNEY = ("-2.960000", "58.981000")
PARIS = ("2.352200", "48.856600")


def row(**values: str) -> dict[str, str]:
    """One crime; what is not given is ordinary."""
    return {
        "Crime ID": "",
        "Month": "2024-01",
        "Reported by": "Surrey Police",
        "Falls within": "Surrey Police",
        "Longitude": CROYDON[0],
        "Latitude": CROYDON[1],
        "Location": "On or near High Street",
        "LSOA code": "E01001000",
        "LSOA name": "Croydon 024A",
        "Crime type": "Burglary",
        "Last outcome category": "Under investigation",
        "Context": "",
    } | {key.replace("_", " "): value for key, value in values.items()}


def crime(
    *,
    at: tuple[str, str] = CROYDON,
    category: str = "Burglary",
    month: str = "2024-01",
    crime_id: str = "",
    lsoa: str = "E01001000",
) -> dict[str, str]:
    return row(
        Longitude=at[0],
        Latitude=at[1],
        Crime_type=category,
        Month=month,
        Crime_ID=crime_id,
        LSOA_code=lsoa,
    )


def text(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = HEADER) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(
    folder: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    name: str = "2024-01-surrey-street.csv",
    columns: Iterable[str] = HEADER,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text(rows, columns), encoding="utf-8")
    return path


def write_zip(path: Path, members: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read_path(path: Path, *, force: str | None = None, limits: Limits = LIMITS) -> Reading:
    """The reading of the one street file at `path`. Raises CrimeFileError."""
    found = find([path], limits=limits, any_csv=False)
    for error in found.errors:
        raise error
    (source,) = found.sources
    with Opener(limits) as opener:
        return read(opener.read(source), mapping=None, force=force)
