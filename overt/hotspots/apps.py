from django.apps import AppConfig


class HotspotsConfig(AppConfig):
    name = "overt.hotspots"
    label = "hotspots"
