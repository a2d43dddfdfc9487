from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "overt.ledger"
    label = "ledger"

    def ready(self) -> None:
        from . import checks  # noqa: F401
