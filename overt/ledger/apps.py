from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "overt.ledger"
    label = "ledger"
