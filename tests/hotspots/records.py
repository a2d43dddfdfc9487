"""Small, valid analysis records for tests of what is made from them.

The area is invented and lies on the National Grid near Croydon, so that maps look like maps. The
counts come from a formula: the same record every time, without a generator's stream.
"""

import copy
import hashlib
import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import rfc8785
import shapely

from overt.hotspots.analysis import grid, quartile

WIDTH_CM = 35_000
MONTHS = [f"{2022 + (m // 12)}-{m % 12 + 1:02}" for m in range(3, 39)]
ABSENT = "2023-06"
CENTRES = ((533_100, 165_900, 420), (531_700, 168_200, 260), (534_900, 163_800, 150))
RING = [
    [530_000, 163_000],
    [533_500, 161_500],
    [536_500, 162_800],
    [536_000, 166_500],
    [534_200, 167_000],
    [534_000, 169_500],
    [530_800, 169_800],
    [530_000, 163_000],
]
CATEGORIES = ["Burglary", "Drugs", "Robbery", "Shoplifting", "Violence and sexual offences"]


def record(*, area_name: str = "Sample borough", **changes: Any) -> dict[str, Any]:
    """A record with hot, tied, rising, edge and zero cells; `changes` replace top-level keys."""
    result = copy.deepcopy(_base()) | changes
    result["area"]["name"] = area_name
    return sealed(result)


def refused(code: str = "too_few_months", reason: str = "") -> dict[str, Any]:
    """A record of an analysis that was refused: an answer too, without cells."""
    reason = reason or "4 months of data; the policy needs at least 12 to judge a level."
    result = copy.deepcopy(_base())
    months = [entry for entry in result["window"]["by_month"] if entry["month"] >= "2024-12"]
    result["window"] |= {"from": "2024-12", "months": len(months), "by_month": months}
    result["window"] |= {"absent": [], "absent_reasons": {}}
    result |= {"cells": [], "circles": [], "bcu": None, "populations": {}, "stability": None}
    result["rise"] = {"refusal": {"code": code, "reason": reason}}
    return sealed(result | {"refusal": {"code": code, "reason": reason}})


def sealed(result: dict[str, Any]) -> dict[str, Any]:
    """The record with its digest: sha256 of the canonical JSON without the digest."""
    result.pop("digest", None)
    return result | {"digest": hashlib.sha256(rfc8785.dumps(result)).hexdigest()}


def canonical(result: dict[str, Any]) -> str:
    return rfc8785.dumps(result).decode()


