"""The rule is in the database after every migration, and leaves with its migration."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from overt.deployments import booking_rules
from overt.ledger import checks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def constraints() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'deployments_booking'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def test_triggers_and_constraints_are_there() -> None:
    assert booking_rules.BOOKINGS.faults(connection) == []
    if connection.vendor == "postgresql":
        assert constraints() >= set(booking_rules.CONSTRAINTS)


def test_a_trigger_that_is_gone_is_noticed() -> None:
    booking_rules.BOOKINGS.remove(connection)
    try:
        found = checks.ledger_is_protected(databases=["default"])
        assert {message.id for message in found} == {"triggers.E001"}
        assert any("booking_never_changes" in str(message.msg) for message in found)
    finally:
        booking_rules.BOOKINGS.install(connection)


def test_the_constraints_leave_and_return() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has triggers alone")
    with connection.schema_editor() as editor:
        booking_rules.drop_constraints(None, editor)
    try:
        assert not constraints() & set(booking_rules.CONSTRAINTS)
    finally:
        with connection.schema_editor() as editor:
            booking_rules.add_constraints(None, editor)
    assert constraints() >= set(booking_rules.CONSTRAINTS)


def test_without_the_right_to_add_the_extension_one_is_told_what_to_do() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no extension")
    call_command("migrate", "deployments", "0001", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION btree_gist")
        cursor.execute("CREATE ROLE planner_of_tests")
        cursor.execute("SET ROLE planner_of_tests")
    try:
        with (
            pytest.raises(DatabaseError, match="CREATE EXTENSION btree_gist in this database"),
            connection.schema_editor() as editor,
        ):
            booking_rules.add_constraints(None, editor)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE planner_of_tests")
        call_command("migrate", verbosity=0)  # also what stands on it
    assert constraints() >= set(booking_rules.CONSTRAINTS)
