"""What holds for every street file."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.crimes import store
from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.crimes.quality import report_on
from overt.hotspots.crimes.read import Reading

from .street import CROYDON, ORKNEY, PARIS, WEST_CROYDON, crime, read_path, write

PLACES = [CROYDON, WEST_CROYDON, ("-0.0996404", "51.3735502"), ORKNEY, PARIS, ("", ""), ("", "51")]
CRIMES = st.lists(
    st.builds(
        crime,
        at=st.sampled_from(PLACES),
        category=st.sampled_from([*CATEGORIES, "Piracy", ""]),
        month=st.sampled_from(["2024-01", "2024-02", "2024-13", ""]),
        crime_id=st.sampled_from(["", "a", "b", "c"]),
        lsoa=st.sampled_from(["", "E01001000"]),
    ),
    min_size=1,
    max_size=40,
)


def read_rows(rows: list[dict[str, str]]) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), rows, name="crimes.csv")
        return read_path(path, force="surrey")


def blobs(reading: Reading) -> dict[str, str]:
    return {month: store.encode(tally).sha256 for month, tally in reading.months.items()}


def cells(*readings: Reading) -> dict[tuple[str, int, int, int], int]:
    """Crimes by month, category, easting and northing, added up over readings."""
    total: dict[tuple[str, int, int, int], int] = {}
    for reading in readings:
        for month, tally in reading.months.items():
            for category, easting, northing, crimes in zip(
                tally.category, tally.easting, tally.northing, tally.crimes, strict=True
            ):
                key = (month, int(category), int(easting), int(northing))
                total[key] = total.get(key, 0) + int(crimes)
    return total


@given(CRIMES)
def test_every_row_is_kept_or_set_aside_exactly_once(rows):
    reading = read_rows(rows)
    report = report_on(reading)
    kept = sum(cells(reading).values())
    assert reading.rows_read == len(rows) == kept + sum(reading.set_aside.values())
    assert report.rows_kept == kept
    assert sum(n for month in report.by_month.values() for n in month.values()) == kept


@given(CRIMES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_a_byte(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, two = read_rows(rows), read_rows(shuffled)
    assert blobs(one) == blobs(two)
    assert report_on(one) == report_on(two)


@given(CRIMES, st.data())
def test_splitting_a_file_changes_no_count(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    assert cells(*map(read_rows, parts)) == cells(read_rows(rows))


@given(CRIMES)
def test_the_counts_are_those_of_counting_row_by_row(rows):
    known = [
        (row["Month"], row["Crime type"], row["Longitude"], row["Latitude"])
        for row in rows
        if row["Month"] in ("2024-01", "2024-02")
        and row["Crime type"] in CATEGORIES
        and row["Longitude"]
        and (row["Longitude"], row["Latitude"]) != PARIS
    ]
    by_month: dict[str, dict[str, int]] = {}
    for month, category, _, _ in known:
        by_month.setdefault(month, {}).setdefault(category, 0)
        by_month[month][category] += 1
    reading = read_rows(rows)
    read_by_month = {month: tally.by_category() for month, tally in reading.months.items()}
    assert {month: counts for month, counts in read_by_month.items() if counts} == by_month


@given(CRIMES)
def test_what_is_stored_is_what_is_read_back(rows):
    for tally in read_rows(rows).months.values():
        again = store.decode(store.encode(tally).data)
        for field in ("category", "easting", "northing", "crimes"):
            stored, read = getattr(again, field), getattr(tally, field)
            np.testing.assert_array_equal(stored, read)
            assert stored.dtype == read.dtype
