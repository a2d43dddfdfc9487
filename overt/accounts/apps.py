from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "overt.accounts"
    label = "accounts"
