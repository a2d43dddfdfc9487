"""Crimes in memory: snap points, and one array of point numbers sorted by month and category.

data.police.uk moves every crime to the nearest of about 750,000 fixed *snap points*, so a few
thousand positions carry hundreds of thousands of crimes. Sorting by (month, category) turns every
filter into slices, and counting into adding up integers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class CrimeTable:
    """`points` snap points and `rows` crimes.

    easting, northing: int64 (points,), BNG centimetres, unique pairs.
    months, categories: the labels that the two axes of `start` stand for.
    point: uint32 (rows,), the snap point of each crime, sorted by (month, category, point).
    start: int64 (months * categories + 1,): the crimes of month m and category c are
        point[start[k]:start[k + 1]] with k = m * len(categories) + c.
    """

    easting: npt.NDArray[np.int64]
    northing: npt.NDArray[np.int64]
    months: tuple[str, ...]
    categories: tuple[str, ...]
    point: npt.NDArray[np.uint32]
    start: npt.NDArray[np.int64]

    @classmethod
    def build(
        cls,
        *,
        easting: npt.ArrayLike,
        northing: npt.ArrayLike,
        months: Sequence[str],
        categories: Sequence[str],
        month: npt.ArrayLike,
        category: npt.ArrayLike,
        point: npt.ArrayLike,
    ) -> "CrimeTable":
        """From unsorted rows: `month` and `category` index the labels, `point` the positions.

        The result does not depend on the order of the rows.
        """
        n_points = np.asarray(easting).size
        key = np.asarray(month, np.int64) * len(categories) + np.asarray(category, np.int64)
        start = np.zeros(len(months) * len(categories) + 1, np.int64)
        np.cumsum(np.bincount(key, minlength=start.size - 1), out=start[1:])
        key *= max(n_points, 1)
        key += np.asarray(point, np.int64)
        key.sort()
        key %= max(n_points, 1)
        return cls(
            easting=np.asarray(easting, np.int64),
            northing=np.asarray(northing, np.int64),
            months=tuple(months),
            categories=tuple(categories),
            point=key.astype(np.uint32),
            start=start,
        )

    def counts(
        self, *, months: Iterable[str] | None = None, categories: Iterable[str] | None = None
    ) -> npt.NDArray[np.int64]:
        """Crimes at each snap point, shape (points,), in the given months and categories.

        Labels that the table does not hold count nothing. Adjacent slices are counted as one.
        """
        # Narrow sums: with every snap point of the country, memory is what counting waits for.
        narrow = np.uint32 if self.point.size < 1 << 32 else np.int64
        total, one = np.zeros(self.easting.size, narrow), narrow(1)
        slices = self._slices(months, categories)
        # Widened into one buffer that stays in the processor's cache, whatever the slices' lengths.
        buffer = np.empty(min(_BLOCK, sum(last - first for first, last in slices)), np.intp)
        filled = 0
        for start, last in slices:
            first = start
            while first < last:
                taken = min(buffer.size - filled, last - first)
                buffer[filled : filled + taken] = self.point[first : first + taken]
                first, filled = first + taken, filled + taken
                if filled == buffer.size:
                    np.add.at(total, buffer, one)
                    filled = 0
        np.add.at(total, buffer[:filled], one)
        return total.astype(np.int64)

    def restricted(self, keep: npt.NDArray[np.bool_]) -> "CrimeTable":
        """Only the snap points that `keep`, bool (points,), marks, and their crimes."""
        number = np.cumsum(keep, dtype=np.int64) - 1
        kept = keep[self.point]
        before = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
        return CrimeTable(
            easting=self.easting[keep],
            northing=self.northing[keep],
            months=self.months,
            categories=self.categories,
            point=number[self.point[kept]].astype(np.uint32),
            start=before[self.start],
        )

    def by_month_and_category(self) -> npt.NDArray[np.int64]:
        """Crimes, shape (months, categories)."""
        return np.diff(self.start).reshape(len(self.months), len(self.categories))

    def _slices(
        self, months: Iterable[str] | None, categories: Iterable[str] | None
    ) -> list[tuple[int, int]]:
        wanted_months = set(self.months if months is None else months)
        wanted = set(self.categories if categories is None else categories)
        slices: list[tuple[int, int]] = []
        for m, month in enumerate(self.months):
            if month not in wanted_months:
                continue
            for c, category in enumerate(self.categories):
                k = m * len(self.categories) + c
                first, last = int(self.start[k]), int(self.start[k + 1])
                if category not in wanted or first == last:
                    continue
                if slices and slices[-1][1] == first:
                    slices[-1] = (slices[-1][0], last)
                else:
                    slices.append((first, last))
        return slices


# Crimes counted at a time: half a megabyte once widened to 64 bits.
_BLOCK = 1 << 16
