"""`manage.py create_account USERNAME`: an account with a rank and roles."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from overt.accounts import roles, services, totp
from overt.accounts.actors import Actor
from overt.accounts.models import Rank


class Command(BaseCommand):
    help = (
        "Creates an account. The password is asked for twice, or read from standard input; it is "
        "never an argument, because other users of the machine can see those."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name to sign in with")
        parser.add_argument("--full-name", required=True, help="the name that pages show")
        parser.add_argument(
            "--rank", choices=Rank.values, default=Rank.STAFF.value, help="default: %(default)s"
        )
        parser.add_argument("--unit", default="", help="the unit the account belongs to")
        parser.add_argument(
            "--role",
            dest="roles",
            action="append",
            choices=roles.ALL,
            required=True,
            help="may be given several times",
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )
        parser.add_argument(
            "--totp",
            action="store_true",
            help="also make the key of an authenticator app, and print it, this once",
        )
        parser.add_argument(
            "--quiet", action="store_true", help="print nothing but errors and the key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = _from_stdin() if options["password_stdin"] else _asked()
        actor, now = Actor.of_command("create_account"), timezone.now()
        try:
            with transaction.atomic():
                user = services.create_account(
                    username=options["username"],
                    password=password,
                    full_name=options["full_name"],
                    rank=options["rank"],
                    unit=options["unit"],
                    roles=options["roles"],
                    actor=actor,
                    now=now,
                )
                secret = (
                    services.set_up_totp(user=user, actor=actor, now=now)
                    if options["totp"]
                    else None
                )
        except services.AccountRefused as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            held = ", ".join(options["roles"])
            self.stdout.write(f"Created {user.username} ({user.get_rank_display()}): {held}")
        if secret is not None:
            self.stdout.write(f"Key for an authenticator app, shown only now: {secret}")
            self.stdout.write(totp.address(secret, user.username))


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise CommandError("password: there is no terminal to ask on; use --password-stdin")
    password = getpass("Password: ")
    if getpass("Password again: ") != password:
        raise CommandError("password: the two are not the same; nothing was created")
    return password
