"""The triggers that keep entries and checkpoints append-only, on SQLite and on PostgreSQL.

They refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE, and an INSERT anywhere but at the end of
the chain. The last is more than tidiness: SQLite's INSERT OR REPLACE deletes the row in its way
without firing a DELETE trigger.

A trigger stops a program or a person with ordinary access. Whoever owns the database can drop
it; then the chain shows what was done.
"""

from overt.triggers import BEFORE, DELETE, INSERT, ROW, TRUNCATE, UPDATE, TriggerSet, register

TABLE = "ledger_entry"

_GENESIS = "0" * 64
_BREAKS_THE_CHAIN = f"""
    NEW.seq <> coalesce((SELECT max(seq) FROM {TABLE}), 0) + 1
    OR NEW.previous <> coalesce((SELECT hash FROM {TABLE} ORDER BY seq DESC LIMIT 1), '{_GENESIS}')
    OR EXISTS (SELECT 1 FROM {TABLE} WHERE hash = NEW.hash)
""".strip()  # noqa: S608 - nothing in it comes from outside

ENTRIES = register(
    TriggerSet(
        tables=(TABLE,),
        sqlite={
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
        },
        functions={
            "ledger_refuse": """
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP;
END""",
            "ledger_only_at_the_end": f"""
BEGIN
    IF {_BREAKS_THE_CHAIN} THEN
        RAISE EXCEPTION 'the ledger is append-only: INSERT only at the end';
    END IF;
    RETURN NEW;
END""",
        },
        triggers={
            "ledger_refuse_change": (
                TABLE,
                f"CREATE TRIGGER ledger_refuse_change "
                f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {TABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
                BEFORE | DELETE | UPDATE | TRUNCATE,
            ),
            "ledger_only_at_the_end": (
                TABLE,
                f"CREATE TRIGGER ledger_only_at_the_end BEFORE INSERT ON {TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION ledger_only_at_the_end()",
                ROW | BEFORE | INSERT,
            ),
        },
    )
)

CHECKPOINT_TABLE = "ledger_checkpoint"

_NO_NEXT_CHECKPOINT = f"NEW.size <= coalesce((SELECT max(size) FROM {CHECKPOINT_TABLE}), 0)"  # noqa: S608
_NOT_NEXT = "checkpoints are append-only: INSERT only of the next"

CHECKPOINTS = register(
    TriggerSet(
        tables=(CHECKPOINT_TABLE,),
        sqlite={
            "checkpoint_refuse_update": f"""
CREATE TRIGGER checkpoint_refuse_update BEFORE UPDATE ON {CHECKPOINT_TABLE}
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only: UPDATE refused'); END""",
            "checkpoint_refuse_delete": f"""
CREATE TRIGGER checkpoint_refuse_delete BEFORE DELETE ON {CHECKPOINT_TABLE}
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only: DELETE refused'); END""",
            "checkpoint_only_the_next": f"""
CREATE TRIGGER checkpoint_only_the_next BEFORE INSERT ON {CHECKPOINT_TABLE}
WHEN {_NO_NEXT_CHECKPOINT}
BEGIN SELECT RAISE(ABORT, '{_NOT_NEXT}'); END""",
        },
        functions={
            "checkpoint_refuse": """
BEGIN
    RAISE EXCEPTION 'checkpoints are append-only: % refused', TG_OP;
END""",
            "checkpoint_only_the_next": f"""
BEGIN
    IF {_NO_NEXT_CHECKPOINT} THEN
        RAISE EXCEPTION '{_NOT_NEXT}';
    END IF;
    RETURN NEW;
END""",
        },
        triggers={
            "checkpoint_refuse_change": (
                CHECKPOINT_TABLE,
                f"CREATE TRIGGER checkpoint_refuse_change "
                f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {CHECKPOINT_TABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_refuse()",
                BEFORE | DELETE | UPDATE | TRUNCATE,
            ),
            "checkpoint_only_the_next": (
                CHECKPOINT_TABLE,
                f"CREATE TRIGGER checkpoint_only_the_next BEFORE INSERT ON {CHECKPOINT_TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION checkpoint_only_the_next()",
                ROW | BEFORE | INSERT,
            ),
        },
    )
)
