"""`manage.py system_key add|revoke|list`: the keys with which systems sign."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.deployments.models import System
from overt.recognition.errors import RecognitionError
from overt.recognition.models import SystemKey
from overt.recognition.services import system_keys


class Command(BaseCommand):
    help = (
        "Takes up, revokes and lists the public keys with which systems sign what they ask and "
        "tell. The private key is made on the system, by `overt-permit key generate`, and never "
        "leaves it. Each change is an entry of the ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="what", required=True, help="what to do")
        add = verbs.add_parser("add", help="take a public key up")
        add.add_argument("system", help="the name of the system, as add_system gave it")
        add.add_argument("public", help="the public key in base64url, 43 characters")
        add.add_argument("--days", type=int, default=365, help="how long it is valid (365)")
        revoke = verbs.add_parser("revoke", help="take nothing more that is signed with a key")
        revoke.add_argument("kid", help="the key's thumbprint, as list shows it")
        revoke.add_argument("--reason", required=True, help="why, for the ledger")
        verbs.add_parser("list", help="every key, and whether it is in use")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            match what:
                case "add":
                    self._add(options["system"], options["public"], options["days"])
                case "revoke":
                    self._revoke(options["kid"], options["reason"])
                case _:
                    self._list()
        except RecognitionError as error:
            raise CommandError(str(error)) from error

    def _add(self, name: str, public: str, days: int) -> None:
        system = System.objects.filter(name=name).first()
        if system is None:
            raise CommandError(f"There is no system called {name}: manage.py add_system adds one.")
        if days < 1:
            raise CommandError("A key is valid for at least one day.")
        now = timezone.now()
        key = system_keys.add(
            system=system,
            public=public,
            valid_from=now,
            valid_until=now + timedelta(days=days),
            actor=Actor.of_command("system_key"),
            now=now,
        )
        self.stdout.write(f"{key.kid}  {system.name}  until {key.valid_until:%Y-%m-%d}")

    def _revoke(self, kid: str, reason: str) -> None:
        key = system_keys.revoke(
            kid=kid, reason=reason, actor=Actor.of_command("system_key"), now=timezone.now()
        )
        self.stdout.write(f"Revoked: {key.kid} of {key.system.name}")

    def _list(self) -> None:
        now = timezone.now()
        for key in SystemKey.objects.select_related("system").order_by("system__name", "pk"):
            if key.revoked_at is not None:
                state = f"revoked {key.revoked_at:%Y-%m-%d}"
            elif key.valid_until <= now:
                state = f"ended {key.valid_until:%Y-%m-%d}"
            else:
                state = f"until {key.valid_until:%Y-%m-%d}"
            self.stdout.write(f"{key.kid}  {key.system.name}  {state}")
