"""How far a finding depends on choices that the policy leaves open.

The policy names neither the grid's origin nor how ties count, and width, window and reference
population differ between forces. A place that is upper quartile under one choice and not under
the next should not be relied on alone.

Rules (profile: section `stability`)
1. A *variant* is one choice of: grid origin (a fixed Halton sequence over one cell), width,
   window in months, reference population A, B or C, and strict (above the threshold) or not
   (at or above it). All combinations are computed.
2. A place counts as hot in a variant when the hexagon of that variant's grid that holds it is.
   The thresholds come from that variant's own cells, compared by count.
3. A *family* is all origins under one choice of the rest; the governing family is the choice of
   the legal test. The band of a place follows the lower of two shares: of the governing family's
   origins, and of all variants. This can weaken a claim and never makes one.
4. The worst family is named for each place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from overt.hotspots.geo.mask import BoundaryMask

from . import grid, quartile

Integers = npt.NDArray[np.int64]

ROBUST, MOSTLY, DEPENDS, NOT_STABLE = "robust", "mostly", "depends", "not"


NOBODY = (np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True)
class Family:
    """One choice of everything but the origin."""

    width_cm: int
    window_months: int
    population: str
    strict: bool


@dataclass(frozen=True)
class Stability:
    """`hits`: int64 (families, places), in how many of the `origins` each place is hot."""

    origins: int
    families: tuple[Family, ...]
    governing: int
    hits: Integers

    @property
    def governing_hits(self) -> Integers:
        hits: Integers = self.hits[self.governing]
        return hits

    @property
    def all_hits(self) -> Integers:
        total: Integers = self.hits.sum(axis=0)
        return total

    @property
    def variants(self) -> int:
        return self.origins * len(self.families)

    def worst(self) -> Integers:
        """The index of each place's worst family; of equals the first in `families`."""
        least: Integers = self.hits.argmin(axis=0)
        return least


@dataclass(frozen=True)
class Bands:
    """Shares from which a place is robust, mostly stable, or at least not dismissed."""

    robust: Fraction
    mostly: Fraction
    weak: Fraction

    def of(self, hits: int, out_of: int) -> str:
        share = Fraction(hits, out_of)
        if share >= self.robust:
            return ROBUST
        if share >= self.mostly:
            return MOSTLY
        return DEPENDS if share >= self.weak else NOT_STABLE

    def of_place(self, governing: int, origins: int, total: int, variants: int) -> str:
        """The band of the lower of the governing family's share and the share of all variants."""
        if governing * variants <= total * origins:
            return self.of(governing, origins)
        return self.of(total, variants)


def families(*, widths_cm: Sequence[int], windows_months: Sequence[int]) -> tuple[Family, ...]:
    """All families, in a fixed order: width, window, population, strict before not."""
    return tuple(
        Family(width, window, population, strict)
        for width in widths_cm
        for window in windows_months
        for population in quartile.POPULATIONS
        for strict in (True, False)
    )


def measure(
    *,
    easting_cm: Integers,
    northing_cm: Integers,
    counts_by_window: Mapping[int, Integers],
    places_easting_cm: Integers,
    places_northing_cm: Integers,
    mask: BoundaryMask,
    widths_cm: Sequence[int],
    origins: int,
    quantile: Fraction,
    governing: Family,
    lived_in: tuple[Integers, Integers] = NOBODY,
    progress: Callable[[int, int], None] | None = None,
) -> Stability:
    """Measure every place under every variant.

    easting_cm, northing_cm: the snap points inside the boundary, int64 (points,), BNG.
    counts_by_window: for each window in months, the crimes at each of them, int64 (points,).
    places_*: positions to judge, int64 (places,), BNG centimetres.
    lived_in: positions with residents inside the boundary, int64 (homes,) each.
    mask: the boundary. progress(done, of) is called after each width.
    Raises ValueError when `governing` is not one of the families.
    """
    windows = list(counts_by_window)
    chosen = families(widths_cm=widths_cm, windows_months=windows)
    hits = np.zeros((len(chosen), places_easting_cm.size), np.int64)
    x = np.concatenate([easting_cm, lived_in[0], places_easting_cm])
    y = np.concatenate([northing_cm, lived_in[1], places_northing_cm])
    # A home is a point without crimes: it only makes its hexagon one of population C.
    weights = np.zeros((len(windows), easting_cm.size + lived_in[0].size))
    for line, window in enumerate(windows):
        weights[line, : easting_cm.size] = counts_by_window[window]
    per_width = len(chosen) // len(widths_cm)
    for number, width_cm in enumerate(widths_cm):
        block = hits[number * per_width : (number + 1) * per_width]
        for origin in grid.halton_origins(origins, width_cm=width_cm):
            _add_hits(block, x, y, weights, width_cm, origin, mask, quantile)
        if progress:
            progress(number + 1, len(widths_cm))
    return Stability(origins, chosen, chosen.index(governing), hits)


def _add_hits(
    hits: Integers,
    x: Integers,
    y: Integers,
    weights: npt.NDArray[np.float64],
    width_cm: int,
    origin: tuple[int, int],
    mask: BoundaryMask,
    quantile: Fraction,
) -> None:
    """Add one origin's verdicts to `hits`, (windows * populations * 2, places)."""
    q, r = grid.assign_offsets(x - origin[0], y - origin[1], width_cm=width_cm)
    # Rows lean by half a cell: counting columns from each row's own start keeps the table small.
    column, row = q + (r >> 1), r
    first_column, first_row = int(column.min()) - 1, int(row.min()) - 1
    columns = int(column.max()) - first_column + 2
    rows = int(row.max()) - first_row + 2
    cell = (row - first_row) * columns + (column - first_column)
    n_points = weights.shape[1]
    point_cell, place_cell = cell[:n_points], cell[n_points:]

    all_rows = np.repeat(np.arange(rows) + first_row, columns)
    all_q = np.tile(np.arange(columns) + first_column, rows) - (all_rows >> 1)
    easting, northing = grid.centres(all_q, all_rows, width_cm=width_cm)
    members = mask.inside(easting + origin[0], northing + origin[1])
    has_point = np.bincount(point_cell, minlength=members.size) > 0
    n_c = int((has_point & members).sum())

    line = 0
    for window_weights in weights:
        counts = np.bincount(point_cell, window_weights, members.size).astype(np.int64)
        ordered = np.sort(counts[members])
        n_a = ordered.size
        n_b = n_a - int(np.searchsorted(ordered, 0, side="right"))
        at_place = counts[place_cell]
        for size in (n_a, n_b, n_c):
            if size:
                # B and C leave out only cells without crimes: theirs are the upper end of A's.
                limit = ordered[n_a - size + quartile.rank_position(size, quantile)]
                hits[line] += at_place > limit
                hits[line + 1] += (at_place >= limit) & (at_place > 0)
            line += 2
