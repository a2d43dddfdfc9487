"""What a benchmark says, and how times are taken.

Times differ between machines and between minutes; a ratio of two times of one run says more. So
rival jobs take turns within one run, and each counts with the median of its turns. Where a time
itself is the figure, the job has one thread and its processor time counts: on an idle machine that
is the time by the clock, and on a busy one it is still the job's own.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the table. `target` is the level to hold, None where there is none."""

    what: str
    value: float
    unit: str
    note: str = ""
    target: float | None = None
    lower_is_better: bool = False

    @property
    def holds(self) -> bool | None:
        if self.target is None:
            return None
        if self.lower_is_better:
            return self.value <= self.target
        return self.value >= self.target


@dataclass(frozen=True)
class Times:
    """Median seconds of each job: by the clock, and of processor time over all threads."""

    clock: dict[str, float]
    processor: dict[str, float]
    repetitions: int

    def __getitem__(self, job: str) -> float:
        return self.clock[job]

    def note(self, job: str) -> str:
        """Milliseconds by the clock, and of the processor."""
        return f"{self.clock[job] * 1000:,.0f} ms (processor {self.processor[job] * 1000:,.0f} ms)"


def medians(jobs: Mapping[str, Callable[[], object]], *, repetitions: int) -> Times:
    """One untimed turn of each job, then `repetitions` timed ones in turns."""
    for job in jobs.values():
        job()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
    for _ in range(repetitions):
        for name, job in jobs.items():
            clock, processor = time.perf_counter(), time.process_time()
            job()
            taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
    middle = {
        name: tuple(statistics.median(times) for times in zip(*pairs, strict=True))
        for name, pairs in taken.items()
    }
    return Times(
        {name: clock for name, (clock, _) in middle.items()},
        {name: processor for name, (_, processor) in middle.items()},
        repetitions,
    )


def yardstick_ms() -> float:
    """Milliseconds that a fixed loop takes: how fast the machine is in these minutes.

    Beside figures that are times, it tells a slow machine from slow code.
    """
    taken = []
    for _ in range(3):
        begun, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number * number
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def peak_memory_bytes() -> int:
    """The most memory this process has held.

    Not ru_maxrss: what the parent held when it started this process counts there.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status does not say VmHWM: measure memory on Linux")


def processor_s(pid: int) -> float:
    """Processor time of a process, of those that it started, and of theirs."""
    ticks, todo = 0, [pid]
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            about = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        children.setdefault(int(about[1]), []).append(int(stat.parent.name))
        # utime, stime, and both of children that have ended.
        spent[int(stat.parent.name)] = sum(map(int, about[11:15]))
    while todo:
        one = todo.pop()
        ticks += spent.get(one, 0)
        todo += children.get(one, [])
    return ticks / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "cores_usable": len(os.sched_getaffinity(0)),
        "load_average": os.getloadavg()[0],
        "architecture": platform.machine(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "shapely", "polars", "pyproj")},
        **{name: version(name) for name in ("pandas", "geopandas")},
    }
