"""The app that holds the settings, the shell of the pages and the system-wide checks."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigApp(AppConfig):
    name = "overt.config"
    label = "overt_config"

    def ready(self) -> None:
        from . import beat, task_log  # noqa: F401


class ServedFiles(StaticFilesConfig):
    """Collects what the pages load, out of packages that hold a thousand files besides."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.scss",
        "*.njk",
        "*.json",
        "*.html",
        "*.md",
        "*.mjs",
        "*.mjs.map",
        "all.bundle.*",
        "govuk-frontend.min.css*",
        "assets",
        "leaflet-src*",
        "htmx.amd.js",
        "htmx.cjs.js",
        "htmx.esm.*",
        "htmx.js",
        "ext",
    ]
