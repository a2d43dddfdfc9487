"""Small area tables: three boroughs of London, as files and as counts."""

from collections.abc import Iterable
from pathlib import Path

from overt.hotspots.comparison import containers
from overt.hotspots.comparison.counts import Cell, Counts
from overt.hotspots.comparison.coverage import Coverage
from overt.hotspots.comparison.rates import Places
from overt.hotspots.comparison.tables import AreaTableFile, read_table

LSOA_HEADER = "lsoa_code,lsoa_name,borough,category,year,month,crime_count"

PLACES = Places("London", ("Camden", "Croydon", "Sutton"), frozenset({"Camden"}))
RESIDENTS = {2024: {"Camden": 200_000, "Croydon": 400_000, "Sutton": 100_000}}


def lsoa_csv(rows: Iterable[tuple[str, str, str, str, int]]) -> str:
    """Rows of code, borough, category, month ("YYYY-MM") and count."""
    lines = [
        f"{code},{borough} 001A,{borough},{category},{month[:4]},{int(month[5:])},{count}"
        for code, borough, category, month, count in rows
    ]
    return "\n".join([LSOA_HEADER, *lines]) + "\n"


def read(path: Path, content: str | bytes) -> AreaTableFile:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(containers.read(path))


def counts_of(
    cells: dict[tuple[str, str], dict[str, int]],
    *,
    shares: dict[tuple[str, str], tuple[int, int]] | None = None,
    source: str = "test",
) -> Counts:
    """Counts by borough and month; coverage is whole where `shares` says nothing."""
    shares = shares or {}
    return Counts(
        source=source,
        months=tuple(sorted({month for _, month in cells})),
        categories=tuple(sorted({name for counts in cells.values() for name in counts})),
        cells={
            key: Cell(counts, Coverage(*shares.get(key, (1, 1))), "table")
            for key, counts in cells.items()
        },
    )
