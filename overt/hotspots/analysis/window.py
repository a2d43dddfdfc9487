"""Which months count. A month that is missing is left out and said to be; it is never a zero."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.hotspots.crimes import coverage
from overt.hotspots.crimes.coverage import Status
from overt.hotspots.crimes.table import CrimeTable

from .inputs import Asked, SourceFile
from .method import Method

MONTH = re.compile(r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")
# More than any policy looks at, and few enough that a slip of the keyboard is caught.
MOST_MONTHS = 240


@dataclass(frozen=True)
class Window:
    """`months`: the whole window, oldest first. `counted`: those with usable data.

    `absent`: why each of the others is left out. `gaps`: (month, category, status) where a single
    category is missing or suspect in a counted month.
    """

    months: tuple[str, ...]
    counted: tuple[str, ...]
    absent: dict[str, str]
    gaps: tuple[tuple[str, str, str], ...]

    def last(self, number: int) -> tuple[str, ...]:
        """The counted months among the last `number` months of the window."""
        return tuple(month for month in self.months[-number:] if month in self.counted)


def months_until(last: str, number: int) -> tuple[str, ...]:
    """`number` months "YYYY-MM", oldest first, ending with `last`."""
    year, month = (int(part) for part in last.split("-"))
    end = year * 12 + month - 1
    return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(end - number + 1, end + 1))


def find(table: CrimeTable, *, asked: Asked, files: Sequence[SourceFile], method: Method) -> Window:
    """Judge each month of the window on the crimes of `table`, which holds the area's only.

    A month counts when every force has a file for it, and its crimes in the area are neither
    absent nor suspect beside the other months (policy: section `quality`).
    """
    months = months_until(asked.until, asked.months)
    have = {(file.force, file.month) for file in files}
    absent: dict[str, str] = {}
    for month in months:
        missing = [force for force in asked.forces if (force, month) not in have]
        if missing:
            absent[month] = f"no file from {', '.join(missing)}"
    with_files = [month for month in months if month not in absent]
    counts = _counts(table, with_files, asked.categories)
    judged = coverage.classify(
        counts,
        with_files,
        asked.categories,
        absent_min_median=method.absent_min_median,
        suspect_share=method.suspect_share,
    )
    for month, total, status in zip(with_files, counts.sum(axis=1), judged.by_month, strict=True):
        if status is Status.ABSENT:
            absent[month] = "no crimes in this area, where other months have them"
        elif status is Status.SUSPECT:
            absent[month] = f"{total} crimes in this area, less than half of a usual month"
    counted = tuple(month for month in with_files if month not in absent)
    gaps = tuple(
        (month, category, str(status))
        for month, row in zip(with_files, judged.by_category, strict=True)
        for category, status in zip(asked.categories, row, strict=True)
        if month in counted and status is not Status.PRESENT
    )
    return Window(months, counted, dict(sorted(absent.items())), gaps)


def _counts(
    table: CrimeTable, months: Sequence[str], categories: Sequence[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    whole = table.by_month_and_category()
    counts = np.zeros((len(months), len(categories)), np.int64)
    for row, month in enumerate(months):
        for column, category in enumerate(categories):
            if month in table.months and category in table.categories:
                counts[row, column] = whole[
                    table.months.index(month), table.categories.index(category)
                ]
    return counts
