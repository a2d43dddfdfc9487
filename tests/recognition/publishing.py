"""From a session that has stopped to its published record, by the services, for tests."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from overt.accounts.actors import Actor
from overt.recognition import contract
from overt.recognition.models import Record
from overt.recognition.selectors import records
from overt.recognition.services import accounting
from tests.deployments import making as deployments
from tests.recognition import making

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def decided(name: str, at: datetime, **said: Any) -> contract.Alert:
    """A true alert that led to an arrest, but for what is `said`."""
    whole = {
        "decision": "true",
        "decided_at": at + 5 * SECOND,
        "engaged": True,
        "outcome": "arrest",
    } | said
    return making.alert(name, at=at, **whole)


def alerts(
    counts: Mapping[str | None, tuple[int, int, int]], start: datetime, *, not_spoken_to: int = 0
) -> tuple[contract.Alert, ...]:
    """True alerts within the first minute. `counts`: arrests, other actions and no action by the
    person's own code."""
    people: list[dict[str, Any]] = [
        {"ethnicity": code, "outcome": outcome}
        for code, row in counts.items()
        for outcome, count in zip(("arrest", "other", "no_action"), row, strict=True)
        for _ in range(count)
    ]
    people += [{"engaged": False, "outcome": "no_action"}] * not_spoken_to
    return tuple(
        decided(str(number), start + number % 50 * SECOND, **said)
        for number, said in enumerate(people, start=1)
    )


def deletions(at: datetime, *, watchlist: int = 8_400) -> tuple[contract.Deletion, ...]:
    """What the policy wants deleted immediately, as the system attests it at `at`."""
    counts = {"templates_without_alert": 88, "watchlist": watchlist}
    return tuple(
        contract.Deletion(asset=asset, count=count, at=at, method="erased")
        for asset, count in counts.items()
    )


def stopped(
    cast: deployments.People | None = None,
    *,
    tidy: bool = True,
    alerts: tuple[contract.Alert, ...] = (),
    faces: int = 90,
    deletes: bool = True,
    **changes: Any,
) -> making.Desk:
    """Two alerts among 90 faces in the first minute, unless others are given. Where not `tidy`, one
    has no outcome; where not `deletes`, nothing is attested."""
    desk = making.live(cast, **changes)
    starts, ends = desk.session.starts_at, desk.session.ends_at
    last = decided(
        "2", starts + 20 * SECOND, decision="false", outcome="no_action" if tidy else None
    )
    told = alerts or (decided("1", starts + 10 * SECOND), last)
    desk.tell(
        starts + MINUTE,
        counters=(making.counter(starts, faces),),
        alerts=told,
        heartbeat=contract.Heartbeat(
            at=starts + MINUTE, state="running", faces_total=faces, alerts_total=len(told)
        ),
    )
    desk.look(ends)
    desk.tell(ends + 2 * SECOND, stopped=making.stopped(ends))
    if deletes:
        desk.tell(ends + MINUTE, deletions=deletions(ends + MINUTE))
    return desk


def planner(desk: making.Desk) -> Actor:
    return deployments.actor(desk.cast.planner)


def publish(desk: making.Desk, now: datetime, reason: str = "") -> Record:
    """The record as it reads now, or its correction for `reason`."""
    return accounting.publish(
        session_id=desk.session_id,
        seen_digest=records.coming(desk.session).digest,
        reason=reason,
        actor=planner(desk),
        now=now,
    )


def published(cast: deployments.People | None = None, **changes: Any) -> making.Desk:
    """Reconciled ten minutes after the end, and published a minute later."""
    desk = stopped(cast, **changes)
    after = desk.session.ends_at + 10 * MINUTE
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=after)
    publish(desk, after + MINUTE)
    return desk


def correct(desk: making.Desk) -> Record:
    """The person who was arrested was released, and the record says so: version 2."""
    starts, ends = desk.session.starts_at, desk.session.ends_at
    desk.tell(ends + 20 * MINUTE, alerts=(decided("1", starts + 10 * SECOND, outcome="other"),))
    reason = "The person was <i>released</i> without arrest."
    return publish(desk, ends + 21 * MINUTE, reason=reason)
