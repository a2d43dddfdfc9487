"""Sets of database triggers, on SQLite and on PostgreSQL: put in place, taken away, inspected.

Rules
1. A set belongs to the tables that it names. Until all of them exist there is nothing to protect:
   `install` does nothing and `faults` finds nothing.
2. Each statement begins at CREATE TRIGGER (a constraint trigger may begin at CREATE CONSTRAINT
   TRIGGER) and is compared word for word with what SQLite keeps. Of a trigger on PostgreSQL its
   table, type, function, condition and being ENABLE ALWAYS are compared; of a function its body.
3. A name of a trigger or function belongs to one set.
4. Registered sets are installed again after every `migrate`, because SQLite drops triggers
   silently whenever a migration remakes the table; and taken away before migrations run on SQLite,
   because a trigger that reads another table would stop that table from being remade. A `migrate`
   that failed leaves them away; `overt.ledger.checks` says so.

An app writes its set in its own `triggers.py`, imported from its `AppConfig.ready()`:

    VERSIONS = register(TriggerSet(tables=(...), sqlite={...}, functions={...}, triggers={...}))
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# pg_trigger.tgtype is the sum of these; a trigger FOR EACH STATEMENT that fires AFTER has neither
# of the first two.
ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32

_FUNCTION = re.compile(r"EXECUTE\s+FUNCTION\s+(\w+)\s*\(", re.IGNORECASE)
_CONDITION = re.compile(r"\sWHEN\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class TriggerSet:
    """What one app puts on its tables.

    `sqlite`: name to CREATE TRIGGER statement. `functions` (PostgreSQL): name to the plpgsql body,
    from DECLARE or BEGIN to END. `triggers` (PostgreSQL): name to (table, CREATE TRIGGER
    statement, tgtype).
    """

    tables: tuple[str, ...]
    sqlite: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put the triggers in place, replacing what is there under their names."""
        with connection.cursor() as cursor:
            if not self._has_its_tables(connection, cursor):
                return
            self._remove(connection, cursor)
            if connection.vendor == "sqlite":
                for statement in self.sqlite.values():
                    cursor.execute(statement)
                return
            for name, body in self.functions.items():
                cursor.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
                    f"{body.strip()}\n$body$"
                )
            for name, (table, statement, _) in self.triggers.items():
                cursor.execute(statement)
                # ALWAYS: they also fire in a session that replays changes as a replica.
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Take the triggers away: for a migration that has to remake a table, and for tests."""
        with connection.cursor() as cursor:
            self._remove(connection, cursor)

    def faults(self, connection: BaseDatabaseWrapper) -> list[str]:
        """What is wrong with the triggers, in words; nothing when all are whole and enabled."""
        with connection.cursor() as cursor:
            if not self._has_its_tables(connection, cursor):
                return []
            if connection.vendor == "sqlite":
                return self._faults_on_sqlite(cursor)
            return self._faults_on_postgresql(cursor)

    @property
    def names(self) -> frozenset[str]:
        """Of every trigger and function."""
        return frozenset([*self.sqlite, *self.functions, *self.triggers])

    def _has_its_tables(self, connection: BaseDatabaseWrapper, cursor: Any) -> bool:
        return set(self.tables) <= set(connection.introspection.table_names(cursor))

    def _remove(self, connection: BaseDatabaseWrapper, cursor: Any) -> None:
        if connection.vendor == "sqlite":
            for name in self.sqlite:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name, (table, _, _) in self.triggers.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        for name in self.functions:
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    def _faults_on_sqlite(self, cursor: Any) -> list[str]:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = {
            name: _plain(sql) for name, table, sql in cursor.fetchall() if table in self.tables
        }
        expected = {name: _plain(sql) for name, sql in self.sqlite.items()}
        return _differences("trigger", found, expected)

    def _faults_on_postgresql(self, cursor: Any) -> list[str]:
        cursor.execute(
            "SELECT tgname, relname, tgenabled, tgtype, proname, tgqual IS NOT NULL "
            "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace "
            "AND NOT tgisinternal",
            [list(self.tables)],
        )
        triggers = {name: tuple(rest) for name, *rest in cursor.fetchall()}
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s) "
            "AND pronamespace = current_schema()::regnamespace",
            [list(self.functions)],
        )
        bodies = {name: body.strip() for name, body in cursor.fetchall()}
        expected = {
            name: (table, "A", kind, _function(sql), _CONDITION.search(sql) is not None)
            for name, (table, sql, kind) in self.triggers.items()
        }
        return _differences("trigger", triggers, expected) + _differences(
            "function", bodies, {name: body.strip() for name, body in self.functions.items()}
        )


@dataclass(frozen=True)
class Guard:
    """What may not be written to `table` at `event` (INSERT or UPDATE), row by row.

    `refusals`: an SQL condition over NEW and OLD that must not hold, and what is said then.
    """

    table: str
    event: str
    refusals: tuple[tuple[str, str], ...]


def guarding(
    *,
    reads: tuple[str, ...] = (),
    guards: Mapping[str, Guard],
    kept: Mapping[str, tuple[str, ...]],
) -> TriggerSet:
    """A set that refuses, on both databases, what `guards` name by the name of their trigger, and
    every event that `kept` names for a table (DELETE or UPDATE).

    `reads`: other tables that the conditions read.
    """
    own = dict.fromkeys([*(guard.table for guard in guards.values()), *kept])
    sqlite: dict[str, str] = {}
    functions: dict[str, str] = {}
    triggers: dict[str, tuple[str, str, int]] = {}
    for name, guard in guards.items():
        cases = " ".join(
            f"SELECT RAISE(ABORT, '{said}') WHERE {wrong};" for wrong, said in guard.refusals
        )
        sqlite[name] = (
            f"CREATE TRIGGER {name} BEFORE {guard.event} ON {guard.table}\nBEGIN {cases} END"
        )
        raised = "\n".join(
            f"    IF {wrong} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; "
            "END IF;"
            for wrong, said in guard.refusals
        )
        functions[name] = f"BEGIN\n{raised}\n    RETURN NEW;\nEND"
        triggers[name] = (
            guard.table,
            f"CREATE TRIGGER {name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            ROW | BEFORE | _EVENTS[guard.event],
        )
    for table, events in kept.items():
        name = f"{table}_kept"
        for event in events:
            sqlite[f"{name}_{event.lower()}"] = (
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table}\n"
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept: {event} refused'); END"
            )
        functions[name] = (
            f"BEGIN\n    RAISE EXCEPTION '{table} is kept: % refused', TG_OP "
            "USING ERRCODE = 'check_violation';\nEND"
        )
        triggers[name] = (
            table,
            f"CREATE TRIGGER {name} BEFORE {' OR '.join(events)} OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
            BEFORE | TRUNCATE | sum(_EVENTS[event] for event in events),
        )
    return TriggerSet(
        tables=(*own, *(table for table in reads if table not in own)),
        sqlite=sqlite,
        functions=functions,
        triggers=triggers,
    )


_EVENTS = {"INSERT": INSERT, "UPDATE": UPDATE, "DELETE": DELETE}
_registered: list[TriggerSet] = []


def register(new: TriggerSet) -> TriggerSet:
    """Keep `new` in place after every migration; registering the same set again changes nothing.

    Raises ValueError when another set has one of its names.
    """
    if new not in _registered:
        taken = new.names & {name for known in _registered for name in known.names}
        if taken:
            raise ValueError(f"Another set has a trigger or function {', '.join(sorted(taken))}.")
        _registered.append(new)
    return new


def registered() -> tuple[TriggerSet, ...]:
    """Every registered set, in the order in which they came."""
    return tuple(_registered)


def install_all(connection: BaseDatabaseWrapper) -> None:
    """Put every registered set in place."""
    for each in _registered:
        each.install(connection)


def remove_all(connection: BaseDatabaseWrapper) -> None:
    """Take every registered set away, the last first."""
    for each in reversed(_registered):
        each.remove(connection)


def _plain(statement: str) -> str:
    return statement.strip().removesuffix(";").rstrip()


def _function(statement: str) -> str:
    found = _FUNCTION.search(statement)
    return found[1] if found else ""


def _differences(
    kind: str, found: Mapping[str, object], expected: Mapping[str, object]
) -> list[str]:
    return [
        f"the {kind} {name} is {'missing' if name not in found else 'changed or disabled'}"
        for name, value in expected.items()
        if found.get(name) != value
    ]
