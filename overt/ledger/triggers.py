"""The triggers that keep the table append-only, on SQLite and on PostgreSQL.

They refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE, and an INSERT anywhere but at the end of
the chain. The last is more than tidiness: SQLite's INSERT OR REPLACE deletes the row in its way
without firing a DELETE trigger.

A trigger stops a program or a person with ordinary access. Whoever owns the database can drop
it; then the chain shows what was done. SQLite drops triggers silently whenever a migration
remakes the table, so such a migration calls `install` again, and `ledger.E001` says when it did
not.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "ledger_entry"

_GENESIS = "0" * 64
_BREAKS_THE_CHAIN = f"""
    NEW.seq <> coalesce((SELECT max(seq) FROM {TABLE}), 0) + 1
    OR NEW.previous <> coalesce((SELECT hash FROM {TABLE} ORDER BY seq DESC LIMIT 1), '{_GENESIS}')
    OR EXISTS (SELECT 1 FROM {TABLE} WHERE hash = NEW.hash)
""".strip()  # noqa: S608 - nothing in it comes from outside

_SQLITE: Mapping[str, str] = MappingProxyType(
    {
        "ledger_refuse_update": f"""
CREATE TRIGGER ledger_refuse_update BEFORE UPDATE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE refused'); END""".strip(),
        "ledger_refuse_delete": f"""
CREATE TRIGGER ledger_refuse_delete BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE refused'); END""".strip(),
        "ledger_only_at_the_end": f"""
CREATE TRIGGER ledger_only_at_the_end BEFORE INSERT ON {TABLE}
WHEN {_BREAKS_THE_CHAIN}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: INSERT only at the end'); END""".strip(),
    }
)

_POSTGRESQL_FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "ledger_refuse": """
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP;
END""".strip(),
        "ledger_only_at_the_end": f"""
BEGIN
    IF {_BREAKS_THE_CHAIN} THEN
        RAISE EXCEPTION 'the ledger is append-only: INSERT only at the end';
    END IF;
    RETURN NEW;
END""".strip(),
    }
)
_POSTGRESQL_TRIGGERS: Mapping[str, str] = MappingProxyType(
    {
        "ledger_refuse_change": f"""
CREATE TRIGGER ledger_refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON {TABLE}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""".strip(),
        "ledger_only_at_the_end": f"""
CREATE TRIGGER ledger_only_at_the_end BEFORE INSERT ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION ledger_only_at_the_end()""".strip(),
    }
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, replacing what is there under their names."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in _SQLITE.values():
                cursor.execute(statement)
            return
        for name, body in _POSTGRESQL_FUNCTIONS.items():
            cursor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
                f"{body}\n$body$"
            )
        for name, statement in _POSTGRESQL_TRIGGERS.items():
            cursor.execute(statement)
            # ALWAYS: they also fire in a session that replays changes as a replica.
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration that has to remake the table, and for tests."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name in _POSTGRESQL_TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
        for name in _POSTGRESQL_FUNCTIONS:
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """What is wrong with the triggers, in words; nothing when all are there, whole and enabled.

    Before the table exists there is nothing to protect, so nothing is wrong.
    """
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "sqlite":
            return _faults_on_sqlite(cursor)
        return _faults_on_postgresql(cursor)


def _faults_on_sqlite(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
    )
    return _differences("trigger", dict(cursor.fetchall()), _SQLITE)


def _faults_on_postgresql(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT tgname, tgenabled, tgtype FROM pg_trigger "
        "WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        [TABLE],
    )
    triggers = {name: (enabled, kind) for name, enabled, kind in cursor.fetchall()}
    cursor.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s) "
        "AND pronamespace = current_schema()::regnamespace",
        [list(_POSTGRESQL_FUNCTIONS)],
    )
    bodies = {name: body.strip() for name, body in cursor.fetchall()}
    expected = {name: ("A", kind) for name, kind in _POSTGRESQL_KINDS.items()}
    return _differences("trigger", triggers, expected) + _differences(
        "function", bodies, _POSTGRESQL_FUNCTIONS
    )


# pg_trigger.tgtype: ROW 1, BEFORE 2, INSERT 4, DELETE 8, UPDATE 16, TRUNCATE 32.
_POSTGRESQL_KINDS = {
    "ledger_refuse_change": 2 | 8 | 16 | 32,
    "ledger_only_at_the_end": 1 | 2 | 4,
}


def _differences(
    kind: str, found: Mapping[str, object], expected: Mapping[str, object]
) -> list[str]:
    return [
        f"the {kind} {name} is {'missing' if name not in found else 'changed or disabled'}"
        for name, value in expected.items()
        if found.get(name) != value
    ]
