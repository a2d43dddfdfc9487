"""What the database itself holds deployments to, on SQLite and on PostgreSQL.

Rules
1. A deployment begins as a draft, without a version; none is ever deleted.
2. Its state changes only as `states.TRANSITIONS` allows, and never to an earlier time. Its
   reference, its creator and when it was created never change.
3. What a draft says, and its times, change only while it is a draft; its profile only on the way
   back to one.
4. Its version changes only as it is submitted, to its own newest one; and submitting needs that.
5. It is reviewed only with a legal adviser's support for its version.
6. It is authorised, ready or live only while an authority for its version holds at that moment.
7. What holds a system and a place has booked them.
8. A version comes next in number, of a draft; it and its authors never change or go.
9. A decision is on the version in force, with its digest as it was shown, in a state that asks for
   one; by an account in use, of the right role and of the rank it states; never by anyone who wrote
   on the version; never a review and an authority by one person; a written authority after a
   review, where the version asks for one. Decisions never change or go.
10. The end of an authority never changes or goes.

Rank, role and the rest are read at the moment of the decision, in the same transaction. Whoever
owns the database can drop a trigger; `manage.py check --database default` says so.
"""

from collections.abc import Iterable

from overt.accounts import roles
from overt.accounts.models import Rank
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

DEPLOYMENT = "deployments_deployment"
VERSION = "deployments_version"
AUTHOR = "deployments_versionauthor"
DETERMINATION = "deployments_determination"
END = "deployments_authorityend"
BOOKING = "deployments_booking"
_FOR_GOOD = (VERSION, AUTHOR, DETERMINATION, END)


Refusal = tuple[str, str]


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


_ALLOWED = " OR ".join(
    f"(OLD.state = '{state}' AND NEW.state IN ({_listed(after)}))"
    for state, after in states.TRANSITIONS.items()
    if after
)
_LEVEL = (
    "CASE NEW.rank "
    + " ".join(f"WHEN '{rank}' THEN {level}" for level, rank in enumerate(Rank.values))
    + " ELSE -1 END"
)


def _has_role(role: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM accounts_user_groups g JOIN auth_group r ON r.id = g.group_id "
        f"WHERE g.user_id = NEW.person_id AND r.name = '{role}')"
    )


_SUPPORTED = (
    f"EXISTS (SELECT 1 FROM {DETERMINATION} d WHERE d.version_id = {{version}} "
    "AND d.kind = 'review' AND d.outcome = 'given')"
)
_AUTHORITY_HOLDS = (
    f"EXISTS (SELECT 1 FROM {DETERMINATION} d WHERE d.version_id = NEW.current_version_id "
    "AND d.kind IN ('oral', 'authority') AND d.outcome = 'given' "
    "AND d.at <= NEW.state_at AND NEW.state_at < d.valid_until "
    f"AND NOT EXISTS (SELECT 1 FROM {END} e WHERE e.authority_id = d.id))"
)
_NEWEST = (
    f"EXISTS (SELECT 1 FROM {VERSION} v WHERE v.id = NEW.current_version_id "
    "AND v.deployment_id = NEW.id "
    f"AND v.number = (SELECT max(w.number) FROM {VERSION} w WHERE w.deployment_id = NEW.id))"
)
_BOOKED = " AND ".join(
    f"EXISTS (SELECT 1 FROM {BOOKING} b WHERE b.deployment_id = NEW.id AND b.kind = '{kind}')"
    for kind in ("system", "zone")
)
_THE_VERSION = (
    f"EXISTS (SELECT 1 FROM {VERSION} v JOIN {DEPLOYMENT} p ON p.current_version_id = v.id "
    "WHERE v.id = NEW.version_id AND {holds})"
)


def _differs(*columns: str) -> str:
    # IS NOT in SQLite and IS DISTINCT FROM in both count NULL as a value; SQLite knows the latter
    # from 3.39 on, which Debian 12 has.
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


def _differs_as_text(column: str) -> str:
    # PostgreSQL has no equality for json, and jsonb keeps one spelling.
    return f"CAST(NEW.{column} AS text) <> CAST(OLD.{column} AS text)"


_SAID = (
    f"({_differs_as_text('draft')} OR "
    + _differs(
        "setup_at",
        "starts_at",
        "ends_at",
        "takedown_at",
        "system_id",
        "team_id",
        "borough_id",
        "title",
    )[1:]
)


def _taken(table: str, same: str) -> Refusal:
    # For SQLite's INSERT OR REPLACE, which deletes the row in its way without a DELETE trigger.
    return f"EXISTS (SELECT 1 FROM {table} x WHERE {same})", "that row is there already"


