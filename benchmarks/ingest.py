"""How many counts and outcomes a second Overt takes in for good, over HTTP, on PostgreSQL.

Four systems with sixteen cameras each catch up after hours without a network: signed batches of 500
events, the most that one may hold, through the whole web server into a cluster with fsync on. Half
of the events are alerts, half of those decided on since an earlier batch; half are counts of faces,
every tenth of which raises an earlier one. What the database then has is compared with what was
sent. Every answer means that its batch is on disk.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from overt_permit import keys
from overt_permit.signing import Key, sign_request

from benchmarks.figures import Figure, processor_s
from overt.recognition import contract
from tests.faults.site import Site
from tests.services import postgresql

SYSTEMS, BATCHES, CAMERAS, HALF = 4, 24, 16, 250
HOURS_AGO, RAISED = 8, 25
TARGET = 3_000
PATIENCE_S = 120


def run() -> dict[str, Any]:
    """Raises BinaryMissing."""
    with (
        tempfile.TemporaryDirectory(prefix="overt-ingest-") as folder,
        postgresql.running(fsync=True) as database,
    ):
        site = Site(Path(folder), web_workers=2, OVERT_DATABASE_URL=database.url)
        try:
            return _measure(site, database)
        finally:
            site.close()


def _measure(site: Site, database: postgresql.Cluster) -> dict[str, Any]:
    made = site.prepare(
        sessions=SYSTEMS,
        starts_in_s=-HOURS_AGO * 3600,
        lasts_s=(HOURS_AGO + 2) * 3600,
        live_s_ago=HOURS_AGO * 3600,
    )
    bodies = [list(_bodies(datetime.fromtimestamp(one["starts_at"], UTC))) for one in made]
    site.start("web")
    site.wait_until_it_serves(patience_s=PATIENCE_S, workers=False)
    pids = {"web": site.processes["web"].pid, "PostgreSQL": database.pid}
    before = {name: processor_s(pid) for name, pid in pids.items()}
    wrong: list[str] = []
    threads = [
        threading.Thread(target=_send, args=(site.origin, one, each, wrong))
        for one, each in zip(made, bodies, strict=True)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    spent = {name: processor_s(pid) - before[name] for name, pid in pids.items()}
    events = sum(count for each in bodies for count, _ in each)
    _require_all(site, wrong)
    durable = dict(site.ask("SELECT name, setting FROM pg_settings WHERE name = 'fsync'"))
    if durable != {"fsync": "on"}:
        raise SystemExit(f"PostgreSQL runs with {durable}")
    busy = sum(spent.values())
    return {
        "figures": [
            Figure(
                "alerts and counters taken in for good, on PostgreSQL with fsync",
                events / seconds,
                "events/s",
                f"{events:,} in {seconds:.1f} s, batches of {2 * HALF}; processor "
                + ", ".join(f"{name} {value:.1f} s" for name, value in spent.items())
                + f": {events / busy:,.0f} events for a second of one core",
                target=TARGET,
            )
        ],
        "detail": {"events": events, "seconds": seconds, "processor_s": spent},
    }


def _bodies(start: datetime) -> Iterator[tuple[int, bytes]]:
    """The batches of one system in order: how many events each has, and its bytes."""
    cells = [
        (start + timedelta(minutes=minute), f"cam-{camera:02}")
        for minute in range(1, HOURS_AGO * 60)
        for camera in range(CAMERAS)
    ]
    new = HALF - RAISED
    for number in range(BATCHES):
        fresh = cells[number * new : (number + 1) * new]
        raised = cells[(number - 1) * new : (number - 1) * new + HALF - new] if number else ()
        first = 1 + number * HALF // 2
        # Those of the batch before are decided in this one.
        ids = range(max(1, first - HALF // 2), first + HALF // 2)
        batch = contract.Batch(
            number=number + 1,
            sent_at=start + timedelta(minutes=number + 1),
            alerts=tuple(_alert(start, one, decided=one < first) for one in ids),
            counters=tuple(
                contract.Counter(camera=camera, minute=minute, faces_seen=faces)
                for (minute, camera), faces in sorted(
                    [*((cell, 12) for cell in raised), *((cell, 10) for cell in fresh)]
                )
            ),
            deletions=(),
            heartbeat=None,
            stopped=None,
        )
        yield len(batch.alerts) + len(batch.counters), contract.canonical(batch)


def _alert(start: datetime, number: int, *, decided: bool) -> contract.Alert:
    at = start + timedelta(minutes=1, seconds=number)
    return contract.Alert(
        id=str(number),
        at=at,
        camera=f"cam-{number % CAMERAS:02}",
        decision="true" if decided else None,
        decided_at=at + timedelta(seconds=9) if decided else None,
        engaged=True if decided else None,
        outcome="no_action" if decided else None,
        ethnicity=None,
    )


def _send(
    origin: str, one: dict[str, Any], bodies: list[tuple[int, bytes]], wrong: list[str]
) -> None:
    key: Key = keys.read(Path(one["key"]))
    place = urlsplit(origin)
    wire = HTTPConnection(str(place.hostname), place.port or 80, timeout=PATIENCE_S)
    path = f"/api/v1/sessions/{one['session']}/batches"
    for _, body in bodies:
        signature = sign_request("POST", path, body, int(time.time()), key)
        headers = {"Overt-Signature": signature, "Content-Type": "application/json"}
        wire.request("POST", path, body, headers)
        answer = wire.getresponse()
        said = answer.read()
        if answer.status != 200:
            wrong.append(f"{answer.status} {json.loads(said).get('reason')}")
            return


def _require_all(site: Site, wrong: list[str]) -> None:
    """What was sent is what the database has."""
    batches = SYSTEMS * BATCHES
    wanted = {
        "batch": batches,
        "counter": batches * (HALF - RAISED),
        "alert": batches * HALF // 2,
        "alertreport": batches * HALF - SYSTEMS * HALF // 2,
    }
    found = {table: site.ask(f"SELECT count(*) FROM recognition_{table}")[0][0] for table in wanted}
    if wrong or found != wanted:
        print(*wrong[:3], file=sys.stderr)
        raise SystemExit(f"The database has {found}, and was sent {wanted}")
