"""What the borough comparison rests on: stored tables, read once and kept by their sha256."""

import io
from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from overt.hotspots.areas import facts
from overt.hotspots.comparison import counts as counting
from overt.hotspots.comparison.counts import Counts, CountTable
from overt.hotspots.comparison.rates import Places
from overt.hotspots.models import AreaTable
from overt.hotspots.models.tables import TableKind
from overt.hotspots.storage import read_blob

Residents = Mapping[int, Mapping[str, int]]


def police_counts() -> Counts:
    """Counts of data.police.uk, by borough, month and category. Raises StoredFileChanged."""
    return _counts(TableKind.LSOA_COUNTS, *_stored(TableKind.LSOA_COUNTS))


def mps_counts() -> Counts:
    """Counts of the MPS dashboard tables. Raises StoredFileChanged."""
    return _counts(TableKind.MPS_COUNTS, *_stored(TableKind.MPS_COUNTS))


def residents() -> Residents:
    """Residents by year and borough: of borough tables, and for years that those lack, summed
    from LSOAs. The table imported last goes first. Raises StoredFileChanged."""
    return _residents(*_stored(TableKind.POPULATION))


def places(region: str) -> Places:
    """The boroughs of a region, from the facts about it."""
    boroughs = facts.boroughs(region)
    return Places(
        region=region,
        boroughs=tuple(boroughs),
        inner=frozenset(name for name, known in boroughs.items() if known.inner),
    )


_Stored = tuple[str, str, str, str, str, str]


def _stored(kind: str) -> tuple[_Stored, ...]:
    rows = AreaTable.objects.filter(kind=kind).order_by("-imported_at", "-pk")
    return tuple(
        (row.name, row.sha256, row.report["level"], row.month_to, row.stored_as, row.stored_sha256)
        for row in rows
    )


@lru_cache(maxsize=4)
def _counts(kind: str, *stored: _Stored) -> Counts:
    tables = [
        CountTable(name, sha256, level, month_to, _frame(stored_as, stored_sha256))
        for name, sha256, level, month_to, stored_as, stored_sha256 in stored
    ]
    if kind == TableKind.LSOA_COUNTS:
        return counting.from_lsoa_tables(tables)
    return counting.from_mps_tables(tables)


@lru_cache(maxsize=2)
def _residents(*stored: _Stored) -> Residents:
    found: dict[int, dict[str, int]] = {}
    by_borough_first = sorted(stored, key=lambda row: row[2] != "borough")
    for *_, stored_as, stored_sha256 in by_borough_first:
        frame = _frame(stored_as, stored_sha256)
        sums: dict[int, dict[str, int]] = {}
        grouped = frame.group_by("year", "borough").agg(pl.col("residents").sum())
        for year, borough, people in grouped.iter_rows():
            sums.setdefault(year, {})[borough] = people
        for year, by_borough in sums.items():
            found[year] = by_borough | found.get(year, {})
    return found


def _frame(stored_as: str, stored_sha256: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(read_blob(stored_as, stored_sha256)))
