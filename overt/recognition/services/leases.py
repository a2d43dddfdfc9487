"""One worker at a time looks after a session: a lease in the database with a fencing number.

Rules
1. Whoever takes the lease raises the fence. It is taken when it has run out, or handed on by its
   holder.
2. Every change by a worker names its fence, and is refused when the session has a higher one: a
   worker that was thought dead and comes back does nothing.
3. The time of a lease is that of the database row and the worker's clock; a clock that is ahead
   takes over too early, which rule 2 makes harmless.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.recognition import rules, states
from overt.recognition.errors import NotTheHolder
from overt.recognition.models import JobOutcome, JobRun, Session

from .moving import be_brief

TASK = "overt.recognition.run_slice"
QUEUE = "recognition"


def length() -> timedelta:
    """How long a lease holds without a sign of life."""
    return timedelta(seconds=settings.SESSION_LEASE_SECONDS)


@transaction.atomic
def take(
    *, session_id: UUID, holder: str, handed_on: int | None = None, actor: Actor, now: datetime
) -> int | None:
    """The fence under which `holder` now works, or None when somebody else does, or when there is
    nothing more to do. `handed_on`: the fence of the slice before, which passed the session on.
    """
    require(rules.is_the_worker(actor))
    be_brief()
    session = Session.objects.select_for_update().get(pk=session_id)
    if session.state not in states.WORKED:
        return None
    is_free = session.lease_until is None or session.lease_until <= now
    if not is_free and session.fence != handed_on:
        return None
    JobRun.objects.filter(subject=session.subject, outcome=JobOutcome.RUNNING).update(
        outcome=JobOutcome.LOST, ended_at=now
    )
    session.fence += 1
    session.holder, session.lease_until = holder, now + length()
    session.save(update_fields=["fence", "holder", "lease_until"])
    JobRun.objects.create(
        task=TASK,
        queue=QUEUE,
        subject=session.subject,
        worker=holder,
        fence=session.fence,
        started_at=now,
        heartbeat_at=now,
    )
    return session.fence


def hold(session: Session, *, fence: int, now: datetime) -> None:
    """Go on under `fence`, with a sign of life. Part of a transaction that has locked `session`.
    Raises NotTheHolder."""
    if session.fence != fence:
        raise NotTheHolder(f"Another worker looks after {session.subject} since.")
    session.lease_until = now + length()
    session.save(update_fields=["lease_until"])
    JobRun.objects.filter(subject=session.subject, fence=fence).update(heartbeat_at=now)


@transaction.atomic
def pass_on(
    *, session_id: UUID, fence: int, outcome: JobOutcome, error: str = "", now: datetime
) -> None:
    """This slice is over. The lease stays until it runs out or the next slice, told of `fence`,
    takes it."""
    JobRun.objects.filter(
        subject=f"session:{session_id}", fence=fence, outcome=JobOutcome.RUNNING
    ).update(outcome=outcome, error=error[:300], ended_at=now)


def mark_lost(*, now: datetime) -> None:
    """Say of runs without a sign of life that they are lost: nobody may have taken over."""
    JobRun.objects.filter(
        outcome=JobOutcome.RUNNING, heartbeat_at__lt=now - 2 * length(), fence__isnull=False
    ).update(outcome=JobOutcome.LOST, ended_at=now)


def untended(*, now: datetime) -> list[UUID]:
    """Sessions that want a worker and have none."""
    return list(
        Session.objects.filter(state__in=states.WORKED)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
        .order_by("starts_at", "pk")
        .values_list("pk", flat=True)
    )
