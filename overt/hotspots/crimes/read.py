"""One CSV of crimes, checked and counted.

Every row is either kept or set aside for exactly one reason, the first that applies of: bad
month, unknown category, no location, outside Great Britain. Anything that makes the file as a
whole doubtful refuses it, since half a file is worse than none.

Crime IDs, streets, LSOA names and outcomes are looked at only to count, never kept: what an
analysis needs is where, when and what category, and an ID could be traced to a person's case.
"""

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
_CATEGORY = pl.Enum(CATEGORIES)


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
    frame = _months(frame, layout)
    if mapping is None:
        _require_month_of_name(frame, content.source.month, label)
    frame = frame.with_columns(_categories(layout))
    points = _project(frame, in_degrees=layout.columns.longitude is not None, label=label)
    return _count(frame, points, slug)


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
    if not FORCE_SLUG.match(slug):
        raise UnknownForce(
            label,
            f"{slug!r} is not a force's short name",
            "Write it in small letters and hyphens: west-midlands",
        )
    return slug


def _months(frame: pl.DataFrame, layout: Mapping) -> pl.DataFrame:
    """`month` as YYYY-MM, null where the column says no such thing; `said` is what it says."""
    said = pl.col("month")
    if layout.month_format is not None:
        parsed = said.str.to_datetime(layout.month_format, strict=False, time_unit="us")
        month = parsed.dt.strftime("%Y-%m")
    else:
        rest = "$" if layout is STREET else r"(?:-\d\d(?:[T ].*)?)?$"
        month = said.str.extract(rf"^(\d{{4}}-(?:0[1-9]|1[0-2])){rest}", 1)
    return frame.with_columns(said.alias("said"), month.alias("month"))


def _require_month_of_name(frame: pl.DataFrame, named: str | None, label: str) -> None:
    if named is None:
        return
    other = (frame["month"] != named).fill_null(False)
    if other.any():
        row = int(other.arg_max() or 0)
        raise MonthDisagrees(
            label,
            f"the name says {named} and the row {frame['month'][row]}",
            "Rename the file, or get the right one",
            line=row + 2,
        )


def _categories(layout: Mapping) -> pl.Expr:
    said = pl.col("category")
    renamed = said.replace(layout.categories) if layout.categories else said
    return renamed.cast(_CATEGORY, strict=False).alias("known")


def _project(frame: pl.DataFrame, *, in_degrees: bool, label: str) -> pl.DataFrame:
    """The distinct (x, y) with their easting, northing (cm) and whether they lie in Britain."""
    pairs = frame.select("x", "y").drop_nulls().unique()
    x, y = pairs["x"].to_numpy(), pairs["y"].to_numpy()
    easting, northing = np.zeros(x.size, np.int64), np.zeros(x.size, np.int64)
    if in_degrees:
        near = _near(x, _LONGITUDES) & _near(y, _LATITUDES)
        easting[near], northing[near] = bng.to_bng_cm(x[near], y[near])
        swapped = _near(y, _LONGITUDES) & _near(x, _LATITUDES)
        problem = "longitude and latitude are swapped"
    else:
        near = (np.abs(x) < 1e8) & (np.abs(y) < 1e8)
        easting[near], northing[near] = bng.metres_to_cm(x[near]), bng.metres_to_cm(y[near])
        swapped = _near(x, _LONGITUDES) & _near(y, _LATITUDES)
        problem = "easting and northing hold degrees, not metres"
    inside = near & bng.in_great_britain(easting, northing)
    if swapped.sum() * 2 > x.size:
        line = _line_of(frame, x[swapped], y[swapped])
        raise CoordinatesSwapped(label, problem, "Correct the mapping or the file", line=line)
    return pairs.with_columns(
        pl.Series("easting", easting.astype(np.int32)),
        pl.Series("northing", northing.astype(np.int32)),
        pl.Series("inside", inside),
    )


def _near(values: npt.NDArray[np.float64], span: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (values >= span[0]) & (values <= span[1])


def _line_of(frame: pl.DataFrame, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> int:
    """The first line that has one of these pairs of coordinates."""
    wanted = pl.DataFrame({"x": x, "y": y})
    rows = frame.select("x", "y").with_row_index("row").join(wanted, on=["x", "y"], how="semi")
    return int(rows["row"].to_numpy().min()) + 2


def _count(frame: pl.DataFrame, points: pl.DataFrame, force: str) -> Reading:
    located = pl.col("x").is_not_null() & pl.col("y").is_not_null()
    groups = (
        frame.group_by("month", "known", "x", "y")
        .len("crimes")
        .join(points, on=["x", "y"], how="left")
        .with_columns(
            pl.when(pl.col("month").is_null())
            .then(pl.lit(Reason.BAD_MONTH.value))
            .when(pl.col("known").is_null())
            .then(pl.lit(Reason.UNKNOWN_CATEGORY.value))
            .when(~located)
            .then(pl.lit(Reason.NO_LOCATION.value))
            .when(~pl.col("inside"))
            .then(pl.lit(Reason.OUTSIDE.value))
            .alias("reason")
        )
    )
    aside = dict(
        groups.filter(pl.col("reason").is_not_null())
        .group_by("reason")
        .agg(pl.col("crimes").sum())
        .iter_rows()
    )
    kept = groups.filter(pl.col("reason").is_null())
    labels = groups["month"].drop_nulls().unique().sort()
    unknown = frame.filter(pl.col("month").is_not_null() & pl.col("known").is_null())
    return Reading(
        force=force,
        rows_read=frame.height,
        set_aside={reason: int(aside.get(reason.value, 0)) for reason in Reason},
        unknown_categories=_counted(unknown["category"].fill_null("(blank)")),
        months={str(month): _tally(kept, str(month)) for month in labels},
        **_counted_identities(frame),
    )


def _tally(kept: pl.DataFrame, month: str) -> Tally:
    # Two pairs of degrees may fall on one centimetre, so the counts are added up once more.
    rows = (
        kept.filter(pl.col("month") == month)
        .with_columns(pl.col("known").to_physical())
        .group_by("known", "easting", "northing")
        .agg(pl.col("crimes").sum())
        .sort("known", "easting", "northing")
    )
    return Tally(
        category=rows["known"].to_numpy().astype(np.uint8),
        easting=rows["easting"].to_numpy().astype(np.int32),
        northing=rows["northing"].to_numpy().astype(np.int32),
        crimes=rows["crimes"].to_numpy().astype(np.uint32),
    )


def _counted(values: pl.Series) -> dict[str, int]:
    counted = values.value_counts().sort(["count", values.name], descending=[True, False])
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
        counts["blank_lsoa_with_location"] = int((blank & frame["x"].is_not_null()).sum())
    return counts
