"""A prepared query answers as the query it was made of, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, QuerySet, UUIDField
from django.db.utils import DatabaseError

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment, Sign
from overt.prepared import Message, Prepared, PreparedInsert, PreparedUpdate, run
from overt.recognition.models import PermitDecision, Session
from overt.recognition.selectors import facts
from tests.deployments import making
from tests.deployments.making import NOW
from tests.recognition.making import session_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LATER = NOW + timedelta(days=400)


def columns(found: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(found).items() if name != "_state"}


@pytest.fixture
def session() -> Session:
    return session_in("live").session


def test_models_come_with_those_related_to_them(
    session: Session, django_assert_num_queries: Callable[..., Any]
) -> None:
    def asked(wanted: Any) -> "QuerySet[Session]":
        return Session.objects.select_related("version", "system").filter(pk=wanted)

    prepared = Prepared(asked, wanted=UUIDField())
    with django_assert_num_queries(2):
        for _ in range(2):
            found = prepared.first(wanted=session.pk)
            assert found is not None
            # Neither is asked for again.
            related = found.version, found.system
    plain = asked(session.pk).get()
    assert columns(found) == columns(plain)
    assert [columns(each) for each in related] == [columns(plain.version), columns(plain.system)]
    assert found.pk == session.pk
    assert not found._state.adding


def test_columns_that_are_left_out_are_read_when_they_are_needed(session: Session) -> None:
    prepared = Prepared(
        lambda number: Deployment.objects.defer("draft").filter(pk=number), number=BigIntegerField()
    )
    found = prepared.first(number=session.deployment_id)
    assert found is not None
    assert found.get_deferred_fields() == {"draft"}
    assert found.draft == session.deployment.draft


@pytest.mark.parametrize("state", [states.AUTHORISED, states.READY], ids=["unseen", "seen"])
def test_values_are_those_of_python_also_where_a_join_finds_nothing(state: str) -> None:
    def asked(deployment: Any, before: Any) -> "QuerySet[Any, Any]":
        return (
            Sign.objects.filter(deployment=deployment, deployment__created_at__lt=before)
            .order_by("pk", "checks__pk")
            .values_list("code", "checks__kind", "checks__at", "deployment__created_at")
        )

    deployment = making.deployment_in(state)
    prepared = Prepared(asked, deployment=BigIntegerField(), before=DateTimeField())
    plain = list(asked(deployment.pk, LATER))
    assert plain
    assert all((at is None) == (state == states.AUTHORISED) for _, _, at, _ in plain)
    assert prepared.all(deployment=deployment.pk, before=LATER) == plain
    assert prepared.all(deployment=deployment.pk, before=NOW - timedelta(days=400)) == []


def test_each_time_it_is_asked_anew() -> None:
    prepared = Prepared(
        lambda name: User.objects.filter(username=name).values_list("first_name"), name=CharField()
    )
    assert prepared.all(name="nobody") == []
    User.objects.create(username="nobody", first_name="Now")
    assert prepared.all(name="nobody") == [("Now",)]
    User.objects.filter(username="nobody").update(first_name="Later")
    assert prepared.first(name="nobody") == ("Later",)


def test_what_is_put_in_a_value_stays_a_value() -> None:
    prepared = Prepared(
        lambda name: User.objects.filter(username=name).values_list("pk"), name=CharField()
    )
    for name in ("' OR 1=1 --", "%s", "%(name)s", "a\\'b"):
        assert prepared.all(name=name) == []


def test_a_row_that_is_put_is_the_row_that_is_created(session: Session) -> None:
    given = {
        "session_id": session.pk,
        "at": LATER,
        "refusal": "signs-hold",
        "detail": "It's missing, 100 %s.",
    }
    created = PermitDecision.objects.create(request=901, **given)
    run(PreparedInsert(PermitDecision).call(request=902, **given))
    put = PermitDecision.objects.get(request=902)
    own = {"id": put.pk, "request": 902}
    assert columns(put) == columns(PermitDecision.objects.get(pk=created.pk)) | own
    assert put.pk > created.pk


def test_a_row_that_breaks_a_rule_is_not_put(session: Session) -> None:
    insert = PreparedInsert(PermitDecision)
    given = {"session_id": session.pk, "request": 901, "at": LATER, "refusal": "signs-hold"}
    run(insert.call(**given))
    with pytest.raises(DatabaseError), transaction.atomic():
        run(insert.call(**given))
    with pytest.raises(KeyError):
        Prepared(lambda name: User.objects.filter(username=name), name=CharField()).all()


def test_only_the_named_columns_are_changed(session: Session) -> None:
    before = columns(Session.objects.get(pk=session.pk))
    session.clock_offset_ms, session.heard_at, session.holder = -250, LATER, "not to be saved"
    update = PreparedUpdate(Session, "clock_offset_ms", "heard_at")
    run(update.call(session))
    changed = {"clock_offset_ms": -250, "heard_at": LATER}
    assert columns(Session.objects.get(pk=session.pk)) == before | changed
    session.clock_offset_ms = None
    run(update.call(session))
    assert Session.objects.get(pk=session.pk).clock_offset_ms is None
    with pytest.raises(LookupError):
        run(update.call(Session()))


def test_a_message_is_answered_as_its_calls_would_be_alone(
    session: Session, django_assert_num_queries: Callable[..., Any]
) -> None:
    names = Prepared(
        lambda wanted: Deployment.objects.filter(pk=wanted).values_list("reference"),
        wanted=BigIntegerField(),
    )
    offset = Prepared(
        lambda wanted: Session.objects.filter(pk=wanted).values_list("clock_offset_ms"),
        wanted=UUIDField(),
    )
    before, session.clock_offset_ms = session.clock_offset_ms, -250
    message = Message()
    added = [
        message.add(call)
        for call in (
            names.call(wanted=session.deployment_id),
            names.call(wanted=0),
            offset.call(wanted=session.pk),
            PreparedUpdate(Session, "clock_offset_ms").call(session),
            # After what those before it left.
            offset.call(wanted=session.pk),
        )
    ]
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 5):
        said = [answer.said for answer in added]
    assert said == [[(session.deployment.reference,)], [], [(before,)], None, [(-250,)]]
    later = message.add(names.call(wanted=session.deployment_id))
    with django_assert_num_queries(1):
        message.send()
    with django_assert_num_queries(0):
        assert later.said == said[0]
        message.send()


def test_of_a_message_that_fails_nothing_is_left(session: Session) -> None:
    insert = PreparedInsert(PermitDecision)
    given = {"session_id": session.pk, "request": 901, "at": LATER, "refusal": "signs-hold"}
    message = Message()
    first = message.add(insert.call(**given))
    message.add(insert.call(**given))
    with pytest.raises(DatabaseError), transaction.atomic():
        message.send()
    assert not PermitDecision.objects.filter(request=901).exists()
    with pytest.raises(RuntimeError):
        _ = first.said
    gone = Message()
    answer = gone.add(PreparedUpdate(Session, "heard_at").call(Session()))
    with pytest.raises(LookupError):
        _ = answer.said


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_where_there_is_a_transaction() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks no rows")
    session = session_in("live").session
    prepared = Prepared(
        lambda wanted: (
            Session.objects.select_for_update(of=("self",))
            .select_related("version")
            .filter(pk=wanted)
        ),
        wanted=UUIDField(),
    )
    with transaction.atomic():
        assert prepared.first(wanted=session.pk) is not None
        other = connection.copy()
        try:
            with pytest.raises(DatabaseError), other.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM recognition_session WHERE id = %s FOR UPDATE NOWAIT",
                    [session.pk],
                )
        finally:
            other.close()
    # Also after its SQL was written in one.
    with pytest.raises(transaction.TransactionManagementError):
        prepared.first(wanted=session.pk)


def test_of_nobody_nothing_is_asked(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert facts._people(set()) == {}
