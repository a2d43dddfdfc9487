"""What an analysis is made from: everything that can change its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import shapely
from shapely.geometry.base import BaseGeometry

from overt.hotspots.crimes.table import CrimeTable

from .residents import Residents

Coordinates = list[list[list[list[int]]]]


@dataclass(frozen=True)
class AreaInput:
    """A boundary. `coordinates`: MultiPolygon, BNG integer cm; `shape`: the same as a geometry."""

    kind: str
    name: str
    code: str
    coordinates: Coordinates
    boundary_sha256: str
    source_name: str
    source_sha256: str
    shape: shapely.MultiPolygon


@dataclass(frozen=True)
class BcuInput:
    """The command unit that a borough belongs to; `missing` names boroughs without a boundary."""

    name: str
    boroughs: tuple[AreaInput, ...]
    missing: tuple[str, ...]

    @property
    def shape(self) -> BaseGeometry:
        return shapely.union_all([borough.shape for borough in self.boroughs])


@dataclass(frozen=True)
class SourceFile:
    """One file's crimes of one force and month. sha256 is of the file as it was given."""

    name: str
    sha256: str
    force: str
    month: str
    rows: int


@dataclass(frozen=True)
class Asked:
    """What the analyst chose. `categories` in the order of their names."""

    forces: tuple[str, ...]
    categories: tuple[str, ...]
    until: str
    months: int


@dataclass(frozen=True)
class AnalysisInputs:
    """`table` holds the crimes of all `files` near the area (near its BCU, where there is one).
    `residents` is None where no small-area population is imported."""

    area: AreaInput
    bcu: BcuInput | None
    asked: Asked
    files: tuple[SourceFile, ...]
    table: CrimeTable
    policy_name: str
    policy_digest: str
    unconfirmed: list[dict[str, str]]
    software: Mapping[str, str]
    residents: Residents | None = None


def decimal(value: Fraction | int, places: int, *, scale: int = 1) -> str:
    """`value / scale` as text with `places` decimals, rounded half up: never through a float."""
    numerator, denominator = value.numerator, value.denominator * scale
    units = (2 * numerator * 10**places + denominator) // (2 * denominator)
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole, part = divmod(units, 10**places)
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"
