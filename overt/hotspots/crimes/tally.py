"""The crimes of one month, counted by category and position."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .categories import CATEGORIES


@dataclass(frozen=True)
class Tally:
    """The crimes of one month: distinct (category, easting, northing) in that order, and how many.

    category: uint8 (n,), index into CATEGORIES. easting, northing: int32 (n,), BNG centimetres.
    crimes: uint32 (n,), at least 1.
    """

    category: npt.NDArray[np.uint8]
    easting: npt.NDArray[np.int32]
    northing: npt.NDArray[np.int32]
    crimes: npt.NDArray[np.uint32]

    def packed_rows(self) -> npt.NDArray[np.int64]:
        """The position of each row as easting * 2**32 + northing, int64 (n,)."""
        return (self.easting.astype(np.int64) << 32) | self.northing

    @cached_property
    def packed_points(self) -> npt.NDArray[np.int64]:
        """The distinct positions, packed so, ascending."""
        return distinct(self.packed_rows())

    def where(self, wanted: npt.NDArray[np.bool_]) -> "Tally":
        """Only the rows that are `wanted`, bool (n,)."""
        return Tally(
            category=self.category[wanted],
            easting=self.easting[wanted],
            northing=self.northing[wanted],
            crimes=self.crimes[wanted],
        )

    def by_category(self) -> dict[str, int]:
        """Crimes by category, only those with any."""
        total = np.bincount(self.category, weights=self.crimes, minlength=len(CATEGORIES))
        return {name: int(n) for name, n in zip(CATEGORIES, total, strict=True) if n}


def distinct(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The distinct values, ascending. For integers several times faster than numpy.unique, which
    from version 2.3 on hashes before it sorts."""
    ordered = np.sort(values)
    first = np.ones(ordered.size, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
