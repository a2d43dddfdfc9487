"""A session from its opening until it is told, with every process on its own."""

from pathlib import Path

import pytest

from .site import Site, site

# Longer than any of it takes on a busy machine; nothing is measured by it.
PATIENCE_S = 120


@pytest.fixture
def running(tmp_path: Path):
    with site(tmp_path) as made:
        yield made


def end_of(made: Site, name: str) -> int:
    return made.processes[name].wait(PATIENCE_S)


def test_a_simulated_system_runs_a_whole_session_over_http(running: Site):
    (made,) = running.prepare(sessions=1, starts_in_s=12, lasts_s=12)
    running.start("web", "worker", "beat")
    running.start_system("van", made, "--busy", "20", "--alerting", "50")
    assert end_of(running, "van") == 0, running.log("van")
    (found,) = running.report()
    told = running.told("van")
    assert found["state"] == "stopped"
    assert found["deployment_state"] == "ended"
    assert found["stop_kind"] == "end"
    assert found["permits"] == len(found["given"]) >= 4
    assert (found["faces"], found["alerts"]) == (told["faces"], len(told["alerts"]))
    assert found["alerts"] > 0
    assert found["batches"] == told["batch"]
    assert found["discrepancies"] == []
    assert found["deletions"] == 2
    # How often it was refused on the way depends on who was first.
    assert [
        verb for verb in found["verbs"] if verb not in ("session.deleted", "session.refused")
    ] == [
        "session.opened",
        "session.checking",
        "session.manifest",
        "session.armed",
        "session.live",
        "session.stopping",
        "session.stopped",
    ]
    assert running.log("worker").count("Traceback") == 0


@pytest.mark.parametrize(
    ("fault", "state", "named"),
    [
        ("swap-manifest", "not_started", []),
        ("reorder", "stopped", []),
        ("silent-stop", "unconfirmed", []),
    ],
)
def test_a_fault_of_the_system_ends_as_it_should(running: Site, fault, state, named):
    (made,) = running.prepare(sessions=1, starts_in_s=12, lasts_s=8)
    running.start("web", "worker", "beat")
    running.start_system("van", made, "--busy", "20", "--fault", fault)
    reached = running.wait_for_state(state, patience_s=PATIENCE_S)
    assert reached["discrepancies"] == named
    if state == "not_started":
        assert reached["permits"] == 0
