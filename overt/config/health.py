"""Whether Overt is ready: one list of checks, each with a sentence that anyone may read.

Rules
1. Every check is in every answer, and says nothing but what its sentence here says: no name, no
   address, no error of a driver.
2. What cannot be looked at is not ready.
3. Whoever asks waits no longer than `bounded` lets them, whatever hangs.
4. Ready means that a session could run: not that a page could be shown. That a process answers at
   all is for `/health/live`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone
from kombu.exceptions import KombuError

from overt.ledger.services.keys import key_files
from overt.recognition.models import WorkerSeen
from overt.recognition.services import permit_keys
from overt.triggers import registered

from . import broker
from .beat import BEAT
from .bounded import Asked, NoAnswer, own_connection

QUEUE = "recognition"


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    sentence: str


def checks() -> tuple[Check, ...]:
    """Every check, the ones that others rest on first."""
    BROKER.begin()
    return (*_of_the_database(), _of_the_broker())


def _of_the_database() -> tuple[Check, ...]:
    try:
        return DATABASE.answer()
    except (NoAnswer, Error):
        reachable = Check("database", False, "The database does not answer.")
        return (reachable, *(_unknown(name) for name in _ON_THE_DATABASE))


def _of_the_broker() -> Check:
    try:
        BROKER.answer()
    except (NoAnswer, OSError, KombuError):
        return Check("broker", False, "The broker does not answer.")
    return Check("broker", True, "The broker answers.")


def look(now: datetime) -> tuple[Check, ...]:
    """All that the database can tell at `now`, over this thread's connection. Raises Error
    where there is none."""
    connection.ensure_connection()
    found = [Check("database", True, "The database answers.")]
    for name, (check, right, wrong) in _ON_THE_DATABASE.items():
        try:
            ok = check(now)
        except Error:
            found.append(_unknown(name))
        else:
            found.append(Check(name, ok, right if ok else wrong))
    return tuple(found)


def _unknown(name: str) -> Check:
    return Check(name, False, "The database does not say.")


def _is_migrated(_: datetime) -> bool:
    return _migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def _is_writable(_: datetime) -> bool:
    if connection.vendor == "sqlite":
        return _may_write(Path(str(connection.settings_dict["NAME"])))
    with connection.cursor() as cursor:
        # On as well on a standby.
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone() == ("off",))


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _worker_took_a_message(now: datetime) -> bool:
    return _seen(now, queue=QUEUE)


def _beat_looked_around(now: datetime) -> bool:
    return _seen(now, queue=BEAT)


def _seen(now: datetime, **which: Any) -> bool:
    last = WorkerSeen.objects.filter(**which).aggregate(last=Max("seen_at"))["last"]
    # Each slot of a worker may be taken for a slice; two in a row would be a worker too few.
    longest = timedelta(seconds=2 * settings.SESSION_SLICE_SECONDS + settings.SESSION_LOOK_SECONDS)
    return last is not None and now - last <= longest


def _has_permit_key(now: datetime) -> bool:
    return settings.PERMITS_MAKE_THEIR_KEY or permit_keys.has_key(now=now)


def _has_ledger_key(_: datetime) -> bool:
    return settings.LEDGER_MAKES_ITS_KEY or any(path.exists() for path in key_files())


def _is_guarded(_: datetime) -> bool:
    return not any(each.faults(connection) for each in registered())


# By name: the check, and what is said when it holds and when it does not.
_ON_THE_DATABASE: dict[str, tuple[Callable[[datetime], bool], str, str]] = {
    "migrations": (
        _is_migrated,
        "Every migration is applied.",
        "Migrations wait to be applied: manage.py migrate.",
    ),
    "writable": (
        _is_writable,
        "The database can be written.",
        "The database cannot be written: no permit is given.",
    ),
    "triggers": (
        _is_guarded,
        "Every trigger is in place.",
        "A trigger is missing or changed: manage.py check --database default.",
    ),
    "worker": (
        _worker_took_a_message,
        f"A worker takes messages from the queue {QUEUE}.",
        f"No worker takes messages from the queue {QUEUE}.",
    ),
    "beat": (
        _beat_looked_around,
        "Beat has sessions looked after.",
        "Beat has not had sessions looked after for a while.",
    ),
    "permit-key": (
        _has_permit_key,
        "There is a key to sign permits with.",
        "There is no key to sign permits with: manage.py permit_keys list.",
    ),
    "ledger-key": (
        _has_ledger_key,
        "There is a key to sign checkpoints with.",
        "There is no key to sign checkpoints with: manage.py ledger_keys list.",
    ),
}


def _look_over_a_connection_of_its_own() -> tuple[Check, ...]:
    with own_connection():
        return look(timezone.now())


DATABASE = Asked(_look_over_a_connection_of_its_own)
BROKER = Asked(broker.depths)
