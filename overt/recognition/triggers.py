"""What the database itself holds sessions to, on SQLite and on PostgreSQL.

Rules
1. A session begins scheduled, without a permit; none is ever deleted. What it is of never changes.
2. Its state changes only as `states.TRANSITIONS` allows, and never to an earlier time.
3. Its fence, its permits and its requests only rise; permits one by one, each with its decision.
4. A permit is given only to a session that is armed or live, next in sequence, to a request with a
   higher number than any before, within the session's time, while the deployment is ready or live
   with the version of the session, and an authority for that version holds at that moment until
   the permit ends.
5. A session is made live only by the permit that holds at that moment.
6. Answers to requests, batches, manifests, alerts and what was said of them, deletions,
   explanations, seeded tests, records and key sets never change or go.
7. A count of faces never goes down, and neither a count nor an alert is added once the session is
   reconciled. (That a system counts nothing after it said that it stopped goes by the numbers of
   its batches, and is the service's to see.)
8. Records are numbered from 1 without a gap; so are key sets.
9. A key never changes; it may be revoked or retired, once.
"""

from overt.deployments.triggers import DEPLOYMENT, DETERMINATION, END
from overt.triggers import Guard, guarding, register

from . import states

SESSION = "recognition_session"
PERMIT = "recognition_permitdecision"
BATCH = "recognition_batch"
MANIFEST = "recognition_manifest"
COUNTER = "recognition_counter"
ALERT = "recognition_alert"
REPORT = "recognition_alertreport"
DELETION = "recognition_deletion"
EXPLANATION = "recognition_explanation"
SEEDED = "recognition_seededtest"
RECORD = "recognition_record"
SYSTEM_KEY = "recognition_systemkey"
PERMIT_KEY = "recognition_permitkey"
KEY_SET = "recognition_keyset"
_FOR_GOOD = (
    PERMIT,
    BATCH,
    MANIFEST,
    ALERT,
    REPORT,
    DELETION,
    EXPLANATION,
    SEEDED,
    RECORD,
    KEY_SET,
)