# Each: what must not be, and what is said then.
_ON_INSERT = (
    (
        "NEW.state <> 'draft' OR NEW.current_version_id IS NOT NULL",
        "a deployment begins as a draft",
    ),
    _taken(DEPLOYMENT, "x.id = NEW.id OR x.reference = NEW.reference"),
)
_ON_UPDATE = (
    (
        _differs("id", "reference", "created_by_id", "created_at"),
        "the identity of a deployment never changes",
    ),
    (
        f"NEW.state <> OLD.state AND NOT ({_ALLOWED})",
        "a deployment cannot go from that state to this",
    ),
    ("NEW.state_at < OLD.state_at", "the time of a state never goes back"),
    (
        f"OLD.state <> 'draft' AND {_SAID}",
        "what an application says changes only while it is a draft",
    ),
    (
        f"{_differs('policy_name', 'policy_digest')} AND (NEW.state <> 'draft' "
        "OR OLD.state = 'draft')",
        "the policy of an application changes only as it is opened again",
    ),
    (
        f"{_differs('current_version_id')} "
        "AND NOT (OLD.state = 'draft' AND NEW.state = 'submitted')",
        "the version changes only as an application is submitted",
    ),
    (
        f"OLD.state = 'draft' AND NEW.state = 'submitted' AND NOT ({_NEWEST} "
        f"AND {_differs('current_version_id')})",
        "submitting needs a new version of this application",
    ),
    (
        f"NEW.state IN ({_listed(states.HOLDING)}) AND NEW.state <> OLD.state AND NOT ({_BOOKED})",
        "a deployment needs its system and its place booked",
    ),
    (
        "NEW.state = 'reviewed' AND OLD.state <> 'reviewed' "
        f"AND NOT {_SUPPORTED.format(version='NEW.current_version_id')}",
        "a legal adviser has not supported this version",
    ),
    (
        f"NEW.state IN ({_listed(states.UNDER_AUTHORITY)}) AND NEW.state <> OLD.state "
        f"AND NOT {_AUTHORITY_HOLDS}",
        "no authority for this version holds at that time",
    ),
)
_ON_VERSION = (
    (
        f"NEW.number <> 1 + coalesce((SELECT max(v.number) FROM {VERSION} v "
        "WHERE v.deployment_id = NEW.deployment_id), 0)",
        "a version comes next in number",
    ),
    (
        f"NOT EXISTS (SELECT 1 FROM {DEPLOYMENT} p WHERE p.id = NEW.deployment_id "
        "AND p.state = 'draft')",
        "only a draft becomes a version",
    ),
    _taken(VERSION, "x.id = NEW.id OR x.digest = NEW.digest"),
)
_ON_AUTHOR = (
    (
        f"NOT EXISTS (SELECT 1 FROM {VERSION} v JOIN {DEPLOYMENT} p ON p.id = v.deployment_id "
        "WHERE v.id = NEW.version_id AND p.state = 'draft')",
        "the authors of a version are named before it is submitted",
    ),
    _taken(
        AUTHOR, "x.id = NEW.id OR (x.version_id = NEW.version_id AND x.person_id = NEW.person_id)"
    ),
)
_STATES_FOR = {
    "review": (states.SUBMITTED, states.AUTHORISED, states.READY),
    "oral": (states.SUBMITTED, states.REVIEWED),
    "authority": (states.SUBMITTED, states.REVIEWED, states.AUTHORISED, states.READY),
}
_FITS = " OR ".join(
    f"(NEW.kind = '{kind}' AND p.state IN ({_listed(at)}))" for kind, at in _STATES_FOR.items()
)
_ON_END = (_taken(END, "x.authority_id = NEW.authority_id"),)
_ON_DETERMINATION = (
    _taken(DETERMINATION, "x.id = NEW.id OR (x.version_id = NEW.version_id AND x.kind = NEW.kind)"),
    (
        f"NOT {_THE_VERSION.format(holds=f'({_FITS})')}",
        "this version is not waiting for such a decision",
    ),
    (
        f"NOT {_THE_VERSION.format(holds='v.digest = NEW.seen_digest')}",
        "what was shown is not this version",
    ),
    (
        f"NOT {_THE_VERSION.format(holds='v.submitted_at <= NEW.at')}",
        "a decision comes after the version",
    ),
    (
        "NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.person_id "
        "AND u.is_active AND u.rank = NEW.rank)",
        "the account is not in use, or not of that rank",
    ),
    (
        f"NEW.kind = 'review' AND NOT {_has_role(roles.LEGAL)}",
        "only a legal adviser reviews",
    ),
    (
        f"NEW.kind <> 'review' AND NOT {_has_role(roles.AUTHORISING_OFFICER)}",
        "only an authorising officer authorises",
    ),
    (
        f"NEW.kind = 'authority' AND NOT "
        f"{_THE_VERSION.format(holds=f'{_LEVEL} >= v.authorising_level')}",
        "the rank is below the one that authorises",
    ),
    (
        f"NEW.kind = 'oral' AND NOT {_THE_VERSION.format(holds=f'{_LEVEL} >= v.urgent_level')}",
        "the rank is below the one that authorises by word of mouth",
    ),
    (
        f"EXISTS (SELECT 1 FROM {AUTHOR} a WHERE a.version_id = NEW.version_id "
        "AND a.person_id = NEW.person_id) OR NOT "
        + _THE_VERSION.format(
            holds="v.author_id <> NEW.person_id AND p.created_by_id <> NEW.person_id"
        ),
        "nobody decides on what they wrote",
    ),
    (
        f"EXISTS (SELECT 1 FROM {DETERMINATION} d WHERE d.version_id = NEW.version_id "
        "AND d.person_id = NEW.person_id AND (d.kind = 'review' OR NEW.kind = 'review'))",
        "nobody both reviews and authorises",
    ),
    (
        "NEW.kind = 'authority' AND NOT "
        + _THE_VERSION.format(
            holds=f"(NOT v.review_required OR {_SUPPORTED.format(version='v.id')})"
        ),
        "a legal adviser has not supported this version",
    ),
)


