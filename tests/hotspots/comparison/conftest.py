"""The real area tables, read once for all tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from overt.hotspots.comparison import containers
from overt.hotspots.comparison.tables import AreaTableFile, read_table

NEWER = "london_2023-05_2026-03.tar.xz"
EARLIER = "london_2023-06_2026-02_earlier-fetch_lsoa2011.csv.gz"


@pytest.fixture(scope="session")
def real_table(shared_data: Path) -> Callable[[str], AreaTableFile]:
    """Reads a table by its path below the folder of real data."""
    return lambda path: read_table(containers.read(shared_data / path))


@pytest.fixture(scope="session")
def real_counts(real_table: Callable[[str], AreaTableFile]) -> dict[str, AreaTableFile]:
    """The two tables by LSOA, month and category."""
    return {
        "newer": real_table(f"police/lsoa-month-category/{NEWER}"),
        "earlier": real_table(f"police/lsoa-month-category/{EARLIER}"),
    }
