"""How long a system can still run after its authority is withdrawn: the figure a court asks for.

A hundred sessions under the default policy (permits of 60 s, 5 s of difference between clocks) and
the default interval of 10 s, each with a simulated system over HTTP. Their authorities are
withdrawn at moments drawn over half a minute. Half of the systems can reach Overt, and are refused
at their next request. The others lose the network some seconds before, so that nothing tells them:
they run until their last permit ends. Counted is the time from the call that withdraws to the last
moment at which the guard of `overt-permit` let the system run.

Nothing is compressed. No worker runs: neither permits nor their end need one.
"""

import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from tests.faults import withdraw
from tests.faults.site import Site
from tests.services import postgresql

SESSIONS, OVER_S, CUT_BEFORE_S, SEED = 100, 30.0, 10.0, 7
PERMIT_S, SKEW_S, POLL_S = 60, 5, 10
AT_MOST_S = PERMIT_S + SKEW_S + POLL_S
PATIENCE_S = 300


def run() -> dict[str, Any]:
    """Raises BinaryMissing."""
    with (
        tempfile.TemporaryDirectory(prefix="overt-withdrawals-") as folder,
        postgresql.running(fsync=True) as database,
    ):
        site = Site(
            Path(folder),
            permit_seconds=PERMIT_S,
            clock_skew_seconds=SKEW_S,
            web_workers=2,
            OVERT_PERMIT_POLL_SECONDS=str(POLL_S),
            OVERT_DATABASE_URL=database.url,
        )
        try:
            return _measure(site)
        finally:
            site.close()


def _measure(site: Site) -> dict[str, Any]:
    site.start("web")
    site.wait_until_it_serves(patience_s=PATIENCE_S, workers=False)
    made = site.prepare(sessions=SESSIONS, starts_in_s=0, lasts_s=7200, live_s_ago=0)
    asked = site.start_fleet("fleet", made, {}, batch_s=30, tick_s=0.5)
    folders = {one["deployment"]: Path(one["state"]) for one in asked["systems"]}
    permits = (
        "SELECT count(*) FROM recognition_session WHERE permits > 1 AND permit_expires_at > now()"
    )
    site.wait_until(
        "all systems run", lambda: site.ask(permits)[0][0] == SESSIONS, patience_s=PATIENCE_S
    )
    withdrawn, cut = _withdraw(site, list(folders), folders)
    # Until nobody can run any more, by what is promised and some more.
    last = max(done for _, done in withdrawn.values())
    time.sleep(max(0.0, last + AT_MOST_S + 5 - time.time()))
    site.end("fleet", patience_s=PATIENCE_S)
    given_after = _given_after(site, withdrawn)
    exposed = {}
    for reference, folder in folders.items():
        said = json.loads((folder / "uses.json").read_text())
        if said["error"] or not said["uses"]:
            raise SystemExit(f"The system of {reference} did not run: {said}")
        ended = max(at for _, at in said["uses"].values())
        exposed[reference] = max(0.0, ended - withdrawn[reference][0])
    told = [seconds for reference, seconds in exposed.items() if reference not in cut]
    untold = [exposed[reference] for reference in cut]
    return {
        "figures": [
            Figure(
                f"longest run after a withdrawal, of {SESSIONS} at any moment",
                max(exposed.values()),
                "s",
                f"promised: permit {PERMIT_S} + clocks {SKEW_S} + interval {POLL_S} s; "
                f"{len(told)} that reach Overt: median {statistics.median(told):.1f} s, longest "
                f"{max(told):.1f} s; {len(untold)} without a network: median "
                f"{statistics.median(untold):.1f} s, longest {max(untold):.1f} s",
                target=AT_MOST_S,
                lower_is_better=True,
            ),
            Figure(
                "permits given after the authority was withdrawn",
                given_after,
                "",
                target=0,
                lower_is_better=True,
            ),
        ],
        "detail": {"told_s": sorted(told), "untold_s": sorted(untold)},
    }


def _withdraw(
    site: Site, references: list[str], folders: dict[str, Path]
) -> tuple[dict[str, tuple[float, float]], set[str]]:
    """When each was withdrawn, by its call and in the database; and which could not know."""
    rng = random.Random(SEED)
    rng.shuffle(references)
    cut = set(references[: len(references) // 2])
    # The process that withdraws needs a while to start.
    begin = time.time() + CUT_BEFORE_S + 15
    moments = sorted((begin + rng.uniform(0, OVER_S), one) for one in references)
    cuts = sorted((at - rng.uniform(0, CUT_BEFORE_S), one) for at, one in moments if one in cut)
    process = site.begin("-m", withdraw.__name__, given=json.dumps([[r, at] for at, r in moments]))
    for at, reference in cuts:
        time.sleep(max(0.0, at - time.time()))
        (folders[reference] / "faults").write_text("network\n")
    said, _ = process.communicate()
    done = {reference: (begun, ended) for reference, begun, ended in json.loads(said)}
    if len(done) != len(references):
        raise SystemExit(f"{len(done)} authorities were withdrawn")
    return done, cut


def _given_after(site: Site, withdrawn: dict[str, tuple[float, float]]) -> int:
    """Permits whose decision lies after the withdrawal was in the database."""
    rows = site.ask(
        "SELECT d.reference, extract(epoch FROM max(p.at)) FROM recognition_permitdecision p"
        " JOIN recognition_session s ON s.id = p.session_id"
        " JOIN deployments_deployment d ON d.id = s.deployment_id"
        " WHERE p.sequence IS NOT NULL GROUP BY d.reference"
    )
    return sum(float(at) > withdrawn[reference][1] for reference, at in rows)
