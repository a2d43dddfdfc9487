"""A generic CSV, read by a small TOML file."""

from pathlib import Path

import pytest

from overt.hotspots.crimes.errors import CoordinatesSwapped, MappingError, MissingColumn
from overt.hotspots.crimes.mapping import Mapping, read_mapping
from overt.hotspots.crimes.read import Reading, Reason, read
from overt.hotspots.crimes.sources import Opener, find
from overt.hotspots.geo import bng

from .street import CROYDON, LIMITS

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "api-crimes-mapping.toml"
DEGREES = 'force = "kent"\n[columns]\nmonth = "when"\nlongitude = "x"\nlatitude = "y"\n'
METRES = 'force = "kent"\n[columns]\nmonth = "when"\neasting = "x"\nnorthing = "y"\n'


def mapping(folder: Path, text: str) -> Mapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def read_csv(folder: Path, toml: str, csv: str, force: str | None = None) -> Reading:
    path = folder / "crimes.csv"
    path.write_text(csv, encoding="utf-8")
    (source,) = find([path], limits=LIMITS, any_csv=True).sources
    with Opener(LIMITS) as opener:
        return read(opener.read(source), mapping=mapping(folder, toml), force=force)


def by_month(reading: Reading) -> dict[str, dict[str, int]]:
    return {month: tally.by_category() for month, tally in reading.months.items()}


def test_dates_and_timestamps_count_by_month_and_categories_are_renamed(tmp_path: Path) -> None:
    toml = DEGREES + 'category = "what"\n[categories]\nviolence = "Violence and sexual offences"\n'
    at = ",".join(CROYDON)
    csv = (
        f"what,when,x,y\nviolence,2024-01,{at}\nDrugs,2024-01-31,{at}\n"
        f"violence,2024-02-01T10:00:00Z,{at}\nviolence,2024-02-01 10:00,{at}\n"
        f"violence,01/02/2024,{at}\nmurder,2024-02,{at}\n"
    )
    reading = read_csv(tmp_path, toml, csv)
    assert reading.force == "kent"
    assert by_month(reading) == {
        "2024-01": {"Drugs": 1, "Violence and sexual offences": 1},
        "2024-02": {"Violence and sexual offences": 2},
    }
    assert reading.set_aside[Reason.BAD_MONTH] == 1
    assert reading.unknown_categories == {"murder": 1}


def test_another_form_of_date_is_read_by_its_format(tmp_path: Path) -> None:
    toml = 'month_format = "%d/%m/%Y %H:%M"\n' + DEGREES + 'category = "what"\n'
    at = ",".join(CROYDON)
    csv = f"what,when,x,y\nDrugs,05/02/2024 10:30,{at}\nDrugs,2024-02,{at}\n"
    reading = read_csv(tmp_path, toml, csv)
    assert by_month(reading) == {"2024-02": {"Drugs": 1}}
    assert reading.set_aside[Reason.BAD_MONTH] == 1


def test_easting_and_northing_in_metres_are_the_same_place_as_degrees(tmp_path: Path) -> None:
    easting, northing = bng.to_bng_cm([float(CROYDON[0])], [float(CROYDON[1])])
    csv = f"what,when,x,y\nDrugs,2024-01,{easting[0] / 100:.2f},{northing[0] / 100:.2f}\n"
    tally = read_csv(tmp_path, METRES + 'category = "what"\n', csv).months["2024-01"]
    assert (tally.easting[0], tally.northing[0]) == (easting[0], northing[0])


def test_metres_off_the_grid_are_outside_great_britain(tmp_path: Path) -> None:
    csv = "what,when,x,y\nDrugs,2024-01,-1,100\nDrugs,2024-01,700000,100\nDrugs,2024-01,1e30,1\n"
    reading = read_csv(tmp_path, METRES + 'category = "what"\n', csv)
    assert reading.set_aside[Reason.OUTSIDE] == 3


def test_degrees_where_metres_should_be_are_refused(tmp_path: Path) -> None:
    csv = f"what,when,x,y\nDrugs,2024-01,{','.join(CROYDON)}\n"
    with pytest.raises(CoordinatesSwapped) as refused:
        read_csv(tmp_path, METRES + 'category = "what"\n', csv)
    assert str(refused.value) == (
        f"{tmp_path}/crimes.csv, line 2: easting and northing hold degrees, not metres. "
        "Correct the mapping or the file."
    )


def test_a_column_that_the_mapping_names_and_the_file_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match="column missing: what"):
        read_csv(tmp_path, DEGREES + 'category = "what"\n', "when,x,y\n2024-01,0,51\n")


def test_the_force_may_come_from_the_command_instead(tmp_path: Path) -> None:
    toml = DEGREES.partition("\n")[2] + 'category = "what"\n'
    csv = f"what,when,x,y\nDrugs,2024-01,{','.join(CROYDON)}\n"
    assert read_csv(tmp_path, toml, csv, force="essex").force == "essex"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("force =", "it is not valid TOML: Invalid value (at end of document)"),
        ("", "columns: Field required"),
        (DEGREES, "columns.category: Field required"),
        (DEGREES + 'category = "c"\ntime = "t"\n', "columns.time: Extra inputs are not permitted"),
        (
            DEGREES + 'category = "c"\neasting = "e"\n',
            "columns: give longitude and latitude, or easting and northing",
        ),
        (
            '[columns]\nmonth = "m"\ncategory = "c"\nlongitude = "x"\n',
            "columns: give longitude and latitude, or easting and northing",
        ),
        (
            DEGREES.replace("kent", "Kent Police") + 'category = "c"\n',
            "force: a force is written in small letters and hyphens: west-midlands",
        ),
        (
            DEGREES + 'category = "c"\n[categories]\nx = "Violence"\n',
            "categories: unknown category 'Violence'; use one of the 14 labels",
        ),
        (DEGREES + "category = 3\n", "columns.category: Input should be a valid string"),
    ],
)
def test_a_mapping_that_is_not_valid_is_one_line(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(MappingError) as refused:
        mapping(tmp_path, toml)
    assert str(refused.value) == (
        f"{tmp_path}/mapping.toml: {message}. See docs/crime-data.md for the form."
    )


def test_a_mapping_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"it cannot be read \(no such file or directory\)"):
        read_mapping(tmp_path / "mapping.toml")


def test_the_example_in_the_documentation_reads_real_api_data(shared_data: Path) -> None:
    path = shared_data / "police" / "api-sutton-1mile" / "sutton_crime_data.csv.gz"
    (source,) = find([path], limits=LIMITS, any_csv=True).sources
    with Opener(LIMITS) as opener:
        reading = read(opener.read(source), mapping=read_mapping(EXAMPLE), force=None)
    assert reading.rows_read == 2505
    assert sum(reading.set_aside.values()) == 0
    assert sorted(reading.months) == [
        "2024-09",
        "2024-10",
        "2024-11",
        "2024-12",
        "2025-01",
        "2025-02",
    ]
