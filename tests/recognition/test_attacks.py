"""Direct attempts on the tables of sessions, past every service: the database refuses each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from overt.deployments.services import deciding
from overt.recognition import states
from overt.recognition.models import (
    Alert,
    AlertReport,
    Batch,
    Counter,
    Deletion,
    Explanation,
    KeySet,
    Manifest,
    PermitDecision,
    Record,
    Session,
    SystemKey,
)
from tests.deployments import making as deployments
from tests.deployments.making import NOW, START
from tests.recognition import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
Attempt = Callable[[making.Desk], Any]


def refused(attempt: Callable[[], Any]) -> str:
    """The database's words. Fails where it let the attempt through."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        attempt()
    return str(caught.value)


def row(desk: making.Desk) -> Any:
    return Session.objects.filter(pk=desk.session_id)


def permit(desk: making.Desk, **changes: Any) -> PermitDecision:
    """A permit as the service would write it."""
    fields: dict[str, Any] = {
        "session_id": desk.session_id,
        "request": 900,
        "at": START + SECOND,
        "sequence": desk.session.permits + 1,
        "expires_at": START + MINUTE,
        "sha256": "f" * 64,
        "key": "forged",
    }
    return PermitDecision(**(fields | changes))


def withdrawn(desk: making.Desk) -> making.Desk:
    deciding.withdraw(
        deployment=desk.deployment,
        seen_digest=deployments.digest(desk.deployment),
        reason="The threat has passed.",
        actor=deployments.actor(desk.cast.officer),
        now=START + SECOND,
    )
    return desk


# On a session that is armed; its first permit would be due at START.
ON_ARMED: dict[str, tuple[Attempt, str]] = {
    "made live without a permit": (
        lambda desk: row(desk).update(state=states.LIVE, state_at=START),
        "",
    ),
    "made live with times alone": (
        lambda desk: row(desk).update(
            state=states.LIVE,
            state_at=START,
            live_since=START,
            permits=1,
            permit_at=START,
            permit_expires_at=START + MINUTE,
        ),
        "permits are counted one by one",
    ),
    "a permit before the start": (
        lambda desk: permit(desk, at=START - SECOND).save(),
        "no authority allows this permit",
    ),
    "a permit beyond the end": (
        lambda desk: permit(desk, expires_at=START + timedelta(hours=5, seconds=1)).save(),
        "no authority allows this permit",
    ),
    "a permit out of sequence": (
        lambda desk: permit(desk, sequence=2).save(),
        "no authority allows this permit",
    ),
    "a permit by bulk_create": (
        lambda desk: PermitDecision.objects.bulk_create([permit(desk, sequence=7)]),
        "no authority allows this permit",
    ),
    "a permit and a refusal at once": (lambda desk: permit(desk, refusal="not-armed").save(), ""),
    "neither a permit nor a refusal": (
        lambda desk: permit(desk, sequence=None, expires_at=None, sha256="", key="").save(),
        "",
    ),
    "an old request number": (
        lambda desk: permit(
            desk, request=1, sequence=None, expires_at=None, sha256="", key="", refusal="x"
        ).save(),
        "",
    ),
    "skipped to stopped": (
        lambda desk: row(desk).update(state=states.STOPPED),
        "",
    ),
    "another deployment": (
        lambda desk: row(desk).update(starts_at=START - timedelta(days=1)),
        "never changes",
    ),
    "the fence set back": (lambda desk: row(desk).update(fence=0), "only rise"),
    "the state set back in time": (
        lambda desk: row(desk).update(state_at=NOW),
        "never goes back",
    ),
    "deleted": (lambda desk: row(desk)._raw_delete("default"), "kept"),
    "begun as live": (
        lambda desk: Session.objects.bulk_create(
            [
                Session(
                    deployment=desk.deployment,
                    version=desk.session.version,
                    system=desk.session.system,
                    state=states.LIVE,
                    state_at=START,
                    opened_at=START,
                    starts_at=START,
                    ends_at=START + MINUTE,
                    permits=1,
                    live_since=START,
                    permit_at=START,
                    permit_expires_at=START + MINUTE,
                )
            ]
        ),
        "begins scheduled",
    ),
    "a second one of the deployment": (
        lambda desk: Session.objects.create(
            deployment=desk.deployment,
            version=desk.session.version,
            system=desk.session.system,
            state_at=START,
            opened_at=START,
            starts_at=START,
            ends_at=START + MINUTE,
        ),
        "",
    ),
    "a manifest changed": (lambda desk: Manifest.objects.update(total=1), "kept"),
    "a manifest deleted": (lambda desk: Manifest.objects.all()._raw_delete("default"), "kept"),
    "a refusal changed": (
        lambda desk: PermitDecision.objects.update(refusal="time-is-now", detail="other"),
        "kept",
    ),
    "a key changed": (lambda desk: SystemKey.objects.update(public="x" * 43), "never changes"),
    "a key lengthened": (
        lambda desk: SystemKey.objects.update(valid_until=NOW + timedelta(days=9999)),
        "stays so",
    ),
    "a key deleted": (lambda desk: SystemKey.objects.all()._raw_delete("default"), "kept"),
    "a key set out of sequence": (
        lambda desk: KeySet.objects.create(
            version=99, document="x", sha256="0" * 64, issued_at=NOW
        ),
        "next in number",
    ),
}


