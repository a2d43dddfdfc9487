"""The seven mistakes that would make a hotspot analysis wrong, planted one by one.

    python -m tests.mutants [--only TEXT]

Each is planted in a copy of the tree by replacing an exact piece of the code, and the tests named
with it are run there: they must fail. Exit code 1 when a mutant survives, or when the code it
replaces is no longer there. The checkout itself is not touched.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("overt", "tests", "data", "templates", "static", "manage.py", "pyproject.toml")

ANALYSIS = "overt/hotspots/analysis"
TESTS = "tests/hotspots"


@dataclass(frozen=True)
class Mutant:
    """`kind` is one of the seven; `old` must be in `path` exactly once."""

    kind: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        ">= for >",
        f"{ANALYSIS}/quartile.py",
        "np.where(values > limit, HOT,",
        "np.where(values >= limit, HOT,",
        (f"{TESTS}/analysis/test_quartile.py", f"{TESTS}/analysis/test_run.py"),
    ),
    Mutant(
        ">= for >",
        f"{ANALYSIS}/quartile.py",
        "hot=int((reference > limit).sum())",
        "hot=int((reference >= limit).sum())",
        (f"{TESTS}/analysis/test_quartile.py", f"{TESTS}/analysis/test_run.py"),
    ),
    Mutant(
        ">= for >",
        f"{ANALYSIS}/rise.py",
        "above = ratio > (MILLION if limit is None else limit)",
        "above = ratio >= (MILLION if limit is None else limit)",
        (f"{TESTS}/analysis/test_rise.py",),
    ),
    Mutant(
        ">= for >",
        f"{ANALYSIS}/stability.py",
        "hits[line] += at_place > limit",
        "hits[line] += at_place >= limit",
        (f"{TESTS}/analysis/test_stability.py",),
    ),
    Mutant(
        "linear quantile",
        f"{ANALYSIS}/quartile.py",
        "return int(np.partition(values, position)[position])",
        "return int(np.quantile(values, float(quantile)))",
        (f"{TESTS}/analysis/test_quartile.py",),
    ),
    Mutant(
        "zero-filled month",
        "overt/hotspots/crimes/coverage.py",
        "    if n == 0:\n        return Status.ABSENT\n    return Status.SUSPECT",
        "    if n == 0:\n        return Status.PRESENT\n    return Status.SUSPECT",
        (f"{TESTS}/crimes/test_coverage.py",),
    ),
    Mutant(
        "zero-filled month",
        "overt/hotspots/crimes/coverage.py",
        "    if not has_file:\n        return Status.ABSENT",
        "    if not has_file:\n        return Status.PRESENT",
        (f"{TESTS}/crimes/test_coverage.py",),
    ),
    Mutant(
        "zero-filled month",
        f"{ANALYSIS}/window.py",
        "counted = tuple(month for month in with_files if month not in absent)",
        "counted = months",
        (f"{TESTS}/analysis/test_run.py",),
    ),
    Mutant(
        "data-derived origin",
        f"{ANALYSIS}/grid.py",
        "x = _integers(easting_cm) - origin_cm[0]",
        "x = _integers(easting_cm) - origin_cm[0]\n    x = x - x.min(initial=10**9)",
        (f"{TESTS}/analysis/test_grid.py", f"{TESTS}/analysis/test_run.py"),
    ),
    Mutant(
        "data-derived origin",
        f"{ANALYSIS}/level.py",
        "        q, r = grid.assign(kept.easting, kept.northing, width_cm=width_cm)\n",
        "        east, north = kept.easting.min(initial=10**9), kept.northing.min(initial=10**9)\n"
        "        corner = int(east), int(north)\n"
        "        q, r = grid.assign(\n"
        "            kept.easting, kept.northing, width_cm=width_cm, origin_cm=corner\n"
        "        )\n",
        (f"{TESTS}/analysis/test_level.py", f"{TESTS}/analysis/test_run.py"),
    ),
    Mutant(
        "an intersects join",
        f"{ANALYSIS}/level.py",
        "        known = self.cell >= 0\n",
        "        width = self.cells.width_cm\n"
        "        hexagons = grid.corners(self.cells.q, self.cells.r, width_cm=width)\n"
        "        places = shapely.points(self.table.easting, self.table.northing)\n"
        "        point, cell = shapely.STRtree(shapely.polygons(hexagons)).query(\n"
        '            places, predicate="intersects"\n'
        "        )\n"
        "        joined = np.bincount(cell, at_points[point], self.cells.q.size)\n"
        "        return joined.astype(np.int64)\n"
        "        known = self.cell >= 0\n",
        (f"{TESTS}/analysis/test_level.py",),
    ),
    Mutant(
        "float coordinates",
        f"{ANALYSIS}/grid.py",
        '        raise TypeError("positions are integer centimetres, not floats")\n'
        "    return array.astype(np.int64)",
        "        return array\n    return array.astype(np.int64)",
        (f"{TESTS}/analysis/test_grid.py",),
    ),
    Mutant(
        "float coordinates",
        "overt/hotspots/geo/bng.py",
        "return np.floor(np.asarray(metres, dtype=np.float64) * 100 + 0.5).astype(np.int64)",
        "return np.asarray(metres, dtype=np.float64) * 100",
        (f"{TESTS}/crimes/test_read.py",),
    ),
    Mutant(
        "percent change",
        f"{ANALYSIS}/rise.py",
        "ratio = _millionths((weight * share + b) * (1 - share) / "
        "((weight * (1 - share) + a) * share))",
        "ratio = _millionths(b / np.maximum(a, 1))",
        (f"{TESTS}/analysis/test_rise.py",),
    ),
    Mutant(
        "percent change",
        f"{ANALYSIS}/rise.py",
        "supported = above & (ratio > MILLION) & probable & (b >= rules.min_recent_crimes)",
        "supported = above",
        (f"{TESTS}/analysis/test_rise.py",),
    ),
)

# Added to the copy's conftest.py: a failing property fails at once, without looking for the
# smallest example.
NO_SHRINKING = """
from hypothesis import Phase

