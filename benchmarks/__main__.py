"""`python -m benchmarks`: every figure that is claimed, measured here and now.

Prints one table and writes the same, with every detail, as JSON. Exit code 1 when a figure misses
its target.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import (
    accuracy,
    borough,
    counting,
    deployment_pages,
    end_to_end,
    faults,
    import_rate,
    ingest,
    ledger,
    permits,
    two_hosts,
    volume,
    withdrawals,
)
from benchmarks.figures import Figure, machine, yardstick_ms

ROOT = Path(__file__).resolve().parents[1]


def _import_rate() -> dict[str, Any]:
    found = import_rate.run()
    return {
        "figures": [
            Figure(
                "import with hashes, checks, quality report and store",
                found["rows_per_second"] / 1000,
                "k rows/s",
                f"{found['rows']:,} rows in {found['seconds']:.2f} s "
                f"(processor {found['cpu_seconds']:.2f} s)",
                target=500,
            ),
            Figure(
                "peak memory of the import",
                found["peak_memory_bytes"] / 2**30,
                "GiB",
                target=1.5e9 / 2**30,
                lower_is_better=True,
            ),
        ],
        "detail": found,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder with street files and boundaries/, for the accuracy figures",
    )
    jobs: dict[str, Callable[[], dict[str, Any]]] = {
        "end-to-end": end_to_end.run,
        "counting": counting.run,
        "borough": borough.run,
        "volume": volume.run,
        "import": _import_rate,
        "ledger": ledger.run,
        "deployments": deployment_pages.run,
        "ingest": ingest.run,
        "permits": permits.run,
        "withdrawals": withdrawals.run,
        "faults": faults.run,
        "two-hosts": two_hosts.run,
        "accuracy": lambda: accuracy.run(data=arguments.data),
    }
    parser.add_argument("--only", choices=list(jobs), action="append", help="may be repeated")
    parser.add_argument(
        "--json", type=Path, default=ROOT / "benchmarks" / "results" / "latest.json", metavar="FILE"
    )
    arguments = parser.parse_args()

    console = Console(width=None if sys.stdout.isatty() else 160)
    found: dict[str, dict[str, Any]] = {}
    yardstick = [yardstick_ms()]
    for name in arguments.only or jobs:
        with console.status(f"Measuring: {name}"):
            found[name] = jobs[name]()
        yardstick.append(yardstick_ms())
    about = machine() | {"yardstick_ms": yardstick}
    figures = {name: result["figures"] for name, result in found.items()}
    console.print(_table(figures))
    console.print(
        f"{about['cores_usable']} of {about['cores']} cores, load {about['load_average']:.1f}, "
        f"{about['architecture']}, Python {about['python']}, numpy {about['numpy']}, "
        f"polars {about['polars']}, pandas {about['pandas']}, geopandas {about['geopandas']}"
    )
    console.print(
        "A fixed loop, before the first and after each: "
        + ", ".join(f"{taken:.0f}" for taken in yardstick)
        + " ms"
    )
    _write(arguments.json, about, found)
    console.print(f"Written to {arguments.json}")
    missed = [figure.what for each in figures.values() for figure in each if figure.holds is False]
    for what in missed:
        console.print(f"Below its target: {what}", style="bold")
    return 1 if missed else 0


def _table(figures: dict[str, list[Figure]]) -> Table:
    table = Table("benchmark", "figure", "value", "target", "how", show_lines=True)
    for name, each in figures.items():
        for figure in each:
            sign = "<=" if figure.lower_is_better else ">="
            target = "" if figure.target is None else f"{sign} {figure.target:,.3g}"
            verdict = {None: "", True: " held", False: " MISSED"}[figure.holds]
            value = f"{figure.value:,.3g} {figure.unit}"
            table.add_row(name, figure.what, value, target + verdict, figure.note)
        if not each:
            table.add_row(name, "no data for this", "", "", "see --data")
    return table


def _write(path: Path, about: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    document = {
        "machine": about,
        "benchmarks": {
            name: {
                "figures": [asdict(figure) | {"holds": figure.holds} for figure in each["figures"]],
                "detail": each["detail"],
            }
            for name, each in found.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
