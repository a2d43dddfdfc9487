"""How many of next month's crimes happen in K places, chosen on the twelve months before.

All places have the area of one 350 m hexagon (0.106 km2), so a method can only win by putting them
better:
- circles: the exact, non-overlapping circles of `siting`, centres inside the district;
- hexagons: the K hexagons with most crimes, mean over 20 grid origins; they may stick out of the
  district, which favours them;
- squares: the same with squares;
- last month: the K hexagons with most crimes in the last of the twelve months alone, same origins;
- ceiling: circles chosen, by the same greedy rule, on the month to be predicted itself.

Figures are ratios of crimes caught, over all districts and months. Intervals are bootstrap
percentiles, resampling districts, or months where there is one district.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from benchmarks import streets
from benchmarks.figures import Figure
from benchmarks.generate import month_labels
from overt.hotspots.analysis import grid, siting
from overt.hotspots.areas import boundary
from overt.hotspots.crimes.table import CrimeTable

Integers = npt.NDArray[np.int64]

WIDTH_CM = 350_00
AREA_CM2 = grid.area_cm2(WIDTH_CM)
SIDE_CM = round(AREA_CM2**0.5)
DIAMETER_CM = 2 * round((AREA_CM2 / np.pi) ** 0.5)
ORIGINS, TRAINING_MONTHS, PLACES = 20, 12, (5, 10)
METHODS = ("circles", "hexagons", "squares", "last month", "ceiling")
# A district with fewer crimes than this in all months says little about any method.
LEAST_CRIMES = 1_000
RESAMPLES, SEED = 4_000, 17


@dataclass(frozen=True)
class Trial:
    """One district and one month: crimes caught, by method and number of places, and all of them.

    `caught` are sums over ORIGINS grids for the methods that have a grid, and the same multiple of
    the one result for the others, so that all are integers on one scale.
    """

    district: str
    month: str
    crimes: int
    caught: dict[str, dict[int, int]]


def run(*, data: Path, name_field: str = "LAD22NM") -> dict[str, Any]:
    """Every folder under `data` with 13 or more months of street files is one set of trials.

    Districts are the boundaries in `data`/boundaries/*boroughs*.geojson*. Folders whose files are
    called reconstructed are left out: their positions are not real. No data gives no figures.
    """
    figures: list[Figure] = []
    detail: dict[str, Any] = {}
    outlines = sorted(data.glob("boundaries/*boroughs*.geojson*"))
    if not outlines:
        return {"figures": [], "detail": {"skipped": "no boundaries/*boroughs*.geojson* in --data"}}
    districts = boundary.read_boundaries(outlines[0], name_field=name_field).boundaries
    for folder, paths in _sets(data).items():
        table = streets.read_table(paths)
        trials = [
            trial
            for district in districts
            for trial in _trials(district.name, boundary.to_shapely(district.document), table)
        ]
        if trials:
            name = folder.name.removeprefix("street-")
            found = _summary(trials)
            detail[name] = found
            figures += _figures(name, found)
    return {"figures": figures, "detail": detail}


def _sets(data: Path) -> dict[Path, list[Path]]:
    found: dict[Path, list[Path]] = {}
    for path in sorted(data.rglob("*-street*.csv*")):
        if ".reconstructed." not in path.name:
            found.setdefault(path.parent, []).append(path)
    return {folder: paths for folder, paths in found.items() if len(paths) > TRAINING_MONTHS}


def _trials(district: str, shape: shapely.MultiPolygon, table: CrimeTable) -> list[Trial]:
    shapely.prepare(shape)
    crimes = table.restricted(shapely.intersects_xy(shape, table.easting, table.northing))
    if crimes.point.size < LEAST_CRIMES:
        return []
    by_month = {month: crimes.counts(months=[month]) for month in crimes.months}
    hexagons, squares = _hexagons(crimes), _squares(crimes)
    trials = []
    for month in crimes.months[TRAINING_MONTHS:]:
        window = month_labels(str(np.datetime64(month) - TRAINING_MONTHS), TRAINING_MONTHS)
        if not by_month.keys() >= set(window):
            continue
        train, test = crimes.counts(months=window), by_month[month]
        caught = {
            "circles": _by_circles(crimes, shape, train, test),
            "hexagons": _by_cells(hexagons, train, test),
            "squares": _by_cells(squares, train, test),
            "last month": _by_cells(hexagons, by_month[window[-1]], test),
            "ceiling": _by_circles(crimes, shape, test, test),
        }
        trials.append(Trial(district, month, int(test.sum()), caught))
    return trials


def _hexagons(crimes: CrimeTable) -> list[Integers]:
    """For each origin, the number of each snap point's cell; lowest (q, r) first."""
    return [
        _numbers(*grid.assign(crimes.easting, crimes.northing, width_cm=WIDTH_CM, origin_cm=origin))
        for origin in grid.halton_origins(ORIGINS, width_cm=WIDTH_CM)
    ]


def _squares(crimes: CrimeTable) -> list[Integers]:
    found = []
    for index in range(1, ORIGINS + 1):
        west, south = (int(SIDE_CM * grid.radical_inverse(index, base)) for base in (2, 3))
        found.append(
            _numbers((crimes.easting - west) // SIDE_CM, (crimes.northing - south) // SIDE_CM)
        )
    return found


def _numbers(column: Integers, row: Integers) -> Integers:
    _, number = np.unique(np.column_stack([column, row]), axis=0, return_inverse=True)
    return number.reshape(-1)


def _by_cells(grids: Sequence[Integers], train: Integers, test: Integers) -> dict[int, int]:
    caught = dict.fromkeys(PLACES, 0)
    for cell in grids:
        best = np.argsort(-np.bincount(cell, train), kind="stable")
        hits = np.bincount(cell, test)[best].cumsum()
        for places in PLACES:
            caught[places] += int(hits[min(places, hits.size) - 1])
    return caught


def _by_circles(
    crimes: CrimeTable, shape: shapely.MultiPolygon, train: Integers, test: Integers
) -> dict[int, int]:
    circles = siting.best_circles(
        easting=crimes.easting,
        northing=crimes.northing,
        weight=train,
        boundary=shape,
        diameter_cm=DIAMETER_CM,
        places=max(PLACES),
    )
    covered = np.zeros(test.size, np.bool_)
    caught = {}
    for number, circle in enumerate(circles, 1):
        dx, dy = crimes.easting - circle.easting_cm, crimes.northing - circle.northing_cm
        covered |= dx * dx + dy * dy <= (DIAMETER_CM // 2) ** 2
        caught[number] = int(test[covered].sum()) * ORIGINS
    return {places: caught[min(places, len(circles))] for places in PLACES}


def _summary(trials: Sequence[Trial]) -> dict[str, Any]:
    names = sorted({trial.district for trial in trials})
    total = sum(trial.crimes for trial in trials)
    summary: dict[str, Any] = {
        "districts": len(names),
        "trials": len(trials),
        "crimes": total,
        "months": [min(t.month for t in trials), max(t.month for t in trials)],
    }
    unit = "district" if len(names) > 1 else "month"
    for places in PLACES:
        caught = {m: np.array([t.caught[m][places] for t in trials]) for m in METHODS}
        groups = np.unique([getattr(t, unit) for t in trials], return_inverse=True)[1]
        circles, hexagons = (
            np.bincount(groups, caught[m]).astype(np.int64) for m in ("circles", "hexagons")
        )
        by_district = {
            name: float(caught["circles"][own].sum() / caught["hexagons"][own].sum())
            for name in names
            for own in [np.array([t.district == name for t in trials])]
        }
        summary[f"K={places}"] = {
            "share_caught": {m: float(caught[m].sum() / ORIGINS / total) for m in METHODS},
            "ratio": float(circles.sum() / hexagons.sum()),
            "interval_95": _interval(circles, hexagons),
            "resampled": f"{unit}s",
            "worst_district": min(by_district.items(), key=lambda pair: pair[1]),
            "districts_ahead": sum(ratio > 1 for ratio in by_district.values()),
        }
    return summary


def _interval(one: Integers, other: Integers) -> list[float]:
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, one.size, (RESAMPLES, one.size))
    ratios = one[drawn].sum(axis=1) / other[drawn].sum(axis=1)
    return [float(edge) for edge in np.quantile(ratios, [0.025, 0.975])]


def _figures(name: str, found: dict[str, Any]) -> list[Figure]:
    figures = []
    for places in PLACES:
        result = found[f"K={places}"]
        low, high = result["interval_95"]
        shares = ", ".join(f"{m} {share:.1%}" for m, share in result["share_caught"].items())
        worst, least = result["worst_district"]
        figures += [
            Figure(
                f"{name}, K={places}: crimes caught, exact circles / fixed hexagons",
                result["ratio"],
                "x",
                f"{found['trials']} district-months; {shares}; worst district {worst} "
                f"{least:.2f}; {result['districts_ahead']} of {found['districts']} ahead",
            ),
            Figure(
                f"{name}, K={places}: lower end of the ratio's 95 % interval",
                low,
                "x",
                f"to {high:.2f}, resampling {result['resampled']}",
                target=1,
            ),
        ]
    return figures
