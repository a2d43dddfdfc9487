"""Checks of signs are only ever added, on SQLite and on PostgreSQL.

What was seen of a sign decides whether a deployment may start and go on, so a check that turns
out to be wrong is followed by a right one. SQLite's INSERT OR REPLACE deletes the row in its way
without firing a DELETE trigger: so it is refused where one is.
"""

from overt.triggers import BEFORE, DELETE, TRUNCATE, UPDATE, TriggerSet, register

CHECK = "deployments_signcheck"

_KEPT = "a check of a sign is kept"
_IN_THE_WAY = f"""
    EXISTS (SELECT 1 FROM {CHECK} c WHERE c.id = NEW.id OR (NEW.key <> '' AND c.key = NEW.key
        AND c.sign_id = NEW.sign_id AND c.person_id = NEW.person_id))
""".strip()  # noqa: S608 - nothing in it comes from outside

CHECKS = register(
    TriggerSet(
        tables=(CHECK,),
        sqlite={
            f"{CHECK}_kept_{event.lower()}": (
                f"CREATE TRIGGER {CHECK}_kept_{event.lower()} BEFORE {event} ON {CHECK}\n"
                f"BEGIN SELECT RAISE(ABORT, '{_KEPT}: {event} refused'); END"
            )
            for event in ("UPDATE", "DELETE")
        }
        | {
            f"{CHECK}_kept_insert": (
                f"CREATE TRIGGER {CHECK}_kept_insert BEFORE INSERT ON {CHECK}\n"
                f"WHEN {_IN_THE_WAY}\n"
                f"BEGIN SELECT RAISE(ABORT, '{_KEPT}: INSERT refused over another'); END"
            )
        },
        functions={
            f"{CHECK}_kept": f"""
BEGIN
    RAISE EXCEPTION '{_KEPT}: % refused', TG_OP USING ERRCODE = 'check_violation';
END"""
        },
        triggers={
            f"{CHECK}_kept": (
                CHECK,
                f"CREATE TRIGGER {CHECK}_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON {CHECK} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {CHECK}_kept()",
                BEFORE | DELETE | UPDATE | TRUNCATE,
            )
        },
    )
)
