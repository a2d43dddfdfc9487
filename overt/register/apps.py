from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "overt.register"
    label = "register"
