"""What a program, a person at the database's prompt, and the database's owner may try."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from overt.ledger.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

COLUMNS = "seq, at, actor, verb, subject, payload, previous, hash"


@pytest.fixture
def five(append) -> list[Entry]:
    return [append(f"entry {number}") for number in range(1, 6)]


def rows() -> list[tuple]:
    return list(Entry.objects.order_by("seq").values_list())


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def verify() -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def _save(entries: list[Entry]) -> None:
    entries[2].actor = "user:mallory"
    entries[2].save()


def _bulk_update(entries: list[Entry]) -> None:
    for entry in entries:
        entry.actor = "user:mallory"
    Entry.objects.bulk_update(entries, ["actor"])


PROGRAM = {
    "save": _save,
    "queryset update": lambda entries: Entry.objects.filter(seq=3).update(actor="user:mallory"),
    "bulk_update": _bulk_update,
    "delete": lambda entries: entries[2].delete(),
    "queryset delete": lambda entries: Entry.objects.all().delete(),
    "update_or_create": lambda entries: Entry.objects.update_or_create(
        seq=3, defaults={"actor": "user:mallory"}
    ),
    "bulk_create that updates": lambda entries: Entry.objects.bulk_create(
        [entries[2]], update_conflicts=True, update_fields=["actor"], unique_fields=["seq"]
    ),
    "flush": lambda entries: call_command("flush", interactive=False, verbosity=0),
}

PROMPT = {
    "update": "UPDATE ledger_entry SET actor = 'user:mallory' WHERE seq = 3",
    "update that changes nothing": "UPDATE ledger_entry SET actor = actor",
    "delete": "DELETE FROM ledger_entry WHERE seq = 5",
    "delete all": "DELETE FROM ledger_entry",
    "insert past the end": f"INSERT INTO ledger_entry ({COLUMNS}) "
    "SELECT 9, at, actor, verb, subject, payload, hash, 'f' FROM ledger_entry WHERE seq = 5",
    "insert with another previous": f"INSERT INTO ledger_entry ({COLUMNS}) "
    "SELECT 6, at, actor, verb, subject, payload, previous, 'f' FROM ledger_entry WHERE seq = 5",
    "upsert": f"INSERT INTO ledger_entry ({COLUMNS}) SELECT {COLUMNS} FROM ledger_entry "
    "WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET actor = 'user:mallory'",
}

if connection.vendor == "sqlite":
    PROMPT |= {
        "insert or replace by number": f"INSERT OR REPLACE INTO ledger_entry ({COLUMNS}) "
        "SELECT seq, at, 'user:mallory', verb, subject, payload, previous, hash "
        "FROM ledger_entry WHERE seq = 3",
        "insert or replace by hash": f"INSERT OR REPLACE INTO ledger_entry ({COLUMNS}) "
        "SELECT 6, at, actor, verb, subject, payload, "
        "(SELECT hash FROM ledger_entry WHERE seq = 5), hash FROM ledger_entry WHERE seq = 3",
    }
else:
    PROMPT |= {
        "truncate": "TRUNCATE ledger_entry",
        "update as a replica": "SET LOCAL session_replication_role = replica; "
        "UPDATE ledger_entry SET actor = 'user:mallory'",
    }


@pytest.mark.parametrize("attack", PROGRAM)
def test_a_program_cannot_change_what_was_written(five, attack):
    before = rows()
    with pytest.raises((DatabaseError, CommandError)), transaction.atomic():
        PROGRAM[attack](five)
    assert rows() == before
    assert verify().startswith("Intact: 5 entries")


@pytest.mark.parametrize("attack", PROMPT)
def test_a_person_at_the_prompt_cannot_change_what_was_written(five, attack):
    before = rows()
    with pytest.raises(DatabaseError, match="append-only"):
        sql(PROMPT[attack])
    assert rows() == before


def swap(first: int, second: int) -> None:
    sql("UPDATE ledger_entry SET seq = 99 WHERE seq = %s", first)
    sql("UPDATE ledger_entry SET seq = %s WHERE seq = %s", first, second)
    sql("UPDATE ledger_entry SET seq = %s WHERE seq = 99", second)


OWNER = {
    "edit": (
        lambda: sql("UPDATE ledger_entry SET subject = 'note:2' WHERE seq = 3"),
        "entry 3: its contents",
    ),
    "edit of the time by a microsecond": (
        lambda: Entry.objects.filter(seq=4).update(at="2026-11-23T09:30:00.123457Z"),
        "entry 4: its contents",
    ),
    "edit of a payload's spelling": (
        lambda: sql("UPDATE ledger_entry SET payload = payload || ' ' WHERE seq = 2"),
        "entry 2: its payload",
    ),
    "truncation in the middle": (
        lambda: sql("DELETE FROM ledger_entry WHERE seq IN (2, 3)"),
        "entry 2: it is missing: after entry 1 comes entry 4",
    ),
    "truncation at the start": (
        lambda: sql("DELETE FROM ledger_entry WHERE seq < 3"),
        "entry 1: it is missing: after the start comes entry 3",
    ),
    "reorder": (lambda: swap(2, 4), "entry 2: its contents"),
}


@pytest.mark.parametrize("attack", OWNER)
def test_what_the_owner_of_the_database_changes_is_named(five, triggers_off, attack):
    change, named = OWNER[attack]
    change()
    with pytest.raises(CommandError, match=f"Not intact: {named}"):
        verify()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL columns have one type each")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("at = 'yesterday'", "entry 3: its time"),
        ("at = 5", "entry 3: its time"),
        ("actor = x'00ff'", "entry 3: one of its fields"),
        ("payload = x'00ff'", "entry 3: its payload"),
    ],
)
def test_values_of_the_wrong_type_are_named_too(five, triggers_off, change, named):
    sql(f"UPDATE ledger_entry SET {change} WHERE seq = 3")
    with pytest.raises(CommandError, match=named):
        verify()


def test_an_intact_ledger_without_its_triggers_is_said_to_be_unprotected(five, triggers_off):
    with pytest.raises(CommandError, match="5 entries are intact, but not protected"):
        verify()
