"""Empties the test database after a test that committed, past the triggers that refuse it.

Django's own flush truncates every table and makes content types and permissions again. Here only
the tables that have rows are emptied, and what every test starts with stays: several times as
fast, and these tests are hundreds.
"""

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from overt import triggers
from overt.accounts.groups import ensure_role_groups

# Filled by `migrate` from the code; no test writes to them.
_KEPT = {"django_content_type", "auth_permission"}


def flush(connection: BaseDatabaseWrapper) -> None:
    """Leave the database as after `migrate`, with every trigger in place."""
    with connection.cursor() as cursor:
        filled = _filled(connection, cursor)
        if filled:
            empty = _empty_on_sqlite if connection.vendor == "sqlite" else _empty_on_postgresql
            with transaction.atomic(using=connection.alias):
                empty(cursor, filled)
    ensure_role_groups(using=connection.alias)
    # A test may have taken some away.
    if any(each.faults(connection) for each in triggers.registered()):
        triggers.remove_all(connection)
        triggers.install_all(connection)


def _filled(connection: BaseDatabaseWrapper, cursor: Any) -> list[str]:
    introspection = connection.introspection
    tables = introspection.django_table_names(only_existing=True, include_views=False)
    # Here the test that did it is named; later another would fail for it.
    gone = set(introspection.django_table_names(include_views=False)) - set(tables)
    assert not gone, f"the test took tables away: {sorted(gone)}"
    asked = (
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")"
        for table in sorted(set(tables) - _KEPT)
    )
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


def _empty_on_sqlite(cursor: Any, tables: list[str]) -> None:
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    for name, _ in found:
        cursor.execute(f"DROP TRIGGER {name}")
    for table in tables:
        cursor.execute(f'DELETE FROM "{table}"')
    for _, sql in found:
        cursor.execute(sql)


def _empty_on_postgresql(cursor: Any, tables: list[str]) -> None:
    cursor.execute(
        "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE tgenabled = 'A' AND relname = ANY(%s)",
        [tables],
    )
    always = cursor.fetchall()
    # In one round trip. Disabled are also those that hold foreign keys.
    statements = [f'ALTER TABLE "{table}" DISABLE TRIGGER ALL' for table in tables]
    statements += [f'DELETE FROM "{table}"' for table in tables]
    statements += [f'ALTER TABLE "{table}" ENABLE TRIGGER ALL' for table in tables]
    statements += [
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"' for name, table in always
    ]
    cursor.execute("; ".join(statements))
