"""The command, as a person or a scheduled job runs it."""

import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.conftest import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def test_an_intact_ledger_is_counted_and_its_head_is_named(append):
    append()
    head = append().hash
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue() == f"Intact: 2 entries, head {head}\n"


def test_an_empty_ledger_is_intact():
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue() == f"Intact: 0 entries, head {'0' * 64}\n"


def test_quiet_says_nothing_of_an_intact_ledger(append, capfd):
    append()
    call_command("verify_ledger", quiet=True)
    assert capfd.readouterr() == ("", "")


def test_another_process_ends_with_1_and_one_line_when_an_entry_was_changed(
    append, triggers_off, other_process_env
):
    append()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET subject = 'note:2'")
    result = subprocess.run(
        [sys.executable, "manage.py", "verify_ledger", "--quiet"],
        cwd=ROOT,
        env=other_process_env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "CommandError: Not intact: entry 1: its contents do not give its hash: "
        "it was edited, or moved from its place.\n"
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes no such text")
def test_bytes_that_are_no_text_are_an_error_in_one_line(append, triggers_off):
    append()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET actor = CAST(x'ff' AS TEXT)")
    with pytest.raises(CommandError, match="The ledger cannot be read"):
        call_command("verify_ledger")
