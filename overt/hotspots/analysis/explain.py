"""A cell's finding in plain words, generated from the record alone.

Whoever reads the sentences and whoever recomputes the record see the same figures: nothing is
said here that the record does not hold.
"""

from collections.abc import Mapping
from typing import Any

from . import quartile, rise, stability

Json = Mapping[str, Any]

POPULATION_WORDS = {
    "A": "all cells",
    "B": "the cells with at least one crime",
    "C": "the cells with a recording point or residents",
}

BAND_WORDS = {
    stability.ROBUST: "robust: it hardly depends on how the grid is laid",
    stability.MOSTLY: "mostly stable: it depends a little on how the grid is laid",
    stability.DEPENDS: "dependent on how the grid is laid: do not rely on this alone",
    stability.NOT_STABLE: "not stable: under most grids this is not a hotspot",
}


def explain(record: Json, cell: Json) -> list[str]:
    """Sentences about one of `record["cells"]`, in the order a reader needs them."""
    return [
        _level(record, cell),
        _threshold(record, cell),
        *_command_unit(record, cell),
        *_window(record),
        *_grid(record, cell),
        *_displacement(record, cell),
        *_rise(record, cell),
        *_enforcement(record, cell),
        *_edge(record, cell),
        *_residents(record, cell),
        *_set_aside(record),
        *_limits(record),
    ]


def _level(record: Json, cell: Json) -> str:
    window, width = record["window"], record["grid"]["width_m"]
    return (
        f"This cell, a hexagon {width} m across, holds {cell['count']:,} recorded "
        f"{_plural(cell['count'], 'crime')} in {window['months']} counted "
        f"{_plural(window['months'], 'month')} from {window['from']} to {window['to']}; "
        f"it ranks {cell['rank']:,} of {len(record['cells']):,} in {record['area']['name']}."
    )


def _threshold(record: Json, cell: Json) -> str:
    governing = record["governing"]
    by_bcu = record["governing_area"] == "bcu" and record["bcu"] and record["bcu"]["populations"]
    test = (record["bcu"] if by_bcu else record)["populations"][governing]
    where = f"the {record['bcu']['name']} BCU" if by_bcu else record["area"]["name"]
    share = _percent(record["parameters"]["quantile"])
    start = (
        f"Compared with {POPULATION_WORDS[governing]} in {where} ({test['cells']:,} of them), "
        f"at least {share} have {test['threshold']:,} {_plural(test['threshold'], 'crime')} "
        "or fewer. "
    )
    if cell["class"] == quartile.HOT:
        return start + "This one has more, so it is in the upper quartile: a hotspot by this test."
    if cell["class"] == quartile.TIED:
        others = test["tied"] - 1
        return (
            f"{start}This one has exactly that many, tied with {others} "
            f"{_plural(others, 'other')}: at the threshold is not above it, so it is not a hotspot."
        )
    return start + "This one does not have more, so it is not a hotspot by this test."


def _command_unit(record: Json, cell: Json) -> list[str]:
    bcu = record["bcu"]
    if not bcu:
        return []
    if bcu["populations"] is None:
        missing = ", ".join(bcu["missing"])
        return [
            f"The comparison within the {bcu['name']} BCU was not made: "
            f"no boundary of {missing} is known."
        ]
    in_borough = cell["classes"][record["governing"]]
    if (in_borough == quartile.HOT) == (cell["bcu_class"] == quartile.HOT):
        return [f"Within the whole {bcu['name']} BCU the answer is the same."]
    other = "is" if cell["bcu_class"] == quartile.HOT else "is not"
    governs = "borough" if record["governing_area"] == "borough" else "BCU"
    return [
        f"Within the whole {bcu['name']} BCU it {other} upper quartile, which disagrees "
        f"with the borough; the policy takes the {governs}."
    ]


def _window(record: Json) -> list[str]:
    window = record["window"]
    if not window["absent"]:
        return []
    number = len(window["absent"])
    return [
        f"{number} of the {window['requested_months']} months looked at "
        f"{_plural(number, 'is', 'are')} missing or suspect and left out, not counted as zero: "
        f"{', '.join(window['absent'])}."
    ]


def _grid(record: Json, cell: Json) -> list[str]:
    found = cell["stability"]
    if found is None:
        return []
    worst, trials = found["worst"], record["stability"]
    strict = "strictly above" if worst["strict"] else "at or above"
    return [
        f"With the same grid laid {trials['origins']} other ways, this place is upper quartile in "
        f"{found['origins']} of {trials['origins']}; over all {trials['variants']:,} variants of "
        f"grid, width, window and comparison, in {found['variants']:,} "
        f"({_percent(found['share'])}). That makes it {BAND_WORDS[found['band']]}.",
        f"Its worst showing is {worst['origins']} of {trials['origins']}: cells of "
        f"{worst['width_m']} m, {worst['window_months']} months, "
        f"{POPULATION_WORDS[worst['population']]}, {strict} the threshold.",
    ]


