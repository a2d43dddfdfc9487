"""Several processes append at once; none fails, and the chain has no gap."""

import subprocess
import sys

import pytest

from overt.ledger import chain, selectors
from overt.ledger.models import Entry

PROCESSES = 6
EACH = 150

APPENDER = f"""
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from overt.ledger import services, verbs
from tests.ledger.conftest import Noted
verbs.register("test.noted", label="Something noted", schema=Noted)
print("ready", flush=True)
sys.stdin.readline()
for number in range({EACH}):
    with transaction.atomic():
        services.append(
            actor="command:test:" + sys.argv[1], verb="test.noted", subject="note:1",
            payload={{"text": "x", "number": number}}, now=timezone.now(),
        )
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_processes_that_append_at_once_all_succeed_without_a_gap(other_process_env):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(number)],
            env=other_process_env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * PROCESSES
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0] * PROCESSES

    verdict = chain.verify(selectors.links())
    assert isinstance(verdict, chain.Intact)
    assert verdict.count == PROCESSES * EACH
    for number in range(PROCESSES):
        assert Entry.objects.filter(actor=f"command:test:{number}").count() == EACH
