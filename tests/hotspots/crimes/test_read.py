"""What is read of a street file, kept and set aside."""

from pathlib import Path

import numpy as np
import pytest

from overt.hotspots.crimes.read import Reason
from overt.hotspots.geo import bng

from .street import CROYDON, HEADER, ORKNEY, PARIS, WEST_CROYDON, crime, read_path, row, write


def kept(reading: object) -> int:
    return sum(int(tally.crimes.sum()) for tally in reading.months.values())


def test_crimes_are_counted_by_category_and_position_in_centimetres(tmp_path: Path) -> None:
    rows = [crime(), crime(), crime(at=WEST_CROYDON), crime(category="Drugs")]
    reading = read_path(write(tmp_path, rows))
    (tally,) = reading.months.values()
    easting, northing = bng.to_bng_cm([float(CROYDON[0])], [float(CROYDON[1])])
    assert reading.force == "surrey"
    assert tally.by_category() == {"Burglary": 3, "Drugs": 1}
    assert list(tally.crimes[tally.easting == easting[0]]) == [2, 1]
    assert int(northing[0]) in tally.northing.tolist()
    assert tally.packed_points.size == 2


def test_column_order_and_extra_columns_do_not_matter(tmp_path: Path) -> None:
    rows = [crime(at=WEST_CROYDON), crime(crime_id="a", category="Drugs")]
    usual = read_path(write(tmp_path / "a", rows))
    other = read_path(write(tmp_path / "b", rows, columns=["Extra", *reversed(HEADER)]))
    assert other.rows_with_id == usual.rows_with_id == 1
    for field in ("category", "easting", "northing", "crimes"):
        np.testing.assert_array_equal(
            getattr(other.months["2024-01"], field), getattr(usual.months["2024-01"], field)
        )


def test_a_byte_order_mark_windows_line_ends_and_quoted_commas_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, [row(Location='On or near "The Oaks", Croydon'), crime()])
    content = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + content + b"\r\n\r\n")
    assert kept(read_path(path)) == 2


def test_every_row_is_set_aside_for_the_first_reason_that_applies(tmp_path: Path) -> None:
    nowhere = ("", "")
    rows = [
        crime(),
        crime(month="", category="Piracy", at=nowhere),
        crime(month="January 2024"),
        crime(category="Piracy", at=nowhere),
        crime(category=""),
        crime(at=nowhere),
        crime(at=(CROYDON[0], "")),
        crime(at=PARIS),
    ]
    reading = read_path(write(tmp_path, rows))
    assert reading.rows_read == 8
    assert reading.set_aside == {
        Reason.BAD_MONTH: 2,
        Reason.UNKNOWN_CATEGORY: 2,
        Reason.NO_LOCATION: 2,
        Reason.OUTSIDE: 1,
    }
    assert reading.unknown_categories == {"(blank)": 1, "Piracy": 1}
    assert kept(reading) == 1


def test_a_position_in_orkney_is_in_great_britain(tmp_path: Path) -> None:
    assert kept(read_path(write(tmp_path, [crime(at=ORKNEY)]))) == 1


def test_repeated_crime_ids_are_counted_and_kept(tmp_path: Path) -> None:
    rows = [crime(crime_id=name) for name in ("a", "a", "a", "b", "b", "c", "", "")]
    reading = read_path(write(tmp_path, rows))
    assert kept(reading) == 8
    assert reading.rows_with_id == 6
    assert reading.rows_sharing_id == 5
    assert reading.distinct_shared_ids == 2


def test_blank_lsoas_are_counted_apart_from_missing_locations(tmp_path: Path) -> None:
    rows = [crime(lsoa=""), crime(lsoa="", at=("", "")), crime()]
    reading = read_path(write(tmp_path, rows))
    assert (reading.blank_lsoa, reading.blank_lsoa_with_location) == (2, 1)


def test_a_file_whose_rows_are_all_set_aside_still_speaks_of_its_month(tmp_path: Path) -> None:
    reading = read_path(write(tmp_path, [crime(at=("", ""))]))
    assert list(reading.months) == ["2024-01"]
    assert kept(reading) == 0


def test_a_file_without_a_month_in_its_name_may_hold_several(tmp_path: Path) -> None:
    rows = [crime(month="2024-02"), crime(), crime(month="2024-02")]
    reading = read_path(write(tmp_path, rows, name="croydon.csv"), force="metropolitan")
    assert {month: int(t.crimes.sum()) for month, t in reading.months.items()} == {
        "2024-01": 1,
        "2024-02": 2,
    }


@pytest.mark.parametrize(
    ("name", "force", "month"),
    [
        ("2024-01-surrey-street.csv", "surrey", "2024-01"),
        ("2024-01-city-of-london-street.csv.gz", "city-of-london", "2024-01"),
        ("2023-05-south-bcu-street.reconstructed.csv.gz", "south-bcu", "2023-05"),
        ("2023-01-metropolitan-street.burglary-only.csv", "metropolitan", "2023-01"),
    ],
)
def test_force_and_month_come_from_the_name(name: str, force: str, month: str) -> None:
    from overt.hotspots.crimes.sources import Source

    source = Source(Path("somewhere", name), None, 0)
    assert (source.force, source.month) == (force, month)
    member = Source(Path("all.zip"), f"2024-01/{name}", 0)
    assert (member.force, member.month, member.name) == (force, month, f"all.zip!2024-01/{name}")