def _displacement(record: Json, cell: Json) -> list[str]:
    found = cell["stability"]
    if found is None or not record["stability"]["displacement_runs"]:
        return []
    return [
        "Published positions are anonymised to a nearby point. With every crime moved at random "
        f"within the surroundings of its point, the cell stays upper quartile in "
        f"{found['displacement']} of {record['stability']['displacement_runs']} runs."
    ]


def _rise(record: Json, cell: Json) -> list[str]:
    refusal = record["rise"]["refusal"]
    if refusal is not None:
        return [f"Whether crime is rising was not judged. {refusal['reason']}"]
    found, area = cell["rise"], record["rise"]
    if found is None:
        return []
    counts = (
        f"{found['n1']:,} {_plural(found['n1'], 'crime')} in the last {len(area['recent'])} months "
        f"against {found['n0']:,} in the {len(area['baseline'])} before"
    )
    if found["class"] == rise.TOO_FEW:
        return [f"{counts}: too few to say whether crime is rising."]
    figures = (
        f"{counts}; against the area's own trend, shrunk for chance, that is a ratio of "
        f"{float(found['ratio']):.2f}, with a probability of {_percent(found['posterior'])} "
        f"that it is above 1 (exact one-sided p = {_p(found['p_exact'])}, "
        f"{_p(found['q_bh'])} after allowing for the number of cells)."
    )
    return [f"{figures} {_RISE_WORDS[found['class']]}"]


_RISE_WORDS = {
    rise.RISING: "Crime here is rising faster than in the area, by the policy's test.",
    rise.NOT_SUPPORTED: (
        "The ratio is in the top quartile, as a quarter of any area's must be, but the evidence "
        "does not support a rise."
    ),
    rise.NOT_RISING: "That is no rise beyond the area's.",
}


def _enforcement(record: Json, cell: Json) -> list[str]:
    found = cell["without_enforcement"]
    if found is None:
        return []
    left_out = ", ".join(
        category
        for category in record["parameters"]["enforcement_led"]
        if category in record["categories"]
    )
    same = (found["class"] == quartile.HOT) == (cell["class"] == quartile.HOT)
    return [
        f"Some categories mirror where police look ({left_out}). Without them it holds "
        f"{found['count']:,} {_plural(found['count'], 'crime')} and the answer is "
        f"{'the same' if same else 'different: ' + _class_words(found['class'])}."
    ]


def _edge(record: Json, cell: Json) -> list[str]:
    if cell["inside_ppm"] == quartile.EDGE_SCALE:
        return []
    share = f"{cell['inside_ppm'] / quartile.EDGE_SCALE:.0%}"
    by = (
        "so it is compared by density: its count is brought to the area of a whole cell "
        f"({cell['compared']:,})."
        if cell["edge"]
        else "and only crimes in that part count."
    )
    return [f"Only {share} of this cell lies inside the boundary, {by}"]


def _residents(record: Json, cell: Json) -> list[str]:
    if cell["per_1000_residents"] is None:
        return []
    return [
        f"About {cell['residents']:,} people live in it (mid-{record['residents']['year']}, spread "
        f"evenly over small areas): {cell['per_1000_residents']} crimes per 1,000 residents. "
        "The rank does not use this: most people in a town centre live elsewhere."
    ]


def _set_aside(record: Json) -> list[str]:
    outside = record["set_aside"]["crimes_in_edge_cells"]
    if not outside:
        return []
    return [
        f"{outside:,} of the area's {record['set_aside']['crimes_inside']:,} crimes lie in "
        "cells on the boundary whose centre is outside it; those are listed apart."
    ]


def _limits(record: Json) -> list[str]:
    return [
        "A quartile is relative: up to a quarter of the cells of any area are in it, "
        "however safe the area.",
        "These figures say where crime was recorded. They say nothing about who was there.",
    ]


def _class_words(label: str) -> str:
    return "upper quartile" if label == quartile.HOT else "not upper quartile"


def _percent(share: str) -> str:
    value = float(share)
    if 0.9995 <= value < 1:
        return "over 99.9%"
    return f"{value:.1%}".replace(".0%", "%")


def _p(value: str) -> str:
    return "below 0.001" if float(value) < 0.001 else f"{float(value):.3f}"


def _plural(number: int, one: str, many: str = "") -> str:
    return one if number == 1 else many or f"{one}s"