settings.register_profile(
    "mutants",
    settings.get_profile("overt"),
    phases=[Phase.explicit, Phase.generate],
    database=None,
    derandomize=True,
)
settings.load_profile("mutants")
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="only kinds with this text in their name")
    arguments = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if arguments.only in mutant.kind]
    console = Console(width=None if sys.stdout.isatty() else 120)
    outcomes: list[tuple[Mutant, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="overt-mutants-") as folder:
        copy = Path(folder)
        _copy_tree(copy)
        healthy = sorted({test for mutant in chosen for test in _there(copy, mutant)})
        with console.status("Running the tests without a mutant"):
            if failed := _first_failure(copy, healthy):
                console.print(f"{failed} fails without any mutant: nothing can be learnt.")
                return 1
        for mutant in chosen:
            with console.status(f"Planting: {mutant.kind} in {mutant.path}"):
                outcomes.append((mutant, *_outcome(copy, mutant)))
    console.print(_table(outcomes))
    return 0 if all(outcome == "killed" for _, outcome, _ in outcomes) else 1


def _copy_tree(copy: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, copy / name)
    with (copy / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(NO_SHRINKING)


def _there(copy: Path, mutant: Mutant) -> list[str]:
    return [test for test in mutant.tests if (copy / test).exists()]


def _outcome(copy: Path, mutant: Mutant) -> tuple[str, str]:
    """killed, survived or gone; and which test failed first."""
    path = copy / mutant.path
    healthy = path.read_text(encoding="utf-8")
    if healthy.count(mutant.old) != 1:
        return "gone", "its code has changed: write the mutant anew"
    try:
        path.write_text(healthy.replace(mutant.old, mutant.new), encoding="utf-8")
        failed = _first_failure(copy, _there(copy, mutant))
    finally:
        path.write_text(healthy, encoding="utf-8")
    return ("killed", failed) if failed else ("survived", "no test failed")


def _first_failure(copy: Path, tests: list[str]) -> str:
    """The name of the first test that fails in the copy, or nothing.

    Raises SystemExit when the tests cannot be run at all: that would prove nothing.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    finished = subprocess.run(
        command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    failed = re.search(r"^FAILED \S+::(\S+)", finished.stdout, re.MULTILINE)
    if finished.returncode not in (0, 1) or not tests or bool(failed) != finished.returncode:
        raise SystemExit(f"{' '.join(command)} did not run:\n{finished.stdout}")
    return failed[1] if failed else ""


def _table(outcomes: list[tuple[Mutant, str, str]]) -> Table:
    table = Table("mutant", "where", "outcome", "by")
    for mutant, outcome, why in outcomes:
        said = outcome if outcome == "killed" else outcome.upper()
        table.add_row(mutant.kind, mutant.path.removeprefix("overt/hotspots/"), said, why)
    return table


if __name__ == "__main__":
    sys.exit(main())
