"""One analysis from its inputs to its record.

The order of work: which months count, refusals, the level test in the area and in its command
unit, the test without enforcement-led categories, the rise test, stability, displacement, siting.
The safeguards can weaken what the level test found; none can turn a failed test into a pass.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from overt.hotspots.crimes.coverage import Status
from overt.hotspots.geo.mask import BoundaryMask

from . import displacement, grid, level, quartile, record, rise, siting, stability, window
from .findings import BcuLevel, Findings, Refusal, SitedCircle, governing_classes
from .inputs import AnalysisInputs
from .method import Method

Integers = npt.NDArray[np.int64]
Progress = Callable[[int, str], None]

# What the runs that move crimes start from: a constant, so that two runs agree.
DISPLACEMENT_SEED = 20_240_911


def _silent(_percent: int, _stage: str) -> None:
    return None


def analyse(
    inputs: AnalysisInputs, *, method: Method, progress: Progress = _silent
) -> dict[str, Any]:
    """The record of the analysis, with its digest (see `record`). A refusal is a record too."""
    progress(2, "Finding the crimes inside the boundary")
    crimes = level.AreaCrimes.within(
        inputs.table, inputs.area.shape, width_cm=method.width_cm, residents=inputs.residents
    )
    months = window.find(crimes.table, asked=inputs.asked, files=inputs.files, method=method)
    categories = inputs.asked.categories
    counts = crimes.cell_counts(months.counted, categories)
    judged = level.judge(crimes, counts, quantile=method.quantile)
    found: dict[str, Any] = {
        "inputs": inputs,
        "method": method,
        "window": months,
        "crimes": crimes,
        "level": judged,
        "bcu": _bcu_level(inputs, crimes, months.counted, method),
        "by_month": _by_month(crimes, months.counted, categories),
        "rim": level.rim(crimes, counts_at_points(crimes, months, categories), inputs.area.shape),
    }
    found["refusal"] = _refusal(found["bcu"], judged, months, inputs, method)
    if found["refusal"] is None:
        progress(15, "Testing for a rise")
        found |= _rise(crimes, months, inputs, method)
        found["months_by_cell"] = np.stack(
            [crimes.cell_counts([month], categories) for month in months.counted], axis=1
        )
        found["spared"] = _without_enforcement(crimes, months.counted, categories, method)
        mask = BoundaryMask(inputs.area.shape)
        found["stability"] = _stability(crimes, months, inputs, mask, method, progress)
        progress(75, "Moving crimes within their catchments")
        found["displaced"] = _displaced(
            crimes, counts_at_points(crimes, months, categories), mask, method
        )
        progress(85, "Searching for the best circles")
        found["circles"] = _circles(
            crimes, months, inputs, method, hot=_hot_cells(crimes, judged, found["bcu"], method)
        )
    progress(95, "Writing the record")
    return record.write(Findings(**found))


def counts_at_points(
    crimes: level.AreaCrimes, months: window.Window, categories: tuple[str, ...]
) -> Integers:
    """Crimes in the counted months at each snap point of the area, int64 (points,)."""
    return crimes.table.counts(months=months.counted, categories=categories)


def _by_month(
    crimes: level.AreaCrimes, months: tuple[str, ...], categories: tuple[str, ...]
) -> Integers:
    return np.array(
        [int(crimes.table.counts(months=[m], categories=categories).sum()) for m in months],
        np.int64,
    )


def _bcu_level(
    inputs: AnalysisInputs, area: level.AreaCrimes, months: tuple[str, ...], method: Method
) -> BcuLevel | None:
    if inputs.bcu is None or inputs.bcu.missing:
        return None
    crimes = level.AreaCrimes.within(
        inputs.table, inputs.bcu.shape, width_cm=method.width_cm, residents=inputs.residents
    )
    counts = crimes.cell_counts(months, inputs.asked.categories)
    judged = level.judge(crimes, counts, quantile=method.quantile)
    return BcuLevel(crimes, judged, crimes.cells.index_of(area.cells.q, area.cells.r))


def _refusal(
    bcu: BcuLevel | None,
    judged: level.Level,
    months: window.Window,
    inputs: AnalysisInputs,
    method: Method,
) -> Refusal | None:
    counted, total = len(months.counted), int(judged.counts.sum())
    if counted < method.min_months_level:
        return Refusal(
            "too few months",
            f"{counted} usable months between {months.months[0]} and {months.months[-1]}; "
            f"at least {method.min_months_level} are needed to judge the level of crime.",
        )
    if total < method.min_crimes:
        return Refusal(
            "too few crimes",
            f"{total} crimes in the area in those months; at least {method.min_crimes} are needed.",
        )
    cells = judged.tests[method.reference_population].cells
    if cells < method.min_reference_cells:
        return Refusal(
            "too few cells",
            f"{cells} hexagons in reference population {method.reference_population}; "
            f"at least {method.min_reference_cells} are needed for a quartile to mean anything.",
        )
    if method.governing_area == "bcu" and inputs.area.kind == "borough" and bcu is None:
        missing = ", ".join(inputs.bcu.missing) if inputs.bcu else "its command unit is not known"
        return Refusal(
            "no command unit",
            "The policy compares within the basic command unit, whose boundary is incomplete: "
            f"{missing}. Import the missing boundaries.",
        )
    return None


def _without_enforcement(
    crimes: level.AreaCrimes,
    months: tuple[str, ...],
    categories: tuple[str, ...],
    method: Method,
) -> level.Level | None:
    kept = [category for category in categories if category not in method.enforcement_led]
    if len(kept) == len(categories) or not kept:
        return None
    return level.judge(crimes, crimes.cell_counts(months, kept), quantile=method.quantile)


def _rise(
    crimes: level.AreaCrimes, months: window.Window, inputs: AnalysisInputs, method: Method
) -> dict[str, Any]:
    rules = method.rise
    needed = rules.baseline_months + rules.recent_months
    used = months.counted[-needed:]
    if len(months.counted) < max(method.min_months_rise, needed):
        return {
            "rise_refusal": Refusal(
                "too few months",
                f"{len(months.counted)} usable months; a rise needs "
                f"{max(method.min_months_rise, needed)}.",
            )
        }
    # A category that is only low in some month stays: small ones vary that much by chance.
    gaps = {
        category
        for month, category, status in months.gaps
        if month in used and status == Status.ABSENT
    }
    categories = tuple(c for c in inputs.asked.categories if c not in gaps)
    periods = used[: -rules.recent_months], used[-rules.recent_months :]
    found: dict[str, Any] = {"rise_periods": periods, "rise_left_out": tuple(sorted(gaps))}
    baseline, recent = (crimes.cell_counts(period, categories) for period in periods)
    if not baseline.any() or not recent.any():
        return found | {
            "rise_refusal": Refusal("too few crimes", "One of the two periods has no crime at all.")
        }
    drift = rise.point_drift(
        [crimes.table.counts(months=[month], categories=categories) for month in used],
        recent_months=rules.recent_months,
    )
    found["drift"] = drift
    if drift > rules.max_point_drift:
        return found | {
            "rise_refusal": Refusal(
                "snap points moved",
                "The published positions changed between the two periods "
                f"({float(drift):.1%} of recent crimes beyond what chance explains), so a rise "
                "could be a renamed street.",
            )
        }
    found["rise"] = rise.judge(baseline, recent, rules=rules, quantile=method.quantile)
    return found


def _stability(
    crimes: level.AreaCrimes,
    months: window.Window,
    inputs: AnalysisInputs,
    mask: BoundaryMask,
    method: Method,
    progress: Progress,
) -> stability.Stability:
    categories = inputs.asked.categories
    windows = sorted({*method.windows_months, len(months.months)})
    easting, northing = grid.centres_cm(crimes.cells.q, crimes.cells.r, width_cm=method.width_cm)
    return stability.measure(
        easting_cm=crimes.table.easting,
        northing_cm=crimes.table.northing,
        counts_by_window={
            number: crimes.table.counts(months=months.last(number), categories=categories)
            for number in windows
        },
        places_easting_cm=easting,
        places_northing_cm=northing,
        lived_in=_lived_in(inputs, mask),
        mask=mask,
        widths_cm=method.widths_cm,
        origins=method.origins,
        quantile=method.quantile,
        governing=stability.Family(
            method.width_cm, len(months.months), method.reference_population, True
        ),
        progress=lambda done, of: progress(
            20 + 55 * done // of, f"Trying other grids: width {done} of {of}"
        ),
    )


def _hot_cells(
    crimes: level.AreaCrimes, judged: level.Level, bcu: BcuLevel | None, method: Method
) -> set[tuple[int, int]]:
    hot = governing_classes(judged, bcu, method) == quartile.HOT
    return set(zip(crimes.cells.q[hot].tolist(), crimes.cells.r[hot].tolist(), strict=True))


def _lived_in(inputs: AnalysisInputs, mask: BoundaryMask) -> tuple[Integers, Integers]:
    """Where people live inside the boundary: these places too make a hexagon one of C."""
    if inputs.residents is None:
        return stability.NOBODY
    at_home = inputs.residents.people > 0
    easting, northing = inputs.residents.easting[at_home], inputs.residents.northing[at_home]
    inside = mask.inside(easting, northing)
    return easting[inside], northing[inside]


def _displaced(
    crimes: level.AreaCrimes, weight: Integers, mask: BoundaryMask, method: Method
) -> Integers:
    """In how many of the runs each cell is strictly above that run's threshold, int64 (cells,)."""
    caught = displacement.catchments(easting=crimes.table.easting, northing=crimes.table.northing)
    q, r = grid.assign(caught.easting, caught.northing, width_cm=method.width_cm)
    cell = crimes.cells.index_of(q, r)
    cell[~mask.inside(caught.easting, caught.northing)] = -1
    runs = displacement.displaced_counts(
        weight=weight,
        catchments=caught,
        pixel_cell=cell,
        cells=crimes.cells.q.size,
        runs=method.displacement_runs,
        seed=DISPLACEMENT_SEED,
    )
    hot = np.zeros(crimes.cells.q.size, np.int64)
    for counts in runs:
        judged = level.judge(crimes, counts, quantile=method.quantile)
        hot += judged.classes(method.reference_population) == quartile.HOT
    return hot


def _circles(
    crimes: level.AreaCrimes,
    months: window.Window,
    inputs: AnalysisInputs,
    method: Method,
    *,
    hot: set[tuple[int, int]],
) -> tuple[SitedCircle, ...]:
    weight = counts_at_points(crimes, months, inputs.asked.categories)
    easting, northing = crimes.table.easting, crimes.table.northing
    lattice = siting.lattice_counts(
        easting=easting,
        northing=northing,
        weight=weight,
        boundary=inputs.area.shape,
        diameter_cm=method.diameter_cm,
        spacing_cm=method.lattice_cm,
    )
    best = siting.best_circles(
        easting=easting,
        northing=northing,
        weight=weight,
        boundary=inputs.area.shape,
        diameter_cm=method.diameter_cm,
        places=method.places,
    )
    return tuple(
        SitedCircle(
            circle,
            tuple(
                cell
                for cell in siting.hexagons_touched(
                    circle, diameter_cm=method.diameter_cm, width_cm=method.width_cm
                )
                if cell in hot
            ),
            siting.rank_among(lattice, circle.count),
            int((lattice < circle.count).sum()),
            int(lattice.size),
        )
        for circle in best
    )
