"""One Overt with all its processes: web, worker, beat, and systems that speak to it over HTTP."""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg

from tests.conftest import ROOT

from . import policies

SETTINGS = "tests.faults.settings"


class Site:
    """`processes`, by name, are started, killed and started again by the test. `slots`: how many
    sessions one worker looks after at a time, with one more for looking around."""

    def __init__(
        self,
        folder: Path,
        *,
        permit_seconds: int = 3,
        clock_skew_seconds: int = 1,
        slots: int = 4,
        web_workers: int = 1,
        **environment: str,
    ) -> None:
        self.folder, self.slots, self.web_workers = folder, slots, web_workers
        self.clock_skew_seconds = clock_skew_seconds
        policies.write(
            folder / "policies",
            permit_seconds=permit_seconds,
            clock_skew_seconds=clock_skew_seconds,
        )
        self.port = _free_port()
        self.environment = os.environ | {
            "OVERT_MODE": "embedded",
            "OVERT_DATA_DIR": str(folder / "data"),
            "OVERT_BROKER_URL": "folder://",
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
        # What stands before the command of a process, by its name: where it runs.
        self.places: dict[str, list[str]] = {}
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

    def begin(
        self, *arguments: str, given: str, place: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        """A Python program that goes on by itself, with `given` on its standard input; `place` as
        in `places`."""
        process = subprocess.Popen(
            [*place, sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
        process.stdin = None
        return process

    def prepare(
        self, *, sessions: int, starts_in_s: int, lasts_s: int, live_s_ago: int | None = None
    ) -> list[dict[str, Any]]:
        """What the database then has is told by `tests.faults.prepare`."""
        asked = {
            "sessions": sessions,
            "starts_in_s": starts_in_s,
            "lasts_s": lasts_s,
            "live_s_ago": live_s_ago,
        }
        said = self.run("-m", "tests.faults.prepare", given=json.dumps(asked))
        found: list[dict[str, Any]] = json.loads(said)["sessions"]
        return found

    def report(self) -> list[dict[str, Any]]:
        """Of every session, what the database has (`tests.faults.report`)."""
        found: list[dict[str, Any]] = json.loads(self.run("-m", "tests.faults.report"))
        return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one query, without the weight of another process."""
        url = self.environment["OVERT_DATABASE_URL"]
        if url.startswith("sqlite:///"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as database:
                return list(database.execute(sql))
        with psycopg.connect(url, connect_timeout=5) as session:
            return session.execute(sql).fetchall()  # type: ignore[arg-type]

    def states(self) -> list[str]:
        """Of all sessions; none where the database does not answer."""
        with suppress(psycopg.Error, sqlite3.Error):
            return [state for (state,) in self.ask("SELECT state FROM recognition_session")]
        return []

    def wait_until(self, what: str, holds: Callable[[], bool], *, patience_s: float) -> None:
        """Look until it holds. Raises AssertionError."""
        until = time.monotonic() + patience_s
        while not holds():
            if time.monotonic() > until:
                logs = "\n".join(f"{name}: {self.log(name)[-1500:]}" for name in self.processes)
                raise AssertionError(f"{what}: not within {patience_s} s\n{logs}")
            time.sleep(0.1)

    def wait_until_it_serves(self, *, patience_s: float, workers: bool = True) -> None:
        """The web server answers, and a worker has taken a message from beat."""
        self.wait_until("web", self._answers, patience_s=patience_s)
        if not workers:
            return
        seen = "SELECT 1 FROM recognition_workerseen"
        self.wait_until("a worker", lambda: bool(self.ask(seen)), patience_s=patience_s)

    def _answers(self) -> bool:
        with suppress(OSError), urlopen(f"{self.origin}/health/live", timeout=5):
            return True
        return False

    def told(self, name: str) -> dict[str, Any]:
        """What the simulated system `name` knows of itself, after its newest batch."""
        newest = max((self.folder / name / "outbox").glob("*.batch"))
        state: dict[str, Any] = json.loads(newest.read_bytes())["state"]
        return state

    def has_told(self, name: str) -> bool:
        """Whether the system `name` of a fleet has ended, with all told."""
        return (self.folder / name / "uses.json").exists()

    def start(self, *names: str) -> None:
        """web, worker or beat; of one kind there may be several, as worker-2."""
        for name in names:
            self._spawn(name, _COMMANDS[name.partition("-")[0]](self, name))

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

    def start_fleet(
        self,
        name: str,
        made: Sequence[dict[str, Any]],
        faults: Mapping[int, Sequence[str]],
        *,
        without: Sequence[int] = (),
        batch_s: float = 2.0,
        tick_s: float = 0.25,
    ) -> dict[str, Any]:
        """The simulated systems of these prepared sessions in one process (`tests.faults.fleet`);
        `faults`, and those it is `without`, by the position in `made`. What the process was asked.
        """
        asked = {
            "server": self.origin,
            "skew": self.clock_skew_seconds,
            "tick": tick_s,
            "batch": batch_s,
            "busy": 20.0,
            "alerting": 50.0,
            "systems": [
                {
                    "name": f"{name}-{number}",
                    "system": one["system"],
                    "key": one["key"],
                    "state": str(self.folder / f"{name}-{number}"),
                    "faults": list(faults.get(number, ())),
                    "built_at": one.get("built_at"),
                    "deployment": one["deployment"],
                }
                for number, one in enumerate(made)
                if number not in without
            ],
        }
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(asked))
        self._spawn(name, ["-m", "tests.faults.fleet", str(path)])
        return asked

    def end(self, name: str, *, patience_s: float) -> None:
        """SIGTERM, and wait."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(patience_s)

    def kill(self, name: str) -> None:
        """`kill -9` of the process and all that it started."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def children(self, name: str) -> tuple[int, ...]:
        """The processes that the process `name` started."""
        parent = str(self.processes[name].pid)
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", parent], capture_output=True, text=True, check=False
        )
        return tuple(int(pid) for pid in found.stdout.split())

    def kill_one_child(self, name: str, rng: random.Random) -> tuple[int, ...]:
        """`kill -9` of one of them, which `name` replaces by itself; which it was."""
        children = self.children(name)
        if not children:
            return ()
        chosen = rng.choice(children)
        with suppress(ProcessLookupError):
            os.kill(chosen, signal.SIGKILL)
        return (chosen,)

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def _spawn(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*self.places.get(name, ()), sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _web(site: Site, name: str) -> list[str]:
    return [
        *("-m", "gunicorn", "overt.config.wsgi", f"--bind=127.0.0.1:{site.port}"),
        *("--threads=8", "--log-level=warning", f"--workers={site.web_workers}"),
    ]


def _worker(site: Site, name: str) -> list[str]:
    return [
        *("-m", "celery", "-A", "overt.config", "worker", "-Q", "recognition,default"),
        *("--concurrency", str(site.slots), "--loglevel", "WARNING", "-n", f"{name}@%h"),
    ]


def _beat(site: Site, name: str) -> list[str]:
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