def _sqlite(name: str, event: str, table: str, refusals: Iterable[Refusal]) -> str:
    cases = " ".join(f"SELECT RAISE(ABORT, '{said}') WHERE {wrong};" for wrong, said in refusals)
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}\nBEGIN {cases} END"


def _plpgsql(refusals: Iterable[Refusal]) -> str:
    cases = "\n".join(
        f"    IF {wrong} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF;"
        for wrong, said in refusals
    )
    return f"BEGIN\n{cases}\n    RETURN NEW;\nEND"


_GUARDED = {
    "deployments_begin": (DEPLOYMENT, "INSERT", INSERT, _ON_INSERT),
    "deployments_move": (DEPLOYMENT, "UPDATE", UPDATE, _ON_UPDATE),
    "deployments_version_next": (VERSION, "INSERT", INSERT, _ON_VERSION),
    "deployments_author_named": (AUTHOR, "INSERT", INSERT, _ON_AUTHOR),
    "deployments_decide": (DETERMINATION, "INSERT", INSERT, _ON_DETERMINATION),
    "deployments_end": (END, "INSERT", INSERT, _ON_END),
}
_KEPT = {table: f"{table}_kept" for table in (*_FOR_GOOD, DEPLOYMENT)}


def _kept_on_sqlite() -> dict[str, str]:
    statements = {}
    for table, name in _KEPT.items():
        for event in ("DELETE",) if table == DEPLOYMENT else ("DELETE", "UPDATE"):
            statements[f"{name}_{event.lower()}"] = (
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table}\n"
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept: {event} refused'); END"
            )
    return statements


def _kept_on_postgresql() -> dict[str, tuple[str, str, int]]:
    statements = {}
    for table, name in _KEPT.items():
        change = "" if table == DEPLOYMENT else "OR UPDATE "
        kind = BEFORE | DELETE | TRUNCATE | (0 if table == DEPLOYMENT else UPDATE)
        statements[name] = (
            table,
            f"CREATE TRIGGER {name} BEFORE DELETE {change}OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION deployments_kept()",
            kind,
        )
    return statements


CONTROL = register(
    TriggerSet(
        tables=(*_FOR_GOOD, DEPLOYMENT, BOOKING),
        sqlite={
            name: _sqlite(name, event, table, refusals)
            for name, (table, event, _, refusals) in _GUARDED.items()
        }
        | _kept_on_sqlite(),
        functions={name: _plpgsql(refusals) for name, (*_, refusals) in _GUARDED.items()}
        | {
            "deployments_kept": """
BEGIN
    RAISE EXCEPTION '% is kept: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'check_violation';
END"""
        },
        triggers={
            name: (
                table,
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()",
                ROW | BEFORE | kind,
            )
            for name, (table, event, kind, _) in _GUARDED.items()
        }
        | _kept_on_postgresql(),
    )
)
