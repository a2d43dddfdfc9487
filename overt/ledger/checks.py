"""System checks: `manage.py check --database default`, and before every `migrate`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from . import triggers


@register(Tags.database)
def ledger_is_protected(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: a trigger is missing or changed. E002: SQLite would fail writers that meet."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        messages += [
            Error(
                f"The ledger is not protected: {fault}.",
                hint="Call overt.ledger.triggers.install in a migration after the one that "
                "remade the table, then run verify_ledger.",
                obj=alias,
                id="ledger.E001",
            )
            for fault in triggers.faults(connection)
        ]
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
    return messages
