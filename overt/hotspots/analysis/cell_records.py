"""The cells of a record: what `cells` and `edge_cells` of `analysis.json` hold."""

from typing import Any

import numpy as np
import numpy.typing as npt

from . import grid, quartile, rise
from .findings import (
    BcuLevel,
    Findings,
    bcu_classes,
    governing_classes,
    governing_threshold,
)
from .inputs import decimal

Json = dict[str, Any]
Integers = npt.NDArray[np.int64]


def listed_cells(found: Findings) -> list[Json]:
    """Every cell of the area, by (q, r)."""
    cells, judged, method = found.crimes.cells, found.level, found.method
    easting, northing = grid.centres(cells.q, cells.r, width_cm=method.width_cm)
    classes = {name: judged.classes(name) for name in quartile.POPULATIONS}
    in_bcu = None if found.bcu is None else bcu_classes(found.bcu, method)
    governing = governing_classes(judged, found.bcu, method)
    spared = None if found.spared is None else found.spared.classes(method.reference_population)
    ranks = quartile.ranks(judged.values)
    points = found.crimes.points_in_cell
    worst = None if found.stability is None else found.stability.worst()
    return [
        {
            "q": int(cells.q[i]),
            "r": int(cells.r[i]),
            "easting": int(np.floor(easting[i] / 100 + 0.5)),
            "northing": int(np.floor(northing[i] / 100 + 0.5)),
            "count": int(judged.counts[i]),
            "compared": int(judged.values[i]),
            "rank": int(ranks[i]),
            "class": str(governing[i]),
            "edge": bool(cells.is_edge[i]),
            "inside_ppm": int(cells.inside_ppm[i]),
            "points": int(points[i]),
            **_per_resident(found, i),
            "classes": {name: str(labels[i]) for name, labels in classes.items()},
            "bcu_class": None if in_bcu is None else str(in_bcu[i]),
            "bcu_count": _bcu_count(found.bcu, i),
            "without_enforcement": None
            if found.spared is None or spared is None
            else {"count": int(found.spared.counts[i]), "class": str(spared[i])},
            "months": [int(n) for n in found.months_by_cell[i]]
            if found.months_by_cell is not None and governing[i] != quartile.NOT_HOT
            else None,
            "stability": _cell_stability(found, worst, i),
            "rise": _cell_rise(found, i),
        }
        for i in range(cells.q.size)
    ]


def _per_resident(found: Findings, i: int) -> Json:
    """A second line, shown only where enough people live to make a rate mean something."""
    people = found.crimes.residents
    if people is None:
        return {"residents": None, "per_1000_residents": None}
    number, least = int(people[i]), found.method.min_residents_for_rate
    return {
        "residents": number,
        "per_1000_residents": decimal(int(found.level.counts[i]) * 1000, 1, scale=number)
        if number >= least
        else None,
    }


def edge_cells(found: Findings) -> list[Json]:
    """Every hexagon on the rim, by (q, r)."""
    rim, method = found.rim, found.method
    easting, northing = grid.centres(rim.q, rim.r, width_cm=method.width_cm)
    limit = governing_threshold(found.level, found.bcu, method)
    # By density alone a sliver with two crimes would be hot: the count must do it unaided.
    by_count = quartile.classify(rim.counts, limit)
    by_density = quartile.classify(rim.values, limit)
    return [
        {
            "q": int(rim.q[i]),
            "r": int(rim.r[i]),
            "easting": int(np.floor(easting[i] / 100 + 0.5)),
            "northing": int(np.floor(northing[i] / 100 + 0.5)),
            "count": int(rim.counts[i]),
            "compared": int(rim.values[i]),
            "class": str(by_count[i]),
            "density_class": str(by_density[i]),
            "inside_ppm": int(rim.inside_ppm[i]),
            "points": int(rim.points[i]),
        }
        for i in range(rim.q.size)
    ]


def _bcu_count(bcu: BcuLevel | None, i: int) -> int | None:
    if bcu is None or bcu.at[i] < 0:
        return None
    return int(bcu.level.counts[bcu.at[i]])


def _cell_stability(found: Findings, worst_families: Integers | None, i: int) -> Json | None:
    measured = found.stability
    if measured is None or worst_families is None or found.displaced is None:
        return None
    hits, total = int(measured.governing_hits[i]), int(measured.all_hits[i])
    worst = int(worst_families[i])
    family = measured.families[worst]
    return {
        "origins": hits,
        "variants": total,
        "share": decimal(total, 6, scale=measured.variants),
        "band": found.method.bands.of_place(hits, measured.origins, total, measured.variants),
        "worst": {
            "width_m": family.width_cm // 100,
            "window_months": family.window_months,
            "population": family.population,
            "strict": family.strict,
            "origins": int(measured.hits[worst, i]),
        },
        "families": [int(n) for n in measured.hits[:, i]] if hits or total else None,
        "displacement": int(found.displaced[i]),
    }


def _cell_rise(found: Findings, i: int) -> Json | None:
    rising = found.rise
    if rising is None:
        return None
    label = str(rising.label[i])
    answer: Json = {
        "n0": int(rising.baseline[i]),
        "n1": int(rising.recent[i]),
        "class": label,
    }
    if label != rise.TOO_FEW:
        answer |= {
            "ratio": millionths(rising.ratio[i]),
            "posterior": millionths(rising.posterior[i]),
            "p_exact": millionths(rising.p_exact[i]),
            "p_means": millionths(rising.p_means[i]),
            "q_bh": millionths(rising.q_value[i]),
        }
    return answer


def millionths(value: np.int64) -> str | None:
    """Integer millionths as a decimal string; None for -1, which means that there is none."""
    return None if value < 0 else decimal(int(value), 6, scale=rise.MILLION)
