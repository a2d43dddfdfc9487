"""Server time of every list and page of deployments, sessions and the register, at size, on SQLite.

A process of its own makes one deployment in each state by the services, one of them with a session
and its record, then 5,000 copies of them over eighteen months past the triggers (which are put
back), and 200 accounts; then asks for each page through the whole stack of middleware and
templates, several times, and keeps the median.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
DEPLOYMENTS, USERS, ASKED, TARGET_MS = 5_000, 200, 7, 150
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def run(*, deployments: int = DEPLOYMENTS, users: int = USERS) -> dict[str, Any]:
    """A figure for the slowest page, and the time of each in the detail."""
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as scratch:
        finished = subprocess.run(
            [sys.executable, "-m", "benchmarks.deployment_pages", str(deployments), str(users)],
            cwd=ROOT,
            env=os.environ
            | {
                "OVERT_MODE": "embedded",
                "OVERT_DATA_DIR": scratch,
                "OVERT_DATABASE_URL": f"sqlite:///{Path(scratch, 'overt.sqlite3')}",
                "DJANGO_SETTINGS_MODULE": "overt.config.settings",
            },
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    found: dict[str, float] = json.loads(finished.stdout)
    slowest = max(found, key=lambda page: found[page])
    return {
        "figures": [
            Figure(
                f"slowest of {len(found)} pages with {deployments:,} deployments, {users} accounts",
                found[slowest],
                "ms",
                f"{slowest}; median of {ASKED}; the median page "
                f"{statistics.median(found.values()):.0f} ms",
                target=TARGET_MS,
                lower_is_better=True,
            )
        ],
        "detail": found,
    }


def _measure(deployments: int, users: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.filling import fill
    from overt.deployments import states
    from tests.accounts.signing_in import sign_in
    from tests.deployments import making
    from tests.recognition.publishing import published

    call_command("migrate", verbosity=0)
    cast = making.people()
    for number in range(users):
        making.account(f"user{number}", "planner")
    made = {
        state: making.deployment_in(state, cast, start=making.START + timedelta(days=7 * week))
        for week, state in enumerate(states.LABELS)
        if state != states.ACCOUNTED
    }
    told = published(cast, start=making.START + timedelta(days=7 * len(made)))
    made[states.ACCOUNTED] = told.deployment
    fill(
        list(made.values()),
        until=deployments,
        first=timedelta(days=-365),
        every=timedelta(hours=3),
    )
    asked = []
    for user, addresses in _pages(cast, made, told.session_id).items():
        client = Client(SERVER_NAME="localhost")
        if user is not None:
            sign_in(client, user)
        who = user.username if user is not None else "the public"
        asked += [(client, address, f"{address} as {who}") for address in addresses]
    times: dict[str, list[float]] = {name: [] for _, _, name in asked}
    # In rounds, so that a moment in which the machine does other things is one time of many pages.
    for _ in range(ASKED):
        for client, address, name in asked:
            begun = time.perf_counter()
            response = client.get(address)
            times[name].append((time.perf_counter() - begun) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{address} answers {response.status_code}")
    return {name: statistics.median(taken) for name, taken in times.items()}


def _pages(cast: Any, made: dict[str, Any], session: Any) -> dict[Any, list[str]]:
    from overt.deployments.application.tasks import TASKS

    ready, draft, submitted = (f"/deployments/{made[s].reference}/" for s in _SHOWN)
    here = f"/sessions/{session}/"
    accounted = f"/register/{made['accounted'].reference}/"
    records = "/register/records/"
    return {
        cast.planner: [
            "/deployments/",
            "/deployments/?state=ready",
            "/deployments/?page=90",
            "/deployments/?text=market",
            "/deployments/?text=LFR-2020-04321",
            "/deployments/?text=written+nowhere",
            "/deployments/calendar/?year=2026&month=12",
            "/deployments/calendar/?year=2026&week=50",
            "/deployments/equipment/",
            ready,
            f"{ready}signs/",
            f"{ready}notice/",
            f"{ready}versions/1/",
            f"{draft}tasks/",
            f"{draft}check/",
            *(f"{draft}tasks/{task.slug}/" for task in TASKS),
            f"{here}account/",
        ],
        cast.operator: [
            "/sessions/",
            "/sessions/?page=9",
            "/sessions/jobs/",
            here,
            f"{here}now/",
            f"{here}permits/",
            f"{here}alerts/",
        ],
        cast.legal: ["/deployments/to-decide/", f"{submitted}review/"],
        cast.officer: ["/deployments/to-decide/", f"{ready}withdraw/"],
        cast.auditor: ["/ledger/", "/ledger/checkpoints/"],
        None: [
            "/register/",
            "/register/?page=60",
            "/register/?when=past&words=market&year=2026",
            "/register/feed.atom",
            "/register/notices.json?page=20",
            f"/register/{made['ready'].reference}/",
            accounted,
            f"{accounted}record.json",
            f"{accounted}record.csv",
            records,
            f"{records}2026/",
            f"{records}2026/?page=9",
            f"{records}2026/totals/",
            f"{records}2026/totals.json",
        ],
    }


_SHOWN = ("ready", "draft", "submitted")


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]), int(sys.argv[2]))))