def _base() -> dict[str, Any]:
    boundary = [[[[e * 100, n * 100] for e, n in RING]]]
    cells = grid.cells_of(shapely.Polygon(boundary[0][0]), width_cm=WIDTH_CM)
    easting, northing = grid.centres(cells.q, cells.r, width_cm=WIDTH_CM)
    counts = np.array(
        [
            _count(e / 100, n / 100, i)
            for i, (e, n) in enumerate(zip(easting, northing, strict=True))
        ]
    )
    values = quartile.compared_values(counts, cells.inside_ppm)
    members = quartile.populations(counts, counts > 0)
    verdicts = {p: quartile.judge(values, members[p], Fraction(3, 4)) for p in "ABC"}
    classes = {p: quartile.classify(values, verdicts[p].threshold) for p in "ABC"}
    ranks = quartile.ranks(values)
    counted = [month for month in MONTHS if month != ABSENT]
    listed = []
    for i in range(counts.size):
        named = str(classes["B"][i])
        split = _split(int(counts[i]), len(counted), i)
        listed.append(
            {
                "q": int(cells.q[i]),
                "r": int(cells.r[i]),
                "easting": math.floor(easting[i] / 100 + 0.5),
                "northing": math.floor(northing[i] / 100 + 0.5),
                "count": int(counts[i]),
                "rank": int(ranks[i]),
                "class": named,
                "edge": bool(cells.is_edge[i]),
                "inside_ppm": int(cells.inside_ppm[i]),
                "points": int(min(counts[i], 9)),
                "residents": None,
                "classes": {p: str(classes[p][i]) for p in "ABC"},
                "bcu_class": "not hot" if named == "hot" and ranks[i] > 40 else named,
                "without_enforcement": {
                    "count": int(counts[i] * 9 // 10),
                    "class": "not hot" if i % 17 == 0 else named,
                },
                "rise": _rise(split, i),
            }
        )
        if named != "not hot":
            listed[-1] |= {"months": split, "stability": _stability(int(ranks[i]))}
    total = [_month_total(listed, m) for m in range(len(counted))]
    return {
        "schema": "overt/hotspot-analysis/1",
        "area": {
            "kind": "borough",
            "name": "Sample borough",
            "code": "E09999999",
            "boundary": boundary,
            "boundary_sha256": hashlib.sha256(json.dumps(boundary).encode()).hexdigest(),
            "source": {"name": "sample.geojson", "sha256": "a" * 64},
        },
        "inputs": [
            {
                "name": f"{month}-sample-street.csv",
                "sha256": hashlib.sha256(month.encode()).hexdigest(),
                "force": "sample",
                "month": month,
                "rows": 812,
            }
            for month in counted
        ],
        "policy": {
            "name": "met-2024-09",
            "digest": "b" * 64,
            "unconfirmed": [
                {
                    "field": "hotspots.reference_population",
                    "status": "assumed",
                    "source": "Not published; Overt's default.",
                }
            ],
        },
        "parameters": {
            "forces": ["sample"],
            "categories": CATEGORIES,
            "width_cm": WIDTH_CM,
            "months": 36,
            "until": MONTHS[-1],
            "quantile": "0.75",
            "reference_population": "B",
        },
        "software": {
            "overt": "0.1.0",
            "method": "1",
            "numpy": "2.3.0",
            "scipy": "1.16.0",
            "proj": "9.6.0",
            "geos": "3.13.1",
        },
        "window": {
            "from": MONTHS[0],
            "to": MONTHS[-1],
            "months": len(counted),
            "requested_months": 36,
            "absent": [ABSENT],
            "absent_reasons": {ABSENT: "no file holds this month"},
            "categories_absent": [{"month": "2023-07", "category": "Drugs", "status": "suspect"}],
            "by_month": [
                {"month": month, "count": count}
                for month, count in zip(counted, total, strict=True)
            ],
        },
        "categories": CATEGORIES,
        "grid": {
            "width_m": 350,
            "width_cm": WIDTH_CM,
            "origin": [0, 0],
            "crs": "EPSG:27700",
            "projection": "pinned Helmert pipeline",
            "hexagon": "pointy-top",
        },
        "populations": {
            p: {"cells": v.cells, "threshold": v.threshold, "hot": v.hot, "tied": v.tied}
            for p, v in verdicts.items()
        },
        "governing": "B",
        "set_aside": {"outside_cells": 41},
        "cells": listed,
        "rise": {
            "refusal": None,
            "from": {"from": MONTHS[-15], "to": MONTHS[-4]},
            "to": {"from": MONTHS[-3], "to": MONTHS[-1]},
            "n0": 3120,
            "n1": 801,
            "ratio": "1.026923",
            "threshold": "1.183000",
            "drift": "0.012",
        },
        "stability": {
            "origins": 200,
            "widths_m": [300, 350, 400, 433],
            "windows_months": [24, 36],
            "populations": ["A", "B", "C"],
            "families": ["origin", "width", "window", "population", "strictness"],
            "displacement_runs": 50,
        },
        "bcu": {
            "name": "South",
            "boroughs": ["Sample borough", "Next borough"],
            "missing": ["Far borough"],
            "population": {"cells": 402, "threshold": 31, "hot": 99, "tied": 2},
            "disagreements": sum(
                cell["bcu_class"] != cell["class"] for cell in listed if cell["class"] == "hot"
            ),
        },
        "circles": _circles(listed),
        "refusal": None,
    }


def _count(easting: float, northing: float, index: int) -> int:
    height = sum(
        peak * math.exp(-((easting - e) ** 2 + (northing - n) ** 2) / (2 * 700**2))
        for e, n, peak in CENTRES
    )
    return math.floor(height) + (index * 7919 % 13 if index % 11 else 0)


def _split(total: int, parts: int, index: int) -> list[int]:
    """`total` spread over months, later months a little fuller in every fifth cell."""
    weights = [3 + (index + m * m) % 4 + (m // 9 if index % 5 == 0 else 0) for m in range(parts)]
    bounds = [total * sum(weights[:m]) // sum(weights) for m in range(parts + 1)]
    return [bounds[m + 1] - bounds[m] for m in range(parts)]


def _month_total(cells: list[dict[str, Any]], month: int) -> int:
    return sum(cell["months"][month] if "months" in cell else cell["count"] // 35 for cell in cells)


def _rise(months: list[int], index: int) -> dict[str, Any] | None:
    before, after = sum(months[-15:-3]), sum(months[-3:])
    if before + after < 5:
        return None
    named = "not rising"
    if index % 5 == 0:
        named = "rising" if after >= 20 else "not supported"
    return {
        "n0": before,
        "n1": after,
        "ratio": "1.234567" if index % 5 == 0 else "0.912345",
        "posterior": "0.987654" if named == "rising" else "0.612345",
        "p_exact": "0.012346" if named == "rising" else "0.412346",
        "p_means": "0.013000",
        "q_bh": "0.081000",
        "class": named if after >= 5 else "too few",
    }


def _stability(rank: int) -> dict[str, Any]:
    share = max(0.08, min(1.0, 1.06 - rank / 90))
    origins = math.floor(200 * share)
    share = origins / 200
    band = (
        "robust"
        if share >= 0.95
        else "mostly"
        if share >= 0.75
        else "depends"
        if share >= 0.25
        else "not"
    )
    return {
        "origins": origins,
        "share": f"{share:.3f}",
        "variants": math.floor(4800 * share),
        "variants_of": 4800,
        "band": band,
        "worst": {
            "width_m": 433,
            "window_months": 24,
            "population": "C",
            "strict": True,
            "hot": math.floor(200 * share * 0.7),
        },
        "displacement": math.floor(50 * share),
    }


def _circles(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(cells, key=lambda cell: cell["rank"])
    chosen = [ordered[0], ordered[12], ordered[-60]]
    return [
        {
            "rank": rank,
            "easting_cm": cell["easting"] * 100 + 1234,
            "northing_cm": cell["northing"] * 100 - 4321,
            "diameter_m": 400,
            "count": cell["count"] + 12,
            "touches_hot": cell["class"] == "hot",
            "hexagons": [[cell["q"], cell["r"]]],
            "lattice_rank": rank,
            "lattice_size": 11_204,
            "lattice_share_below": "0.9993",
            "note": "" if cell["class"] == "hot" else "circle only: does not satisfy the grid test",
        }
        for rank, cell in enumerate(chosen, start=1)
    ]
