"""The sample looks like a real force's files, and holds what it says it holds."""

import csv
import json
from collections import Counter
from pathlib import Path
from statistics import median

import polars as pl
import pytest
import shapely

from overt.hotspots.geo import bng
from overt.hotspots.sample import crimes, folder, land, plan, streets

REAL_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)


@pytest.fixture(scope="module")
def rows(sample: Path) -> pl.DataFrame:
    files = sorted((sample / folder.CRIMES).iterdir())
    return pl.concat(pl.read_csv(file, infer_schema_length=0) for file in files)


@pytest.fixture(scope="module")
def shapes(sample: Path) -> dict[str, dict[str, shapely.Polygon]]:
    """Boroughs, wards and LSOAs by name, in longitude and latitude."""
    found: dict[str, dict[str, shapely.Polygon]] = {}
    for kind, file, field in (
        ("borough", folder.BOROUGHS, "LAD22NM"),
        ("ward", folder.WARDS, "WD24NM"),
        ("lsoa", folder.LSOAS, "LSOA21NM"),
    ):
        document = json.loads((sample / file).read_text())
        found[kind] = {
            feature["properties"][field]: shapely.geometry.shape(feature["geometry"])
            for feature in document["features"]
        }
    return found


def test_every_file_names_its_month_and_has_the_real_columns(sample: Path) -> None:
    for file in (sample / folder.CRIMES).iterdir():
        lines = file.read_text().splitlines()
        assert lines[0] == REAL_HEADER
        assert {line.split(",")[1] for line in lines[1:]} == {file.name[:7]}
        assert file.name == f"{file.name[:7]}-sample-force-street.csv"


def test_thirty_nine_of_forty_months_are_there_and_the_missing_one_is_missing(
    sample: Path,
) -> None:
    have = {file.name[:7] for file in (sample / folder.CRIMES).iterdir()}

    assert len(crimes.months()) == 40
    assert set(crimes.months()) - have == {"2023-11"}
    assert have <= set(crimes.months())


def test_all_fourteen_categories_have_realistic_shares(rows: pl.DataFrame) -> None:
    counts = dict(rows["Crime type"].value_counts().iter_rows())
    share = {category: count / rows.height for category, count in counts.items()}

    assert len(share) == 14
    assert 0.24 < share["Violence and sexual offences"] < 0.30
    assert 0.16 < share["Anti-social behaviour"] < 0.22
    assert 0.07 < share["Vehicle crime"] < 0.11
    assert 0.07 < share["Shoplifting"] < 0.11
    assert 0.003 < share["Possession of weapons"] < 0.009
    assert max(share, key=share.__getitem__) == "Violence and sexual offences"


def test_one_category_is_absent_from_one_month_where_it_is_usually_frequent(
    rows: pl.DataFrame,
) -> None:
    by_month = rows.filter(pl.col("Crime type") == "Shoplifting")["Month"].value_counts()
    counts = dict(by_month.iter_rows())

    assert "2024-03" not in counts
    assert len(counts) == 38
    assert min(counts.values()) > median(counts.values()) / 2


def test_the_defects_of_real_files_are_there_at_realistic_shares(rows: pl.DataFrame) -> None:
    nowhere = rows.filter(pl.col("Location") == "No Location")
    empty = ["Longitude", "Latitude", "LSOA code", "LSOA name"]
    asb = rows.filter(pl.col("Crime type") == "Anti-social behaviour")
    ids = rows.drop_nulls("Crime ID")
    outside = rows.filter(pl.col("LSOA code").str.starts_with("E01995"))
    repeats = ids.height - ids.n_unique(["Month", "Crime ID"])

    assert 0.010 < nowhere.height / rows.height < 0.016
    assert all(nowhere[column].null_count() == nowhere.height for column in empty)
    assert asb["Crime ID"].null_count() == asb.height
    assert asb["Last outcome category"].null_count() == asb.height
    assert ids.height == rows.height - asb.height
    assert 0.012 < repeats / ids.height < 0.022
    assert ids["Crime ID"].n_unique() == ids.height - repeats  # none repeats across months
    assert 0.002 < outside.height / rows.height < 0.006
    assert (rows["Location"] == "On or near ").any()


def test_rows_without_a_location_come_last_and_the_rest_are_sorted_by_lsoa(sample: Path) -> None:
    for file in (sample / folder.CRIMES).iterdir():
        with file.open(newline="") as text:
            names = [row["LSOA name"] for row in csv.DictReader(text)]
        placed = [name for name in names if name]
        assert names == sorted(placed) + [""] * (len(names) - len(placed))


def test_lsoas_make_up_wards_and_wards_make_up_boroughs(
    shapes: dict[str, dict[str, shapely.Polygon]],
) -> None:
    assert (len(shapes["borough"]), len(shapes["ward"]), len(shapes["lsoa"])) == (3, 19, 280)
    assert all(shape.is_valid for kind in shapes.values() for shape in kind.values())
    whole = [shapely.union_all(list(kind.values())) for kind in shapes.values()]
    for part in whole[1:]:
        assert part.symmetric_difference(whole[0]).area < 1e-12 * whole[0].area
    for kind in shapes.values():
        assert sum(shape.area for shape in kind.values()) == pytest.approx(whole[0].area, rel=1e-9)


