"""What every command says when the machine is at fault: one line and exit code 1."""

import os
import subprocess
import sys

import pytest
from django.db import OperationalError, connection

from overt.config import command_line
from tests.conftest import ROOT
from tests.hotspots.crimes.street import crime, write

NOT_MIGRATED = (
    "The database has not the tables that this version needs. "
    "Run manage.py migrate, then this again.\n"
)


def environment(data, **settings):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OVERT_")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    return clean | {"OVERT_DATA_DIR": str(data), "COLUMNS": "80"} | settings


def manage(data, *arguments, **settings):
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment(data, **settings),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def never_migrated(tmp_path):
    return tmp_path / "var"


@pytest.fixture
def street(tmp_path):
    return write(tmp_path, [crime()], name="2024-01-surrey-street.csv")


@pytest.mark.parametrize(
    "arguments",
    [
        ["import_crimes", "{street}"],
        ["analyse", "Croydon", "--out", "{out}"],
        ["analyse", "--all"],
    ],
)
def test_a_database_that_was_never_migrated_is_one_line(
    never_migrated, street, tmp_path, arguments
):
    given = [text.format(street=street, out=tmp_path / "out") for text in arguments]
    result = manage(never_migrated, *given)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", NOT_MIGRATED)


def test_a_ledger_that_was_never_migrated_is_one_line(never_migrated):
    result = manage(never_migrated, "verify_ledger")
    assert result.returncode == 1
    assert result.stderr == "CommandError: There is no ledger yet. Run manage.py migrate first.\n"


def test_a_server_that_does_not_answer_is_one_line(never_migrated, street):
    result = manage(
        never_migrated,
        "import_crimes",
        street,
        OVERT_DATABASE_URL="postgresql://overt:secret@127.0.0.1:1/overt",
    )
    assert result.returncode == 1
    assert result.stderr.startswith("The database: connection failed: ")
    assert result.stderr.endswith(". Check that it runs, and OVERT_DATABASE_URL.\n")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


def test_a_file_that_is_no_database_is_one_line(never_migrated, street):
    never_migrated.mkdir()
    database = never_migrated / "overt.sqlite3"
    database.write_text("This is a letter and not a database.\n" * 100)
    result = manage(never_migrated, "import_crimes", street)
    assert result.returncode == 1
    assert result.stderr == (
        f"The database: {database} is no SQLite database. "
        "Check OVERT_DATA_DIR, or restore it from a backup.\n"
    )


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path, street):
    (tmp_path / "file").touch()
    result = manage(tmp_path / "file" / "var", "import_crimes", street)
    assert result.returncode == 1
    assert result.stderr == f"{tmp_path / 'file' / 'var'}: not a directory.\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OVERT_MODE", "prod", "OVERT_MODE is 'prod'; use one of embedded, production, test."),
        (
            "OVERT_CRIME_MAX_RATIO",
            "many",
            "OVERT_CRIME_MAX_RATIO is 'many'; give a whole number above 0.",
        ),
        (
            "OVERT_CRIME_FILE_MAX_MB",
            "-5",
            "OVERT_CRIME_FILE_MAX_MB is '-5'; give a whole number above 0.",
        ),
        (
            "OVERT_CRIME_ARCHIVE_MAX_MB",
            "0",
            "OVERT_CRIME_ARCHIVE_MAX_MB is '0'; give a whole number above 0.",
        ),
        (
            "OVERT_DATABASE_URL",
            "oracle://overt:secret@db/overt",
            "OVERT_DATABASE_URL is no address of a PostgreSQL or SQLite database; write it like "
            "postgresql://user:password@host:5432/overt.",
        ),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_line(tmp_path, name, value, said):
    result = manage(tmp_path, "verify_ledger", **{name: value})
    assert (result.returncode, result.stderr) == (1, f"Settings: {said}\n")


def test_traceback_shows_where_it_happened(never_migrated, street):
    result = manage(never_migrated, "import_crimes", street, "--traceback")
    assert result.returncode == 1
    assert "Traceback (most recent call last)" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("database is locked", "another process has kept"),
        ("attempt to write a readonly database", "cannot be written"),
        ("unable to open database file", "cannot be opened"),
        ("database or disk is full", "is full"),
        ("database disk image is malformed", "is damaged"),
    ],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="these are SQLite's words")
@pytest.mark.django_db(transaction=True)
def test_what_sqlite_refuses_is_one_line(monkeypatch, capsys, words, said):
    def refuse(_):
        raise OperationalError(words)

    monkeypatch.setattr(command_line, "execute_from_command_line", refuse)
    assert command_line.main(["manage.py", "anything"]) == 1
    answer = capsys.readouterr().err
    assert answer.startswith("The database: ")
    assert said in answer
    assert answer.count("\n") == 1


def test_an_exception_that_nobody_foresaw_keeps_its_traceback(monkeypatch):
    def fail(_):
        raise OSError("no file is named")

    monkeypatch.setattr(command_line, "execute_from_command_line", fail)
    with pytest.raises(OSError, match="no file is named"):
        command_line.main(["manage.py", "anything"])


def test_ctrl_c_is_one_line(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "execute_from_command_line", interrupted)
    assert command_line.main(["manage.py", "anything"]) == 130
    assert capsys.readouterr().err == "Stopped before it was done.\n"


def test_a_command_that_is_terminated_clears_up_after_itself(tmp_path):
    """A finally clause runs, as the one that removes what an import had stored so far."""
    script = (
        "import os, signal, sys\n"
        "from overt.config import command_line\n"
        "def work(_):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        signal.pause()\n"
        "    finally:\n"
        "        print('cleared up')\n"
        "command_line.execute_from_command_line = work\n"
        "sys.exit(command_line.main(['manage.py', 'anything']))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment(tmp_path, DJANGO_SETTINGS_MODULE="overt.config.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (143, "cleared up\n", "")
