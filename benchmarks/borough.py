"""One borough in memory: the level test under 200 grid origins, the rise test, and siting.

The made-up borough has the size of Croydon: about 8,000 snap points and 80,000 crimes in 36
months.
"""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
import shapely

from benchmarks import streets
from benchmarks.figures import Figure, medians
from benchmarks.generate import CATEGORY_SHARES, month_labels
from overt.hotspots.analysis import displacement, grid, level, rise, siting, stability
from overt.hotspots.crimes.table import CrimeTable
from overt.hotspots.geo.mask import BoundaryMask

WIDTH_CM, DIAMETER_CM, LATTICE_CM, PLACES, ORIGINS, RUNS = 350_00, 400_00, 50_00, 10, 200, 50
RULES = rise.Rules(12, 3, 5, 5, Fraction("0.95"), Fraction("0.05"))
QUANTILE = Fraction(3, 4)


def run(*, points: int = 8_000, crimes: int = 80_000, repetitions: int = 7) -> dict[str, Any]:
    """Times of each step and of the steps together."""
    shape = streets.borough()
    table = _table(shape, points, crimes)
    area = level.AreaCrimes.within(table, shape, width_cm=WIDTH_CM)
    steps = {
        "origins": lambda: _origins(area, shape),
        "rise": lambda: _rise(area),
        "siting": lambda: _siting(area, shape),
        "displacement": lambda: _displacement(area),
    }

    def together() -> None:
        for name in ("origins", "rise", "siting"):
            steps[name]()

    taken = medians({**steps, "together": together}, repetitions=repetitions)
    each = ", ".join(f"{name} {taken.note(name)}" for name in ("origins", "rise", "siting"))
    return {
        "figures": [
            Figure(
                f"a borough with {ORIGINS} origins, rise and siting",
                taken.processor["together"],
                "s",
                f"{taken.note('together')}: {each}",
                target=0.25,
                lower_is_better=True,
            ),
            Figure(
                f"{RUNS} runs that move {crimes:,} crimes within their catchments",
                taken.processor["displacement"],
                "s",
                taken.note("displacement"),
                target=0.15,
                lower_is_better=True,
            ),
        ],
        "detail": {"seconds": asdict(taken), "cells": int(area.cells.q.size)},
    }


def _origins(area: level.AreaCrimes, shape: shapely.MultiPolygon) -> None:
    easting, northing = grid.centres_cm(area.cells.q, area.cells.r, width_cm=WIDTH_CM)
    stability.measure(
        easting_cm=area.table.easting,
        northing_cm=area.table.northing,
        counts_by_window={36: area.table.counts()},
        places_easting_cm=easting,
        places_northing_cm=northing,
        mask=BoundaryMask(shape),
        widths_cm=[WIDTH_CM],
        origins=ORIGINS,
        quantile=QUANTILE,
        governing=stability.Family(WIDTH_CM, 36, "B", True),
    )


def _rise(area: level.AreaCrimes) -> None:
    months, categories = area.table.months, area.table.categories
    baseline, recent = months[-15:-3], months[-3:]
    rise.judge(
        area.cell_counts(baseline, categories),
        area.cell_counts(recent, categories),
        rules=RULES,
        quantile=QUANTILE,
    )


def _siting(area: level.AreaCrimes, shape: shapely.MultiPolygon) -> None:
    points: dict[str, Any] = {
        "easting": area.table.easting,
        "northing": area.table.northing,
        "weight": area.table.counts(),
        "boundary": shape,
        "diameter_cm": DIAMETER_CM,
    }
    lattice = siting.lattice_counts(**points, spacing_cm=LATTICE_CM)
    for circle in siting.best_circles(**points, places=PLACES):
        siting.rank_among(lattice, circle.count)
        siting.hexagons_touched(circle, diameter_cm=DIAMETER_CM, width_cm=WIDTH_CM)


def _displacement(area: level.AreaCrimes) -> None:
    caught = displacement.catchments(easting=area.table.easting, northing=area.table.northing)
    q, r = grid.assign(caught.easting, caught.northing, width_cm=WIDTH_CM)
    displacement.displaced_counts(
        weight=area.table.counts(),
        catchments=caught,
        pixel_cell=area.cells.index_of(q, r),
        cells=area.cells.q.size,
        runs=RUNS,
        seed=1,
    )


def _table(shape: shapely.MultiPolygon, points: int, crimes: int) -> CrimeTable:
    rng = np.random.default_rng(3)
    west, south, east, north = (int(edge) for edge in shape.bounds)
    # A third of the points crowd round forty centres, as streets do.
    centre = rng.integers([west, south], [east, north], (40, 2))
    spread = centre[rng.integers(0, 40, points)] + rng.normal(0, 400_00, (points, 2))
    even = rng.integers([west, south], [east, north], (4 * points, 2))
    place = np.unique(np.vstack([spread, even]).astype(np.int64), axis=0)
    place = place[shapely.intersects_xy(shape, place[:, 0], place[:, 1])]
    place = place[rng.permutation(len(place))[:points]]
    weight = rng.pareto(1.2, points) + 0.05
    share = np.cumsum(list(CATEGORY_SHARES.values()))
    return CrimeTable.build(
        easting=place[:, 0],
        northing=place[:, 1],
        months=month_labels("2022-01", 36),
        categories=sorted(CATEGORY_SHARES),
        month=rng.integers(0, 36, crimes),
        category=np.searchsorted(share, rng.random(crimes) * share[-1], side="right"),
        point=np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(crimes)).clip(
            max=points - 1
        ),
    )
