"""One CSV of crimes, checked and counted.

Every row is either kept or set aside for exactly one reason, the first that applies of: bad
month, unknown category, no location, outside Great Britain. Anything that makes the file as a
whole doubtful refuses it, since half a file is worse than none.

Crime IDs, streets, LSOA names and outcomes are looked at only to count, never kept: what an
analysis needs is where, when and what category, and an ID could be traced to a person's case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl

from overt.hotspots.geo import bng

from .categories import CATEGORIES
from .errors import CoordinatesSwapped, MonthDisagrees, UnknownForce
from .frame import read_frame
from .mapping import STREET, Mapping
from .sources import FORCE_SLUG, Content
from .tally import Tally

# Degrees. Wider than Great Britain; only keeps the projection away from nonsense.
_LONGITUDES, _LATITUDES = (-11.0, 4.0), (48.0, 63.0)
# Metres. Keeps centimetres within 32 bits.
_FAR_M = 10_000_000.0
_CATEGORY = pl.Enum(CATEGORIES)
# What stands for a position in rows that have none in Great Britain.
_OUTSIDE, _NOWHERE = -1, -2

# As the database holds it.
_LONGEST_FORCE = 80

Integers = npt.NDArray[np.int64]


class Reason(StrEnum):
    """Why a row is set aside, in the order in which the reasons are tried."""

    BAD_MONTH = "bad_month"
    UNKNOWN_CATEGORY = "unknown_category"
    NO_LOCATION = "no_location"
    OUTSIDE = "outside_great_britain"


@dataclass(frozen=True)
class Reading:
    """What one file says. `rows_read` equals the crimes in `months` plus all of `set_aside`.

    `months` has an entry for every month that any row names, even when all of its rows were set
    aside. `rows_sharing_id` counts every row whose crime ID another row of the file has too.
    """

    force: str
    rows_read: int
    set_aside: dict[Reason, int]
    unknown_categories: dict[str, int]
    rows_with_id: int
    rows_sharing_id: int
    distinct_shared_ids: int
    blank_lsoa: int
    blank_lsoa_with_location: int
    months: dict[str, Tally]


def read(content: Content, *, mapping: Mapping | None, force: str | None) -> Reading:
    """Check and count one CSV. `mapping` None means the street format of data.police.uk.

    Raises a CrimeFileError that names the file, the line where there is one, and what to do.
    """
    layout = mapping or STREET
    label = content.source.label
    slug = _force(content, mapping=mapping, force=force)
    frame = read_frame(content.csv, layout, label)
    months, month = _months(frame["month"], layout)
    if mapping is None and content.source.month is not None:
        _require_month(content.source.month, months, month, label)
    category = _categories(frame["category"], layout)
    positions, position = _positions(
        frame, in_degrees=layout.columns.longitude is not None, label=label
    )
    reasons = {
        Reason.BAD_MONTH: month < 0,
        Reason.UNKNOWN_CATEGORY: category < 0,
        Reason.NO_LOCATION: position == _NOWHERE,
        Reason.OUTSIDE: position == _OUTSIDE,
    }
    kept = np.ones(frame.height, np.bool_)
    aside: dict[Reason, int] = {}
    for reason, applies in reasons.items():
        aside[reason] = int((kept & applies).sum())
        if reason is Reason.UNKNOWN_CATEGORY:
            unknown = _counted(frame["category"].filter(pl.Series(kept & applies)))
        kept &= ~applies
    return Reading(
        force=slug,
        rows_read=frame.height,
        set_aside=aside,
        unknown_categories=unknown,
        months={
            name: _tally(category[wanted], position[wanted], positions)
            for number, name in enumerate(months)
            for wanted in [kept & (month == number)]
        },
        **_counted_identities(frame),
    )


def _force(content: Content, *, mapping: Mapping | None, force: str | None) -> str:
    named = content.source.force if mapping is None else mapping.force
    label = content.source.label
    if named is not None and force is not None and named != force:
        raise UnknownForce(
            label,
            f"its name or mapping says {named!r} and --force says {force!r}",
            "Leave --force out, or give the right one",
        )
    slug = named or force
    if slug is None:
        raise UnknownForce(
            label,
            "its name does not say which force it is from (2024-01-surrey-street.csv does)",
            "Give the force with --force",
        )
    if not FORCE_SLUG.match(slug) or len(slug) > _LONGEST_FORCE:
        raise UnknownForce(
            label,
            f"{slug!r} is not a force's short name",
            f"Write it in small letters and hyphens: west-midlands; {_LONGEST_FORCE} at most",
        )
    return slug


def _months(said: pl.Series, layout: Mapping) -> tuple[list[str], Integers]:
    """The months that rows name, ascending, and for each row which of them, or -1."""
    distinct = said.drop_nulls().unique()
    if layout.month_format is not None:
        dates = distinct.str.to_datetime(layout.month_format, strict=False, time_unit="us")
        month = dates.dt.strftime("%Y-%m")
    else:
        rest = "$" if layout is STREET else r"(?:-\d\d(?:[T ].*)?)?$"
        month = distinct.str.extract(rf"^(\d{{4}}-(?:0[1-9]|1[0-2])){rest}", 1)
    months: list[str] = month.drop_nulls().unique().sort().to_list()
    number_of = {name: number for number, name in enumerate(months)}
    numbers = [number_of.get(name, -1) for name in month]
    row = said.replace_strict(distinct, numbers, default=-1, return_dtype=pl.Int64)
    return months, row.to_numpy()


def _require_month(named: str, months: Sequence[str], month: Integers, label: str) -> None:
    other = [number for number, name in enumerate(months) if name != named]
    rows = np.flatnonzero(np.isin(month, other)) if other else month[:0]
    if rows.size:
        raise MonthDisagrees(
            label,
            f"the name says {named} and the row {months[month[rows[0]]]}",
            "Rename the file, or get the right one",
            line=int(rows[0]) + 2,
        )


def _categories(said: pl.Series, layout: Mapping) -> Integers:
    """For each row its index into CATEGORIES, or -1."""
    renamed = said.replace(layout.categories) if layout.categories else said
    known = renamed.cast(_CATEGORY, strict=False)
    return known.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def _positions(frame: pl.DataFrame, *, in_degrees: bool, label: str) -> tuple[Integers, Integers]:
    """The distinct positions in Great Britain, packed as in Tally, ascending; and for each row
    which of them, or _OUTSIDE, or _NOWHERE. Each distinct pair is projected once."""
    located = (frame["x"].is_not_null() & frame["y"].is_not_null()).to_numpy()
    pair = np.empty(int(located.sum()), np.complex128)  # sorts and compares as (x, y)
    pair.real = frame["x"].to_numpy()[located]
    pair.imag = frame["y"].to_numpy()[located]
    pairs, which = np.unique(pair, return_inverse=True)
    x, y = pairs.real.copy(), pairs.imag.copy()
    easting, northing = np.zeros(x.size, np.int64), np.zeros(x.size, np.int64)
    if in_degrees:
        near = _near(x, _LONGITUDES) & _near(y, _LATITUDES)
        easting[near], northing[near] = bng.to_bng_cm(x[near], y[near])
        swapped = _near(y, _LONGITUDES) & _near(x, _LATITUDES)
        problem = "longitude and latitude are swapped"
    else:
        near = (np.abs(x) < _FAR_M) & (np.abs(y) < _FAR_M)
        easting[near], northing[near] = bng.metres_to_cm(x[near]), bng.metres_to_cm(y[near])
        swapped = _near(x, _LONGITUDES) & _near(y, _LATITUDES)
        problem = "easting and northing hold degrees, not metres"
    if swapped.sum() * 2 > x.size:
        row = np.flatnonzero(located)[int(swapped[which].argmax())]
        raise CoordinatesSwapped(
            label, problem, "Correct the mapping or the file", line=int(row) + 2
        )
    inside = near & bng.in_great_britain(easting, northing)
    positions, position_of_pair = np.unique(
        (easting[inside] << 32) | northing[inside], return_inverse=True
    )
    of_pair = np.full(pairs.size, _OUTSIDE)
    of_pair[inside] = position_of_pair
    of_row = np.full(frame.height, _NOWHERE)
    of_row[located] = of_pair[which]
    return positions, of_row


def _near(values: npt.NDArray[np.float64], span: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (values >= span[0]) & (values <= span[1])


def _tally(category: Integers, position: Integers, positions: Integers) -> Tally:
    crimes = np.bincount(category * positions.size + position)
    cells = np.flatnonzero(crimes)
    packed = positions[cells % positions.size] if cells.size else positions[:0]
    return Tally(
        category=(cells // max(positions.size, 1)).astype(np.uint8),
        easting=(packed >> 32).astype(np.int32),
        northing=(packed & 0xFFFFFFFF).astype(np.int32),
        crimes=crimes[cells].astype(np.uint32),
    )


def _counted(values: pl.Series) -> dict[str, int]:
    named = values.fill_null("(blank)")
    counted = named.value_counts().sort(["count", named.name], descending=[True, False])
    return {str(value): int(n) for value, n in counted.iter_rows()}


def _counted_identities(frame: pl.DataFrame) -> dict[str, int]:
    """How many rows have a crime ID, share one, and lack an LSOA. Columns not mapped count 0."""
    counts = dict.fromkeys(
        (
            "rows_with_id",
            "rows_sharing_id",
            "distinct_shared_ids",
            "blank_lsoa",
            "blank_lsoa_with_location",
        ),
        0,
    )
    if "crime_id" in frame.columns:
        ids = frame["crime_id"].drop_nulls()
        counts["rows_with_id"] = ids.len()
        if ids.n_unique() < ids.len():
            shared = ids.filter(ids.is_duplicated())
            counts["rows_sharing_id"] = shared.len()
            counts["distinct_shared_ids"] = shared.n_unique()
    if "lsoa" in frame.columns:
        blank = frame["lsoa"].is_null()
        counts["blank_lsoa"] = int(blank.sum())
        located = frame["x"].is_not_null() & frame["y"].is_not_null()
        counts["blank_lsoa_with_location"] = int((blank & located).sum())
    return counts
