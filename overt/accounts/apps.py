from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "overt.accounts"
    label = "accounts"

    def ready(self) -> None:
        from . import (
            lockout,  # noqa: F401
            verbs,  # noqa: F401
        )
        from .groups import ensure_role_groups

        post_migrate.connect(ensure_role_groups, sender=self)
