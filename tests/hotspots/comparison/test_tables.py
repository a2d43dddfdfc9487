"""Area tables: known by their columns, brought to one form, refused with one clear line."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import polars as pl
import pytest

from overt.hotspots.areas.source import SourceError
from overt.hotspots.comparison import containers
from overt.hotspots.comparison.coverage import coverage

from .tables import LSOA_HEADER, lsoa_csv, read

ROWS = [
    ("E01000001", "Camden", "Drugs", "2024-01", 3),
    ("E01000001", "Camden", "Drugs", "2024-03", 4),
    ("E01000002", "Camden", "Robbery", "2024-01", 5),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def refusal(path: Path, content: str | bytes) -> str:
    with pytest.raises(SourceError) as refused:
        read(path, content)
    message = str(refused.value)
    assert message.startswith(path.name)
    assert "\n" not in message
    return message


def test_lsoa_counts_are_known_by_their_columns_in_any_order(path):
    table = read(path, lsoa_csv(ROWS))
    assert table.kind == "lsoa_counts"
    assert (table.month_from, table.month_to) == ("2024-01", "2024-03")
    assert table.report["missing_months"] == ["2024-02"]
    assert table.report["crimes"] == 12
    frame = pl.read_csv(path)
    shuffled = frame.select(reversed(frame.columns)).write_csv()
    assert read(path, shuffled).frame.equals(table.frame)


def test_the_report_names_what_it_does_not_know(path):
    table = read(path, lsoa_csv([("E01000001", "Narnia", "Sorcery", "2024-01", 1)]))
    assert table.report["unknown_boroughs"] == ["Narnia"]
    assert table.report["unknown_categories"] == ["Sorcery"]


@pytest.mark.parametrize("name", ["t.tar.xz", "t.tar.gz", "t.zip", "t.csv.gz"])
def test_archives_hold_what_the_plain_files_do(tmp_path, name):
    parts = {"a/2024-01.csv": lsoa_csv(ROWS[::2]), "a/2024-03.csv": lsoa_csv(ROWS[1:2])}
    path = tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            for member, text in parts.items():
                archive.writestr(member, text)
            archive.writestr("a/._2024-01.csv", b"\x00\x05\x16\x07")
    elif ".tar" in name:
        with tarfile.open(path, f"w:{name[-2:]}") as archive:
            for member, text in parts.items():
                info = tarfile.TarInfo(member)
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
    else:
        path.write_bytes(gzip.compress(lsoa_csv(ROWS).encode()))
    found = read(path, path.read_bytes()).frame.sort("area_code", "month")
    plain = read(tmp_path / "plain.csv", lsoa_csv(ROWS)).frame.sort("area_code", "month")
    assert found.equals(plain)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("<!DOCTYPE html><html></html>", "web page"),
        (b"\xff\xfea\x00", "UTF-16"),
        ("a,b\n1,2\n", "columns (a, b) are of no table known here"),
        (f"{LSOA_HEADER}\n", "no rows"),
        (lsoa_csv(ROWS) + "E01000003,x\n", "line 5: borough is nothing"),
        (lsoa_csv(ROWS) + "E1,x,A,B,2024,1,1,9\n", "line 5 has 8 fields, the header 7"),
        (lsoa_csv(ROWS) + "X,x,Camden,Drugs,2024,1,1\n", "line 5: lsoa_code is 'X'"),
        (lsoa_csv(ROWS) + "E01000003,x,,Drugs,2024,1,1\n", "line 5: borough is nothing"),
        (lsoa_csv(ROWS) + "E01000003,x,Camden,Drugs,2024,13,1\n", "line 5: month is '13'"),
        (lsoa_csv(ROWS) + "E01000003,x,Camden,Drugs,2024,1,-1\n", "line 5: crime_count is '-1'"),
        (lsoa_csv(ROWS) + "E01000003,x,Camden,Drugs,2024,1,1.5\n", "should be a whole number"),
        (lsoa_csv(ROWS) + "E01000003,x,Camden,Drugs,2024,1,\n", "crime_count is nothing"),
        (lsoa_csv([*ROWS, ROWS[0]]), "line 5: repeats E01000001, 2024-01, Drugs"),
        ("borough,borough,year\nA,B,2024\n", "twice"),
        ("borough,year,population\nCamden,2024,0\n", "line 2: population is '0'"),
        ("borough,year,population\nA,2024,5\nA,2024,6\n", "line 3: repeats A, 2024"),
        ("borough,month,x_coverage\nA,2024-01,1.2\n", "line 2: x_coverage is '1.2'"),
        ("majortext,202401\nTHEFT,1\n", "no column minortext or minor_category"),
    ],
)
def test_bad_tables_are_refused_with_file_line_and_reason(path, content, words):
    assert words in refusal(path, content)


def test_damaged_and_mixed_archives_are_refused(tmp_path):
    assert "damaged" in refusal(tmp_path / "t.tar.xz", b"not an archive")
    assert "damaged" in refusal(tmp_path / "t.zip", b"PK\x03\x04 cut")
    assert "not a readable Parquet" in refusal(tmp_path / "t.parquet", b"PAR1 cut")
    path = tmp_path / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", lsoa_csv(ROWS))
        archive.writestr("b.csv", "borough,year,population\nCamden,2024,5\n")
    assert "different kinds" in refusal(path, path.read_bytes())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", lsoa_csv(ROWS))
        archive.writestr("b.csv", lsoa_csv(ROWS[:1]))
    assert "same LSOA and month" in refusal(path, path.read_bytes())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert "no .csv file" in refusal(path, path.read_bytes())


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.xz"])
def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path, monkeypatch, name):
    monkeypatch.setattr(containers, "FILE_LIMIT", 1 << 20)
    path = tmp_path / name
    zeros = b"0" * (2 << 20)
    if name.endswith("zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", zeros)
    else:
        with tarfile.open(path, "w:xz") as archive:
            info = tarfile.TarInfo("a.csv")
            info.size = len(zeros)
            archive.addfile(info, io.BytesIO(zeros))
    assert "larger than 1 MiB" in refusal(path, path.read_bytes())


def test_mps_tables_are_summed_to_boroughs_without_the_remnant_of_a_month(path):
    header = "LSOA_Code,LSOA_Name,Borough,Major_Category,Minor_Category,202402,202403,202404"
    rows = [
        f"E0100000{n},x,E09000007,THEFT,{minor},{first},100,200"
        for n, minor, first in [(1, "SHOPLIFTING", 1), (2, "SHOPLIFTING", 0), (3, "OTHER THEFT", 0)]
    ]
    table = read(path, "\n".join([header, *rows]) + "\n")
    assert table.kind == "mps_counts"
    assert sorted(table.frame.rows()) == [
        ("Camden", "2024-03", "THEFT", "OTHER THEFT", 100),
        ("Camden", "2024-03", "THEFT", "SHOPLIFTING", 200),
        ("Camden", "2024-04", "THEFT", "OTHER THEFT", 200),
        ("Camden", "2024-04", "THEFT", "SHOPLIFTING", 400),
    ]
    assert any("202402 was dropped" in note for note in table.report["notes"])


def test_residents_come_by_borough_and_by_lsoa(path):
    by_borough = read(path, "borough,year,population\nCamden,2024,5\n")
    assert by_borough.frame.rows() == [("borough", "E09000007", "Camden", "Camden", 2024, 5)]
    by_lsoa = read(path, "LSOA21CD,LSOA21NM,pop_mid_2021,pop_mid_2022\nE01000001,Camden 001A,7,8\n")
    assert by_lsoa.frame.rows() == [
        ("lsoa", "E01000001", "Camden 001A", "Camden", 2021, 7),
        ("lsoa", "E01000001", "Camden 001A", "Camden", 2022, 8),
    ]


def test_blank_lines_at_the_end_and_a_byte_order_mark_are_no_rows(path):
    plain = read(path, lsoa_csv(ROWS)).frame
    marked = b"\xef\xbb\xbf" + lsoa_csv(ROWS).encode() + b"\n\n"
    assert read(path, marked).frame.equals(plain)


@pytest.mark.parametrize(
    ("name", "column", "gaps"),
    [("newer", "newer_coverage", 236), ("earlier", "earlier_coverage", 35)],
)
def test_the_coverage_found_is_that_of_the_published_coverage_table(
    shared_data, real_counts, name, column, gaps
):
    path = shared_data / "police" / "lsoa-month-category" / "coverage-by-borough-month.csv"
    found = coverage(real_counts[name].frame)
    published = pl.read_csv(path).select("borough", "month", column)
    for borough, month, share in published.iter_rows():
        if (borough, month) in found:
            assert float(found[borough, month].share) == pytest.approx(share, abs=0.0006)
    assert len(real_counts[name].report["gaps"]) == gaps