def test_every_located_crime_lies_in_the_lsoa_that_it_names(
    rows: pl.DataFrame, shapes: dict[str, dict[str, shapely.Polygon]]
) -> None:
    places = (
        rows.drop_nulls("LSOA name")
        .select("Longitude", "Latitude", "LSOA name")
        .unique()
        .iter_rows()
    )
    lsoa = shapes["lsoa"]
    checked = 0
    for lon, lat, name in places:
        if name in lsoa:
            assert lsoa[name].covers(shapely.Point(float(lon), float(lat))), (lon, lat, name)
            checked += 1
    assert checked > 3000


def test_the_boroughs_are_of_a_size_to_analyse(rows: pl.DataFrame) -> None:
    crimes_in = Counter(name.split(" ")[0] for name in rows["LSOA name"].drop_nulls())

    for borough in plan.BOROUGHS:
        assert crimes_in[borough.name] / 39 > 250


def test_crime_is_concentrated_as_in_real_towns(rows: pl.DataFrame) -> None:
    """In real boroughs the busiest tenth of snap points carries a third to a half of crime."""
    placed = rows.filter(pl.col("LSOA name").str.starts_with("Sampleford"))
    by_point = placed.group_by("Longitude", "Latitude").len()["len"].sort(descending=True)
    busiest = by_point.head(by_point.len() // 10).sum()

    assert 0.30 < busiest / placed.height < 0.60


def test_the_rise_is_as_large_as_the_truth_file_says(sample: Path) -> None:
    """Over 20 seeds the place's count rises by the stated factor against the rest, within noise."""
    truth = json.loads((sample / folder.TRUTH).read_text())["rising"]
    lsoas = land.lsoas(folder.DEFAULT_SEED)
    points = streets.snap_points(folder.DEFAULT_SEED, lsoas)
    drawn = crimes.weights(folder.DEFAULT_SEED, lsoas, points)
    rising = crimes.rising_points(points)
    before = after = rest_before = rest_after = 0
    for seed in range(20):
        for month in crimes.generate(seed, points, drawn):
            here = int(rising[month.point].sum())
            if month.label >= truth["from_month"]:
                after += here
                rest_after += month.point.size - here
            elif month.label >= "2024-08":
                before += here
                rest_before += month.point.size - here

    ratio = (after / before) / (rest_after / rest_before)
    assert ratio == pytest.approx(truth["times_per_mille"] / 1000, rel=0.1)


def test_the_rise_shows_in_the_files_where_and_when_the_truth_file_says(
    sample: Path, rows: pl.DataFrame
) -> None:
    truth = json.loads((sample / folder.TRUTH).read_text())["rising"]
    placed = rows.drop_nulls("Longitude")
    east, north = bng.to_bng_cm(
        placed["Longitude"].cast(pl.Float64).to_numpy(),
        placed["Latitude"].cast(pl.Float64).to_numpy(),
    )
    near = (east // 100 - truth["easting_m"]) ** 2 + (north // 100 - truth["northing_m"]) ** 2
    here = placed.filter(near <= truth["radius_m"] ** 2)["Month"].value_counts()
    by_month = dict(here.iter_rows())
    recent = [by_month[month] for month in ("2025-08", "2025-09", "2025-10")]
    earlier = [count for month, count in by_month.items() if month < "2025-08"]

    assert sum(recent) / 3 > 1.8 * sum(earlier) / len(earlier)


def test_the_area_table_adds_up_to_the_crime_files(sample: Path, rows: pl.DataFrame) -> None:
    table = pl.read_csv(sample / folder.LSOA_COUNTS)
    placed = rows.filter(pl.col("LSOA code").str.starts_with("E01990"))

    assert table["crime_count"].sum() == placed.height
    assert not ((table["year"] == 2023) & (table["month"] == 11)).any()
    one = placed.filter(
        (pl.col("LSOA name") == "Sampleford 010A")
        & (pl.col("Crime type") == "Vehicle crime")
        & (pl.col("Month").str.starts_with("2024"))
    )
    same = table.filter(
        (pl.col("lsoa_name") == "Sampleford 010A")
        & (pl.col("category") == "Vehicle crime")
        & (pl.col("year") == 2024)
    )
    assert one.height == same["crime_count"].sum() > 0


def test_residents_of_the_lsoas_add_up_to_the_boroughs(sample: Path) -> None:
    lsoas = pl.read_csv(sample / folder.LSOA_POPULATION)
    boroughs = pl.read_csv(sample / folder.BOROUGH_POPULATION)

    for borough, year, population in boroughs.iter_rows():
        parts = lsoas.filter(pl.col("LSOA21NM").str.starts_with(borough))
        assert parts[f"pop_mid_{year}"].sum() == population


def test_the_folder_says_that_it_is_invented(sample: Path) -> None:
    assert "invented" in (sample / folder.README).read_text()
    assert "Invented" in json.loads((sample / folder.TRUTH).read_text())["note"]
    for name in (folder.BOROUGHS, folder.WARDS, folder.LSOAS):
        for feature in json.loads((sample / name).read_text())["features"]:
            assert feature["properties"]["note"] == "Invented. No such place exists."
