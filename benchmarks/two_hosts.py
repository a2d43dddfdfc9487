"""Workers on two hosts: how soon one takes over when the other's link is cut, or when it dies.

The hosts are network namespaces of this machine (`tests.faults.hosts`), with one PostgreSQL and one
Redis over TCP. Lease and look are as they are by default. First the link of one host is cut, while
a transaction of it holds one of its sessions: nobody tells the database that it is gone. Then the
link is mended, and the worker that comes back must do no harm. Then the worker on the other host
is killed. The invariants of `tests.faults.invariants` hold in the end.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from tests.faults import hold, matrix
from tests.faults.hosts import Network, NotPermitted, network
from tests.faults.site import Site
from tests.services import postgresql, redis

SESSIONS, LASTS_S, TAKEOVER_S = 6, 150, 15
PATIENCE_S = 240
# What docs/production.md advises for a database on another machine.
IMPATIENT = (
    "connect_timeout=5&keepalives_idle=5&keepalives_interval=2&keepalives_count=3"
    "&tcp_user_timeout=10000"
)


def run() -> dict[str, Any]:
    """Raises BinaryMissing. Says so where namespaces are not permitted."""
    try:
        with network("a", "b") as hosts:
            return _on(hosts)
    except NotPermitted as reason:
        return {"figures": [Figure(f"not measured: {reason}", 0, "")], "detail": {}}


def _on(hosts: Network) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="overt-hosts-") as folder,
        postgresql.running(connections=80, listen=hosts.here, trusted=hosts.range) as database,
        redis.running(listen=hosts.here) as broker,
    ):
        site = Site(
            Path(folder),
            permit_seconds=12,
            slots=SESSIONS + 2,
            OVERT_DATABASE_URL=f"{database.tcp_url}?{IMPATIENT}",
            OVERT_BROKER_URL=broker.url,
            OVERT_SESSION_LEASE_SECONDS="8",
            OVERT_SESSION_LOOK_SECONDS="3",
            OVERT_PERMIT_POLL_SECONDS="4",
        )
        try:
            return _measure(site, hosts)
        finally:
            site.close()


def _measure(site: Site, hosts: Network) -> dict[str, Any]:
    site.places = {"worker-a": hosts.command("a"), "worker-b": hosts.command("b")}
    site.start("web", "beat", "worker-a", "worker-b")
    site.wait_until_it_serves(patience_s=PATIENCE_S)
    made = site.prepare(sessions=SESSIONS, starts_in_s=5, lasts_s=LASTS_S)
    asked = site.start_fleet("fleet", made, {}, batch_s=4)
    both = [set(site.children("worker-a")), set(site.children("worker-b"))]
    site.wait_until(
        "all are live, and both hosts have some",
        lambda: set(site.states()) == {"live"} and all(set(_held(site)) & each for each in both),
        patience_s=PATIENCE_S,
    )
    kills = [_cut(site, hosts)]
    _wait_for_worker(site, "worker-a")
    kills.append(_kill(site))
    site.wait_until(
        "all end",
        lambda: (
            set(site.states()) == {"stopped"}
            and all(site.has_told(one["name"]) for one in asked["systems"])
        ),
        patience_s=PATIENCE_S + LASTS_S,
    )
    site.end("fleet", patience_s=PATIENCE_S)
    outcome = matrix.judged(site, [asked], kills)
    figures = []
    for what, victim in (("its link was cut", "worker-a"), ("it was killed", "worker-b")):
        taken = [one.seconds for one in outcome.takeovers if one.victim == victim]
        figures.append(
            Figure(
                f"slowest takeover from a worker on another host, after {what}",
                max(taken, default=float("inf")),
                "s",
                f"of {len(taken)} sessions",
                target=TAKEOVER_S,
                lower_is_better=True,
            )
        )
    figures.append(
        Figure(
            "invariants broken in these sessions",
            len(outcome.broken),
            "",
            "; ".join(outcome.broken[:3]),
            target=0,
            lower_is_better=True,
        )
    )
    return {
        "figures": figures,
        "detail": {
            "broken": outcome.broken,
            "takeovers": [[one.victim, one.seconds] for one in outcome.takeovers],
        },
    }


def _held(site: Site) -> dict[int, str]:
    """Processes of workers to the session that each has."""
    rows = site.ask("SELECT id, holder FROM recognition_session WHERE lease_until > now()")
    return {int(holder.rpartition(":")[2]): str(session) for session, holder in rows}


def _cut(site: Site, hosts: Network) -> matrix.Done:
    """The link of host a, while a transaction from there holds one of its sessions."""
    pids = site.children("worker-a")
    held = _held(site)
    session = next(held[pid] for pid in pids if pid in held)
    holding = site.begin("-m", hold.__name__, session, given="", place=hosts.command("a"))
    try:
        if holding.stdout is None or holding.stdout.readline().strip() != "locked":
            raise SystemExit("No transaction holds the session.")
        lost = {held[pid] for pid in pids if pid in held}
        hosts.cut("a")
        at = time.time()
        others = set(site.children("worker-b"))
        site.wait_until(
            "the other host has them all",
            lambda: lost <= {one for pid, one in _held(site).items() if pid in others},
            patience_s=PATIENCE_S,
        )
        hosts.mend("a")
    finally:
        holding.kill()
        holding.wait()
    return matrix.Done("worker-a", at, time.time(), pids)


def _kill(site: Site) -> matrix.Done:
    pids = site.children("worker-b")
    lost = {one for pid, one in _held(site).items() if pid in pids}
    at = time.time()
    site.kill("worker-b")
    others = set(site.children("worker-a"))
    site.wait_until(
        "the other host has them all",
        lambda: lost <= {one for pid, one in _held(site).items() if pid in others},
        patience_s=PATIENCE_S,
    )
    return matrix.Done("worker-b", at, time.time(), pids)


def _wait_for_worker(site: Site, name: str) -> None:
    """Until it takes messages again."""
    now = time.time()
    seen = (
        "SELECT 1 FROM recognition_workerseen WHERE name LIKE"
        f" '{name}@%' AND extract(epoch FROM seen_at) > {now}"
    )
    site.wait_until(f"{name} is back", lambda: bool(site.ask(seen)), patience_s=PATIENCE_S)