def _listed(*values: str) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _differs(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


def _taken(table: str, *same: str) -> tuple[str, str]:
    # For SQLite's INSERT OR REPLACE, which deletes the row in its way without a DELETE trigger.
    rows = " OR ".join(f"({one})" for one in ("x.id = NEW.id", *same))
    return f"EXISTS (SELECT 1 FROM {table} x WHERE {rows})", "that row is there already"


_ALLOWED = " OR ".join(
    f"(OLD.state = '{state}' AND NEW.state IN ({_listed(*after)}))"
    for state, after in states.TRANSITIONS.items()
    if after
)
_GIVEN = (
    f"EXISTS (SELECT 1 FROM {PERMIT} p WHERE p.session_id = NEW.id "
    "AND p.sequence = NEW.permits AND p.at = NEW.permit_at "
    "AND p.expires_at = NEW.permit_expires_at)"
)
_MAY_BE_PERMITTED = (
    f"EXISTS (SELECT 1 FROM {SESSION} s JOIN {DEPLOYMENT} d ON d.id = s.deployment_id "
    "WHERE s.id = NEW.session_id "
    f"AND s.state IN ({_listed(*states.PERMITTING)}) AND NEW.sequence = s.permits + 1 "
    "AND s.starts_at <= NEW.at AND NEW.expires_at <= s.ends_at "
    "AND d.state IN ('ready', 'live') AND d.current_version_id = s.version_id "
    f"AND EXISTS (SELECT 1 FROM {DETERMINATION} a WHERE a.version_id = s.version_id "
    "AND a.kind IN ('oral', 'authority') AND a.outcome = 'given' "
    "AND a.at <= NEW.at AND NEW.expires_at <= a.valid_until "
    f"AND NOT EXISTS (SELECT 1 FROM {END} e WHERE e.authority_id = a.id)))"
)
_OF_THE_SESSION = f"SELECT {{}} FROM {SESSION} s WHERE s.id = NEW.session_id"
_IS_SETTLED = (
    f"({_OF_THE_SESSION.format('s.state')}) IN "
    f"({_listed(states.RECONCILED, states.PUBLISHED, *states.CLOSED)})"
)

CONTROL = register(
    guarding(
        reads=(DEPLOYMENT, DETERMINATION, END),
        guards={
            "recognition_begin": Guard(
                SESSION,
                "INSERT",
                (
                    (
                        "NEW.state <> 'scheduled' OR NEW.permits <> 0 OR NEW.requests <> 0",
                        "a session begins scheduled, without a permit",
                    ),
                    _taken(SESSION),
                ),
            ),
            "recognition_move": Guard(
                SESSION,
                "UPDATE",
                (
                    (
                        _differs(
                            "id",
                            "deployment_id",
                            "version_id",
                            "system_id",
                            "opened_at",
                            "starts_at",
                            "ends_at",
                        ),
                        "what a session is of never changes",
                    ),
                    (
                        f"NEW.state <> OLD.state AND NOT ({_ALLOWED})",
                        "a session cannot go from that state to this",
                    ),
                    ("NEW.state_at < OLD.state_at", "the time of a state never goes back"),
                    (
                        "NEW.fence < OLD.fence OR NEW.requests < OLD.requests",
                        "the numbers of a session only rise",
                    ),
                    (
                        "NEW.permits <> OLD.permits AND NOT "
                        f"(NEW.permits = OLD.permits + 1 AND {_GIVEN})",
                        "permits are counted one by one, as they were decided",
                    ),
                    (
                        "NEW.permits = OLD.permits "
                        f"AND {_differs('permit_at', 'permit_expires_at')}",
                        "the times of a permit never change",
                    ),
                    (
                        "NEW.state = 'live' AND OLD.state <> 'live' AND NOT "
                        f"({_GIVEN} AND NEW.state_at < NEW.permit_expires_at)",
                        "only a permit that holds makes a session live",
                    ),
                ),
            ),
            "recognition_permit": Guard(
                PERMIT,
                "INSERT",
                (
                    _taken(
                        PERMIT,
                        "x.session_id = NEW.session_id AND x.request = NEW.request",
                        "x.session_id = NEW.session_id AND x.sequence = NEW.sequence",
                    ),
                    (
                        f"NEW.request <= ({_OF_THE_SESSION.format('s.requests')})",
                        "a request has a higher number than any before",
                    ),
                    (
                        f"NEW.sequence IS NOT NULL AND NOT {_MAY_BE_PERMITTED}",
                        "no authority allows this permit",
                    ),
                ),
            ),
            "recognition_batch_once": Guard(
                BATCH,
                "INSERT",
                (_taken(BATCH, "x.session_id = NEW.session_id AND x.number = NEW.number"),),
            ),
            "recognition_manifest_once": Guard(
                MANIFEST,
                "INSERT",
                (_taken(MANIFEST, "x.session_id = NEW.session_id AND x.number = NEW.number"),),
            ),
            "recognition_count": Guard(
                COUNTER,
                "INSERT",
                (
                    _taken(
                        COUNTER,
                        "x.session_id = NEW.session_id AND x.camera = NEW.camera "
                        "AND x.minute = NEW.minute",
                    ),
                    (_IS_SETTLED, "the account of the session is settled"),
                ),
            ),
            "recognition_recount": Guard(
                COUNTER,
                "UPDATE",
                (
                    (
                        _differs("id", "session_id", "camera", "minute"),
                        "what a count is of never changes",
                    ),
                    ("NEW.faces_seen < OLD.faces_seen", "a count of faces never goes down"),
                    (_IS_SETTLED, "the account of the session is settled"),
                ),
            ),
            "recognition_alert_once": Guard(
                ALERT,
                "INSERT",
                (
                    _taken(ALERT, "x.session_id = NEW.session_id AND x.name = NEW.name"),
                    (_IS_SETTLED, "the account of the session is settled"),
                ),
            ),
            "recognition_report": Guard(REPORT, "INSERT", (_taken(REPORT),)),
            "recognition_deletion_said": Guard(DELETION, "INSERT", (_taken(DELETION),)),
            "recognition_explain": Guard(
                EXPLANATION,
                "INSERT",
                (_taken(EXPLANATION, "x.session_id = NEW.session_id AND x.sha256 = NEW.sha256"),),
            ),
            "recognition_seed": Guard(SEEDED, "INSERT", (_taken(SEEDED),)),
            "recognition_publish": Guard(
                RECORD,
                "INSERT",
                (
                    _taken(RECORD, "x.digest = NEW.digest"),
                    (
                        f"NEW.number <> 1 + coalesce((SELECT max(r.number) FROM {RECORD} r "
                        "WHERE r.session_id = NEW.session_id), 0)",
                        "a record comes next in number",
                    ),
                    (
                        f"({_OF_THE_SESSION.format('s.state')}) NOT IN "
                        f"({_listed(states.RECONCILED, states.PUBLISHED)})",
                        "only what is reconciled is published",
                    ),
                ),
            ),
            "recognition_key_set": Guard(
                KEY_SET,
                "INSERT",
                (
                    _taken(KEY_SET, "x.version = NEW.version"),
                    (
                        f"NEW.version <> 1 + coalesce((SELECT max(k.version) FROM {KEY_SET} k), 0)",
                        "a key set comes next in number",
                    ),
                ),
            ),
            "recognition_system_key": Guard(
                SYSTEM_KEY,
                "UPDATE",
                (
                    (
                        _differs("id", "system_id", "kid", "public", "valid_from", "added_at"),
                        "a key never changes",
                    ),
                    (
                        "NEW.valid_until > OLD.valid_until "
                        f"OR (OLD.revoked_at IS NOT NULL AND {_differs('revoked_at')})",
                        "a key that ended stays so",
                    ),
                ),
            ),
            "recognition_permit_key": Guard(
                PERMIT_KEY,
                "UPDATE",
                (
                    (
                        _differs("id", "kid", "public", "not_before", "added_at"),
                        "a key never changes",
                    ),
                    (
                        "NEW.not_after > OLD.not_after "
                        f"OR (OLD.retired_at IS NOT NULL AND {_differs('retired_at')})",
                        "a key that ended stays so",
                    ),
                ),
            ),
        },
        kept={
            **dict.fromkeys(_FOR_GOOD, ("UPDATE", "DELETE")),
            **dict.fromkeys((SESSION, COUNTER, SYSTEM_KEY, PERMIT_KEY), ("DELETE",)),
        },
    )
)
