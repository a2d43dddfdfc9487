"""How fast crime files are imported, and in how much memory.

One process of its own imports generated files (see `generate.street_files`) into an empty SQLite
database: hashing, checking, the quality report, storing and registering are all in the time; the
start of Python and the making of the files are not.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import peak_memory_bytes
from benchmarks.generate import street_files

ROOT = Path(__file__).resolve().parents[1]


def run(*, months: int = 12, rows: int = 100_000, folder: Path | None = None) -> dict[str, Any]:
    """Import `months` generated files of `rows` rows, or the files in `folder`.

    Returns files, rows, bytes, seconds, cpu_seconds, rows_per_second and peak_memory_bytes (the
    latter of the whole process).
    Raises subprocess.CalledProcessError when the import fails.
    """
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as scratch:
        source = folder
        if source is None:
            source = Path(scratch, "files")
            source.mkdir()
            street_files(source, months=months, rows=rows)
        finished = subprocess.run(
            [sys.executable, "-m", "benchmarks.import_rate", str(source)],
            cwd=ROOT,
            env=os.environ
            | {
                "OVERT_MODE": "embedded",
                "OVERT_DATA_DIR": str(Path(scratch, "data")),
                "OVERT_DATABASE_URL": f"sqlite:///{Path(scratch, 'data', 'overt.sqlite3')}",
                "DJANGO_SETTINGS_MODULE": "overt.config.settings",
            },
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    result: dict[str, Any] = json.loads(finished.stdout)
    return result


def _import(source: Path) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from overt.accounts.actors import Actor
    from overt.hotspots.services.crimes import import_files

    call_command("migrate", verbosity=0)
    actor = Actor(label="command:import_crimes:benchmark", is_command=True)
    started, cpu = time.perf_counter(), time.process_time()
    imported = import_files(
        paths=[source], mapping=None, force=None, actor=actor, now=timezone.now()
    )
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    rows = sum(file.report.rows_read for file in imported.new if file.report)
    return {
        "files": len(imported.new),
        "rows": rows,
        "bytes": sum(file.size for file in imported.new),
        "seconds": seconds,
        "cpu_seconds": cpu,
        "rows_per_second": rows / seconds,
        "peak_memory_bytes": peak_memory_bytes(),
    }


if __name__ == "__main__":
    print(json.dumps(_import(Path(sys.argv[1]))))
