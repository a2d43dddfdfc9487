"""Small analyses made of plain numbers."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import shapely

from overt.hotspots.analysis import rise, stability
from overt.hotspots.analysis.inputs import AnalysisInputs, AreaInput, Asked, SourceFile
from overt.hotspots.analysis.method import Method
from overt.hotspots.analysis.window import months_until
from overt.hotspots.crimes.table import CrimeTable

UNTIL = "2025-12"
WEST, SOUTH = 530_000_00, 165_000_00

METHOD = Method(
    width_cm=350_00,
    width_max_cm=433_00,
    months=18,
    quantile=Fraction(3, 4),
    reference_population="B",
    governing_area="borough",
    min_reference_cells=20,
    min_crimes=100,
    min_months_level=12,
    min_months_rise=15,
    enforcement_led=("Drugs",),
    min_residents_for_rate=500,
    rise=rise.Rules(12, 3, 5, 5, Fraction("0.95"), Fraction("0.05")),
    origins=8,
    widths_cm=(300_00, 350_00),
    windows_months=(12, 18),
    displacement_runs=4,
    bands=stability.Bands(Fraction("0.95"), Fraction("0.75"), Fraction("0.25")),
    diameter_cm=400_00,
    places=3,
    lattice_cm=100_00,
    absent_min_median=7,
    suspect_share=Fraction(1, 2),
)


def square(side_m: int = 3000) -> shapely.MultiPolygon:
    """A square of `side_m` metres with its south-west corner at (WEST, SOUTH), BNG cm."""
    side = side_m * 100
    return shapely.MultiPolygon([shapely.box(WEST, SOUTH, WEST + side, SOUTH + side)])


def area(shape: shapely.MultiPolygon, name: str = "Testham") -> AreaInput:
    coordinates = [
        [[[int(x), int(y)] for x, y in ring.coords] for ring in (p.exterior, *p.interiors)]
        for p in shape.geoms
    ]
    return AreaInput("borough", name, "E1", coordinates, "b" * 64, "area.json", "c" * 64, shape)


def crimes(
    seed: int = 1,
    *,
    points: int = 300,
    rows: int = 6000,
    months: int = 18,
    categories: Sequence[str] = ("Burglary", "Drugs", "Shoplifting"),
    side_m: int = 3000,
) -> dict[str, Any]:
    """Rows of crimes scattered unevenly over a square: keyword arguments of CrimeTable.build."""
    rng = np.random.default_rng(seed)
    position = rng.choice(side_m * 100, (points, 2), replace=False)
    busy = rng.pareto(1.2, points) + 0.2
    return {
        "easting": WEST + position[:, 0],
        "northing": SOUTH + position[:, 1],
        "months": months_until(UNTIL, months),
        "categories": tuple(categories),
        "month": rng.integers(0, months, rows),
        "category": rng.integers(0, len(categories), rows),
        "point": rng.choice(points, rows, p=busy / busy.sum()),
    }


def inputs(given: dict[str, Any] | None = None, **changes: Any) -> AnalysisInputs:
    """Inputs over a square, with a file for each month of the crimes."""
    given = crimes() if given is None else given
    table = CrimeTable.build(**given)
    made = AnalysisInputs(
        area=area(square()),
        bcu=None,
        asked=Asked(("force",), tuple(given["categories"]), UNTIL, 18),
        files=tuple(
            SourceFile(f"{month}-force-street.csv", f"{number:064x}", "force", month, 1)
            for number, month in enumerate(given["months"])
        ),
        table=table,
        policy_name="test",
        policy_digest="d" * 64,
        unconfirmed=[],
        software={"overt": "0"},
    )
    return replace(made, **changes)


def without_month(given: dict[str, Any], month: str) -> dict[str, Any]:
    """The same crimes with every row of one month gone; the month stays among the labels."""
    kept = np.asarray(given["month"]) != given["months"].index(month)
    return given | {name: np.asarray(given[name])[kept] for name in ("month", "category", "point")}
