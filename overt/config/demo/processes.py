"""The web server, the worker and the system of the demo: started, watched, restarted, stopped.

Each runs in a process group of its own. Ctrl-C in a terminal goes to the whole foreground group,
so children in it would all stop at once and in any order; this way only the demo hears it, and
stops each child with all that the child started. A child that dies is started again, unless it
keeps dying.
"""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
# Ports tried after the one asked for.
_PORTS_TRIED = 20
# A child that dies this often within this many seconds is not started again.
_DEATHS_ALLOWED = 3
_DEATHS_WITHIN_S = 60.0
# How long a child may take to finish what it is doing, and to be gone once it is killed.
_GENTLE_S = 10.0
_AFTER_FORCE_S = 3.0
_LOOK_EVERY_S = 0.5
_LOG_LINES_SHOWN = 12


class ProcessError(Exception):
    """A child or a port that cannot be had. One message for a person."""


@dataclass
class Child:
    """One process to keep running. `log` gets all that it prints; it inherits the open files
    whose numbers are in `keep_open`. Where it `may_end` with exit code 0, it stays ended."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    keep_open: tuple[int, ...] = ()
    may_end: bool = False
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.argv,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                pass_fds=self.keep_open,
            )

    @property
    def exit_code(self) -> int | None:
        """None while it runs (or was never started)."""
        return None if self.process is None else self.process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Tell the child; it tells the processes that it started."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def sweep(self) -> None:
        """Kill whatever is left of the child's process group."""
        if self.process is not None:
            with suppress(ProcessLookupError):  # nothing was left
                os.killpg(self.process.pid, signal.SIGKILL)

    def wait(self, seconds: float) -> bool:
        """Whether the child ended within `seconds`."""
        if self.process is None:
            return True
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-_LOG_LINES_SHOWN:])


class StopRequested:
    """Set by `request`, and by SIGINT, SIGTERM or SIGHUP while `listening`. `times` counts them."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.times = 0

    def __bool__(self) -> bool:
        return self._event.is_set()

    def request(self) -> None:
        self.times += 1
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Whether a stop was requested, now or within `seconds`."""
        return self._event.wait(seconds)

    @contextmanager
    def listening(self) -> Iterator[None]:
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._hear) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, frame: object) -> None:
        self.request()


def free_port(wanted: int, *, exactly: bool) -> int:
    """`wanted`, or where it is taken the next free one, unless it has to be `exactly` that.

    Raises ProcessError when there is none.
    """
    for port in range(wanted, wanted + (1 if exactly else _PORTS_TRIED)):
        with socket.socket() as probe:
            # As the web server will: a port that only waits to be forgotten is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError):
                continue
            return port
    if exactly:
        raise ProcessError(
            f"port {wanted} cannot be used: stop what listens there, or give another --port"
        )
    raise ProcessError(
        f"ports {wanted} to {wanted + _PORTS_TRIED - 1} are all taken: give another --port"
    )


def wait_until(
    ready: Callable[[], bool], *, child: Child, seconds: float, stop: StopRequested
) -> None:
    """Return when `ready`, or when a stop was requested.

    Raises ProcessError when the child ends first, or when it takes longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if child.exit_code is not None:
            raise ProcessError(f"the {child.name} did not start:\n{child.last_words()}")
        if time.monotonic() > deadline:
            raise ProcessError(
                f"the {child.name} did not answer within {seconds:.0f} seconds; see {child.log}"
            )
        if stop.wait(_LOOK_EVERY_S / 2):
            return


def keep_running(
    children: Sequence[Child],
    *,
    stop: StopRequested,
    say: Callable[[str], None],
    each_look: Callable[[], None],
) -> None:
    """Watch the children until a stop is requested, and start again any that dies.

    `each_look` is called at every look. Raises ProcessError when a child keeps dying.
    """
    while not stop.wait(_LOOK_EVERY_S):
        for child in children:
            code = child.exit_code
            if code is None or (code == 0 and child.may_end):
                continue
            now = time.monotonic()
            child.sweep()
            child.deaths = [*(at for at in child.deaths if now - at < _DEATHS_WITHIN_S), now]
            if len(child.deaths) > _DEATHS_ALLOWED:
                raise ProcessError(
                    f"the {child.name} keeps ending; its last lines:\n{child.last_words()}"
                )
            say(f"The {child.name} ended ({_reason(code)}) and is started again. Log: {child.log}")
            child.start()
        each_look()


def stop_all(children: Sequence[Child], *, stop: StopRequested) -> None:
    """Stop every child and all that it started: gently, and after a while by force.

    A second request to stop, while this waits, goes straight to force. There is nothing in
    between: a worker cut short by force leaves its job as it is, for the next to pick up, where
    one that is pressed to hurry would report the job as failed.
    """
    asked = stop.times
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + _GENTLE_S
    while stop.times == asked and time.monotonic() < deadline:
        if all(child.wait(0.1) for child in children):
            break
    for child in children:
        child.sweep()
        child.wait(_AFTER_FORCE_S)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
