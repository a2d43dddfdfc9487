"""`manage.py demo` as a person runs it: a process of its own, in a data folder of its own."""

import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx

Found = TypeVar("Found")

ROOT = Path(__file__).resolve().parents[2]
# Far more than is needed: a busy machine must not fail a test.
PATIENCE_S = 180


def environment(data_dir: Path) -> dict[str, str]:
    """The embedded default, whatever the environment of the tests says."""
    inherited = {name: value for name, value in os.environ.items() if name[:6] != "OVERT_"}
    return inherited | {
        "OVERT_DATA_DIR": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
    }


def run(data_dir: Path, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
    """The demo run to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *map(str, arguments)],
        cwd=ROOT,
        env=environment(data_dir) | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def wait_for(look: Callable[[], Found | None], what: str) -> Found:
    """What `look` returns as soon as it is not None. Looks again and again, up to PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"still no {what}"
        pause.wait(0.05)
    return found


class Demo:
    """A demo that serves. `said` is what it has printed."""

    def __init__(self, data_dir: Path, *arguments: object) -> None:
        self.data_dir = data_dir
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", *map(str, arguments)],
            cwd=ROOT,
            env=environment(data_dir),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())

    @property
    def output(self) -> str:
        return "\n".join(self.said)

    def address(self) -> str:
        """Where it serves, once it says so."""

        def look() -> str | None:
            assert self.process.poll() is None, self.output
            found = re.search(r"http://127\.0\.0\.1:\d+/", self.output)
            # The box is complete when it tells how to stop.
            return found.group() if found and "Ctrl-C stops everything." in self.output else None

        return wait_for(look, "address")

    def passwords(self) -> dict[str, str]:
        rows = (self.data_dir / "demo-logins.txt").read_text().splitlines()
        return {row.split("\t")[0]: row.split("\t")[1] for row in rows}

    def child(self, name: str) -> int:
        """The process number of the web server, the worker or the simulated system."""
        noted = (self.data_dir / "demo.lock").read_text()
        found = re.search(rf"{name}: process (\d+)", noted)
        assert found, noted
        return int(found.group(1))

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code

    def end(self) -> None:
        """Whatever state it is in, leave nothing of it behind."""
        if self.process.poll() is None:
            self.stop()
        assert self.process.stdout is not None
        self.process.stdout.close()


def members(group: int) -> list[int]:
    """The numbers of the living processes of a process group."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(number) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def is_gone(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(PATIENCE_S * 1000))


@contextmanager
def sign_in(address: str, username: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        page = client.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token.group(1)}
        answer = client.post("/accounts/login/", data=form, headers={"Referer": address})
        assert answer.status_code == 200
        assert "sessionid" in client.cookies, "not signed in"
        yield client


def analyses(data_dir: Path) -> dict[int, tuple[str, int]]:
    """State and attempt of every analysis, by number."""
    with closing(sqlite3.connect(data_dir / "overt.sqlite3", timeout=60)) as database:
        rows = database.execute("SELECT id, state, attempt FROM hotspots_analysis").fetchall()
    return {pk: (state, attempt) for pk, state, attempt in rows}


def sessions(data_dir: Path) -> list[str]:
    """The state of every recognition session."""
    with closing(sqlite3.connect(data_dir / "overt.sqlite3", timeout=60)) as database:
        return [state for (state,) in database.execute("SELECT state FROM recognition_session")]


def let_heartbeats_lapse(data_dir: Path) -> None:
    """As if running analyses had not been heard of for a long time."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(data_dir / "overt.sqlite3", timeout=60)) as database, database:
        database.execute(
            "UPDATE hotspots_analysis SET heartbeat_at = ? WHERE state = 'running'", [long_ago]
        )
