"""What the database itself refuses of notices, on both engines."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from overt.deployments import states
from overt.deployments.models import Deployment, Notice, NoticeKind
from overt.deployments.notice_triggers import NOTICES
from tests.deployments import making
from tests.register.announcing import SOON, announced, cancelled

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def like(notice: Notice, **changes) -> Notice:
    """A row as someone would write it who has the table, and not the service."""
    given = {
        "version_id": notice.version_id,
        "deployment_id": notice.deployment_id,
        "number": notice.number + 1,
        "kind": NoticeKind.CHANGE,
        "place": notice.place,
        "text": notice.text,
        "starts_at": notice.starts_at,
        "ends_at": notice.ends_at,
        "published_at": notice.published_at,
        "lead_hours": notice.lead_hours,
        "document": notice.document,
        "digest": "f" * 64,
    }
    return Notice(**(given | changes))


def refused(match: str, *rows: Notice) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        Notice.objects.bulk_create(rows)


def test_the_triggers_are_whole():
    assert NOTICES.faults(connection) == []


def test_a_notice_is_not_changed_or_deleted():
    notice = announced().notices.get()
    with pytest.raises(DatabaseError, match="a notice is kept"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(text="Nothing happened.")
    with pytest.raises(DatabaseError, match="a notice is kept"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk)._raw_delete("default")


def test_a_notice_is_not_put_over_another():
    notice = announced().notices.get()
    refused("a notice is kept|notice_", like(notice, id=notice.pk))
    refused("a notice is kept|notice_", like(notice, digest=notice.digest))
    if connection.vendor == "sqlite":
        columns = ", ".join(field.column for field in Notice._meta.fields)
        with (
            pytest.raises(DatabaseError, match="refused over another"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT OR REPLACE INTO deployments_notice ({columns}) "
                f"SELECT {columns} FROM deployments_notice"
            )


@pytest.mark.parametrize("number", [0, 1, 3, 9])
def test_numbers_have_no_gap(number):
    notice = announced().notices.get()
    refused("next in number|notice_number_once|refused over", like(notice, number=number))


def test_a_notice_is_not_dated_before_the_one_it_replaces():
    notice = announced().notices.get()
    refused(
        "after the one that it replaces",
        like(notice, published_at=notice.published_at - timedelta(microseconds=1)),
    )


def test_only_the_first_is_an_announcement():
    made = announced()
    refused("the first notice", like(made.notices.get(), kind=NoticeKind.ANNOUNCEMENT))
    other = making.deployment_in(
        states.AUTHORISED, title="Other", start=making.START + timedelta(days=5)
    )
    first = {
        "deployment_id": other.pk,
        "version_id": other.current_version_id,
        "number": 1,
    }
    notice = made.notices.get()
    for kind in (NoticeKind.CHANGE, NoticeKind.CANCELLATION):
        refused("the first notice", like(notice, **first, kind=kind))
    Notice.objects.bulk_create([like(notice, **first, kind=NoticeKind.ANNOUNCEMENT)])


def test_what_is_cancelled_is_not_cancelled_again():
    made = announced()
    second = cancelled(made)
    refused("only a notice that stands", like(second, kind=NoticeKind.CANCELLATION))


def test_a_notice_is_of_a_version_of_its_own_deployment():
    notice = announced().notices.get()
    other = making.deployment_in(
        states.AUTHORISED, title="Other", start=making.START + timedelta(days=5)
    )
    refused("of its deployment", like(notice, version_id=other.current_version_id))


@pytest.mark.parametrize(
    "state", [states.SUBMITTED, states.REVIEWED, states.REFUSED, states.WITHDRAWN, states.EXPIRED]
)
def test_what_is_not_authorised_is_not_announced(state):
    other = making.deployment_in(state, title="Other", start=making.START + timedelta(days=5))
    notice = announced().notices.get()
    refused(
        "only what is authorised",
        like(
            notice,
            deployment_id=other.pk,
            version_id=other.current_version_id,
            number=1,
            kind=NoticeKind.ANNOUNCEMENT,
            published_at=SOON + timedelta(days=30),
        ),
    )
    assert not Deployment.objects.get(pk=other.pk).notices.exists()
