from django.apps import AppConfig


class HotspotsConfig(AppConfig):
    name = "overt.hotspots"
    label = "hotspots"

    def ready(self) -> None:
        from . import verbs  # noqa: F401
