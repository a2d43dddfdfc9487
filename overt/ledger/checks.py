"""System checks: `manage.py check --database default`, and before every `migrate`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from overt.triggers import TriggerSet, registered

from . import keys, triggers
from .services.keys import key_files


@register(Tags.database)
def ledger_is_protected(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """ledger.E001, triggers.E001: a trigger of the ledger, or of another app, is missing or
    changed. ledger.E002: SQLite would fail writers that meet. ledger.W003: there is no key to sign
    checkpoints with. ledger.W004: others than its owner may read a key."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        for each in registered():
            messages += [_unprotected(fault, each, alias) for fault in each.faults(connection)]
        options = connection.settings_dict["OPTIONS"]
        if connection.vendor == "sqlite" and options.get("transaction_mode") != "IMMEDIATE":
            messages.append(
                Error(
                    "The ledger on SQLite needs transactions that begin IMMEDIATE.",
                    hint="Set OPTIONS['transaction_mode'] = 'IMMEDIATE' for this database.",
                    obj=alias,
                    id="ledger.E002",
                )
            )
    return messages + _keys() if databases else messages


def _unprotected(fault: str, faulty: TriggerSet, alias: str) -> CheckMessage:
    of_the_ledger = faulty in (triggers.ENTRIES, triggers.CHECKPOINTS)
    return Error(
        f"The {'ledger' if of_the_ledger else 'database'} is not protected: {fault}.",
        hint="Run verify_ledger, then manage.py migrate --skip-checks, which puts every trigger "
        "in place.",
        obj=alias,
        id="ledger.E001" if of_the_ledger else "triggers.E001",
    )


def _keys() -> list[CheckMessage]:
    files = [path for path in key_files() if path.exists()]
    if not files and not settings.LEDGER_MAKES_ITS_KEY:
        return [
            Warning(
                f"There is no key to sign checkpoints with in {settings.LEDGER_KEY_FOLDER}.",
                hint="Run manage.py ledger_keys generate; until then no checkpoint is signed.",
                id="ledger.W003",
            )
        ]
    return [
        Warning(
            f"Others than its owner may read or write {path}.",
            hint=f"Run chmod 600 {path}, and replace the key if somebody may have read it.",
            id="ledger.W004",
        )
        for path in files
        if keys.open_to_others(path)
    ]
