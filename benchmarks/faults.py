"""Sixty sessions and more while every process is killed again and again (`tests.faults.matrix`).

Twenty at a time on one site. Lease and look are as they are by default, so that the time in which a
dead worker is replaced is the one that holds in use; sessions, permits and slices are shorter.
A takeover counts where there was a spare: another worker, beat, Redis and PostgreSQL were there
all the while, and none of them had only just come back. All others are in the detail.
"""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from tests.faults import matrix

SIZE = matrix.Size(
    rounds=3,
    sessions=20,
    kills=12,
    lasts_s=75,
    down_s=4,
    lease_s=8,
    look_s=3,
    permit_s=12,
    poll_s=4,
    batch_s=4,
)
SEED, TAKEOVER_S = 20240907, 15


def run() -> dict[str, Any]:
    """Raises BinaryMissing."""
    with tempfile.TemporaryDirectory(prefix="overt-faults-") as folder:
        outcome = matrix.run(
            Path(folder), SIZE, seed=SEED, say=lambda line: print(line, file=sys.stderr)
        )
    spare = outcome.takeovers_with_a_spare
    every = [one.seconds for one in outcome.takeovers]
    ends = ", ".join(
        f"{outcome.count(state)} {state.replace('_', ' ')}"
        for state in ("stopped", "unconfirmed", "not_started")
    )
    return {
        "figures": [
            Figure(
                "sessions run while processes were killed",
                len(outcome.sessions),
                "sessions",
                f"{len(outcome.kills)} kills in {outcome.seconds:.0f} s; {ends}",
                target=SIZE.rounds * SIZE.sessions,
            ),
            Figure(
                "invariants broken in them",
                len(outcome.broken),
                "",
                "; ".join(outcome.broken[:3]),
                target=0,
                lower_is_better=True,
            ),
            Figure(
                "slowest takeover from a dead worker, where there was a spare",
                max(spare, default=float("inf")),
                "s",
                f"of {len(spare)}; with everything else dying too, {len(every)}, "
                f"slowest {max(every, default=0):.1f} s",
                target=TAKEOVER_S,
                lower_is_better=True,
            ),
        ],
        "detail": {
            "broken": outcome.broken,
            "takeovers": [asdict(one) for one in outcome.takeovers],
            "kills": [[kill.victim, kill.at, kill.until] for kill in outcome.kills],
            "sessions": [
                {name: found[name] for name in ("state", "permits", "faces", "alerts", "refusals")}
                for found in outcome.sessions
            ],
        },
    }
