"""Which months are there, by category. Missing is never zero.

A category whose median over the months that have any is at least `absent_min_median` (policy field
hotspots.quality.absent_min_median) is expected every month: a month with none is *absent*, a month
under `suspect_share` (hotspots.quality.suspect_share) of the median is *suspect*. Below that median
a zero is as likely as not, so such months stay *present*: there are too few to tell. A month
without a file is absent for every category. Month totals are judged by the same rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt


class Status(StrEnum):
    PRESENT = "present"
    SUSPECT = "suspect"
    ABSENT = "absent"


@dataclass(frozen=True)
class Coverage:
    """`by_category[m][c]` judges month m and category c, `by_month[m]` the month's total.

    `medians[c]` is the median of category c over the months that have any, 0 where none has;
    `month_median` is that of the months' totals.
    """

    months: tuple[str, ...]
    categories: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    by_category: tuple[tuple[Status, ...], ...]
    by_month: tuple[Status, ...]
    medians: tuple[Fraction, ...]
    month_median: Fraction

    @property
    def absent_months(self) -> tuple[str, ...]:
        return self._months_that_are(Status.ABSENT)

    @property
    def suspect_months(self) -> tuple[str, ...]:
        return self._months_that_are(Status.SUSPECT)

    def category_gaps(self) -> tuple[tuple[str, str, Status], ...]:
        """(month, category, status) of what is not present, in months that are there at all."""
        return tuple(
            (month, category, status)
            for month, total, statuses in zip(
                self.months, self.by_month, self.by_category, strict=True
            )
            for category, status in zip(self.categories, statuses, strict=True)
            if total is not Status.ABSENT and status is not Status.PRESENT
        )

    def _months_that_are(self, wanted: Status) -> tuple[str, ...]:
        return tuple(
            month
            for month, status in zip(self.months, self.by_month, strict=True)
            if status is wanted
        )


def classify(
    counts: npt.NDArray[np.int64],
    months: Sequence[str],
    categories: Sequence[str],
    *,
    absent_min_median: int,
    suspect_share: Fraction,
    without_file: frozenset[str] = frozenset(),
) -> Coverage:
    """Judge `counts`, int64 (months, categories), crimes of one place or force.

    `months` should be all months of the span, those `without_file` with a row of zeros.
    Raises ValueError when the shape does not fit the labels.
    """
    if counts.shape != (len(months), len(categories)):
        raise ValueError(f"counts are {counts.shape}, labels {len(months)} x {len(categories)}")
    has_file = [month not in without_file for month in months]

    def judge(column: npt.NDArray[np.int64]) -> tuple[list[Status], Fraction]:
        median = _median_of_positive(column)
        return [
            _status(int(n), filed, median, absent_min_median, suspect_share)
            for n, filed in zip(column, has_file, strict=True)
        ], median

    judged = [judge(counts[:, c]) for c in range(len(categories))]
    by_month, month_median = judge(counts.sum(axis=1))
    return Coverage(
        months=tuple(months),
        categories=tuple(categories),
        counts=counts,
        by_category=tuple(tuple(statuses[m] for statuses, _ in judged) for m in range(len(months))),
        by_month=tuple(by_month),
        medians=tuple(median for _, median in judged),
        month_median=month_median,
    )


def months_between(first: str, last: str) -> tuple[str, ...]:
    """All months from `first` to `last`, both YYYY-MM and both included."""
    return tuple(
        str(month) for month in np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)
    )


def _median_of_positive(column: npt.NDArray[np.int64]) -> Fraction:
    positive = np.sort(column[column > 0])
    if positive.size == 0:
        return Fraction(0)
    middle = positive.size // 2
    return Fraction(int(positive[middle]) + int(positive[~middle]), 2)


def _status(
    n: int, has_file: bool, median: Fraction, absent_min_median: int, suspect_share: Fraction
) -> Status:
    if not has_file:
        return Status.ABSENT
    if median < absent_min_median:
        return Status.PRESENT
    if n == 0:
        return Status.ABSENT
    return Status.SUSPECT if n < suspect_share * median else Status.PRESENT
