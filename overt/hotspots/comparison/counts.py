"""Crimes by borough, month and category, put together from several tables that overlap.

Where tables speak of the same borough and month, the first in order in which it is usable (see
`coverage`) is taken, whole. Where it is usable in none it is a gap: what the fullest table has is
kept to show how little that is, and is not used.

The order: a table by borough before one summed from wards or LSOAs, then the one that reaches
furthest, then the one with more rows, then by sha256. So a later fetch goes before an earlier one,
which fills its gaps, and the order of importing does not matter.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import polars as pl

from overt.hotspots.crimes.categories import CATEGORIES

from .coverage import COMPLETE, USABLE, Coverage, coverage

POLICE_UK = "data.police.uk"
MPS = "MPS dashboard"

MPS_CATEGORIES = Path(__file__).resolve().parents[3] / "data" / "crime" / "mps-categories.toml"

# MPS tables as published by borough lose no crime; by ward they lose those without a ward, by LSOA
# also sexual offences and fraud. Tables of data.police.uk are all by LSOA.
_SUMMED = ("borough", "ward", "lsoa")

BoroughMonth = tuple[str, str]


@dataclass(frozen=True)
class CountTable:
    """One imported table: `frame` as `layouts` gives it, `level` what its rows stood for."""

    name: str
    sha256: str
    level: str
    month_to: str
    frame: pl.DataFrame


@dataclass(frozen=True)
class Cell:
    """What the tables say of one borough in one month. `table` is the name of the one taken."""

    counts: Mapping[str, int]
    coverage: Coverage
    table: str

    @property
    def share(self) -> Fraction:
        return self.coverage.share

    @property
    def is_complete(self) -> bool:
        return self.share >= COMPLETE

    @property
    def is_usable(self) -> bool:
        return self.share >= USABLE

    def count(self, category: str | None) -> int:
        """Crimes of a category, or of all of them. A category without a row has had none."""
        return sum(self.counts.values()) if category is None else self.counts.get(category, 0)


@dataclass(frozen=True)
class Counts:
    """`months` are those that any table speaks of, in order. A borough and month without a cell
    is a gap."""

    source: str
    months: tuple[str, ...]
    categories: tuple[str, ...]
    cells: Mapping[BoroughMonth, Cell]


def from_lsoa_tables(tables: Sequence[CountTable]) -> Counts:
    """Counts out of tables by LSOA, month and category, of data.police.uk."""
    found: list[dict[BoroughMonth, Cell]] = []
    for table in _in_order(tables):
        shares = coverage(table.frame)
        counts = _by_borough(table.frame)
        found.append(
            {key: Cell(counts.get(key, {}), share, table.name) for key, share in shares.items()}
        )
    return _merged(POLICE_UK, found)


def from_mps_tables(tables: Sequence[CountTable]) -> Counts:
    """Counts out of MPS dashboard tables, in the categories of data.police.uk.

    The two publishers cut crime differently: `data/crime/mps-categories.toml` says which MPS
    categories are taken for which. A borough in a table is complete in it.
    """
    found: list[dict[BoroughMonth, Cell]] = []
    for table in _in_order(tables):
        pairs = pl.struct("category", "minor").map_elements(
            lambda pair: _police_category(pair["category"], pair["minor"]), return_dtype=pl.String
        )
        frame = table.frame.with_columns(category=pairs).drop_nulls("category")
        found.append(
            {
                key: Cell(counts, Coverage(1, 1), table.name)
                for key, counts in _by_borough(frame).items()
            }
        )
    return _merged(MPS, found)


@cache
def _mps_categories() -> dict[tuple[str, str], str]:
    with MPS_CATEGORIES.open("rb") as file:
        document = tomllib.load(file)
    return {(row["major"], row.get("minor", "")): row["category"] for row in document["category"]}


def _police_category(major: str, minor: str) -> str | None:
    known = _mps_categories()
    return known.get((major, minor), known.get((major, "")))


def _in_order(tables: Sequence[CountTable]) -> list[CountTable]:
    by_sha256 = sorted(tables, key=lambda table: table.sha256)
    furthest = sorted(
        by_sha256, key=lambda table: (table.month_to, table.frame.height), reverse=True
    )
    return sorted(furthest, key=lambda table: _SUMMED.index(table.level))


def _by_borough(frame: pl.DataFrame) -> dict[BoroughMonth, dict[str, int]]:
    counts: dict[BoroughMonth, dict[str, int]] = defaultdict(dict)
    grouped = frame.group_by("borough", "month", "category").agg(pl.col("count").sum())
    for borough, month, category, count in grouped.iter_rows():
        counts[borough, month][category] = count
    return counts


def _merged(source: str, tables: Sequence[Mapping[BoroughMonth, Cell]]) -> Counts:
    cells: dict[BoroughMonth, Cell] = {}
    for key in {key for table in tables for key in table}:
        there = [table[key] for table in tables if key in table]
        fullest = max(there, key=lambda cell: cell.share)
        cells[key] = next((cell for cell in there if cell.is_usable), fullest)
    named = {category for cell in cells.values() for category in cell.counts}
    return Counts(
        source=source,
        months=tuple(sorted({month for _, month in cells})),
        categories=(
            *(category for category in CATEGORIES if category in named),
            *sorted(named - set(CATEGORIES)),
        ),
        cells=cells,
    )
