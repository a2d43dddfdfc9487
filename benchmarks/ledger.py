"""How fast the ledger is verified and appended to, on SQLite and on PostgreSQL.

For each database a process of its own fills an empty ledger with entries like those of deployments
(past the triggers, which are put back), then verifies it as `manage.py verify_ledger` does, by the
clock, the median of three, over as many processes as there are cores, with checkpoints on the way;
and then appends, one entry in each transaction. Neither filling nor migrating is in the times.
PostgreSQL runs with fsync off, so that the figure is Overt's and not the disk's.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from tests.services import BinaryMissing, postgresql

ROOT = Path(__file__).resolve().parents[1]
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
ENTRIES, APPENDS, VERIFIED = 1_000_000, 2_000, 3
BATCH = 5_000


def run(*, entries: int = ENTRIES, appends: int = APPENDS) -> dict[str, Any]:
    """Figures and detail of both databases; without PostgreSQL's programs, of SQLite alone.

    Raises subprocess.CalledProcessError when a ledger does not verify.
    """
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as scratch:
        database = f"sqlite:///{Path(scratch, 'overt.sqlite3')}"
        detail = {"SQLite": _in_a_process(database, scratch, entries, appends)}
        try:
            with postgresql.cluster() as url:
                detail["PostgreSQL"] = _in_a_process(url, scratch, entries, appends)
        except BinaryMissing as missing:
            print(f"The ledger was not measured on PostgreSQL: {missing}", file=sys.stderr)
    return {
        "figures": [each for name, found in detail.items() for each in _figures(name, found)],
        "detail": detail,
    }


def _figures(name: str, found: dict[str, float]) -> list[Figure]:
    return [
        Figure(
            f"{name}: verify the chain, the Merkle tree and every checkpoint",
            found["verified_per_second"] / 1000,
            "k entries/s",
            f"{found['entries']:,} entries, {found['checkpoints']} checkpoints in "
            f"{found['verify_seconds']:.2f} s",
            target=100,
        ),
        Figure(
            f"{name}: append, one entry in a transaction, one process",
            found["appends_per_second"],
            "entries/s",
            f"{found['appends']:,} after {found['entries']:,}",
            target=500 if name == "PostgreSQL" else None,
        ),
        Figure(
            f"{name}: sign a checkpoint over {found['appends']:,} new entries",
            found["checkpoint_seconds"] * 1000,
            "ms",
            lower_is_better=True,
        ),
    ]


def _in_a_process(database: str, scratch: str, entries: int, appends: int) -> dict[str, float]:
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.ledger", str(entries), str(appends)],
        cwd=ROOT,
        env=os.environ
        | {
            "OVERT_MODE": "embedded",
            "OVERT_DATA_DIR": str(Path(scratch, database.partition(":")[0])),
            "OVERT_DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        },
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float] = json.loads(finished.stdout)
    return found


def _measure(entries: int, appends: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from overt.ledger import services, triggers, verification, vocabulary
    from overt.ledger.models import Entry

    call_command("migrate", verbosity=0)
    triggers.ENTRIES.remove(connection)
    for share in (1, 2, 3):
        _fill(Entry, entries * share // 3)
        triggers.ENTRIES.install(connection)
        services.make_checkpoint(actor="command:bench", now=BEGUN)
        triggers.ENTRIES.remove(connection)
    triggers.ENTRIES.install(connection)

    taken = []
    for _ in range(VERIFIED):
        started = time.perf_counter()
        verdict = verification.verify()
        taken.append(time.perf_counter() - started)
    verify_seconds = statistics.median(taken)

    started = time.perf_counter()
    for number in range(appends):
        with transaction.atomic():
            services.append(
                actor="user:ann",
                verb=vocabulary.PAGE_READ.name,
                subject=f"deployment:{number}",
                payload={"page": "deployments:detail"},
                now=BEGUN,
            )
    append_seconds = time.perf_counter() - started

    started = time.perf_counter()
    services.make_checkpoint(actor="command:bench", now=BEGUN)
    return {
        "entries": verdict.count,
        "checkpoints": verdict.checkpoints,
        "verify_seconds": verify_seconds,
        "verified_per_second": verdict.count / verify_seconds,
        "appends": appends,
        "appends_per_second": appends / append_seconds,
        "checkpoint_seconds": time.perf_counter() - started,
    }


def _fill(entry: Any, until: int) -> None:
    last = entry.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, head = last or (0, "0" * 64)
    rows = _rows(entry, seq, head, until)
    while batch := list(islice(rows, BATCH)):
        entry.objects.bulk_create(batch)


def _rows(entry: Any, seq: int, previous: str, until: int) -> Iterator[Any]:
    from overt.ledger import chain

    for number in range(seq + 1, until + 1):
        fields: dict[str, Any] = {
            "seq": number,
            "at": BEGUN + timedelta(seconds=number, microseconds=number % 997),
            "actor": f"user:officer{number % 40}",
            "verb": "deployment.submitted",
            "subject": f"deployment:LFR-2026-{number % 900:04}",
            "previous": previous,
        }
        payload = {
            "digest": sha256(str(number).encode()).hexdigest(),
            "version": number % 9,
            "state": "submitted",
            "reason": "Asked for after the meeting of the board of Ō and Ä.",
        }
        previous = chain.entry_hash(payload=payload, **fields)
        yield entry(**fields, payload=chain.canonical(payload), hash=previous)


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]), int(sys.argv[2]))))
