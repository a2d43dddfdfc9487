"""The data-quality report of one file: what was read, kept, set aside, and what to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .read import Reading, Reason

REASONS_IN_WORDS = {
    Reason.BAD_MONTH: "the month is missing or not of the form YYYY-MM",
    Reason.UNKNOWN_CATEGORY: "the category is not one of the 14 of data.police.uk",
    Reason.NO_LOCATION: "there is no location",
    Reason.OUTSIDE: "the location is outside Great Britain",
}
_NAMED_UNKNOWN_CATEGORIES = 10


@dataclass(frozen=True)
class NewPoints:
    """Snap points of one month that no earlier-imported month of the force has."""

    month: str
    points: int
    new: int


@dataclass(frozen=True)
class QualityReport:
    """`rows_read` = `rows_kept` + all of `set_aside`.

    `rows_sharing_id`: rows whose crime ID at least one other row of the file has too, all of them
    kept. `new_points` is empty for the first import of a force, when every point is new.
    """

    force: str
    rows_read: int
    rows_kept: int
    set_aside: dict[str, int]
    unknown_categories: dict[str, int]
    rows_with_id: int
    rows_sharing_id: int
    distinct_shared_ids: int
    blank_lsoa: int
    blank_lsoa_with_location: int
    by_month: dict[str, dict[str, int]]
    points: dict[str, int]
    new_points: list[NewPoints]
    warnings: list[str]

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and integers."""
        return asdict(self)


def report_on(
    reading: Reading, *, known_points: npt.NDArray[np.int64] | None = None
) -> QualityReport:
    """`known_points`: packed snap points (Tally.packed_points) that the force already has, sorted;
    None when nothing of the force was imported before."""
    points = {month: tally.packed_points for month, tally in reading.months.items()}
    new = [] if known_points is None else _new_points(points, known_points)
    kept = reading.rows_read - sum(reading.set_aside.values())
    named = dict(list(reading.unknown_categories.items())[:_NAMED_UNKNOWN_CATEGORIES])
    return QualityReport(
        force=reading.force,
        rows_read=reading.rows_read,
        rows_kept=kept,
        set_aside={reason.value: n for reason, n in reading.set_aside.items()},
        unknown_categories=named,
        rows_with_id=reading.rows_with_id,
        rows_sharing_id=reading.rows_sharing_id,
        distinct_shared_ids=reading.distinct_shared_ids,
        blank_lsoa=reading.blank_lsoa,
        blank_lsoa_with_location=reading.blank_lsoa_with_location,
        by_month={month: tally.by_category() for month, tally in reading.months.items()},
        points={month: int(packed.size) for month, packed in points.items()},
        new_points=new,
        warnings=_warnings(reading, kept),
    )


def _new_points(
    points: Mapping[str, npt.NDArray[np.int64]], known: npt.NDArray[np.int64]
) -> list[NewPoints]:
    counts = []
    for month, packed in points.items():
        at = np.searchsorted(known, packed).clip(max=max(known.size - 1, 0))
        old = int((known[at] == packed).sum()) if known.size else 0
        counts.append(NewPoints(month, int(packed.size), int(packed.size) - old))
    return counts


def _warnings(reading: Reading, kept: int) -> list[str]:
    rows = reading.rows_read
    warnings = [
        f"{_share(n, rows)} set aside: {REASONS_IN_WORDS[reason]}."
        for reason, n in reading.set_aside.items()
        if n
    ]
    if reading.unknown_categories:
        names = ", ".join(list(reading.unknown_categories)[:_NAMED_UNKNOWN_CATEGORIES])
        warnings.append(f"Categories not known: {names}.")
    if kept == 0:
        warnings.append("No row was kept.")
    if reading.rows_sharing_id:
        warnings.append(
            f"{_share(reading.rows_sharing_id, rows)} share a crime ID with another row "
            f"({reading.distinct_shared_ids:,} IDs). All of them are kept and counted."
        )
    if reading.blank_lsoa_with_location:
        warnings.append(
            f"{_share(reading.blank_lsoa_with_location, rows)} have a location but no LSOA, "
            "as in Scotland."
        )
    return warnings


def _share(n: int, of: int) -> str:
    return f"{n:,} of {of:,} rows ({100 * n / of:.1f} %)"
