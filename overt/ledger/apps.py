from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from overt.triggers import install_all, remove_all


class LedgerConfig(AppConfig):
    name = "overt.ledger"
    label = "ledger"

    def ready(self) -> None:
        from . import checks, vocabulary  # noqa: F401

        pre_migrate.connect(_clear_the_way, sender=self)
        post_migrate.connect(_put_triggers_back, sender=self)


def _clear_the_way(*, using: str, plan: Sequence[object], **kwargs: Any) -> None:
    """On SQLite a trigger that reads a table stops every migration that remakes it."""
    if plan and connections[using].vendor == "sqlite":
        remove_all(connections[using])


def _put_triggers_back(*, using: str, **kwargs: Any) -> None:
    """Once after each `migrate`, when every app's migrations have run."""
    install_all(connections[using])
