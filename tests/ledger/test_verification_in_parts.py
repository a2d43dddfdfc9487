"""A long ledger is read in parts by several processes; what they find is the same."""

import os
import signal

import pytest
from django.db import connection

from overt.ledger import verification
from overt.ledger.verification import NotIntact

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture(params=[1, 2], ids=["one process", "two processes"])
def parts_of_four(monkeypatch, request) -> None:
    monkeypatch.setattr(verification, "PART", 4)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(request.param)))


@pytest.fixture
def nineteen(parts_of_four, append, checkpoint) -> None:
    for number in range(1, 16):
        append(f"entry {number}")
        if number in (3, 4, 12):
            checkpoint()


def change(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_checkpoints_inside_and_at_the_edge_of_a_part_hold(nineteen):
    seen = []
    verdict = verification.verify(watch=lambda done, total: seen.append((done, total)))
    assert (verdict.count, verdict.checkpoints) == (19, 3)
    assert seen == [(4, 19), (8, 19), (12, 19), (16, 19), (19, 19)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE ledger_entry SET actor = 'x' WHERE seq = 9", "entry 9: its contents"),
        ("UPDATE ledger_entry SET actor = 'x' WHERE seq IN (18, 7)", "entry 7: its contents"),
        ("UPDATE ledger_entry SET hash = 'x' WHERE seq = 8", "entry 8: its contents"),
        ("DELETE FROM ledger_entry WHERE seq = 8", "entry 8: it is missing: after entry 7 comes"),
        ("DELETE FROM ledger_entry WHERE seq = 9", "entry 9: it is missing: after entry 8 comes"),
        (
            "DELETE FROM ledger_entry WHERE seq BETWEEN 6 AND 14",
            "entry 6: it is missing: after entry 5 comes entry 15",
        ),
        ("DELETE FROM ledger_entry WHERE seq > 10", "checkpoint 15: it covers 15 entries"),
        ("DELETE FROM ledger_entry", "the ledger names no key"),
    ],
)
def test_the_first_fault_is_named_wherever_the_parts_end(nineteen, triggers_off, statement, named):
    change(statement)
    with pytest.raises(NotIntact, match=named):
        verification.verify()


def test_a_process_that_takes_no_notice_of_being_ended_is_not_waited_for_in_vain(
    nineteen, triggers_off
):
    change("UPDATE ledger_entry SET actor = 'x' WHERE seq = 2")
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        for _ in range(5):
            with pytest.raises(NotIntact, match="entry 2"):
                verification.verify()
    finally:
        signal.signal(signal.SIGTERM, before)
