"""Sessions for tests, brought to any state by the services, from a deployment that is ready."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from joserfc.jwk import OKPKey

from overt.accounts.actors import Actor
from overt.deployments import states as deployment_states
from overt.deployments.models import Deployment, System
from overt.recognition import contract, states
from overt.recognition.models import Session, SystemKey
from overt.recognition.rules import system_actor
from overt.recognition.services import (
    batches,
    leases,
    manifests,
    permit_keys,
    permits,
    sessions,
    stopping,
    system_keys,
)
from tests.deployments import making
from tests.deployments.making import NOW, PROGRAM, START, People

WATCHLIST = "ab" * 32
SECOND = timedelta(seconds=1)


def permit_key(*, now: datetime = NOW) -> None:
    """A key that permits are signed with, made once."""
    if not permit_keys.has_key(now=now):
        permit_keys.generate(actor=PROGRAM, now=now)


def system_key(system: System, *, now: datetime = NOW) -> tuple[OKPKey, SystemKey]:
    """A new key of the system: the private one, and the row of the public one."""
    private = OKPKey.generate_key("Ed25519")
    row = system_keys.add(
        system=system,
        public=str(private.as_dict(private=False)["x"]),
        valid_from=now,
        valid_until=now + timedelta(days=365),
        actor=PROGRAM,
        now=now,
    )
    return private, row


def manifest(
    *, number: int = 1, built_at: datetime = START - timedelta(hours=3), digest: str = WATCHLIST
) -> contract.Manifest:
    """As the deployment of `tests.deployments.making` authorises it."""
    return contract.Manifest(
        number=number,
        built_at=built_at,
        digest=digest,
        total=8_400,
        under_18=0,
        categories=(
            contract.Category(name="Subject to court conditions", count=500),
            contract.Category(name="Wanted on warrant", count=7_900),
        ),
    )


@dataclass
class Desk:
    """One session with its system, worked by hand: each call passes its own time."""

    cast: People
    deployment: Deployment
    session_id: UUID
    requests: int = 0
    batches: int = 0
    fence: int = 0
    _seen: dict[str, datetime] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        return Session.objects.select_related("deployment", "version", "system").get(
            pk=self.session_id
        )

    @property
    def actor(self) -> Actor:
        return system_actor(self.session.system_id)

    def recheck_signs(self, now: datetime) -> None:
        making.recheck_signs(self.deployment, self.cast.operator, now)

    def send_manifest(self, given: contract.Manifest | None = None, *, now: datetime) -> None:
        given = given or manifest()
        manifests.take(
            session_id=self.session_id,
            manifest=given,
            body=contract.canonical(given),
            actor=self.actor,
            now=now,
        )

    def ask(
        self,
        now: datetime,
        *,
        number: int | None = None,
        threshold: str = "0.64",
        watchlist: str = WATCHLIST,
        offset: timedelta = timedelta(0),
    ) -> permits.Given:
        """Raises PermitRefused."""
        self.requests = number if number is not None else self.requests + 1
        return permits.decide(
            session_id=self.session_id,
            request=permits.Request(self.requests, threshold, watchlist, offset),
            actor=self.actor,
            now=now,
        )

    def look(self, now: datetime) -> sessions.Step:
        """A worker looks, taking the lease first where it has run out."""
        taken = leases.take(
            session_id=self.session_id,
            holder="test",
            handed_on=self.fence,
            actor=PROGRAM,
            now=now,
        )
        if taken is None:
            return sessions.Step(self.session.state, True)
        self.fence = taken
        return sessions.step(session_id=self.session_id, fence=taken, actor=PROGRAM, now=now)

    def tell(
        self, now: datetime, *, number: int | None = None, **said: object
    ) -> contract.BatchAnswer:
        """A batch with what is `said`. Raises BatchRefused."""
        self.batches = number if number is not None else self.batches + 1
        whole = {
            "alerts": (),
            "counters": (),
            "deletions": (),
            "heartbeat": None,
            "stopped": None,
        } | said
        batch = contract.Batch(number=self.batches, sent_at=to_the_millisecond(now), **whole)
        return batches.take(
            session_id=self.session_id,
            batch=batch,
            body=contract.canonical(batch),
            signature="test",
            actor=self.actor,
            now=now,
        )

    def stop(self, now: datetime, reason: str = "The crowd has gone.") -> None:
        stopping.stop(
            session_id=self.session_id,
            reason=reason,
            actor=making.actor(self.cast.operator),
            now=now,
        )


def to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def counter(minute: datetime, faces: int, camera: str = "cam-1") -> contract.Counter:
    return contract.Counter(
        camera=camera, minute=minute.replace(second=0, microsecond=0), faces_seen=faces
    )


def alert(name: str, *, at: datetime, camera: str = "cam-1", **known: object) -> contract.Alert:
    """Undecided, but for what is `known`."""
    whole = {
        "decision": None,
        "decided_at": None,
        "engaged": None,
        "outcome": None,
        "ethnicity": None,
    } | known
    return contract.Alert(id=name, at=at.replace(microsecond=0), camera=camera, **whole)  # type: ignore[arg-type]


def stopped(at: datetime, reason: str = "ended") -> contract.Stopped:
    return contract.Stopped(at=at.replace(microsecond=0), reason=reason)  # type: ignore[arg-type]


def opened(
    cast: People | None = None,
    *,
    made: datetime = NOW,
    deployment: Deployment | None = None,
    **changes: object,
) -> Desk:
    """A scheduled session of a deployment that is ready, with a key of its system. `made`: when its
    application was begun."""
    cast = cast or making.people()
    deployment = deployment or making.deployment_in(
        deployment_states.READY, cast, now=made, **changes
    )
    permit_key(now=made)
    if deployment.system is None or deployment.setup_at is None:
        raise ValueError("a ready deployment has its system and its times")
    if not deployment.system.keys.exists():
        system_key(deployment.system, now=made)
    sessions.open_due(actor=PROGRAM, now=deployment.setup_at)
    session = Session.objects.get(deployment=deployment)
    return Desk(cast, deployment, session.id)


def armed(cast: People | None = None, **changes: object) -> Desk:
    """At ten minutes before the start everything but the time holds."""
    desk = opened(cast, **changes)
    at = desk.session.starts_at - timedelta(minutes=10)
    desk.recheck_signs(at)
    built_at = desk.session.starts_at - timedelta(hours=3)
    desk.send_manifest(manifest(built_at=built_at), now=at)
    desk.look(at)
    expect_refusal(desk, at + SECOND)
    desk.look(at + 2 * SECOND)
    return desk


def expect_refusal(desk: Desk, now: datetime) -> str:
    """Ask where no permit can be had, as a system that begins too early does; the reason."""
    try:
        desk.ask(now)
    except permits.PermitRefused as refusal:
        return refusal.reason
    raise AssertionError("a permit was given")


def live(cast: People | None = None, **changes: object) -> Desk:
    """At the start, with the first permit."""
    desk = armed(cast, **changes)
    desk.ask(desk.session.starts_at)
    return desk


def session_in(state: str, cast: People | None = None, **changes: object) -> Desk:
    """A session that came to `state` by the services."""
    if state == states.SCHEDULED:
        return opened(cast, **changes)
    if state == states.CHECKING:
        desk = opened(cast, **changes)
        desk.look(desk.session.starts_at - timedelta(minutes=30))
        return desk
    if state == states.NOT_STARTED:
        desk = session_in(states.CHECKING, cast, **changes)
        desk.look(desk.session.ends_at)
        return desk
    if state == states.ABORTED:
        desk = armed(cast, **changes)
        desk.stop(desk.session.starts_at - timedelta(minutes=5))
        return desk
    if state == states.ARMED:
        return armed(cast, **changes)
    desk = live(cast, **changes)
    if state == states.LIVE:
        return desk
    ends = desk.session.ends_at
    desk.recheck_signs(ends - timedelta(seconds=90))
    desk.ask(ends - timedelta(seconds=50))
    desk.look(ends)
    if state == states.STOPPING:
        return desk
    if state == states.UNCONFIRMED:
        desk.look(ends + timedelta(minutes=2))
        return desk
    desk.tell(ends + timedelta(seconds=2), stopped=stopped(ends))
    if state == states.STOPPED:
        return desk
    raise ValueError(f"no session is brought to {state} here")
