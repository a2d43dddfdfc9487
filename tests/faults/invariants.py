"""What holds of every session whatever was killed: looked for in what was left behind.

Rules
1. A system ran only under a permit that the database has, within its time; none was given once
   the ledger has it stopping, or over.
2. Nothing was started twice: one session of a deployment, one first permit, numbers of permits and
   of leases without a gap or a double, one worker at a time, one start of the deployment.
3. No count and no outcome is lost or doubled: the database has what the system has.
4. Every session ends: stopped with an account in which nothing disagrees; or not started, and never
   permitted; or, where the system was told to keep silent, as an unconfirmed stop.

Plain values in, sentences out: `found` is one session of `tests.faults.report`, `system` what its
simulated system left (`left_by`). Pure.
"""

import json
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from overt.recognition.simulated.figures import Draw

SILENT = "silent-stop"
_AT_MOST_ONCE = tuple(
    f"session.{name}"
    for name in ("opened", "stopping", "unconfirmed", "stopped", "not_started", "aborted")
)

_ENDING = frozenset(_AT_MOST_ONCE) - {"session.opened"}


@dataclass(frozen=True)
class Left:
    """`uses`: sequence of a permit to the first and last moment at which it ran under it. `alerts`:
    name to what became of each. `faults`: what it was told to do wrong."""

    uses: dict[int, tuple[float, float]]
    faces: int
    batches: int
    alerts: dict[str, list[Any]]
    faults: tuple[str, ...]
    error: str
    is_done: bool


def left_by(folder: Path, faults: tuple[str, ...], draw: Draw) -> Left:
    """From the state folder of a simulated system that has ended."""
    said = json.loads((folder / "uses.json").read_text())
    newest = max((folder / "outbox").glob("*.batch"), default=None)
    known = json.loads(newest.read_bytes())["state"] if newest else {}
    alerts = {}
    for name in known.get("alerts", {}):
        fate = draw.fate(int(name))
        alerts[name] = [fate.decision, fate.engaged, fate.outcome, fate.ethnicity or ""]
    return Left(
        uses={int(number): (first, last) for number, (first, last) in said["uses"].items()},
        faces=known.get("faces", 0),
        batches=known.get("batch", 0),
        alerts=alerts,
        faults=faults,
        error=said["error"],
        is_done=said["done"],
    )


def broken(found: dict[str, Any], system: Left) -> list[str]:
    """One sentence for everything that does not hold."""
    wrong = [
        *_permits(found, system),
        *_once(found),
        *_figures(found, system),
        *_end(found, system),
    ]
    if system.error:
        wrong.append(f"the system failed: {system.error}")
    return [f"{found['deployment']}: {sentence}" for sentence in wrong]


def _permits(found: dict[str, Any], system: Left) -> list[str]:
    given = {number: (at, ends) for number, at, ends in found["given"]}
    wrong = []
    for number, (first, last) in sorted(system.uses.items()):
        if number not in given:
            wrong.append(f"it ran under permit {number}, which was never given")
            continue
        at, ends = given[number]
        # Both clocks are that of this machine; a permit begins at a whole second.
        if first < int(at) or last >= ends:
            wrong.append(
                f"it ran from {first:.2f} to {last:.2f} under a permit {at:.2f}-{ends:.2f}"
            )
    moments = {at for at, _ in given.values()}
    wrong += [
        f"the ledger has it live at {at:.2f}, and no permit was given then"
        for verb, at in found["moves"]
        if verb == "session.live" and at not in moments
    ]
    ended = min((at for verb, at in found["moves"] if verb in _ENDING), default=float("inf"))
    wrong += [
        f"permit {number} was given at {at:.2f}, after it was to end at {ended:.2f}"
        for number, (at, _) in sorted(given.items())
        if at > ended
    ]
    return wrong


def _once(found: dict[str, Any]) -> list[str]:
    wrong = []
    numbers = [number for number, _, _ in found["given"]]
    if numbers != list(range(1, found["permits"] + 1)):
        wrong.append(f"its permits are numbered {numbers}, and it counts {found['permits']}")
    verbs = Counter(verb for verb, _ in found["moves"])
    wrong += [
        f"{verb} is in the ledger {verbs[verb]} times" for verb in _AT_MOST_ONCE if verbs[verb] > 1
    ]
    if not verbs["session.opened"]:
        wrong.append("the ledger does not have its opening")
    started = found["deployment_verbs"].count("deployment.started")
    if started != bool(found["permits"]):
        wrong.append(f"its deployment was started {started} times")
    runs = found["runs"]
    if [run["fence"] for run in runs] != list(range(1, len(runs) + 1)):
        wrong.append(f"its leases are numbered {[run['fence'] for run in runs]}")
    for run, after in pairwise(runs):
        if run["heartbeat_at"] > after["started_at"]:
            wrong.append(f"lease {run['fence']} was still worked under after the next was taken")
    return wrong


def _figures(found: dict[str, Any], system: Left) -> list[str]:
    wrong = []
    if found["faces"] != system.faces:
        wrong.append(f"it has {found['faces']} faces, the system {system.faces}")
    if found["batches"] != list(range(1, system.batches + 1)):
        wrong.append(f"it has the batches {found['batches']}, the system {system.batches}")
    if found["alerts"] != len(system.alerts):
        wrong.append(f"it has {found['alerts']} alerts, the system {len(system.alerts)}")
    last = {name: said[-1] for name, said in found["outcomes"].items()}
    if last != system.alerts:
        differing = sorted(set(last) ^ set(system.alerts)) or [
            name for name in last if last[name] != system.alerts[name]
        ]
        wrong.append(f"what became of alerts differs: {differing[:5]}")
    for name, said in found["outcomes"].items():
        if any(one == after for one, after in pairwise(said)):
            wrong.append(f"the same was noted twice of alert {name}")
    return wrong


def _end(found: dict[str, Any], system: Left) -> list[str]:
    state, silent = found["state"], SILENT in system.faults
    wrong = []
    if state == "not_started":
        if found["permits"] or system.uses:
            wrong.append("it is not started, and was permitted")
    elif state == "unconfirmed":
        if not silent:
            wrong.append("its stop is unconfirmed, though the system says that it stopped")
    elif state != "stopped" or silent:
        wrong.append(f"it is left {state}")
    if state == "stopped" and found["deployment_state"] != "ended":
        wrong.append(f"its deployment is left {found['deployment_state']}")
    if found["discrepancies"]:
        wrong.append(f"its account disagrees: {found['discrepancies']}")
    if not silent and state != "not_started" and not system.is_done:
        wrong.append("its system is not done")
    return wrong
