"""The demo's sessions that are over, run by the services at the times at which they ran.

What a system would have sent is drawn here, minute by minute, as `simulated_system` draws it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.deployments.application.tasks import Watchlist
from overt.deployments.models import Deployment
from overt.recognition import contract
from overt.recognition.errors import PermitRefused
from overt.recognition.models import JobOutcome, Session
from overt.recognition.rules import system_actor
from overt.recognition.selectors import records
from overt.recognition.services import (
    accounting,
    batches,
    leases,
    manifests,
    permits,
    sessions,
)
from overt.recognition.simulated.figures import Draw, Second

CAMERAS = ("cam-1", "cam-2")
_SEED = 20240901
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
# A permit lasts a minute: asked for this often, none runs out.
_ASKED_EVERY, _TOLD_EVERY = timedelta(seconds=55), timedelta(minutes=5)

Step = tuple[datetime, Callable[[datetime], object]]


class Run:
    """One session from its set-up to its account. `deployment` gives what is ready by then; where
    it is `settled` nothing is left to do, else an outcome is missing and the watchlist is not known
    to be deleted."""

    def __init__(
        self,
        deployment: Callable[[], Deployment],
        watchlist: Watchlist,
        *,
        starts: datetime,
        ends: datetime,
        settled: bool,
        people: Mapping[str, User],
    ) -> None:
        self._deployment, self._watchlist = deployment, watchlist
        # What a system sends has UTC in it, and nothing else.
        self._starts, self._ends = starts.astimezone(UTC), ends.astimezone(UTC)
        self._settled, self._people = settled, people
        self._worker = Actor.of_command("worker")
        self._draw = Draw(_SEED)
        self._requests = self._batches = self._fence = 0
        self._faces = 0
        self._alerts: list[contract.Alert] = []

    def steps(self) -> Iterator[Step]:
        """Each with its time."""
        begins = self._starts - 20 * _MINUTE
        yield begins, self._open
        yield begins + 2 * _SECOND, self._send_list
        yield begins + 4 * _SECOND, self._ask_too_early
        yield begins + 6 * _SECOND, self._look
        at = self._starts
        while at < self._ends - _SECOND:
            yield at, self._ask
            at += _ASKED_EVERY
        first = self._starts
        while first < self._ends:
            over = min(first + _TOLD_EVERY, self._ends)
            yield over, self._counted(first)
            first = over
        yield self._ends + _SECOND, self._look
        yield self._ends + 5 * _SECOND, self._say_stopped
        yield self._ends + 3 * _MINUTE, self._say_deleted
        if self._settled:
            yield self._ends + timedelta(days=1), self._reconcile
            yield self._ends + timedelta(days=1, hours=2), self._publish

    def _session(self) -> Session:
        return Session.objects.get(deployment=self._deployment())

    def _open(self, at: datetime) -> None:
        sessions.open_due(actor=self._worker, now=at)
        self._look(at)

    def _look(self, at: datetime) -> None:
        session = self._session()
        taken = leases.take(
            session_id=session.id,
            holder="demo",
            handed_on=self._fence,
            actor=self._worker,
            now=at,
        )
        if taken is not None:
            self._fence = taken
            sessions.step(session_id=session.id, fence=taken, actor=self._worker, now=at)
            leases.pass_on(session_id=session.id, fence=taken, outcome=JobOutcome.HANDED_ON, now=at)

    def _list(self) -> contract.Manifest:
        counts = {one.name: one.count for one in self._watchlist.categories}
        return contract.Manifest(
            number=1,
            built_at=(self._starts - timedelta(hours=3)).replace(microsecond=0),
            digest=sha256(repr(sorted(counts.items())).encode()).hexdigest(),
            total=sum(counts.values()),
            under_18=self._watchlist.under_18 or 0,
            categories=tuple(
                contract.Category(name=name, count=count) for name, count in sorted(counts.items())
            ),
        )

    def _send_list(self, at: datetime) -> None:
        session, listed = self._session(), self._list()
        manifests.take(
            session_id=session.id,
            manifest=listed,
            body=contract.canonical(listed),
            actor=system_actor(session.system_id),
            now=at,
        )

    def _ask(self, at: datetime) -> None:
        session = self._session()
        self._requests += 1
        permits.decide(
            session_id=session.id,
            request=permits.Request(
                self._requests, self._watchlist.threshold, self._list().digest, timedelta(0)
            ),
            actor=system_actor(session.system_id),
            now=at,
        )

    def _ask_too_early(self, at: datetime) -> None:
        """The first request tells what the system is set to; its time has not come."""
        try:
            self._ask(at)
        except PermitRefused:
            self._look(at + _SECOND)

    def _counted(self, first: datetime) -> Callable[[datetime], None]:
        """What was counted from `first`, a whole minute, until it is told."""

        def tell(at: datetime) -> None:
            counters, minute = [], first
            while minute < at:
                counters += [self._minute(minute, *camera) for camera in enumerate(CAMERAS)]
                minute += _MINUTE
            due = [alert for alert in self._alerts if alert.at >= first]
            self._tell(
                at,
                counters=tuple(counters),
                alerts=tuple(alert.model_copy(update=_UNDECIDED) for alert in due),
                heartbeat=self._heartbeat(at, "running"),
            )

        return tell

    def _minute(self, minute: datetime, number: int, camera: str) -> contract.Counter:
        begins = int(minute.timestamp())
        drawn = [self._draw.second(begins + second, number) for second in range(60)]
        faces = sum(one.faces for one in drawn)
        self._faces += faces
        self._alert(minute, camera, drawn)
        return contract.Counter(camera=camera, minute=minute, faces_seen=faces)

    def _alert(self, minute: datetime, camera: str, drawn: list[Second]) -> None:
        for second, one in enumerate(drawn):
            for _ in range(one.alerts):
                number = len(self._alerts) + 1
                fate = self._draw.fate(number)
                at = minute + second * _SECOND
                self._alerts.append(
                    contract.Alert(
                        id=str(number),
                        at=at,
                        camera=camera,
                        decision=fate.decision,  # type: ignore[arg-type]
                        decided_at=at + fate.decided_after_s * _SECOND,
                        engaged=fate.engaged,
                        outcome=fate.outcome,  # type: ignore[arg-type]
                        ethnicity=fate.ethnicity,  # type: ignore[arg-type]
                    )
                )

    def _say_stopped(self, at: datetime) -> None:
        self._tell(
            at,
            stopped=contract.Stopped(at=self._ends, reason="ended"),
            heartbeat=self._heartbeat(at, "idle"),
        )

    def _say_deleted(self, at: datetime) -> None:
        """And what became of the alerts, but for the last where it is not settled."""
        counts = {"templates_without_alert": self._faces - len(self._alerts)}
        known = self._alerts
        if self._settled:
            counts["watchlist"] = self._list().total
        elif known:
            known = [*known[:-1], known[-1].model_copy(update={"outcome": None})]
        self._tell(
            at,
            alerts=tuple(known),
            deletions=tuple(
                contract.Deletion(asset=asset, at=at, count=count, method="erased")
                for asset, count in sorted(counts.items())
            ),
        )

    def _heartbeat(self, at: datetime, state: Any) -> contract.Heartbeat:
        return contract.Heartbeat(
            at=at, state=state, faces_total=self._faces, alerts_total=len(self._alerts)
        )

    def _tell(self, at: datetime, **said: Any) -> None:
        session = self._session()
        self._batches += 1
        nothing = {
            "alerts": (),
            "counters": (),
            "deletions": (),
            "heartbeat": None,
            "stopped": None,
        }
        batch = contract.Batch(number=self._batches, sent_at=at, **(nothing | said))
        batches.take(
            session_id=session.id,
            batch=batch,
            body=contract.canonical(batch),
            signature="demo",
            actor=system_actor(session.system_id),
            now=at,
        )

    def _reconcile(self, at: datetime) -> None:
        accounting.reconcile(session_id=self._session().id, actor=self._planner(), now=at)

    def _publish(self, at: datetime) -> None:
        session = self._session()
        accounting.publish(
            session_id=session.id,
            seen_digest=records.coming(session).digest,
            actor=self._planner(),
            now=at,
        )

    def _planner(self) -> Actor:
        return Actor.of_user(self._people["planner"])


_UNDECIDED: Mapping[str, None] = {
    "decision": None,
    "decided_at": None,
    "engaged": None,
    "outcome": None,
    "ethnicity": None,
}
