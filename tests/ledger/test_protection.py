"""The triggers are there after every migration, and a check says when they are not."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models

from overt.ledger import checks, triggers
from overt.ledger.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def errors() -> list[str]:
    return [message.id for message in checks.ledger_is_protected(databases=["default"])]


def test_after_migrate_every_trigger_is_there():
    assert triggers.ENTRIES.faults(connection) == []
    assert errors() == []


def test_the_check_runs_when_a_database_is_checked_and_stops_migrate(triggers_off):
    with pytest.raises(CommandError, match=r"ledger\.E001"):
        call_command("check", databases=["default"])
    with pytest.raises(CommandError, match=r"ledger\.E001"):
        call_command("migrate", skip_checks=False)


def test_a_migration_that_remakes_the_table_on_sqlite_is_noticed():
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite remakes tables")
    wider = models.CharField(max_length=201)
    wider.set_attributes_from_name("actor")
    wider.model = Entry
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, Entry._meta.get_field("actor"), wider)
    try:
        assert errors() == ["ledger.E001"] * 3
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(Entry, wider, Entry._meta.get_field("actor"))
        triggers.ENTRIES.install(connection)


def test_a_trigger_that_was_weakened_under_its_own_name_is_noticed():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_refuse_delete")
            cursor.execute(
                "CREATE TRIGGER ledger_refuse_delete BEFORE DELETE ON ledger_entry WHEN 0 "
                "BEGIN SELECT 1; END"
            )
        else:
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_refuse_change")
    try:
        assert errors() == ["ledger.E001"]
    finally:
        triggers.ENTRIES.install(connection)


def test_a_function_that_was_emptied_is_noticed_on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite triggers have no functions")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RETURN NULL; END$$"
        )
    try:
        assert errors() == ["ledger.E001"]
    finally:
        triggers.ENTRIES.install(connection)


def test_before_the_table_exists_there_is_nothing_to_complain_of():
    call_command("migrate", "ledger", "zero", verbosity=0)
    try:
        assert errors() == []
    finally:
        call_command("migrate", verbosity=0)  # also what stands on it
    assert errors() == []


def test_sqlite_without_immediate_transactions_is_an_error(monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such mode")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", None)
    assert errors() == ["ledger.E002"]
