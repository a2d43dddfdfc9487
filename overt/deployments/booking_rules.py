"""No system, person or place is taken twice at once: the rule, in the database.

Rules
1. Two bookings of one system or person never overlap in time. A booking holds from its start up
   to, but not including, its end: whoever is free at 14:00 can be booked from 14:00.
2. Two bookings of a zone never overlap in time while the zones share a point. Zones that merely
   touch, in an edge or a corner, share a point, so they do conflict, on both engines.
3. A booking is never changed, and on SQLite never replaced; it is deleted, and made anew.
4. A booking is not deleted while its deployment is in a state that holds it (`states.HOLDING`).
5. A zone is spelled as `zones_in_sqlite.zone_text` spells it, and on SQLite a time as Django
   writes it: otherwise two that are equal could look different.

PostgreSQL keeps rules 1 and 2 by exclusion constraints (extension btree_gist), which hold whatever
other transactions do at that moment; a trigger has the writers queue, since two that meet inside
such a constraint would otherwise be told of a deadlock rather than of the conflict. On SQLite there
is one writer at a time, and triggers look at the rows that are there; they call
`overt_zones_meet`, so that a program without that function cannot book a zone at all.
"""

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from overt.deployments import states
from overt.deployments.zones_in_sqlite import NAME as ZONES_MEET
from overt.triggers import BEFORE, DELETE, INSERT, ROW, TRUNCATE, UPDATE, TriggerSet, register

TABLE = "deployments_booking"
_DEPLOYMENTS = "deployments_deployment"
_HOLDING = ", ".join(f"'{state}'" for state in states.HOLDING)

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_ADVISORY_LOCK = 0x4F56424F4F4B  # "OVBOOK"

CONSTRAINTS = {
    "booking_subject_once_at_a_time": (
        "EXCLUDE USING gist (subject WITH =, tstzrange(starts_at, ends_at) WITH &&) "
        "WHERE (kind <> 'zone')"
    ),
    "booking_zones_apart": (
        "EXCLUDE USING gist ((zone::polygon) WITH &&, tstzrange(starts_at, ends_at) WITH &&) "
        "WHERE (kind = 'zone')"
    ),
    "booking_zone_spelling": (
        r"CHECK (kind <> 'zone' OR zone ~ '^\((\(-?[0-9]+,-?[0-9]+\),){2,}"
        r"\(-?[0-9]+,-?[0-9]+\)\)$')"
    ),
}

_IN_THE_WAY = f"""
    EXISTS (
        SELECT 1 FROM {TABLE} AS other
        WHERE other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
        AND other.kind {{same}} 'zone' AND {{shared}}
    )
""".strip()  # noqa: S608 - nothing in it comes from outside


def _sqlite_time(column: str) -> str:
    """True for what Django writes: seconds, then nothing or microseconds that are not zero."""
    return (
        f"(substr(NEW.{column}, 1, 19) IS datetime(substr(NEW.{column}, 1, 19), '+0 days') "
        f"AND (length(NEW.{column}) = 19 OR (NEW.{column} GLOB '*.{'[0-9]' * 6}' "
        f"AND length(NEW.{column}) = 26 AND NEW.{column} NOT GLOB '*.000000')))"
    )


def _on_sqlite(name: str, event: str, condition: str, message: str) -> str:
    when = f"WHEN {condition}\n" if condition else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE}\n{when}"
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


_SQLITE = {
    "booking_times_as_written": _on_sqlite(
        "booking_times_as_written",
        "INSERT",
        f"NOT ({_sqlite_time('starts_at')} AND {_sqlite_time('ends_at')})",
        "booking: a time is not spelled as it must be",
    ),
    "booking_not_replaced": _on_sqlite(
        "booking_not_replaced",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id "  # noqa: S608
        "OR (deployment_id = NEW.deployment_id AND subject = NEW.subject))",
        "booking: it is there already, and a booking is not replaced",
    ),
    "booking_subject_once_at_a_time": _on_sqlite(
        "booking_subject_once_at_a_time",
        "INSERT",
        "NEW.kind <> 'zone' AND "
        + _IN_THE_WAY.format(same="<>", shared="other.subject = NEW.subject"),
        "booking: taken at that time",
    ),
    "booking_zones_apart": _on_sqlite(
        "booking_zones_apart",
        "INSERT",
        f"NEW.kind = 'zone' AND ({ZONES_MEET}(NEW.zone, NEW.zone) IS NOT 1 OR "
        + _IN_THE_WAY.format(same="=", shared=f"{ZONES_MEET}(NEW.zone, other.zone)")
        + ")",
        "booking: the zone is no polygon, or meets another one at that time",
    ),
    "booking_never_changes": _on_sqlite(
        "booking_never_changes", "UPDATE", "", "booking: UPDATE refused"
    ),
    "booking_kept_while_held": _on_sqlite(
        "booking_kept_while_held",
        "DELETE",
        f"(SELECT state FROM {_DEPLOYMENTS} WHERE id = OLD.deployment_id) IN ({_HOLDING})",  # noqa: S608
        "booking: DELETE refused while the deployment holds it",
    ),
}

BOOKINGS = register(
    TriggerSet(
        tables=(TABLE, _DEPLOYMENTS),
        sqlite=_SQLITE,
        functions={
            "booking_one_at_a_time": f"""
BEGIN
    PERFORM pg_advisory_xact_lock({_ADVISORY_LOCK});
    RETURN NULL;
END""",
            "booking_refuse": """
BEGIN
    RAISE EXCEPTION 'booking: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END""",
            "booking_kept_while_held": f"""
BEGIN
    IF (SELECT state FROM {_DEPLOYMENTS} WHERE id = OLD.deployment_id) IN ({_HOLDING}) THEN
        RAISE EXCEPTION 'booking: DELETE refused while the deployment holds it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END""",  # noqa: S608
        },
        triggers={
            "booking_one_at_a_time": (
                TABLE,
                f"CREATE TRIGGER booking_one_at_a_time BEFORE INSERT ON {TABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION booking_one_at_a_time()",
                BEFORE | INSERT,
            ),
            "booking_never_changes": (
                TABLE,
                f"CREATE TRIGGER booking_never_changes BEFORE UPDATE OR TRUNCATE ON {TABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION booking_refuse()",
                BEFORE | UPDATE | TRUNCATE,
            ),
            "booking_kept_while_held": (
                TABLE,
                f"CREATE TRIGGER booking_kept_while_held BEFORE DELETE ON {TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION booking_kept_while_held()",
                ROW | BEFORE | DELETE,
            ),
        },
    )
)


def add_constraints(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For the migration: on PostgreSQL, the exclusion constraints and what they need."""
    if schema_editor.connection.vendor != "postgresql":
        return
    _require_btree_gist(schema_editor.connection)
    for name, constraint in CONSTRAINTS.items():
        schema_editor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {constraint}", None)


def drop_constraints(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back. The extension stays: it may have been there before."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in CONSTRAINTS:
        schema_editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {name}", None)


def _require_btree_gist(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")
        if cursor.fetchone():
            return
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        except DatabaseError as error:
            raise DatabaseError(
                "Overt keeps bookings apart with the PostgreSQL extension btree_gist, and this "
                "account may not add it, or the server does not have it. Install PostgreSQL's "
                "contrib package, run CREATE EXTENSION btree_gist in this database as its owner "
                f"or a superuser, then migrate again. The server says: {str(error).strip()}"
            ) from error
