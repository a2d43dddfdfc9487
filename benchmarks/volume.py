"""Ninety million crimes, filtered by month and category and counted, in a process of its own."""

import json
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, medians, peak_memory_bytes
from overt.hotspots.crimes.table import CrimeTable

ROOT = Path(__file__).resolve().parents[1]
# All forces of England and Wales: their snap points, and the categories published.
POINTS, CATEGORIES, MONTHS = 750_000, 14, 180


def run(*, crimes: int = 90_000_000) -> dict[str, Any]:
    """Raises subprocess.CalledProcessError when the process fails, for want of memory say."""
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.volume", str(crimes)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(finished.stdout)
    return {
        "figures": [
            Figure(
                "crimes counted, all months and categories",
                found["all"]["rows_per_second"] / 1e6,
                "M rows/s",
                _note(found["all"]),
                target=300,
            ),
            Figure(
                "crimes counted, 36 months of 180 and 8 categories of 14",
                found["some"]["rows_per_second"] / 1e6,
                "M rows/s",
                _note(found["some"]),
            ),
            Figure(
                "peak memory of that process",
                found["peak_memory_bytes"] / 2**30,
                "GiB",
                target=3e9 / 2**30,
                lower_is_better=True,
            ),
        ],
        "detail": found,
    }


def _note(found: dict[str, Any]) -> str:
    return (
        f"{found['rows']:,} rows: {found['seconds'] * 1000:,.0f} ms "
        f"(processor {found['processor_seconds'] * 1000:,.0f} ms)"
    )


def _table(crimes: int) -> CrimeTable:
    """Made slice by slice, so that the table is the only thing of its size."""
    rng = np.random.default_rng(9)
    weight = rng.pareto(1.2, POINTS) + 0.05
    cumulative = np.cumsum(weight / weight.sum())
    share = np.cumsum(rng.random(MONTHS * CATEGORIES) + 0.2)
    start = np.concatenate([[0], np.floor(share / share[-1] * crimes)]).astype(np.int64)
    point = np.empty(crimes, np.uint32)
    for first, last in pairwise(start):
        drawn = np.sort(rng.random(last - first))
        point[first:last] = np.searchsorted(cumulative, drawn).clip(max=POINTS - 1)
    return CrimeTable(
        easting=np.arange(POINTS, dtype=np.int64),
        northing=np.arange(POINTS, dtype=np.int64),
        months=tuple(str(np.datetime64("2010-01", "M") + n) for n in range(MONTHS)),
        categories=tuple(f"category {number:02}" for number in range(CATEGORIES)),
        point=point,
        start=start,
    )


def _measure(crimes: int) -> dict[str, Any]:
    table = _table(crimes)
    some = {"months": table.months[-36:], "categories": (*table.categories[::2], "category 01")}
    found: dict[str, Any] = {}
    for name, filters in (("all", {}), ("some", some)):
        counted = int(table.counts(**filters).sum())
        taken = medians({name: partial(table.counts, **filters)}, repetitions=7)
        found[name] = {
            "rows": counted,
            "seconds": taken.clock[name],
            "processor_seconds": taken.processor[name],
            "rows_per_second": counted / taken.processor[name],
        }
    assert found["all"]["rows"] == crimes
    found["peak_memory_bytes"] = peak_memory_bytes()
    return found


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