@pytest.mark.parametrize(("attempt", "said"), ON_ARMED.values(), ids=ON_ARMED)
def test_refused_of_an_armed_session(attempt, said):
    desk = making.armed()
    assert said in refused(lambda: attempt(desk))


def counted() -> making.Desk:
    """Live, with a count, an alert and what was said of it."""
    desk = making.live()
    desk.tell(
        START + MINUTE,
        counters=(making.counter(START, 40),),
        alerts=(making.alert("1", at=START + SECOND),),
    )
    return desk


ON_LIVE: dict[str, tuple[Attempt, str]] = {
    "a permit after the withdrawal": (
        lambda desk: permit(withdrawn(desk), at=START + 2 * SECOND).save(),
        "no authority allows this permit",
    ),
    "a permit longer by hand": (
        lambda desk: row(desk).update(permit_expires_at=START + timedelta(hours=1)),
        "never change",
    ),
    "a permit undone": (
        lambda desk: row(desk).update(permits=0, permit_at=None, permit_expires_at=None),
        "",
    ),
    "requests set back": (lambda desk: row(desk).update(requests=0), "only rise"),
    "a permit deleted": (
        lambda desk: PermitDecision.objects.all()._raw_delete("default"),
        "kept",
    ),
    "a count lowered": (lambda desk: Counter.objects.update(faces_seen=39), "never goes down"),
    "a count moved": (
        lambda desk: Counter.objects.update(camera="cam-9"),
        "never changes",
    ),
    "a count deleted": (lambda desk: Counter.objects.all()._raw_delete("default"), "kept"),
    "a count twice": (
        lambda desk: Counter.objects.create(
            session_id=desk.session_id,
            camera="cam-1",
            minute=START,
            faces_seen=1,
            batch_number=9,
        ),
        "",
    ),
    "a batch changed": (lambda desk: Batch.objects.update(body="{}"), "kept"),
    "a batch deleted": (lambda desk: Batch.objects.all()._raw_delete("default"), "kept"),
    "an alert moved": (lambda desk: Alert.objects.update(at=NOW), "kept"),
    "history of an alert changed": (
        lambda desk: AlertReport.objects.update(decision="false", decided_at=START),
        "kept",
    ),
    "history of an alert deleted": (
        lambda desk: AlertReport.objects.all()._raw_delete("default"),
        "kept",
    ),
    "an outcome of nobody": (
        lambda desk: AlertReport.objects.create(alert=Alert.objects.get(), at=START),
        "",
    ),
    "ethnicity of someone who was not spoken to": (
        lambda desk: AlertReport.objects.create(
            alert=Alert.objects.get(),
            person=desk.cast.operator,
            engaged=False,
            ethnicity="W1",
            at=START,
        ),
        "",
    ),
    "published before it is reconciled": (
        lambda desk: Record.objects.create(
            session_id=desk.session_id,
            number=1,
            digest="0" * 64,
            document="{}",
            published_by=desk.cast.planner,
            published_at=START,
        ),
        "only what is reconciled",
    ),
    "stopped without a cause": (
        lambda desk: row(desk).update(state=states.STOPPING, state_at=START + MINUTE),
        "",
    ),
}


@pytest.mark.parametrize(("attempt", "said"), ON_LIVE.values(), ids=ON_LIVE)
def test_refused_of_a_live_session(attempt, said):
    desk = counted()
    assert said in refused(lambda: attempt(desk))


def test_what_is_kept_cannot_be_replaced_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    counted()
    for model in (PermitDecision, Batch, Manifest, Counter, Alert, AlertReport, Session):
        table = model._meta.db_table

        def replace(table: str = table) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

        assert refused(replace)


@pytest.mark.parametrize("model", [Deletion, Explanation, Record])
def test_what_is_said_for_good_cannot_be_deleted(model):
    """An empty table too: PostgreSQL's triggers are per statement, SQLite's per row."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite asks row by row")
    assert "kept" in refused(lambda: model.objects.all()._raw_delete("default"))
