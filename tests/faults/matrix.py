"""Sessions on one site while its processes are killed with `kill -9` at moments drawn from a seed.

Two workers, beat, a web server, Redis that keeps nothing, PostgreSQL, and the simulated systems of
all sessions. Killed are: a worker with all that it started, one of a worker's own processes, beat,
the web server, Redis, PostgreSQL's first process, and one of the processes that serve a connection.
What was killed is started again seconds later, but for what starts again by itself. Time is
compressed by settings and by the policy's figures alone.
"""

import heapq
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.services import postgresql, redis

from . import fleet, invariants
from .site import Site

WORKERS = ("worker-a", "worker-b")
PROCESSES = (*WORKERS, "beat", "web")
KINDS = (*PROCESSES, "redis", "postgresql", "connection", "slot")
# A spare that has just been started again is none yet, and neither is a broker or a database.
SETTLING_S = 15.0
PATIENCE_S = 240.0
_ENDED = frozenset({"stopped", "unconfirmed", "not_started", "aborted"})


@dataclass(frozen=True)
class Size:
    """`kills` in each round, the first of which are one of each kind. `down_s`: the longest for
    which what was killed stays away. Lease and look are how fast a worker is replaced."""

    rounds: int
    sessions: int
    kills: int
    lasts_s: int
    down_s: float
    lease_s: int
    look_s: int
    permit_s: int
    poll_s: int
    batch_s: float


@dataclass(frozen=True, order=True)
class Kill:
    """`at`: seconds after the begin of the round."""

    at: float
    victim: str
    down_s: float


@dataclass(frozen=True)
class Done:
    """A kill that was carried out: when, until when what it hit was away, and which processes of
    workers it ended, as JobRun names them without the host."""

    victim: str
    at: float
    until: float
    pids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Takeover:
    """`seconds` from the death of a worker, at `at`, to the next lease of one of its sessions.
    `spare`: another worker, beat, Redis and PostgreSQL were there all the while."""

    victim: str
    at: float
    seconds: float
    spare: bool


