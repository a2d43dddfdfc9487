"""A set of triggers on a table of its own, and the register of sets."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from overt import triggers
from overt.ledger import checks
from overt.triggers import BEFORE, INSERT, ROW, TriggerSet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

SMALL = TriggerSet(
    tables=("small",),
    sqlite={
        "small_refuse_large": """
            CREATE TRIGGER small_refuse_large BEFORE INSERT ON small WHEN NEW.size > 100
            BEGIN SELECT RAISE(ABORT, 'too large'); END;
        """
    },
    functions={
        "small_refuse_large": """
DECLARE
    largest integer := 100;
BEGIN
    IF NEW.size > largest THEN
        RAISE EXCEPTION 'too large';
    END IF;
    RETURN NEW;
END;
"""
    },
    triggers={
        "small_refuse_large": (
            "small",
            """CREATE TRIGGER small_refuse_large BEFORE INSERT ON small
               FOR EACH ROW WHEN (NEW.size > 0) EXECUTE FUNCTION small_refuse_large()""",
            ROW | BEFORE | INSERT,
        )
    },
)


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def table() -> Iterator[None]:
    sql("CREATE TABLE small (size integer)")
    yield
    SMALL.remove(connection)
    sql("DROP TABLE small")


@pytest.fixture
def small(table: None, monkeypatch: pytest.MonkeyPatch) -> TriggerSet:
    monkeypatch.setattr(triggers, "_registered", list(triggers._registered))
    triggers.register(SMALL)
    SMALL.install(connection)
    return SMALL


def test_an_installed_set_refuses_and_has_no_faults(small):
    sql("INSERT INTO small VALUES (100)")
    with pytest.raises(DatabaseError, match="too large"):
        sql("INSERT INTO small VALUES (101)")
    assert small.faults(connection) == []


def test_a_set_installed_twice_is_there_once(small):
    small.install(connection)
    assert small.faults(connection) == []


def test_without_its_table_a_set_is_neither_installed_nor_missed():
    SMALL.install(connection)
    assert SMALL.faults(connection) == []
    SMALL.remove(connection)


def test_a_removed_set_is_missed_by_a_check_and_put_back_by_the_next_migrate(small):
    small.remove(connection)
    missing = checks.ledger_is_protected(databases=["default"])
    assert {message.id for message in missing} == {"triggers.E001"}
    assert "the trigger small_refuse_large is missing" in missing[0].msg
    call_command("migrate", "ledger", verbosity=0)
    assert small.faults(connection) == []


def test_a_trigger_with_another_body_is_found(small):
    if connection.vendor == "sqlite":
        sql("DROP TRIGGER small_refuse_large")
        sql(small.sqlite["small_refuse_large"].replace("100", "999"))
        kind = "trigger"
    else:
        body = small.functions["small_refuse_large"].replace("100", "999")
        sql(
            "CREATE OR REPLACE FUNCTION small_refuse_large() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ {body} $$"
        )
        kind = "function"
    assert small.faults(connection) == [f"the {kind} small_refuse_large is changed or disabled"]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE small DISABLE TRIGGER small_refuse_large",
        "ALTER TABLE small ENABLE TRIGGER small_refuse_large",
        "CREATE OR REPLACE TRIGGER small_refuse_large BEFORE INSERT ON small "
        "FOR EACH ROW EXECUTE FUNCTION small_refuse_large()",
        "CREATE OR REPLACE TRIGGER small_refuse_large BEFORE UPDATE ON small "
        "FOR EACH ROW WHEN (NEW.size > 0) EXECUTE FUNCTION small_refuse_large()",
        "CREATE OR REPLACE TRIGGER small_refuse_large BEFORE INSERT ON small "
        "FOR EACH ROW WHEN (NEW.size > 0) "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_a_trigger_that_fires_otherwise_is_found_on_postgresql(small, change):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps a trigger as its statement")
    sql(change)
    if "CREATE" in change:
        sql("ALTER TABLE small ENABLE ALWAYS TRIGGER small_refuse_large")
    assert small.faults(connection) == ["the trigger small_refuse_large is changed or disabled"]


def test_a_name_belongs_to_one_set(small):
    assert triggers.register(SMALL) is SMALL
    assert triggers.registered().count(SMALL) == 1
    with pytest.raises(ValueError, match="small_refuse_large"):
        triggers.register(replace(SMALL, tables=("other",)))


def test_on_sqlite_no_trigger_stands_in_the_way_of_a_migration(small, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite remakes tables")
    seen = []
    original = TriggerSet.remove

    def watched(self: TriggerSet, connection) -> None:
        original(self, connection)
        seen.append(self)

    monkeypatch.setattr(TriggerSet, "remove", watched)
    call_command("migrate", "ledger", "0002", verbosity=0)
    assert small in seen
    call_command("migrate", verbosity=0)
    assert [each.faults(connection) for each in triggers.registered()] == [[]] * len(
        triggers.registered()
    )
