"""`manage.py unlock_account USERNAME`: lets an account sign in again at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts import services
from overt.accounts.actors import Actor


class Command(BaseCommand):
    help = "Forgets the wrong passwords and codes that were tried with an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name that the account signs in with")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = services.unlock_account(
                username=options["username"],
                actor=Actor.of_command("unlock_account"),
                now=timezone.now(),
            )
        except services.AccountRefused as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            self.stdout.write(f"Unlocked {user.username}")
