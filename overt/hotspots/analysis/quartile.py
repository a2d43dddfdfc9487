"""The upper-quartile test.

Rules
1. The threshold t of a reference population of n values is the smallest value with at least a
   share `quantile` of them at or below it: the ceil(quantile * n)-th smallest. No interpolation
   (numpy calls this `inverted_cdf`), so t is a count that some cell really has.
2. Hot means strictly above t. At most n * (1 - quantile) cells can be hot, whatever the ties.
3. Equal to t is a class of its own: tied. It is not hot.
4. Everything is an integer. `quantile` is an exact fraction (profile: hotspots.quantile).
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

HOT, TIED, NOT_HOT = "hot", "tied", "not hot"
POPULATIONS = ("A", "B", "C")

EDGE_SCALE = 1_000_000


@dataclass(frozen=True)
class Verdict:
    """The test against one reference population; `threshold` is None when it is empty."""

    cells: int
    threshold: int | None
    hot: int
    tied: int


def rank_position(n: int, quantile: Fraction) -> int:
    """The 0-based position, in rising order, of the threshold among n values (n >= 1)."""
    return -(-quantile.numerator * n // quantile.denominator) - 1


def threshold(values: Integers, quantile: Fraction) -> int | None:
    """The threshold of `values`, int64 (n,); None when there are none."""
    if values.size == 0:
        return None
    position = rank_position(values.size, quantile)
    return int(np.partition(values, position)[position])


def compared_values(counts: Integers, inside_ppm: Integers) -> Integers:
    """What cells are compared by, int64 (n,).

    The count; for an edge cell (less than half inside the boundary) its density brought to the
    area of a whole cell, rounded down.
    """
    edge = inside_ppm < EDGE_SCALE // 2
    values = counts.copy()
    values[edge] = counts[edge] * EDGE_SCALE // inside_ppm[edge]
    return values


def populations(
    counts: Integers, has_point: npt.NDArray[np.bool_]
) -> dict[str, npt.NDArray[np.bool_]]:
    """The members of the three reference populations, bool (n,) each.

    A: all cells. B: cells with at least one crime. C: cells with a snap point or residents.
    """
    return {"A": np.ones(counts.size, np.bool_), "B": counts > 0, "C": has_point | (counts > 0)}


def classify(values: Integers, limit: int | None) -> npt.NDArray[np.str_]:
    """HOT, TIED or NOT_HOT for each value; no threshold makes nothing hot."""
    if limit is None:
        return np.full(values.size, NOT_HOT)
    return np.where(values > limit, HOT, np.where(values == limit, TIED, NOT_HOT))


def judge(values: Integers, members: npt.NDArray[np.bool_], quantile: Fraction) -> Verdict:
    """The threshold of `values[members]` and how many members are above and at it."""
    reference = values[members]
    limit = threshold(reference, quantile)
    if limit is None:
        return Verdict(0, None, 0, 0)
    return Verdict(
        cells=int(reference.size),
        threshold=limit,
        hot=int((reference > limit).sum()),
        tied=int((reference == limit).sum()),
    )


def ranks(values: Integers) -> Integers:
    """Rank of each value, int64 (n,): 1 for the highest, ties share the better rank."""
    ordered = np.sort(values)
    return values.size - np.searchsorted(ordered, values, side="right") + 1
