"""What `invariants` looks for, it sees: each is broken once by hand."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from . import invariants
from .invariants import Left

ARREST = ["true", True, "arrest", ""]


def sound() -> tuple[dict[str, Any], Left]:
    """A session of two permits and two leases that left nothing to say."""
    run = {"worker": "here:7", "ended_at": 60.0, "outcome": "lost"}
    found = {
        "deployment": "LFR-2026-0001",
        "deployment_state": "ended",
        "state": "stopped",
        "permits": 2,
        "given": [[1, 10.5, 15.0], [2, 14.5, 19.0]],
        "moves": [
            ["session.opened", 1.0],
            ["session.live", 10.5],
            ["session.stopping", 20.0],
            ["session.stopped", 21.0],
        ],
        "deployment_verbs": ["deployment.ready", "deployment.started", "deployment.ended"],
        "runs": [
            run | {"fence": 1, "started_at": 1.0, "heartbeat_at": 9.0},
            run | {"fence": 2, "started_at": 12.0, "heartbeat_at": 20.0},
        ],
        "faces": 30,
        "alerts": 1,
        "batches": [1, 2],
        "outcomes": {"1": [["", None, "", ""], ARREST]},
        "discrepancies": [],
    }
    uses = {1: (10.6, 14.4), 2: (14.6, 18.9)}
    return found, Left(uses, 30, 2, {"1": ARREST}, (), error="", is_done=True)


def test_a_sound_session_has_nothing_broken():
    assert invariants.broken(*sound()) == []


@pytest.mark.parametrize(
    ("where", "value", "sentence"),
    [
        (("given", 1, 2), 18.0, "under a permit 14.50-18.00"),
        (("given", 1, 1), 16.0, "under a permit 16.00-19.00"),
        (("given", 1, 0), 3, "which was never given"),
        (("moves", 1, 1), 12.0, "no permit was given then"),
        (("moves", 2, 1), 14.0, "permit 2 was given at 14.50, after it was to end at 14.00"),
        (("permits",), 3, "its permits are numbered [1, 2]"),
        (("moves", 3, 0), "session.stopping", "session.stopping is in the ledger 2 times"),
        (("moves", 0, 0), "session.checking", "does not have its opening"),
        (("deployment_verbs", 2), "deployment.started", "was started 2 times"),
        (("runs", 1, "fence"), 3, "its leases are numbered [1, 3]"),
        (("runs", 0, "heartbeat_at"), 13.0, "lease 1 was still worked under"),
        (("faces",), 31, "it has 31 faces, the system 30"),
        (("alerts",), 2, "it has 2 alerts, the system 1"),
        (("batches",), [2], "it has the batches [2]"),
        (("outcomes", "1", 1), ["false", True, "no_action", ""], "what became of alerts differs"),
        (("outcomes", "1", 0), ARREST, "the same was noted twice of alert 1"),
        (("state",), "unconfirmed", "unconfirmed, though the system says"),
        (("state",), "live", "it is left live"),
        (("state",), "not_started", "it is not started, and was permitted"),
        (("deployment_state",), "live", "its deployment is left live"),
        (("discrepancies",), ["faces-total"], "its account disagrees"),
    ],
)
def test_what_is_broken_in_the_database_is_said(where, value, sentence):
    found, left = sound()
    inner: Any = found
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = value
    assert any(sentence in said for said in invariants.broken(found, left))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"is_done": False}, "its system is not done"),
        ({"error": "Refused()"}, "the system failed"),
        ({"faults": (invariants.SILENT,)}, "it is left stopped"),
        ({"alerts": {}}, "what became of alerts differs"),
    ],
)
def test_what_is_broken_at_the_system_is_said(changes, sentence):
    found, left = sound()
    said = invariants.broken(deepcopy(found), replace(left, **changes))
    assert any(sentence in one for one in said)
