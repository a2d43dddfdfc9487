"""The level test in one area: cells, counts, reference populations, classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from overt.hotspots.crimes.table import CrimeTable

from . import grid, quartile
from .residents import Residents

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AreaCrimes:
    """The crimes inside one boundary, and the cell that each of their snap points is in.

    `cell`: int64 (points,), index into `cells`, -1 for points in a hexagon whose centre lies
    outside the boundary. `residents`: int64 (cells,), None where none are known.
    """

    table: CrimeTable
    cells: grid.Cells
    cell: Integers
    residents: Integers | None

    @classmethod
    def within(
        cls,
        table: CrimeTable,
        shape: BaseGeometry,
        *,
        width_cm: int,
        residents: Residents | None = None,
    ) -> "AreaCrimes":
        """Crimes and residents on or inside `shape` (BNG cm); what is on the edge is inside."""
        kept = table.restricted(_inside(shape, table.easting, table.northing))
        cells = grid.cells_of(shape, width_cm=width_cm)
        q, r = grid.assign(kept.easting, kept.northing, width_cm=width_cm)
        return cls(kept, cells, cells.index_of(q, r), _residents_of(cells, shape, residents))

    def cell_counts(self, months: Sequence[str], categories: Sequence[str]) -> Integers:
        """Crimes in each cell, int64 (cells,)."""
        return self.sum_by_cell(self.table.counts(months=months, categories=categories))

    def sum_by_cell(self, at_points: Integers) -> Integers:
        """Adds up int64 (points,) to int64 (cells,); points outside every cell fall away."""
        known = self.cell >= 0
        # Weights make bincount add floats; integers below 2**53 stay exact.
        total = np.bincount(self.cell[known], at_points[known], self.cells.q.size)
        return total.astype(np.int64)

    @property
    def is_used(self) -> npt.NDArray[np.bool_]:
        """Cells with a snap point or with residents, bool (cells,): reference population C."""
        used = self.points_in_cell > 0
        return used if self.residents is None else used | (self.residents > 0)

    @property
    def points_in_cell(self) -> Integers:
        """Snap points in each cell, int64 (cells,)."""
        return np.bincount(self.cell[self.cell >= 0], minlength=self.cells.q.size)


def _inside(shape: BaseGeometry, easting: Integers, northing: Integers) -> npt.NDArray[np.bool_]:
    shapely.prepare(shape)
    inside: npt.NDArray[np.bool_] = shapely.intersects_xy(
        shape, easting.astype(np.float64), northing.astype(np.float64)
    )
    return inside


def _residents_of(
    cells: grid.Cells, shape: BaseGeometry, residents: Residents | None
) -> Integers | None:
    if residents is None:
        return None
    inside = _inside(shape, residents.easting, residents.northing)
    q, r = grid.assign(
        residents.easting[inside], residents.northing[inside], width_cm=cells.width_cm
    )
    cell = cells.index_of(q, r)
    known = cell >= 0
    people = np.bincount(cell[known], residents.people[inside][known], cells.q.size)
    return people.astype(np.int64)


@dataclass(frozen=True)
class Rim:
    """Hexagons with crimes inside the boundary but with their centre outside it, by (q, r).

    They are no members of any reference population. `values` brings their density to the area of
    a whole hexagon; to be hot their bare count has to exceed the threshold. With them, every crime
    inside the boundary is in exactly one listed hexagon.
    """

    q: Integers
    r: Integers
    counts: Integers
    values: Integers
    inside_ppm: Integers
    points: Integers


def rim(crimes: AreaCrimes, at_points: Integers, shape: BaseGeometry) -> Rim:
    """The rim of the area: at_points are the crimes at each snap point, int64 (points,)."""
    outside = crimes.cell < 0
    q, r = grid.assign(
        crimes.table.easting[outside],
        crimes.table.northing[outside],
        width_cm=crimes.cells.width_cm,
    )
    hexagons, cell = np.unique(np.stack([q, r], axis=1), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    counts = np.bincount(cell, at_points[outside], len(hexagons)).astype(np.int64)
    q, r = hexagons[:, 0], hexagons[:, 1]
    ppm = grid.inside_ppm(shape, q, r, width_cm=crimes.cells.width_cm)
    values = counts * quartile.EDGE_SCALE // ppm
    points = np.bincount(cell, minlength=len(hexagons))
    return Rim(q, r, counts, values, ppm, points)


@dataclass(frozen=True)
class Level:
    """`values`: what cells are compared by (see `quartile.compared_values`), int64 (cells,)."""

    counts: Integers
    values: Integers
    tests: Mapping[str, quartile.Verdict]

    def classes(self, population: str) -> npt.NDArray[np.str_]:
        return quartile.classify(self.values, self.tests[population].threshold)


def judge(crimes: AreaCrimes, counts: Integers, *, quantile: Fraction) -> Level:
    """The three tests on `counts`, int64 (cells,)."""
    values = quartile.compared_values(counts, crimes.cells.inside_ppm)
    members = quartile.populations(values, crimes.is_used)
    return Level(
        counts,
        values,
        {name: quartile.judge(values, who, quantile) for name, who in members.items()},
    )
