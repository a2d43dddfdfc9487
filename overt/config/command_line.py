"""What a command says when the machine, not its input, is at fault: one line, no traceback.

Commands turn what is wrong with their input into a CommandError themselves. What can befall every
one of them is answered here: a database that was never migrated, is locked, full, read-only or
away; a folder that may not be written; Ctrl-C. `--traceback` shows where it happened.
"""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

# What a shell reports of a program that a signal ended.
_BY_SIGNAL = 128

# SQLite gives no error codes through Django, only these words.
_OF_SQLITE = {
    "database is locked": "another process has kept {database} locked for {timeout} seconds. Wait "
    "until it is done, or end it, and run this again.",
    "readonly database": "{database} cannot be written. Check the permissions of the file and of "
    "its folder.",
    "unable to open": "{database} cannot be opened. Check OVERT_DATA_DIR, and the permissions of "
    "the file and of its folder.",
    "is full": "the disk with {database} is full. Free some space and run this again.",
    "disk I/O error": "{database} cannot be read or written. Check its disk.",
    "malformed": "{database} is damaged. Restore it from a backup.",
    "not a database": "{database} is no SQLite database. Check OVERT_DATA_DIR, or restore it from "
    "a backup.",
}


def main(arguments: Sequence[str]) -> int:
    """Run a command as `manage.py` was asked to and return its exit code.

    An exception that nobody foresaw is raised: its traceback is what a maintainer needs.
    """
    # So that a stopped service or a shutdown, too, lets a command clear up after itself.
    signal.signal(signal.SIGTERM, _end)
    try:
        execute_from_command_line(list(arguments))
    except KeyboardInterrupt:
        return _say("Stopped before it was done.", _BY_SIGNAL + signal.SIGINT)
    except (DatabaseError, ImproperlyConfigured, OSError) as error:
        reason = None if "--traceback" in arguments else _reason(error)
        if reason is None:
            raise
        return _say(reason, 1)
    return 0


def _end(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(_BY_SIGNAL + number)


def _say(reason: str, code: int) -> int:
    sys.stderr.write(f"{reason}\n")
    return code


def _reason(error: Exception) -> str | None:
    if isinstance(error, BrokenPipeError):
        # The reader of our output has gone; so that flushing at exit does not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "Stopped: what reads the output has ended."
    if isinstance(error, ImproperlyConfigured):
        return f"Settings: {_first_line(error)}"
    if isinstance(error, OSError):
        if error.filename is None:
            return None
        return f"{error.filename}: {(error.strerror or type(error).__name__).lower()}."
    if _is_behind():
        return (
            "The database has not the tables that this version needs. "
            "Run manage.py migrate, then this again."
        )
    return _of_sqlite(error) or _of_server(error)


def _is_behind() -> bool:
    """Whether migrations wait to be applied, as far as the database can say."""
    connection.close()
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False


def _of_sqlite(error: Exception) -> str | None:
    if connection.vendor != "sqlite":
        return None
    for words, reason in _OF_SQLITE.items():
        if words in str(error):
            return "The database: " + reason.format(
                database=connection.settings_dict["NAME"],
                timeout=connection.settings_dict["OPTIONS"].get("timeout"),
            )
    return None


def _of_server(error: Exception) -> str | None:
    if not isinstance(error, OperationalError):
        return None
    return (
        f"The database: {_first_line(error)}. Check that it runs, and OVERT_DATABASE_URL.".replace(
            "..", "."
        )
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