@dataclass
class Outcome:
    """`broken`: what does not hold of a session."""

    sessions: list[dict[str, Any]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    kills: list[Done] = field(default_factory=list)
    takeovers: list[Takeover] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def takeovers_with_a_spare(self) -> list[float]:
        return [one.seconds for one in self.takeovers if one.spare]

    def count(self, state: str) -> int:
        return sum(found["state"] == state for found in self.sessions)


def plan(rng: random.Random, size: Size, *, window_s: float) -> list[Kill]:
    """One of each kind, then any, at any moment of the window."""
    victims = [KINDS[number % len(KINDS)] for number in range(size.kills)]
    return sorted(
        Kill(rng.uniform(0, window_s), victim, rng.uniform(0, size.down_s)) for victim in victims
    )


def run(folder: Path, size: Size, *, seed: int, say: Callable[[str], None]) -> Outcome:
    """Raises BinaryMissing, and AssertionError where the site does not come up at all."""
    began = time.monotonic()
    with (
        postgresql.running(connections=120) as database,
        redis.running() as broker,
    ):
        site = Site(
            folder,
            permit_seconds=size.permit_s,
            slots=size.sessions + 2,
            OVERT_DATABASE_URL=database.url,
            OVERT_BROKER_URL=broker.url,
            OVERT_SESSION_LEASE_SECONDS=str(size.lease_s),
            OVERT_SESSION_LOOK_SECONDS=str(size.look_s),
            OVERT_PERMIT_POLL_SECONDS=str(size.poll_s),
        )
        try:
            site.start(*PROCESSES)
            site.wait_until_it_serves(patience_s=PATIENCE_S)
            matrix = _Matrix(site, database, broker, size, random.Random(seed), say)
            for number in range(size.rounds):
                matrix.round(number)
            outcome = judged(site, matrix.asked, matrix.done)
            outcome.broken += matrix.unended
        finally:
            site.close()
    outcome.seconds = time.monotonic() - began
    return outcome


class _Matrix:
    def __init__(
        self,
        site: Site,
        database: postgresql.Cluster,
        broker: redis.Server,
        size: Size,
        rng: random.Random,
        say: Callable[[str], None],
    ) -> None:
        self.site, self.database, self.broker = site, database, broker
        self.size, self.rng, self.say = size, rng, say
        self.done: list[Done] = []
        self.asked: list[dict[str, Any]] = []
        self.unended: list[str] = []

    def round(self, number: int) -> None:
        size, site = self.size, self.site
        self.say(f"{time.time():.2f} round {number + 1} of {size.rounds}")
        made = site.prepare(sessions=size.sessions, starts_in_s=5, lasts_s=size.lasts_s)
        name = f"fleet-{number}"
        # One of them never says that it stopped: that has to be seen.
        self.asked.append(
            site.start_fleet(name, made, {0: [invariants.SILENT]}, batch_s=size.batch_s)
        )
        begins = time.time()
        ends = max(one["ends_at"] for one in made) + 3
        self._kill(plan(self.rng, size, window_s=max(ends - begins, 1)), begins)
        until = time.monotonic() + PATIENCE_S
        while not self._all_ended():
            if time.monotonic() > until:
                self.unended.append(f"round {number}: after {PATIENCE_S} s {site.states()}")
                break
            time.sleep(0.2)
        self.say(f"{time.time():.2f} all of it has ended")
        site.end(name, patience_s=PATIENCE_S)

    def _all_ended(self) -> bool:
        """Every session has, and every system that says so has told all that it has to tell; the
        others will be seen to be unconfirmed."""
        wanted = sum(len(asked["systems"]) for asked in self.asked)
        states = self.site.states()
        telling = (one for one in self.asked[-1]["systems"] if not one["faults"])
        return (
            len(states) == wanted
            and all(state in _ENDED for state in states)
            and all(self.site.has_told(one["name"]) or self._never_started(one) for one in telling)
        )

    def _never_started(self, one: dict[str, Any]) -> bool:
        """Nothing ever comes of its system, which waits for a session."""
        found = self.site.ask(
            "SELECT 1 FROM recognition_session s JOIN deployments_deployment d"
            f" ON d.id = s.deployment_id WHERE s.state = 'not_started'"
            f" AND d.reference = '{one['deployment']}'"
        )
        return bool(found)

    def _kill(self, kills: list[Kill], begins: float) -> None:
        """Carry them out in time. What is away when its turn comes is killed once it is back."""
        todo: list[tuple[float, int, str, float, Done | None]] = [
            (begins + kill.at, number, kill.victim, kill.down_s, None)
            for number, kill in enumerate(kills)
        ]
        heapq.heapify(todo)
        away: set[str] = set()
        while todo:
            at, number, victim, down_s, killed = heapq.heappop(todo)
            time.sleep(max(0.0, at - time.time()))
            if killed is not None:
                self._start(victim)
                away.discard(victim)
                self.done.append(Done(victim, killed.at, time.time(), killed.pids))
            elif victim in away or (victim == "connection" and "postgresql" in away):
                heapq.heappush(todo, (time.time() + 1, number, victim, down_s, None))
            else:
                hit, pids = self._end(victim)
                self.say(f"{time.time():.2f} killed {hit}, for {down_s:.1f} s")
                killed = Done(hit, time.time(), 0.0, pids)
                away.add(victim)
                heapq.heappush(todo, (time.time() + down_s, number, victim, 0.0, killed))

    def _end(self, victim: str) -> tuple[str, tuple[int, ...]]:
        """What was hit in the end, and which processes of workers with it."""
        if victim == "redis":
            self.broker.kill()
        elif victim == "postgresql":
            self.database.kill()
        elif victim == "connection":
            self.database.kill_backend(self.rng)
        elif victim == "slot":
            running = [name for name in WORKERS if name in self.site.processes]
            name = self.rng.choice(running) if running else ""
            return f"slot of {name}", self.site.kill_one_child(name, self.rng) if name else ()
        else:
            pids = self.site.children(victim)
            self.site.kill(victim)
            return victim, pids if victim in WORKERS else ()
        return victim, ()

    def _start(self, victim: str) -> None:
        if victim == "redis":
            self.broker.start()
        elif victim == "postgresql":
            self.database.start()
        elif victim in PROCESSES:
            self.site.start(victim)


def judged(site: Site, fleets: list[dict[str, Any]], kills: list[Done]) -> Outcome:
    """What came of the sessions of these fleets, as `Site.start_fleet` was asked for them, all of
    which have ended."""
    found = site.report()
    outcome = Outcome(sessions=found, kills=kills)
    by_deployment: dict[str, list[dict[str, Any]]] = {}
    for session in found:
        by_deployment.setdefault(session["deployment"], []).append(session)
    for asked in fleets:
        for one in asked["systems"]:
            sessions = by_deployment.get(one["deployment"], [])
            if len(sessions) != 1:
                outcome.broken.append(f"{one['deployment']} has {len(sessions)} sessions")
                continue
            draw = fleet.draw(one["system"], asked)
            left = invariants.left_by(Path(one["state"]), tuple(one["faults"]), draw)
            outcome.broken += invariants.broken(sessions[0], left)
    outcome.takeovers = [one for session in found for one in takeovers(session, kills)]
    return outcome


def takeovers(session: dict[str, Any], kills: list[Done]) -> list[Takeover]:
    """Of each lease that died with its worker."""
    found = []
    for run, after in pairwise(session["runs"]):
        pid = int(run["worker"].rpartition(":")[2])
        for kill in kills:
            was_at_work = run["started_at"] <= kill.at < after["started_at"]
            if pid in kill.pids and was_at_work and run["outcome"] == "lost":
                spare = not any(
                    one.at <= after["started_at"] and kill.at <= one.until + SETTLING_S
                    for one in kills
                    if _is_needed(one.victim, kill.victim)
                )
                seconds = after["started_at"] - kill.at
                found.append(Takeover(kill.victim, kill.at, seconds, spare))
    return found


def _is_needed(victim: str, killed: str) -> bool:
    """Whether what was hit takes part when a session is taken over from the worker `killed`."""
    return victim != "web" and victim.removeprefix("slot of ") != killed.removeprefix("slot of ")
