"""The app that holds the settings, the shell of the pages and the system-wide checks."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "overt.config"
    label = "overt_config"
