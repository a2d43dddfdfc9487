"""How long a system waits for its permit, while fifty are live, over HTTP, on PostgreSQL.

Each has its own session and asks every five seconds, twice as often as it is told to by default, at
a moment of its own. Counted is the time from the opening of a connection to the last byte of the
answer; every request has to be answered with a permit. PostgreSQL runs with fsync on, and each
permit is a row on disk before it is answered.
"""

import json
import random
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from overt_permit import keys
from overt_permit.signing import sign_request

from benchmarks.figures import Figure, processor_s
from overt.recognition import contract
from tests.faults.site import Site
from tests.services import postgresql

SYSTEMS, ASKED, EVERY_S, TARGET_MS = 50, 12, 5.0, 50
PATIENCE_S = 120


def run() -> dict[str, Any]:
    """Raises BinaryMissing."""
    with (
        tempfile.TemporaryDirectory(prefix="overt-permits-") as folder,
        postgresql.running(fsync=True) as database,
    ):
        site = Site(
            Path(folder),
            permit_seconds=60,
            clock_skew_seconds=5,
            web_workers=4,  # as docs/production has it for two cores
            OVERT_DATABASE_URL=database.url,
        )
        try:
            return _measure(site, database)
        finally:
            site.close()


def _measure(site: Site, database: postgresql.Cluster) -> dict[str, Any]:
    made = site.prepare(sessions=SYSTEMS, starts_in_s=0, lasts_s=3600, live_s_ago=0)
    site.start("web")
    site.wait_until_it_serves(patience_s=PATIENCE_S, workers=False)
    pids = {"web": site.processes["web"].pid, "PostgreSQL": database.pid}
    taken: list[float] = []
    wrong: list[str] = []
    rng = random.Random(1)
    _ask(site.origin, made, 1, rng, [], wrong)  # opens connections, reads the policy
    before = {name: processor_s(pid) for name, pid in pids.items()}
    _ask(site.origin, made, ASKED, rng, taken, wrong)
    spent = {name: processor_s(pid) - before[name] for name, pid in pids.items()}
    if wrong or len(taken) != SYSTEMS * ASKED:
        raise SystemExit(f"{len(taken)} permits were given; others: {wrong[:3]}")
    waits = sorted(seconds * 1000 for seconds in taken)
    p99 = waits[int(len(waits) * 0.99)]
    each = {name: value * 1000 / len(waits) for name, value in spent.items()}
    return {
        "figures": [
            Figure(
                f"99th percentile of the wait for a permit, {SYSTEMS} systems live",
                p99,
                "ms",
                f"of {len(waits)}, {SYSTEMS / EVERY_S:.0f} a second; median "
                f"{statistics.median(waits):.1f} ms, slowest {waits[-1]:.0f} ms; processor "
                + ", ".join(f"{name} {value:.1f} ms" for name, value in each.items()),
                target=TARGET_MS,
                lower_is_better=True,
            )
        ],
        "detail": {"waits_ms": waits, "processor_ms": each},
    }


def _ask(
    origin: str,
    made: list[dict[str, Any]],
    times: int,
    rng: random.Random,
    taken: list[float],
    wrong: list[str],
) -> None:
    begin = time.monotonic() + 0.5
    threads = []
    for one in made:
        first = begin + rng.uniform(0, EVERY_S)
        numbers = range(one["requests"] + 1, one["requests"] + 1 + times)
        one["requests"] += times
        threads.append(
            threading.Thread(target=_one, args=(origin, one, numbers, first, taken, wrong))
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _one(
    origin: str,
    one: dict[str, Any],
    numbers: range,
    first: float,
    taken: list[float],
    wrong: list[str],
) -> None:
    key = keys.read(Path(one["key"]))
    place = urlsplit(origin)
    path = f"/api/v1/sessions/{one['session']}/permit"
    for turn, number in enumerate(numbers):
        time.sleep(max(0.0, first + turn * EVERY_S - time.monotonic()))
        now = datetime.now(UTC)
        body = contract.canonical(
            contract.PermitRequest(
                manifest=one["manifest"],
                request=number,
                sent_at=now.replace(microsecond=now.microsecond // 1000 * 1000),
                threshold="0.64",
            )
        )
        signature = sign_request("POST", path, body, int(now.timestamp()), key)
        headers = {"Overt-Signature": signature, "Content-Type": "application/json"}
        begun = time.perf_counter()
        wire = HTTPConnection(str(place.hostname), place.port or 80, timeout=PATIENCE_S)
        wire.request("POST", path, body, headers)
        answer = wire.getresponse()
        said = answer.read()
        wire.close()
        if answer.status == 200:
            taken.append(time.perf_counter() - begun)
        else:
            wrong.append(f"{answer.status} {json.loads(said).get('reason')}")
