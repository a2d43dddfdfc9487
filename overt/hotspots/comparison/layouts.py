"""The layouts of area tables, known by their columns, each brought to one form.

- LSOA counts, recognised by lsoa_code, borough, category, year, month and crime_count, become
  borough, area_code, month, category, count.
- MPS counts, recognised by a major and a minor category and one column for each month (YYYYMM),
  become borough, month, category, minor, count.
- Residents, recognised by borough, year and population, or by LSOAnnCD, LSOAnnNM and pop_mid_YYYY,
  become level, area_code, area_name, borough, year, residents.
- Coverage, recognised by borough, month and columns that end in `_coverage`, becomes borough,
  month, source, share.

MPS tables by ward or LSOA are summed to boroughs. Months are "YYYY-MM", counts whole numbers.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from overt.hotspots.areas import facts
from overt.hotspots.areas.source import SourceError, refuse_what_is_not_text

from .containers import Member

LSOA_COUNTS = "lsoa_counts"
MPS_COUNTS = "mps_counts"
POPULATION = "population"
COVERAGE = "coverage"

# A month below this share of the median month is what the dashboards leave of a month that they
# have just dropped, not a month: February 2024 of the MPS ward and LSOA files has 40 crimes.
ARTEFACT_SHARE = 0.01

_LSOA_COLUMNS = ("lsoa_code", "borough", "category", "year", "month", "crime_count")
_MONTH_COLUMN = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])")
_YEAR_COLUMN = re.compile(r"pop_mid_((?:19|20)\d\d)")
_LSOA_CODE_COLUMN = re.compile(r"lsoa\d\dcd")


@dataclass(frozen=True)
class Normal:
    """A table in its one form. `notes` are sentences about what was set aside, and `level` is
    what the rows stood for."""

    kind: str
    level: str
    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


def normalise(member: Member) -> Normal:
    """The table in `member`, in its one form. Raises SourceError, naming file, line and column."""
    frame = _frame(member)
    columns = set(frame.columns)
    months = [name for name in frame.columns if _MONTH_COLUMN.fullmatch(name)]
    years = [name for name in frame.columns if _YEAR_COLUMN.fullmatch(name)]
    shares = [name for name in frame.columns if name.endswith("_coverage")]
    if columns.issuperset(_LSOA_COLUMNS):
        return Normal(LSOA_COUNTS, "lsoa", _lsoa_counts(member.name, frame))
    if months and columns & {"majortext", "major_category"}:
        return _mps_counts(member.name, frame, months)
    if {"borough", "year", "population"} <= columns:
        return Normal(POPULATION, "borough", _borough_residents(member.name, frame))
    if years and any(_LSOA_CODE_COLUMN.fullmatch(name) for name in columns):
        return Normal(POPULATION, "lsoa", _lsoa_residents(member.name, frame, years))
    if {"borough", "month"} <= columns and shares:
        return Normal(COVERAGE, "borough", _coverage(member.name, frame, shares))
    raise SourceError(
        f"{member.name}: its columns ({', '.join(frame.columns[:8])}) are of no table known here: "
        f"needed are {', '.join(_LSOA_COLUMNS)}; or borough, year, population; or an MPS dashboard "
        "table with one column for each month"
    )


def _frame(member: Member) -> pl.DataFrame:
    """The table as text, its columns in lower case."""
    if member.is_parquet:
        try:
            frame = pl.read_parquet(io.BytesIO(member.content))
        except pl.exceptions.PolarsError as error:
            raise SourceError(f"{member.name}: not a readable Parquet file") from error
        flat = [name for name, kind in frame.schema.items() if kind.is_nested()]
        if flat:
            raise SourceError(f"{member.name}: its column {flat[0]} is nested, not a table")
        frame = frame.with_columns(pl.all().cast(pl.String))
    else:
        refuse_what_is_not_text(member.name, member.content)
        try:
            # Without blank lines at the end, which would be rows of nothing.
            frame = pl.read_csv(io.BytesIO(member.content.rstrip()), infer_schema=False)
        except pl.exceptions.PolarsError as error:
            raise SourceError(_why_not_csv(member)) from error
    names = [name.strip().lower() for name in _header(member, frame)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SourceError(f"{member.name}: line 1: has the column {twice!r} twice")
    if frame.is_empty():
        raise SourceError(f"{member.name}: has no rows below its header")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _header(member: Member, frame: pl.DataFrame) -> list[str]:
    """The names of the columns as the file has them; polars renames those that stand twice."""
    if member.is_parquet:
        return frame.columns
    return next(csv.reader(io.StringIO(member.content.decode("utf-8-sig"), newline="")))


def _why_not_csv(member: Member) -> str:
    rows = csv.reader(io.StringIO(member.content.decode("utf-8-sig"), newline=""), strict=True)
    try:
        width = len(next(rows))
        for row in rows:
            if row and len(row) != width:
                return (
                    f"{member.name}: line {rows.line_num} has {len(row)} fields, the header {width}"
                )
    except csv.Error as error:
        return f"{member.name}: line {rows.line_num}: not CSV: {error}"
    return f"{member.name}: not a CSV table"


def _lsoa_counts(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    _require_text(name, frame, "lsoa_code", r"^[EW]01\d{6}$", "an LSOA code such as E01000001")
    for column in ("borough", "category"):
        _require_text(name, frame, column, r"^\S.*$", "some text")
    numbers = {
        "year": _whole(name, frame, "year", 1990, 2100),
        "month": _whole(name, frame, "month", 1, 12),
        "count": _whole(name, frame, "crime_count", 0, 1_000_000),
    }
    found = pl.DataFrame(
        {
            "borough": frame["borough"].str.strip_chars(),
            "area_code": frame["lsoa_code"],
            "month": numbers["year"].cast(pl.String)
            + "-"
            + numbers["month"].cast(pl.String).str.zfill(2),
            "category": frame["category"].str.strip_chars(),
            "count": numbers["count"].cast(pl.Int64),
        }
    )
    key = ["area_code", "month", "category"]
    twice = found.select(pl.struct(key).is_duplicated()).to_series().arg_true()
    if len(twice):
        row = found.row(int(twice[-1]))
        raise SourceError(
            f"{name}: line {int(twice[-1]) + 2}: repeats {row[1]}, {row[2]}, {row[3]}: "
            "remove one of the two rows"
        )
    return found


def _mps_counts(name: str, frame: pl.DataFrame, months: Sequence[str]) -> Normal:
    major = _first_of(name, frame, ("majortext", "major_category"))
    minor = _first_of(name, frame, ("minortext", "minor_category"))
    borough = _first_of(name, frame, ("boroughname", "lookup_boroughname", "borough"))
    level = (
        "ward"
        if "wardcode" in frame.columns
        else "lsoa"
        if "lsoa_code" in frame.columns
        else "borough"
    )
    counts = {month: _whole(name, frame, month, 0, 10_000_000) for month in months}
    totals = sorted((int(series.sum()), month) for month, series in counts.items())
    median = totals[len(totals) // 2][0]
    dropped = [month for total, month in totals if total < ARTEFACT_SHARE * median]
    by_code = {
        known.code: known.name
        for region in facts.regions().values()
        for known in region.boroughs.values()
    }
    long = (
        frame.select(
            borough=pl.col(borough).str.strip_chars().replace(by_code),
            category=pl.col(major).str.strip_chars(),
            minor=pl.col(minor).str.strip_chars(),
            **{month: series for month, series in counts.items() if month not in dropped},
        )
        .unpivot(index=["borough", "category", "minor"], variable_name="month", value_name="count")
        .with_columns(pl.col("month").str.slice(0, 4) + "-" + pl.col("month").str.slice(4))
        .group_by("borough", "month", "category", "minor")
        .agg(pl.col("count").sum())
        .sort("borough", "month", "category", "minor")
    )
    notes = [
        f"The column {month} was dropped: it has {total:,} crimes, where the median month has "
        f"{median:,}. It is a remnant, not a month."
        for total, month in totals
        if month in dropped
    ]
    if level != "borough":
        notes.append(f"Rows by {level} were summed to boroughs.")
    return Normal(MPS_COUNTS, level, long, tuple(notes))


def _borough_residents(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    _require_text(name, frame, "borough", r"^\S.*$", "some text")
    names = frame["borough"].str.strip_chars()
    found = pl.DataFrame(
        {
            "level": pl.Series(["borough"] * frame.height, dtype=pl.String),
            "area_code": pl.Series(
                [known.code if (known := facts.borough(item)) else "" for item in names]
            ),
            "area_name": names,
            "borough": names,
            "year": _whole(name, frame, "year", 1990, 2100),
            "residents": _whole(name, frame, "population", 1, 100_000_000),
        }
    )
    _require_once(name, found, ["area_name", "year"])
    return found


def _lsoa_residents(name: str, frame: pl.DataFrame, years: Sequence[str]) -> pl.DataFrame:
    code = next(column for column in frame.columns if _LSOA_CODE_COLUMN.fullmatch(column))
    title = _first_of(name, frame, (code.removesuffix("cd") + "nm",))
    _require_text(name, frame, code, r"^[EW]01\d{6}$", "an LSOA code such as E01000001")
    # An LSOA is named after its local authority: "Croydon 022A".
    _require_text(name, frame, title, r"^\S.* \d{3}[A-Z]+$", "an LSOA name such as Croydon 022A")
    _require_once(name, frame, [code])
    counts = {year[-4:]: _whole(name, frame, year, 0, 1_000_000) for year in years}
    return (
        frame.select(
            level=pl.lit("lsoa"),
            area_code=pl.col(code),
            area_name=pl.col(title),
            borough=pl.col(title).str.replace(r" \d{3}[A-Z]+$", ""),
            **counts,
        )
        .unpivot(
            index=["level", "area_code", "area_name", "borough"],
            variable_name="year",
            value_name="residents",
        )
        .with_columns(pl.col("year").cast(pl.Int64))
    )


def _coverage(name: str, frame: pl.DataFrame, shares: Sequence[str]) -> pl.DataFrame:
    _require_text(name, frame, "borough", r"^\S.*$", "some text")
    _require_text(name, frame, "month", r"^(19|20)\d\d-(0[1-9]|1[0-2])$", "a month as YYYY-MM")
    _require_once(name, frame, ["borough", "month"])
    read = {}
    for column in shares:
        share = frame[column].str.strip_chars().cast(pl.Float64, strict=False)
        bad = (share.is_null() | ~share.is_between(0, 1)).arg_true()
        if len(bad):
            raise SourceError(_bad(name, frame, column, int(bad[0]), "a share from 0 to 1"))
        read[column.removesuffix("_coverage")] = share
    return frame.select("borough", "month", **read).unpivot(
        index=["borough", "month"], variable_name="source", value_name="share"
    )


def _first_of(name: str, frame: pl.DataFrame, candidates: Sequence[str]) -> str:
    for column in candidates:
        if column in frame.columns:
            if frame[column].null_count():
                row = int(frame[column].is_null().arg_true()[0])
                raise SourceError(_bad(name, frame, column, row, "some text"))
            return column
    raise SourceError(f"{name}: has no column {' or '.join(candidates)}")


def _whole(name: str, frame: pl.DataFrame, column: str, low: int, high: int) -> pl.Series:
    """The column as whole numbers from `low` to `high`. Raises SourceError naming the line."""
    number = frame[column].str.strip_chars().cast(pl.Int64, strict=False)
    bad = (number.is_null() | ~number.is_between(low, high)).arg_true()
    if len(bad):
        wanted = f"a whole number from {low:,} to {high:,}"
        raise SourceError(_bad(name, frame, column, int(bad[0]), wanted))
    return number


def _require_text(name: str, frame: pl.DataFrame, column: str, form: str, wanted: str) -> None:
    bad = (~frame[column].str.contains(form).fill_null(False)).arg_true()
    if len(bad):
        raise SourceError(_bad(name, frame, column, int(bad[0]), wanted))


def _require_once(name: str, frame: pl.DataFrame, key: Sequence[str]) -> None:
    twice = frame.select(pl.struct(key).is_duplicated()).to_series().arg_true()
    if len(twice):
        row: Mapping[str, object] = frame.row(int(twice[-1]), named=True)
        values = ", ".join(str(row[column]) for column in key)
        raise SourceError(f"{name}: line {int(twice[-1]) + 2}: repeats {values}")


def _bad(name: str, frame: pl.DataFrame, column: str, row: int, wanted: str) -> str:
    # The header is line 1.
    value = frame[column][row]
    shown = "nothing" if value is None else repr(value)[:40]
    return f"{name}: line {row + 2}: {column} is {shown}, and should be {wanted}"
