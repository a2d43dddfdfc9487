"""`python -m tests.faults.fleet FILE`: several simulated systems in one process, over real HTTP.

One thread each. FILE is JSON: {server, skew, tick, batch, busy, alerting, systems: [{name, system,
key, state, faults, built_at}]}; `built_at` is when its watchlist was, where that is said already.
Faults change as those of `manage.py simulated_system` do, by a file. Each ends when its session is
over and told, or at SIGTERM; then it writes `uses.json` into its `state` folder: {done, error,
uses: {sequence of a permit: [first, last moment at which it ran under it, seconds since 1970]}}.
"""

import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from overt_permit import keys

from overt.recognition.simulated.faults import Faults, read
from overt.recognition.simulated.figures import Draw
from overt.recognition.simulated.system import Setup, System
from overt.recognition.simulated.wire import Wire

# As `tests.deployments.making` authorises it.
WATCHLIST = {"Wanted on warrant": 7000, "Subject to court conditions": 300}


def draw(system: int, asked: dict[str, Any]) -> Draw:
    """What the system with this number draws from."""
    return Draw(system, asked["busy"], asked["alerting"])


def look_after(one: dict[str, Any], asked: dict[str, Any], stop: threading.Event) -> None:
    folder = Path(one["state"])
    system = System(
        Setup(
            audience=f"system:{one['system']}",
            issuer="localhost/overt",
            max_life_s=60,
            skew_s=asked["skew"],
            threshold="0.64",
            watchlist=WATCHLIST,
            under_18=0,
            draw=draw(one["system"], asked),
            batch_s=asked["batch"],
        ),
        Wire(asked["server"], keys.read(Path(one["key"]))),
        folder,
        wall=time.time,
        monotonic=lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        say=lambda line: print(f"{time.time():.2f} {one['name']} {line}", flush=True),
    )
    system.faults = Faults(one["faults"])
    if one["built_at"] is not None:
        (folder / "list-built-at").write_text(str(int(one["built_at"])))
    uses: dict[int, list[float]] = {}
    error = ""
    try:
        while not system.is_done and not stop.is_set():
            system.faults = read(folder / "faults") or system.faults
            system.tick()
            if system.last_use is not None:
                sequence, at = system.last_use
                uses.setdefault(sequence, [at, at])[1] = at
            stop.wait(asked["tick"])
    except Exception as problem:
        error = repr(problem)
        raise
    finally:
        said = {"done": system.is_done, "error": error, "uses": uses}
        (folder / "uses.json").write_text(json.dumps(said))


def main(path: Path) -> None:
    asked = json.loads(path.read_text())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [
        threading.Thread(target=look_after, args=(one, asked, stop)) for one in asked["systems"]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():  # a signal is handled between two of these
            thread.join(0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
