"""Reading a published table: what it holds, and every file that is none."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.account import published
from overt.recognition.account.published import Unreadable, read

HEADER = "Deployment Location,Date,Duration,Total Alerts,False Alert Rate,Min Threshold Setting\n"


def one(cells, header=HEADER):
    (row,) = read((header + cells).encode()).rows
    return row


def test_a_row_of_the_published_columns():
    row = one('"High St, Exampleton",2024-09-01,5h 04m,"1,012",0.03%,0.64')
    assert row.number == 2
    assert row.text(published.PLACE) == "High St, Exampleton"
    assert (row.date, row.minutes) == (date(2024, 9, 1), 304)
    assert row.count(published.ALERTS) == 1_012
    assert (row.rate, row.rate_decimals) == (Fraction(3, 100), 2)
    assert row.threshold == Fraction(64, 100)


@pytest.mark.parametrize(
    "written",
    [
        "2024-09-01",
        "2024/09/01",
        "01/09/2024",
        "1/9/24",
        "01.09.2024",
        "01-Sep-24",
        "1 Sep 2024",
        "1 September  2024",
    ],
)
def test_a_date_is_read_with_the_day_first(written):
    assert one(f"Here,{written},,1,,").date == date(2024, 9, 1)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("5h03m", 303),
        ("6h 07m", 367),
        ("5h40", 340),
        ("8h0m", 480),
        ("4h", 240),
        ("about 5", None),
        ("5 hours 4 minutes", 304),
        ("1 hour 1 min", 61),
        ("5hrs 4mins", 304),
        ("5:04", 304),
        ("45 minutes", 45),
        ("45m", 45),
        ("5h 75m", None),
        ("5:60", None),
        ("5.5 hours", None),
    ],
)
def test_a_duration_is_read_in_each_spelling(written, minutes):
    assert one(f"Here,2024-09-01,{written},1,,").minutes == minutes


@pytest.mark.parametrize("written", ["", "N/A", "n/a", "-", "  "])
def test_what_is_not_known_is_none(written):
    row = one(f"Here,{written},{written},{written},{written},{written}")
    assert (row.date, row.minutes, row.rate, row.threshold) == (None,) * 4
    assert row.count(published.ALERTS) is None


@pytest.mark.parametrize("written", ["1,012", "1 012", "1\u00a0012", "1\u202f012", "1012"])
def test_thousands_are_read_in_each_spelling(written):
    assert one(f'Here,2024-09-01,,"{written}",,').count(published.ALERTS) == 1_012


@pytest.mark.parametrize(
    ("place", "day", "year"),
    [("Total", "", None), ("", "2024 total", 2024), ("TOTALS  2024", "", 2024),
     ("Annual total for 2024", "31/12/2024", 2024), ("Grand total", "", None)],
)  # fmt: skip
def test_a_row_that_says_so_is_a_total_and_has_no_date(place, day, year):
    row = one(f"{place},{day},,1,,")
    assert (row.is_total, row.total_year, row.date) == (True, year, None)


def test_a_place_with_the_word_in_its_name_is_no_total():
    assert not one("Total garage,2024-09-01,,1,,").is_total


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_is_read_in_each_encoding_that_forces_use(encoding):
    header = HEADER.replace("Total Alerts", "Total Alerts,Outcome \u2013 Other")
    (row,) = read((header + "Caf\u00e9,2024-09-01,,5,4,,\n").encode(encoding)).rows
    assert (row.text(published.PLACE), row.count(published.OTHER)) == ("Caf\u00e9", 4)


@pytest.mark.parametrize("written", ["twelve", "1.5", "-3", "1,2", "٣", "9" * 40])
def test_what_cannot_be_read_is_none_and_its_text_stays(written):
    row = one(f'Here,2024-09-01,,"{written}",,')
    assert row.count(published.ALERTS) is None
    assert row.text(published.ALERTS) == written


def test_a_mark_of_the_byte_order_and_blank_rows_do_no_harm():
    content = b"\xef\xbb\xbf" + (HEADER + "\n,,,,,\nHere,2024-09-01,,1,,\n\n").encode()
    (row,) = read(content).rows
    assert row.number == 4


def test_the_names_of_columns_are_known_in_any_case_and_spacing():
    assert one("Here,2024-09-01,1", "LOCATION , date,Total  Alerts\n").count("alerts") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty; save"),
        (b"\n\n , ,\n", "It is empty; save"),
        (b"\x89PNG\r\n\x1a\n\0\0", "It is not a text file; save"),
        (HEADER.encode("utf-16"), "It is UTF-16; save it as CSV in UTF-8."),
        (HEADER.encode("utf-16-le"), "It is not a text file; save"),
        (
            HEADER.encode() + b"Caf\xe9 \x81",
            "It is neither UTF-8 nor Windows-1252, from byte 92; sa",
        ),
        (b"name,age\nX,1\n", "It has no column for: date, place, alerts. Its columns are: name, a"),
        (HEADER.encode(), "It has a header and no rows."),
        (HEADER.encode() + b"Here,2024-09-01\n", "Row 2 has 2 cells where the header has 6."),
        (HEADER.encode() + b"A,2024-09-01,,1,,,,\n", "Row 2 has 8 cells where the header has 6."),
        (b"date,location,place,alerts\n", "It has more than one column for the same: location, pl"),
        (b"date,location,alerts\n" + b"x" * 200_000, "It is not CSV: field larger than"),
        (b"x" * (published.MOST_BYTES + 1), "It is larger than 10,000,000 bytes; save"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_one_sentence(content, said):
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file_is_read_or_refused(content):
    for given_ in (content, HEADER.encode() + content):
        try:
            rows = read(given_).rows
        except Unreadable as refused:
            assert str(refused).isprintable()
            continue
        for row in rows:
            _ = (row.date, row.minutes, row.threshold, row.rate, row.count("alerts"))


def test_the_real_table_is_read_whole(shared_data):
    content = (shared_data / "lfr/met-lfr-deployments-2020-02_2024-12.csv").read_bytes()
    table = read(content)
    assert len(table.rows) == 212
    assert sum(row.count(published.ALERTS) or 0 for row in table.rows) == 1_372
