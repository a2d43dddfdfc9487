"""One Overt with all its processes: web, worker, beat, and systems that speak to it over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

from . import policies

SETTINGS = "tests.faults.settings"


class Site:
    """`processes`, by name, are started, killed and started again by the test."""

    def __init__(self, folder: Path, *, permit_seconds: int = 3, **environment: str) -> None:
        self.folder = folder
        policies.write(folder / "policies", permit_seconds=permit_seconds, clock_skew_seconds=1)
        self.port = _free_port()
        self.environment = os.environ | {
            "OVERT_MODE": "embedded",
            "OVERT_DATA_DIR": str(folder / "data"),
            "OVERT_DATABASE_URL": f"sqlite:///{folder}/data/overt.sqlite3",
            "OVERT_TEST_POLICIES": str(folder / "policies"),
            "OVERT_SESSION_LEASE_SECONDS": "3",
            "OVERT_SESSION_LOOK_SECONDS": "1",
            "OVERT_SESSION_SLICE_SECONDS": "5",
            "OVERT_PERMIT_POLL_SECONDS": "1",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "data").mkdir(parents=True, exist_ok=True)
        self.run("manage.py", "migrate", "--verbosity", "0")

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, given: str = "") -> str:
        """The output of one Python program that ends by itself."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{arguments} failed: {done.stderr[-2000:]}")
        return done.stdout

    def prepare(self, *, sessions: int, starts_in_s: int, lasts_s: int) -> list[dict[str, Any]]:
        asked = {"sessions": sessions, "starts_in_s": starts_in_s, "lasts_s": lasts_s}
        said = self.run("-m", "tests.faults.prepare", given=json.dumps(asked))
        found: list[dict[str, Any]] = json.loads(said)["sessions"]
        return found

    def report(self) -> list[dict[str, Any]]:
        """Of every session, what the database has (`tests.faults.report`)."""
        found: list[dict[str, Any]] = json.loads(self.run("-m", "tests.faults.report"))
        return found

    def wait_for_state(self, *wanted: str, patience_s: float) -> dict[str, Any]:
        """The report of the one session once it is in one of these states."""
        until = time.monotonic() + patience_s
        found: list[dict[str, Any]] = []
        while time.monotonic() < until:
            found = self.report()
            if found and found[0]["state"] in wanted:
                return found[0]
        raise AssertionError(f"{found} is not {wanted}")

    def told(self, name: str) -> dict[str, Any]:
        """What the simulated system `name` knows of itself, after its newest batch."""
        newest = max((self.folder / name / "outbox").glob("*.batch"))
        state: dict[str, Any] = json.loads(newest.read_bytes())["state"]
        return state

    def start(self, *names: str) -> None:
        for name in names:
            self._spawn(name, _COMMANDS[name](self))

    def start_system(self, name: str, made: dict[str, Any], *options: str) -> None:
        """The simulated system of one prepared session, under `name`."""
        command = [
            *("manage.py", "simulated_system", "--server", self.origin),
            *("--key", made["key"], "--system", str(made["system"])),
            *("--state", str(self.folder / name), "--tick", "0.2", "--batch", "1"),
            *("--max-life", "60", "--skew", "1", "--issuer", "localhost/overt"),
            *("--watchlist", "Wanted on warrant=7000"),
            *("--watchlist", "Subject to court conditions=300"),
            *options,
        ]
        self._spawn(name, command)

    def kill(self, name: str) -> None:
        """`kill -9` of the process and all that it started."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def _spawn(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _web(site: Site) -> list[str]:
    return [
        *("-m", "gunicorn", "overt.config.wsgi", f"--bind=127.0.0.1:{site.port}"),
        *("--threads=8", "--log-level=warning"),
    ]


def _worker(site: Site) -> list[str]:
    return [
        *("-m", "celery", "-A", "overt.config", "worker", "-Q", "recognition,default"),
        *("--concurrency", "4", "--loglevel", "WARNING"),
    ]


def _beat(site: Site) -> list[str]:
    return [
        *("-m", "celery", "-A", "overt.config", "beat", "--loglevel", "WARNING"),
        *("--schedule", str(site.folder / "beat"), "--pidfile", ""),
    ]


_COMMANDS = {"web": _web, "worker": _worker, "beat": _beat}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def site(folder: Path, **environment: Any) -> Iterator[Site]:
    """A site that is gone afterwards."""
    made = Site(folder, **environment)
    try:
        yield made
    finally:
        made.close()
