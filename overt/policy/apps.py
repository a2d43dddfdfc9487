from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "overt.policy"
    label = "policy"

    def ready(self) -> None:
        from . import checks  # noqa: F401
