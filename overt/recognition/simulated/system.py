"""The system's own loop: ask, run while a permit holds, count, tell, stop.

Rules
1. It runs only while `overt_permit.guard` says so, and looks at that at every tick.
2. It asks for a permit every `poll_seconds`, with a number that it wrote down before it asked.
3. What it counted is in the outbox before it is sent, and is sent until Overt answers for it.
4. When Overt says that the session is stopping or over, or its time has passed, it stops, says so
   once, and attests that the watchlist and the templates without an alert are gone.
5. A fault (`faults`) breaks a rule on purpose.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from overt_permit import keys
from overt_permit.errors import Refused
from overt_permit.guard import Config, Guard
from overt_permit.state import StateFile

from overt.recognition import contract

from .faults import Faults
from .figures import Draw
from .outbox import Outbox, write_whole
from .wire import Wire

CAMERAS = ("cam-1", "cam-2")
# What Overt calls the sessions that it still works on.
OPEN_STATES = frozenset({"scheduled", "checking", "armed", "live", "stopping", "unconfirmed"})
OVER = frozenset({"session-stopping", "session-over", "authority-holds", "version-is-authorised"})


@dataclass(frozen=True)
class Setup:
    """How the system is set up. `watchlist`: category to count. `keep`: asset classes whose
    deletion it does not attest at the stop, as they are kept for longer."""

    audience: str
    issuer: str
    max_life_s: int
    skew_s: int
    threshold: str
    watchlist: dict[str, int]
    under_18: int
    draw: Draw
    batch_s: float = 5.0
    delete: tuple[str, ...] = ("templates_without_alert", "watchlist")


def manifest_of(watchlist: dict[str, int], under_18: int, built_at: datetime) -> contract.Manifest:
    """What such a system says of its watchlist, which is nothing but these counts."""
    listed = dict(sorted(watchlist.items()))
    content = "\n".join(f"{name} {count}" for name, count in listed.items())
    return contract.Manifest(
        number=1,
        built_at=built_at,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        total=sum(listed.values()),
        under_18=under_18,
        categories=tuple(
            contract.Category(name=name, count=count) for name, count in listed.items()
        ),
    )


@dataclass
class Known:
    """What the system knows of its session; kept with every batch."""

    session: str = ""
    ends_at: float = 0.0
    batch: int = 0
    counted_to: int = 0
    faces: int = 0
    minutes: dict[str, int] = field(default_factory=dict)
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    has_run: bool = False
    is_stopped: bool = False
    has_told: bool = False
    has_deleted: bool = False


class System:
    """`folder` keeps its state; `say` gets one line for each change."""

    def __init__(
        self,
        setup: Setup,
        wire: Wire,
        folder: Path,
        *,
        wall: Callable[[], float],
        monotonic: Callable[[], float],
        say: Callable[[str], None],
    ) -> None:
        self.setup, self.wire, self.folder = setup, wire, folder
        self.faults = Faults(())
        self._wall, self._monotonic, self._say = wall, monotonic, say
        self._outbox = Outbox(folder / "outbox")
        self.known = Known(**(self._outbox.last_state() or {}))
        self._guard: Guard | None = None
        self._key_set: keys.KeySet | None = None
        self._next_ask = self._next_batch = 0.0
        self._poll = 1.0
        self._has_sent_manifest = False
        self._was_running = False
        self._sequence = 0
        # The permit that it last ran under, and when, by its own clock.
        self.last_use: tuple[int, float] | None = None
        self.refusal = ""

    def clock(self) -> float:
        """The system's own clock, seconds since 1970."""
        return self._wall() + self.faults.skew

    @property
    def is_done(self) -> bool:
        """Whether the session is over and everything about it is told."""
        known = self.known
        told = known.has_told and (known.has_deleted or "never-delete" in self.faults)
        return told and not any(True for _ in self._outbox.waiting())

    def tick(self) -> None:
        """Look at everything once."""
        self.wire.is_cut = "network" in self.faults
        if self._key_set is None and not self._pin():
            return
        if not self.known.session and not self._find_session():
            return
        if not self._has_sent_manifest:
            self._send_manifest()
        now = self._monotonic()
        if not self.known.is_stopped and now >= self._next_ask:
            self._next_ask = now + self._poll
            self._ask()
        self._run()
        if now >= self._next_batch and self.known.has_run:
            self._next_batch = now + self.setup.batch_s
            self._write_batch()
        self._send_batches()

    def _pin(self) -> bool:
        """The key set: pinned by hand in `folder`, or the first that is seen."""
        path = self.folder / "key-set.jose"
        if not path.exists():
            found = self.wire.key_set()
            if found is None:
                return False
            write_whole(path, found.encode())
        self._key_set = keys.pin(path.read_text(encoding="utf-8").strip())
        return True

    def _find_session(self) -> bool:
        now = self.clock()
        for entry in self.wire.sessions(at=now):
            ends_at = datetime.fromisoformat(entry["ends_at"]).timestamp()
            if entry["state"] in OPEN_STATES and ends_at > now:
                self.known.session, self.known.ends_at = entry["id"], ends_at
                self._say(f"session {entry['reference']} is {entry['state']}")
                return True
        return False

    def _manifest(self) -> contract.Manifest:
        return manifest_of(self.setup.watchlist, self.setup.under_18, _at(self._built_at()))

    def _built_at(self) -> float:
        """The same after a restart: when the session was first seen."""
        path = self.folder / "list-built-at"
        if not path.exists():
            write_whole(path, str(int(self.clock()) - 60).encode())
        return float(path.read_text())

    def _send_manifest(self) -> None:
        body = contract.canonical(self._manifest())
        answer = self.wire.post(self.known.session, "manifest", body, at=self.clock())
        self._has_sent_manifest = answer.is_good or answer.is_final
        if answer.is_final:
            self._say(f"the manifest is refused: {answer.reason}")

    def _ask(self) -> None:
        self._follow()
        number = self._next_request()
        digest = self._manifest().digest
        request = contract.PermitRequest(
            manifest="0" * 64 if "swap-manifest" in self.faults else digest,
            request=number,
            sent_at=_at(self.clock(), milliseconds=True),
            threshold=self.faults.get("threshold", self.setup.threshold),
        )
        body = contract.canonical(request)
        answer = self.wire.post(self.known.session, "permit", body, at=self.clock())
        if answer.is_good:
            self._poll = float(answer.body["poll_seconds"])
            self._take(answer.body["permit"])
        elif answer.status:
            self._poll = min(self._poll, 2.0)
            if answer.reason != self.refusal:
                self._say(f"no permit: {answer.reason}")
            self.refusal = answer.reason
            if answer.reason in OVER and self.known.has_run:
                self._stop(answer.reason)

    def _take(self, token: str) -> None:
        try:
            guard = self._guarding()
            if not guard.may_run(self.clock(), self._monotonic()).allowed:
                # It waited for an answer past the end of its last permit: that does not count.
                self.known.counted_to = int(self.clock())
            permit = guard.accept(token, self.known.session, self.clock(), self._monotonic())
        except Refused as refused:
            self._say(f"the permit is refused: {refused.reason}")
            return
        self._sequence = permit.seq
        if self.refusal or permit.seq == 1:
            self._say(f"permit {permit.seq} until {_at(permit.exp):%H:%M:%S} UTC")
        self.refusal = ""

    def _follow(self) -> None:
        """Take up a newer key set, where there is one that the pinned one vouches for."""
        token = self.wire.key_set()
        if token is None or self._key_set is None:
            return
        try:
            newer = keys.follow(self._key_set, token, at=int(self.clock()))
        except Refused:
            return
        if newer != self._key_set:
            write_whole(self.folder / "key-set.jose", token.encode())
            self._key_set = newer
            self._guard = None
            self._say(f"key set {newer.version}")

    def _guarding(self) -> Guard:
        if self._guard is None:
            if self._key_set is None:
                raise ValueError("no key set is pinned")
            state = StateFile(self.folder / "guard.json")
            if not state.path.exists():
                state.init()
            config = Config(
                issuer=self.setup.issuer,
                audience=self.setup.audience,
                max_life_s=self.setup.max_life_s,
                skew_s=self.setup.skew_s,
                threshold=self.faults.get("threshold", self.setup.threshold),
                manifest=self._manifest().digest,
            )
            self._guard = Guard(config, self._key_set, state)
        return self._guard

    def _may_run(self) -> bool:
        if self.known.is_stopped:
            return "after-stopped" in self.faults
        if "refuse-to-stop" in self.faults and self.known.has_run:
            return True
        if self.clock() >= self.known.ends_at:
            return False
        return self._guarding().may_run(self.clock(), self._monotonic()).allowed

    def _run(self) -> None:
        """Count, for every second that has passed since the last look, where it may."""
        clock = self.clock()
        now = int(clock)
        may = self._may_run()
        if may != self._was_running:
            self._say("running" if may else "not running")
            self._was_running = may
            self.known.counted_to = now
        if may:
            if "die-running" in self.faults:
                os._exit(9)
            self.last_use = (self._sequence, clock)
            self.known.has_run = True
            for second in range(max(self.known.counted_to, now - 5), now):
                self._count(second)
            self.known.counted_to = now
        elif self.known.has_run and self.clock() >= self.known.ends_at:
            self._stop("ended")

    def _count(self, second: int) -> None:
        minute = second // 60 * 60
        for number, camera in enumerate(CAMERAS):
            drawn = self.setup.draw.second(second, number)
            label = f"{minute} {camera}"
            self.known.minutes[label] = self.known.minutes.get(label, 0) + drawn.faces
            self.known.faces += drawn.faces
            for _ in range(drawn.alerts):
                name = str(len(self.known.alerts) + 1)
                self.known.alerts[name] = {"at": second, "camera": camera, "told": ""}

    def _stop(self, why: str) -> None:
        if self.known.is_stopped or "refuse-to-stop" in self.faults:
            return
        self.known.is_stopped = True
        self._was_running = False
        self._say(f"stopped: {why}")
        self._next_batch = 0.0

    def _write_batch(self) -> None:
        known, now = self.known, int(self.clock())
        tells = known.is_stopped and not known.has_told and "silent-stop" not in self.faults
        deletes = known.has_told and not known.has_deleted and "never-delete" not in self.faults
        alerts = self._alerts_to_tell(now, all_of_them=known.is_stopped)
        counters = tuple(
            contract.Counter(camera=camera, minute=_at(minute), faces_seen=faces)
            for (minute, camera), faces in sorted(
                ((int(label.split()[0]), label.split()[1]), faces)
                for label, faces in known.minutes.items()
            )
        )
        if known.has_told and "after-stopped" not in self.faults:
            counters = ()
        if known.is_stopped and not (tells or deletes or alerts or counters):
            return
        known.batch += 1
        batch = contract.Batch(
            number=known.batch,
            sent_at=_at(self.clock(), milliseconds=True),
            alerts=alerts,
            counters=counters,
            deletions=tuple(
                contract.Deletion(
                    asset=asset, at=_at(now), count=self._deleted(asset), method="erased"
                )
                for asset in sorted(self.setup.delete)
            )
            if deletes
            else (),
            heartbeat=contract.Heartbeat(
                at=_at(now),
                state="running" if self._was_running else "idle",
                faces_total=known.faces,
                alerts_total=len(known.alerts),
            ),
            stopped=contract.Stopped(at=_at(now), reason=self._stop_reason()) if tells else None,
        )
        # Minutes that are over need not be told again.
        current = now // 60 * 60
        known.minutes = {
            label: faces
            for label, faces in known.minutes.items()
            if int(label.split()[0]) >= current - 60 and not tells
        }
        known.has_told |= tells
        known.has_deleted |= deletes
        self._outbox.put(known.batch, contract.canonical(batch), vars(known))
        if tells or deletes:
            self._next_batch = 0.0

    def _alerts_to_tell(self, now: int, *, all_of_them: bool) -> tuple[contract.Alert, ...]:
        """Those of which there is news. At the stop operators are done with all of them."""
        found = []
        for name, alert in self.known.alerts.items():
            fate = self.setup.draw.fate(int(name))
            age = now - alert["at"]
            decided = age >= fate.decided_after_s
            ended = age >= fate.outcome_after_s
            if all_of_them:
                decided = ended = True
            stage = "ended" if ended else "decided" if decided else "raised"
            if stage == alert["told"]:
                continue
            alert["told"] = stage
            found.append(
                contract.Alert(
                    id=name,
                    at=_at(alert["at"]),
                    camera=alert["camera"],
                    decision=fate.decision if decided else None,  # type: ignore[arg-type]
                    decided_at=_at(min(now, alert["at"] + fate.decided_after_s))
                    if decided
                    else None,
                    engaged=fate.engaged if decided else None,
                    outcome=fate.outcome if ended else None,  # type: ignore[arg-type]
                    ethnicity=fate.ethnicity if ended else None,  # type: ignore[arg-type]
                )
            )
        return tuple(found)

    def _stop_reason(self) -> Literal["ended", "permit_refused"]:
        return "ended" if self.clock() >= self.known.ends_at else "permit_refused"

    def _deleted(self, asset: str) -> int:
        if asset == "watchlist":
            return sum(self.setup.watchlist.values())
        return max(0, self.known.faces - len(self.known.alerts))

    def _send_batches(self) -> None:
        waiting = list(self._outbox.waiting())
        if "reorder" in self.faults:
            waiting.reverse()
        for batch in waiting:
            for _ in range(2 if "duplicate" in self.faults else 1):
                answer = self.wire.post(self.known.session, "batches", batch.body, at=self.clock())
            if not (answer.is_good or answer.is_final):
                return
            if answer.is_final:
                self._say(f"batch {batch.number} is refused: {answer.reason}")
            self._outbox.answered(batch.number)

    def _next_request(self) -> int:
        """Written down before it is used, so that no number is used twice."""
        path = self.folder / "requests"
        number = int(path.read_text()) + 1 if path.exists() else 1
        write_whole(path, str(number).encode())
        return number


def _at(seconds: float, *, milliseconds: bool = False) -> datetime:
    whole = int(seconds * 1000) / 1000 if milliseconds else int(seconds)
    return datetime.fromtimestamp(whole, UTC)
