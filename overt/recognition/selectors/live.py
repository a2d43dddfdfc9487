"""What the page of a session shows at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Sum

from overt.deployments.models import Deployment
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.frozen import NotAsSubmitted
from overt.deployments.selectors.signs import Board, board
from overt.recognition import gates, states
from overt.recognition.exposure import Exposure, exposure
from overt.recognition.models import Batch, Counter, Session
from overt.recognition.selectors import alerts
from overt.recognition.selectors.facts import facts_of, latest_manifest
from overt.recognition.selectors.lists import sessions
from overt.recognition.services.batches import missing

MINUTES_SHOWN = 30
MINUTE = timedelta(minutes=1)
# Gates count for nothing where no permit is given any more.
_PERMITTABLE = (states.SCHEDULED, states.CHECKING, *states.PERMITTING)


@dataclass(frozen=True)
class Bar:
    """Faces seen by all cameras in one minute; `height` in per cent of the tallest shown."""

    minute: datetime
    faces: int
    height: int

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True)
class Live:
    """`found`: the gates as they hold now; none where no permit is given any more, or where the
    text of the application was changed, which `altered` says. `is_silent`: the system has not been
    heard of for longer than three of its intervals, while it should be. `is_untended`: no worker
    looks after it, so that nobody sees its end. `gaps` are the first numbers of its messages that
    have not come."""

    session: Session
    now: datetime
    found: tuple[gates.Gate, ...]
    altered: bool
    exposure: Exposure
    terms_not_confirmed: bool
    board: Board
    bars: tuple[Bar, ...]
    faces: int
    alerts: int
    waiting: int
    gaps: tuple[int, ...]
    last_batch_at: datetime | None
    watchlist_size: int | None
    is_silent: bool
    is_untended: bool

    @property
    def failed(self) -> tuple[gates.Gate, ...]:
        before = not self.session.ever_live
        return gates.failed(self.found, before_the_start=before)

    @property
    def holding(self) -> tuple[gates.Gate, ...]:
        return tuple(gate for gate in self.found if gate.passed)

    @property
    def not_yet(self) -> tuple[gates.Gate, ...]:
        """What does not hold and need not: the time, before the start."""
        return tuple(gate for gate in self.found if not gate.passed and gate not in self.failed)

    @property
    def starts_in(self) -> timedelta | None:
        left = self.session.starts_at - self.now
        return left if left > timedelta(0) else None

    @property
    def time_left(self) -> timedelta:
        return max(self.session.ends_at - self.now, timedelta(0))

    @property
    def permit_age(self) -> timedelta | None:
        at = self.session.permit_at
        return self.now - at if at is not None else None

    @property
    def permit_left(self) -> timedelta:
        ends = self.session.permit_expires_at
        return max(ends - self.now, timedelta(0)) if ends is not None else timedelta(0)

    @property
    def is_running(self) -> bool:
        return self.session.state in states.WORKED

    @property
    def can_be_permitted(self) -> bool:
        """Whether another permit may still be given."""
        return self.session.state in _PERMITTABLE

    @property
    def tallest(self) -> int:
        return max((bar.faces for bar in self.bars), default=0)

    @property
    def last_bar(self) -> Bar | None:
        return self.bars[-1] if self.bars else None


def live(session_id: UUID, *, now: datetime) -> Live:
    """Raises Session.DoesNotExist."""
    session = sessions().get(pk=session_id)
    deployment = session.deployment
    policy = profile_of(deployment).sessions
    polling = timedelta(seconds=settings.PERMIT_POLL_SECONDS)
    worked = session.state in states.WORKED
    manifest = latest_manifest(session)
    found = _gates(session, deployment, now) if session.state in _PERMITTABLE else ()
    count, waiting = alerts.count(session)
    last_batch_at, gaps = _messages(session)
    return Live(
        session=session,
        now=now,
        found=found or (),
        altered=found is None,
        exposure=exposure(
            session.permit_expires_at if worked else None,
            now=now,
            life=timedelta(seconds=policy.permit_seconds.value),
            skew=timedelta(seconds=policy.clock_skew_seconds.value),
            polling=polling,
        ),
        terms_not_confirmed=not (
            policy.permit_seconds.is_confirmed and policy.clock_skew_seconds.is_confirmed
        ),
        board=board(deployment, now=now),
        bars=_bars(session, now),
        faces=Counter.objects.filter(session=session).aggregate(n=Sum("faces_seen"))["n"] or 0,
        alerts=count,
        waiting=waiting,
        gaps=gaps,
        last_batch_at=last_batch_at,
        watchlist_size=manifest.total if manifest else None,
        is_silent=worked
        and session.starts_at <= now < session.ends_at
        and (session.heard_at is None or now - session.heard_at > 3 * polling),
        is_untended=worked
        and (session.lease_until is None or now - session.lease_until > _patience()),
    )


def _patience() -> timedelta:
    """How long a session may be without a worker before that is worth saying: a look around finds
    it, and another makes good a message that was lost."""
    return timedelta(seconds=2 * settings.SESSION_LOOK_SECONDS)


def _gates(
    session: Session, deployment: Deployment, now: datetime
) -> tuple[gates.Gate, ...] | None:
    try:
        return gates.evaluate(facts_of(session, deployment, now=now))
    except NotAsSubmitted:
        return None


def _messages(session: Session) -> tuple[datetime | None, tuple[int, ...]]:
    """When the last message came, and the numbers that are missing."""
    come = Batch.objects.filter(session=session).aggregate(
        at=Max("received_at"), highest=Max("number"), count=Count("pk")
    )
    is_whole = come["count"] == (come["highest"] or 0)
    return come["at"], () if is_whole else missing(session)


def _bars(session: Session, now: datetime) -> tuple[Bar, ...]:
    """The last half hour, or that before the stop, minute by minute, also those with nobody."""
    if session.live_since is None:
        return ()
    ends = min(now, session.stopped_at or now).replace(second=0, microsecond=0)
    begins = max(
        session.live_since.replace(second=0, microsecond=0), ends - (MINUTES_SHOWN - 1) * MINUTE
    )
    counted = dict(
        Counter.objects.filter(session=session, minute__gte=begins, minute__lte=ends)
        .order_by("minute")
        .values_list("minute")
        .annotate(total=Sum("faces_seen"))
    )
    tallest = max(counted.values(), default=0)
    minutes = int((ends - begins) / MINUTE) + 1
    return tuple(
        Bar(at, counted.get(at, 0), round(100 * counted.get(at, 0) / tallest) if tallest else 0)
        for at in (begins + number * MINUTE for number in range(minutes))
    )
