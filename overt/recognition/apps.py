from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "overt.recognition"
    label = "recognition"

    def ready(self) -> None:
        from overt.deployments.services import passing
        from overt.deployments.views import panels

        from . import triggers, verbs  # noqa: F401
        from .services import sessions
        from .views.panel import panel

        panels.add("session", panel)
        passing.do_first(sessions.open_due)
