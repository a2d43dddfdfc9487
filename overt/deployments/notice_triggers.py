"""Notices are only ever added, and only for what is authorised; on SQLite and on PostgreSQL.

Rules
1. A notice never changes or goes; one that is wrong is followed by a right one. SQLite's INSERT OR
   REPLACE deletes the row in its way without firing a DELETE trigger: so it is refused where
   one is.
2. The notices of a deployment are numbered from 1 without a gap, and none is published before the
   one that it replaces.
3. The first is an announcement; a later one is a change, or cancels one that stands.
4. Nothing is announced that is not under authority, or over after having been; and only the
   version in force is.
"""

from overt.triggers import (
    BEFORE,
    DELETE,
    INSERT,
    ROW,
    TRUNCATE,
    UPDATE,
    TriggerSet,
    register,
)

from . import states

NOTICE = "deployments_notice"
# What may be announced: what is under authority, and what took place.
ANNOUNCEABLE = (*states.UNDER_AUTHORITY, states.ENDED)

_KEPT = "a notice is kept"
_OWN = f"SELECT {{}} FROM {NOTICE} n WHERE n.deployment_id = NEW.deployment_id"
_LAST = f"{_OWN} ORDER BY n.number DESC LIMIT 1"
_ANNOUNCEABLE = "(" + ", ".join(f"'{state}'" for state in ANNOUNCEABLE) + ")"
_REFUSALS = (
    (
        f"EXISTS (SELECT 1 FROM {NOTICE} n WHERE n.id = NEW.id OR n.digest = NEW.digest)",
        f"{_KEPT}: INSERT refused over another",
    ),
    (
        f"NEW.number <> 1 + coalesce(({_OWN.format('max(n.number)')}), 0)",
        "a notice comes next in number",
    ),
    (
        f"NEW.published_at < ({_LAST.format('n.published_at')})",
        "a notice is published after the one that it replaces",
    ),
    (
        "(NEW.kind = 'announcement') <> (NEW.number = 1)",
        "the first notice is the announcement",
    ),
    (
        f"NEW.kind = 'cancellation' AND ({_LAST.format('n.kind')}) = 'cancellation'",
        "only a notice that stands is cancelled",
    ),
    (
        "NOT EXISTS (SELECT 1 FROM deployments_version v WHERE v.id = NEW.version_id "
        "AND v.deployment_id = NEW.deployment_id)",
        "a notice is of a version of its deployment",
    ),
    (
        "NEW.kind <> 'cancellation' AND NOT EXISTS (SELECT 1 FROM deployments_deployment d "
        "WHERE d.id = NEW.deployment_id AND d.current_version_id = NEW.version_id "
        f"AND d.state IN {_ANNOUNCEABLE})",
        "only what is authorised is announced",
    ),
)

_CASES_SQLITE = " ".join(
    f"SELECT RAISE(ABORT, '{said}') WHERE {wrong};" for wrong, said in _REFUSALS
)
_CASES_POSTGRESQL = "\n".join(
    f"    IF {wrong} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF;"
    for wrong, said in _REFUSALS
)

NOTICES = register(
    TriggerSet(
        tables=(NOTICE, "deployments_version", "deployments_deployment"),
        sqlite={
            f"{NOTICE}_kept_{event.lower()}": (
                f"CREATE TRIGGER {NOTICE}_kept_{event.lower()} BEFORE {event} ON {NOTICE}\n"
                f"BEGIN SELECT RAISE(ABORT, '{_KEPT}: {event} refused'); END"
            )
            for event in ("UPDATE", "DELETE")
        }
        | {
            f"{NOTICE}_next": (
                f"CREATE TRIGGER {NOTICE}_next BEFORE INSERT ON {NOTICE}\nBEGIN {_CASES_SQLITE} END"
            )
        },
        functions={
            f"{NOTICE}_kept": f"""
BEGIN
    RAISE EXCEPTION '{_KEPT}: % refused', TG_OP USING ERRCODE = 'check_violation';
END""",
            f"{NOTICE}_next": f"BEGIN\n{_CASES_POSTGRESQL}\n    RETURN NEW;\nEND",
        },
        triggers={
            f"{NOTICE}_kept": (
                NOTICE,
                f"CREATE TRIGGER {NOTICE}_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON {NOTICE} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {NOTICE}_kept()",
                BEFORE | DELETE | UPDATE | TRUNCATE,
            ),
            f"{NOTICE}_next": (
                NOTICE,
                f"CREATE TRIGGER {NOTICE}_next BEFORE INSERT ON {NOTICE} "
                f"FOR EACH ROW EXECUTE FUNCTION {NOTICE}_next()",
                ROW | BEFORE | INSERT,
            ),
        },
    )
)
