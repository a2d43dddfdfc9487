"""A PostgreSQL cluster of its own: a new folder, a Unix socket in it, no password."""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import BinaryMissing

# For processes that were killed to be gone; nothing is measured by it.
PATIENCE_S = 30


class Cluster:
    """Made in `folder`, with the empty database `overt`; not running yet.

    `fsync` off is for tests that only kill processes, which lose nothing that the kernel has.
    `listen` is an address at which it is reached over TCP besides, from the network `trusted`.

    PostgreSQL refuses to run as root, so that root runs it as `postgres`. Raises BinaryMissing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fsync: bool = False,
        connections: int = 50,
        listen: str = "",
        trusted: str = "",
    ) -> None:
        self._programs = _programs()
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._folder, self._data = folder, folder / "data"
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        data = str(self._data)
        self._run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        if trusted:
            with (self._data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {trusted} trust\n")
        self.port = _free_port(listen) if listen else 5432
        self._listen = listen
        self._server = [
            *("-D", data, "-k", str(folder), "-p", str(self.port)),
            *("-c", f"listen_addresses={listen}", "-c", f"max_connections={connections}"),
            *("-c", f"fsync={'on' if fsync else 'off'}"),
        ]
        self.start()
        self._run("createdb", *self._place, "-U", "postgres", "overt")

    @property
    def url(self) -> str:
        """By the socket, as OVERT_DATABASE_URL."""
        place = quote(str(self._folder), safe="")
        return f"postgresql://postgres@{place}:{self.port}/overt"

    @property
    def tcp_url(self) -> str:
        """By TCP, where it listens."""
        return f"postgresql://postgres@{self._listen}:{self.port}/overt"

    @property
    def pid(self) -> int:
        """Of its first process."""
        return self._process.pid

    def start(self) -> None:
        """Also after a kill: it recovers first."""
        with (self._folder / "log").open("ab") as log:
            # Its own child, so that one that was killed is gone, and is not taken for running.
            self._process = subprocess.Popen(
                [self._programs / "postgres", *self._server], stdout=log, stderr=log, **self._as
            )
        until = time.monotonic() + PATIENCE_S
        while self._run("pg_isready", "--quiet", *self._place, check=False):
            if self._process.poll() is not None or time.monotonic() > until:
                said = (self._folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL does not start: {said[-1000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, without a checkpoint."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def kill(self) -> None:
        """`kill -9` of the postmaster. Its children see that and end; returns when they have."""
        children = _children(self._process.pid)
        self._process.kill()
        self._process.wait()
        until = time.monotonic() + PATIENCE_S
        while any(map(_is_running, children)):
            if time.monotonic() > until:
                raise RuntimeError("PostgreSQL is killed, and its processes go on")
            time.sleep(0.02)

    def kill_backend(self, rng: random.Random) -> bool:
        """`kill -9` of one of the processes that serve a connection: PostgreSQL then throws all
        connections out and recovers. Whether there was one."""
        serving = [pid for pid in _children(self._process.pid) if _serves(pid)]
        if not serving:
            return False
        with suppress(ProcessLookupError):
            os.kill(rng.choice(sorted(serving)), signal.SIGKILL)
        return True

    @property
    def _place(self) -> tuple[str, ...]:
        return ("-h", str(self._folder), "-p", str(self.port))

    @property
    def _as(self) -> dict[str, Any]:
        account = self._account
        return {
            "cwd": self._folder,
            "user": account.pw_uid if account else None,
            "group": account.pw_gid if account else None,
            "extra_groups": [] if account else None,
        }

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        done = subprocess.run(
            [self._programs / program, *arguments],
            check=check,
            stdout=subprocess.DEVNULL,
            **self._as,
        )
        return done.returncode


@contextmanager
def running(**how: Any) -> Iterator[Cluster]:
    """A cluster that is gone afterwards; `how` goes to it. Raises BinaryMissing."""
    with tempfile.TemporaryDirectory(prefix="overt-postgresql-") as name:
        made = Cluster(Path(name), **how)
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster; yields the URL of its empty database `overt`, as OVERT_DATABASE_URL.

    Raises BinaryMissing.
    """
    with running() as made:
        yield made.url


def _programs() -> Path:
    """The folder of initdb and pg_ctl: on the PATH, or where Debian keeps its versions."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if not versions:
        raise BinaryMissing("initdb of PostgreSQL is not installed (`make setup-dev`).")
    return versions[-1].parent


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
    return port


def _children(parent: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def _serves(pid: int) -> bool:
    """Whether it serves a connection over the socket, as its title says."""
    with suppress(OSError):
        return b"[local]" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _is_running(pid: int) -> bool:
    """One that has ended and that nobody has asked about is not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
