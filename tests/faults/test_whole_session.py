"""Sessions from their opening until they are told, with every process on its own and no server
besides: SQLite, and a folder for a broker. One site, whose sessions are looked at in turn."""

from dataclasses import dataclass
from typing import Any

import pytest

from . import fleet, invariants
from .site import Site, site

# Longer than any of it takes on a busy machine; nothing is measured by it.
PATIENCE_S = 240
# By position; the first system is the command's, with no fault.
FAULTS = {1: ("reorder",), 2: (invariants.SILENT,), 3: ("swap-manifest",)}
ENDS = ("stopped", "stopped", "unconfirmed", "not_started")
MOVES = ("opened", "checking", "manifest", "armed", "live", "stopping", "stopped")


@dataclass(frozen=True)
class Ran:
    """`found` by the position of the session."""

    site: Site
    found: tuple[dict[str, Any], ...]
    asked: dict[str, Any]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory):
    with site(tmp_path_factory.mktemp("whole"), slots=5) as running:
        running.start("web", "worker", "beat")
        running.wait_until_it_serves(patience_s=PATIENCE_S)
        made = running.prepare(sessions=len(ENDS), starts_in_s=5, lasts_s=15)
        running.start_system("van", made[0], "--busy", "20", "--alerting", "50")
        asked = running.start_fleet("fleet", made, FAULTS, without=[0])
        running.wait_until(
            "all sessions", lambda: sorted(running.states()) == sorted(ENDS), patience_s=PATIENCE_S
        )
        assert running.processes.pop("van").wait(PATIENCE_S) == 0, running.log("van")
        running.wait_until("reorder", lambda: running.has_told("fleet-1"), patience_s=PATIENCE_S)
        running.end("fleet", patience_s=PATIENCE_S)
        by_deployment = {one["deployment"]: one for one in running.report()}
        yield Ran(running, tuple(by_deployment[one["deployment"]] for one in made), asked)


def test_a_simulated_system_runs_a_whole_session_over_http(ran: Ran):
    found, told = ran.found[0], ran.site.told("van")
    assert found["state"] == "stopped"
    assert found["deployment_state"] == "ended"
    assert found["stop_kind"] == "end"
    assert found["permits"] == len(found["given"]) >= 1
    assert (found["faces"], found["alerts"]) == (told["faces"], len(told["alerts"]))
    assert found["alerts"] > 0
    assert found["batches"] == list(range(1, told["batch"] + 1))
    assert found["discrepancies"] == []
    assert found["deletions"] == 2
    moves = [verb.removeprefix("session.") for verb, _ in found["moves"]]
    # How often it is refused on the way, and whether a permit runs out between two on a busy
    # machine, depends on who was first.
    assert tuple(dict.fromkeys(one for one in moves if one in MOVES)) == MOVES
    assert ran.site.log("worker").count("Traceback") == 0


@pytest.mark.parametrize(("position", "state"), [*enumerate(ENDS)][1:])
def test_a_fault_of_the_system_ends_as_it_should(ran: Ran, position, state):
    found = ran.found[position]
    assert found["state"] == state
    assert found["discrepancies"] == []
    one = next(each for each in ran.asked["systems"] if each["name"] == f"fleet-{position}")
    left = invariants.left_by(
        ran.site.folder / one["name"], FAULTS[position], fleet.draw(one["system"], ran.asked)
    )
    assert invariants.broken(found, left) == []
    if state == "not_started":
        assert found["permits"] == 0
