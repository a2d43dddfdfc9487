"""What is stored of a release: the same bytes everywhere, and nothing about a person's case."""

import io
import os
import subprocess
import sys
from pathlib import Path

import polars as pl

from overt.hotspots.crimes import store

from .street import WEST_CROYDON, crime, read_path, write

DIGEST = """
import sys
from pathlib import Path
from overt.hotspots.crimes import store
from tests.hotspots.crimes.street import read_path
(tally,) = read_path(Path(sys.argv[1])).months.values()
print(store.encode(tally).sha256)
"""


def test_the_bytes_are_the_same_in_another_process_with_another_hash_seed(tmp_path: Path) -> None:
    rows = [crime(category=name) for name in ("Drugs", "Burglary", "Robbery", "Drugs")]
    path = write(tmp_path, [*rows, crime(at=WEST_CROYDON)])
    (tally,) = read_path(path).months.values()
    for seed, threads in (("1", "1"), ("2", "4")):
        finished = subprocess.run(
            [sys.executable, "-c", DIGEST, str(path)],
            env=os.environ | {"PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        )
        assert finished.stdout.strip() == store.encode(tally).sha256


def test_neither_ids_nor_streets_nor_lsoas_nor_outcomes_are_stored(tmp_path: Path) -> None:
    rows = [crime(crime_id="c0ffee", lsoa="E01009999"), crime(at=WEST_CROYDON)]
    (tally,) = read_path(write(tmp_path, rows)).months.values()
    data = store.encode(tally).data
    frame = pl.read_parquet(io.BytesIO(data))
    assert frame.columns == ["category", "easting", "northing", "crimes"]
    for text in (b"c0ffee", b"E01009999", b"High Street", b"Under investigation"):
        assert text not in data


def test_blob_names_of_two_imports_never_meet() -> None:
    asked = {"force": "kent", "month": "2024-01", "source_sha256": "a" * 64}
    one, two = store.blob_name(token="1", **asked), store.blob_name(token="2", **asked)
    assert one != two
    assert one == "releases/1/kent-2024-01-aaaaaaaaaaaaaaaa.parquet"
