"""The database keeps every check of a sign."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from overt.deployments import sign_triggers
from overt.deployments.models import Deployment, SignCheck

from .conftest import Check, first_sign

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def made(authorised: Deployment, check: Check) -> SignCheck:
    return check(first_sign(authorised), key="one-key-of-a-page")


def test_the_triggers_are_there() -> None:
    assert sign_triggers.CHECKS.faults(connection) == []


def test_a_check_is_neither_changed_nor_removed(made: SignCheck) -> None:
    attempts = (
        lambda: SignCheck.objects.update(note="Nothing to see"),
        lambda: SignCheck.objects.filter(pk=made.pk).delete(),
        lambda: SignCheck.objects.bulk_update([made], ["kind"]),
        lambda: made.save(update_fields=["at"]),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            attempt()
    assert list(SignCheck.objects.values_list("pk", "note")) == [(made.pk, "")]


def test_no_check_is_written_over_another(made: SignCheck) -> None:
    over = (
        {"id": made.pk, "key": "another-key"},
        {"id": made.pk + 1, "key": made.key},
    )
    for fields in over:
        values = {
            "sign_id": made.sign_id,
            "person_id": made.person_id,
            "kind": "missing",
            "at": "2026-12-05 10:00:00+00:00",
            "note": "",
            **fields,
        }
        verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
        columns = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"{verb} INTO deployments_signcheck ({columns}) VALUES ({marks})",
                list(values.values()),
            )
    assert SignCheck.objects.get().kind == "placed"


def test_checks_without_a_key_do_not_stand_in_each_others_way(made: SignCheck) -> None:
    for _ in range(2):
        SignCheck.objects.create(
            sign=made.sign, person=made.person, kind="rechecked", at=made.at, note=""
        )
    assert SignCheck.objects.count() == 3


def test_the_table_is_not_emptied_on_postgresql(made: SignCheck) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with (
        pytest.raises(DatabaseError, match="kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE deployments_signcheck")
