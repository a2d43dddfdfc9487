"""Every kind of process is killed once while a few sessions run. `make bench` does it at size."""

from pathlib import Path

import pytest

from tests.services import BinaryMissing, missing_is_a_failure

from . import matrix

# Half a minute of sessions, and the site's start and its report: there is no shorter way to see
# each kind of process die and come back. The lease is short, so that a takeover is.
SMALL = matrix.Size(
    rounds=1,
    sessions=5,
    kills=len(matrix.KINDS),
    lasts_s=25,
    down_s=3,
    lease_s=3,
    look_s=1,
    permit_s=5,
    poll_s=1,
    batch_s=2,
)


def test_sessions_hold_whatever_is_killed(tmp_path: Path):
    try:
        outcome = matrix.run(tmp_path, SMALL, seed=20241, say=print)
    except BinaryMissing as missing:
        if missing_is_a_failure():
            raise
        pytest.skip(str(missing))
    assert outcome.broken == []
    assert {kill.victim.partition(" ")[0] for kill in outcome.kills} == set(matrix.KINDS)
    assert len(outcome.sessions) == SMALL.sessions
    assert outcome.count("stopped") >= 1
    assert sum(found["alerts"] for found in outcome.sessions) > 0
    assert outcome.takeovers
