"""`manage.py totp_code USERNAME`: the code of a phone, for trying Overt without one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts import selectors


class Command(BaseCommand):
    help = "Prints the code that an account's authenticator app shows now. In embedded mode only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name that the account signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TOTP_CODES_ON_REQUEST:
            raise CommandError(
                "Only with OVERT_MODE=embedded: a machine that tells codes makes them no second "
                "factor."
            )
        code = selectors.totp_code(options["username"], at=timezone.now())
        if code is None:
            raise CommandError(f"There is no account {options['username']} with such an app.")
        self.stdout.write(code)
