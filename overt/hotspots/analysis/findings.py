"""What the steps of an analysis hand to the record."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from . import quartile
from .inputs import AnalysisInputs
from .level import AreaCrimes, Level, Rim
from .method import Method
from .rise import Rise
from .siting import Circle
from .stability import Stability
from .window import Window

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer: a code for programs and one sentence for people."""

    code: str
    reason: str


@dataclass(frozen=True)
class BcuLevel:
    """The level test in the whole command unit; `at` finds the area's cells in it (-1: not)."""

    crimes: AreaCrimes
    level: Level
    at: Integers


@dataclass(frozen=True)
class SitedCircle:
    """A circle, the hot hexagons (q, r) it touches, and its standing among the same circle at
    every lattice intersection: `rank` (1 = none is higher), how many are lower, how many in all."""

    circle: Circle
    hexagons: tuple[tuple[int, int], ...]
    rank: int
    lattice_below: int
    lattice_size: int


@dataclass(frozen=True)
class Findings:
    """Everything that the record is written from. `None` where a step was refused or empty."""

    inputs: AnalysisInputs
    method: Method
    window: Window
    crimes: AreaCrimes
    level: Level
    bcu: BcuLevel | None
    refusal: Refusal | None
    by_month: Integers
    rim: Rim
    months_by_cell: Integers | None = None
    spared: Level | None = None
    rise: Rise | None = None
    rise_refusal: Refusal | None = None
    rise_periods: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    rise_left_out: tuple[str, ...] = ()
    drift: Fraction | None = None
    stability: Stability | None = None
    displaced: Integers | None = None
    circles: tuple[SitedCircle, ...] = ()


def governing_classes(judged: Level, bcu: BcuLevel | None, method: Method) -> npt.NDArray[np.str_]:
    """The class of each of the area's cells under the rule that the policy says governs."""
    if method.governing_area == "bcu" and bcu is not None:
        return bcu_classes(bcu, method)
    return judged.classes(method.reference_population)


def governing_threshold(judged: Level, bcu: BcuLevel | None, method: Method) -> int | None:
    """The count that a hexagon must exceed under the rule that the policy says governs."""
    ruling = bcu.level if method.governing_area == "bcu" and bcu is not None else judged
    return ruling.tests[method.reference_population].threshold


def bcu_classes(bcu: BcuLevel, method: Method) -> npt.NDArray[np.str_]:
    """The class of each of the area's cells within its whole command unit."""
    classes = bcu.level.classes(method.reference_population)
    return np.where(bcu.at >= 0, classes[bcu.at], quartile.NOT_HOT)
