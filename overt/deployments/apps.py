from django.apps import AppConfig
from django.db.backends.signals import connection_created


class DeploymentsConfig(AppConfig):
    name = "overt.deployments"
    label = "deployments"

    def ready(self) -> None:
        from . import (  # noqa: F401
            booking_rules,
            checks,
            notice_triggers,
            sign_tokens,
            sign_triggers,
            triggers,
            verbs,
        )
        from .zones_in_sqlite import add_function

        connection_created.connect(add_function)
        sign_tokens.keep_out_of_logs()
