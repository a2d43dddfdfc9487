"""One slice of work on a session, as a task does it, and the look around that finds work.

Rules
1. A slice lasts at most `SESSION_SLICE_SECONDS`, far below the time after which a broker would
   send its message a second time, and looks at its session every `SESSION_TICK_SECONDS`.
2. At its end it hands the session on to the next slice. A message that is lost is made good by the
   look around, which sends one for every session that wants a worker and has none.
3. A message that comes twice does no harm: the lease is taken once.
4. An error of one look does not end the slice: the database may be away for a moment. The lease
   then runs out by itself, and another worker that can reach the database takes over.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from kombu.exceptions import OperationalError

from overt.accounts.actors import Actor
from overt.recognition.errors import ClockWentBack, NotTheHolder
from overt.recognition.models import JobOutcome

from . import leases, sessions

_log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Pace:
    """How long a slice lasts and how often it looks, in seconds."""

    slice_seconds: float
    tick_seconds: float

    @classmethod
    def configured(cls) -> "Pace":
        return cls(settings.SESSION_SLICE_SECONDS, settings.SESSION_TICK_SECONDS)


def look_around(*, actor: Actor, now: datetime) -> list[UUID]:
    """Open what is due, and send a worker to every session that has none; which those are."""
    sessions.open_due(actor=actor, now=now)
    leases.mark_lost(now=now)
    waiting = leases.untended(now=now)
    for session_id in waiting:
        send(session_id)
    return waiting


def run_slice(
    *,
    session_id: UUID,
    handed_on: int | None,
    holder: str,
    pace: Pace,
    actor: Actor,
    clock: Clock,
    wait: threading.Event,
) -> int | None:
    """Look after a session for one slice. The fence that was worked under when it has to be handed
    on, else None. `wait` ends the slice early when it is set."""
    fence = leases.take(
        session_id=session_id, holder=holder, handed_on=handed_on, actor=actor, now=clock()
    )
    if fence is None:
        return None
    try:
        outcome = _slice(session_id, fence, pace, actor, clock, wait)
    except NotTheHolder:
        return None
    except Exception as error:
        _end(session_id, fence, JobOutcome.FAILED, clock(), error=type(error).__name__)
        raise
    _end(session_id, fence, outcome, clock())
    return fence if outcome == JobOutcome.HANDED_ON else None


def _slice(
    session_id: UUID,
    fence: int,
    pace: Pace,
    actor: Actor,
    clock: Clock,
    wait: threading.Event,
) -> JobOutcome:
    """Raises NotTheHolder."""
    ends = clock() + timedelta(seconds=pace.slice_seconds)
    while True:
        try:
            found = sessions.step(session_id=session_id, fence=fence, actor=actor, now=clock())
        except ClockWentBack as error:
            _log.error("%s", error)
        except (DatabaseError, InterfaceError) as error:
            _log.warning("Session %s could not be looked at: %s", session_id, type(error).__name__)
            close_old_connections()
        else:
            if found.is_done:
                return JobOutcome.DONE
        if clock() >= ends or wait.wait(pace.tick_seconds):
            return JobOutcome.HANDED_ON


def _end(session_id: UUID, fence: int, outcome: JobOutcome, now: datetime, error: str = "") -> None:
    """Where it cannot be written, the lease runs out and the look around finds it."""
    with suppress(DatabaseError, InterfaceError):
        leases.pass_on(session_id=session_id, fence=fence, outcome=outcome, error=error, now=now)


def send(session_id: UUID, handed_on: int | None = None) -> None:
    """Have a worker look after a session. Where the broker does not answer, the next look around
    tries again."""
    from overt.recognition.tasks import run_slice as task  # tasks call services

    try:
        task.delay(str(session_id), handed_on)
    except (OperationalError, OSError) as error:
        _log.warning("Session %s waits for the broker: %s", session_id, error)
