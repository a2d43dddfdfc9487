"""`manage.py permit_keys`: the keys that permits are signed with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from overt_permit.keys import SUFFIX

from overt.accounts.actors import Actor
from overt.recognition.errors import RecognitionError
from overt.recognition.models import KeySet, PermitKey
from overt.recognition.services import permit_keys


class Command(BaseCommand):
    help = (
        "Makes, replaces, retires and lists the keys that permits are signed with. The private "
        "part stays in its file, which nobody but its owner can read; every web process needs it, "
        "and a backup apart from the database. Each change is an entry of the ledger, and makes a "
        "new signed key set for systems."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="what", required=True, help="what to do")
        verbs.add_parser("list", help="every key, and whether its file is here")
        verbs.add_parser("generate", help="make the first key and the first key set")
        rotate = verbs.add_parser("rotate", help="make the key that follows the one in force")
        rotate.add_argument(
            "--lost",
            action="store_true",
            help="the old key is gone: systems have to be given the new key set by hand",
        )
        retire = verbs.add_parser("retire", help="sign nothing more with a key")
        retire.add_argument("kid", help="the key's thumbprint, as list shows it")
        retire.add_argument("--reason", required=True, help="why, for the ledger")
        verbs.add_parser("export-set", help="print the newest signed key set, for pinning")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        actor, now = Actor.of_command("permit_keys"), timezone.now()
        try:
            match what:
                case "list":
                    self._list()
                case "generate":
                    made = permit_keys.generate(actor=actor, now=now)
                    self.stdout.write(f"Made {made.kid}: back its file up apart from the database.")
                case "rotate":
                    made = permit_keys.rotate(lost=options["lost"], actor=actor, now=now)
                    begins = f"{made.not_before:%Y-%m-%d %H:%M} UTC"
                    self.stdout.write(f"Made {made.kid}, which signs from {begins} on.")
                case "retire":
                    gone = permit_keys.retire(
                        kid=options["kid"], reason=options["reason"], actor=actor, now=now
                    )
                    self.stdout.write(f"Retired {gone.kid}.")
                case _:
                    newest = KeySet.objects.first()
                    if newest is None:
                        raise CommandError("There is no key set: permit_keys generate makes one.")
                    self.stdout.write(newest.document)
        except RecognitionError as error:
            raise CommandError(str(error)) from error

    def _list(self) -> None:
        folder = Path(settings.PERMIT_KEY_FOLDER)
        for key in PermitKey.objects.order_by("pk"):
            times = f"{key.not_before:%Y-%m-%d} to {key.not_after:%Y-%m-%d}"
            if key.retired_at is not None:
                times = f"retired {key.retired_at:%Y-%m-%d}"
            here = "" if (folder / f"{key.kid}{SUFFIX}").exists() else "  its file is not here"
            self.stdout.write(f"{key.kid}  {times}{here}")
        if not PermitKey.objects.exists():
            self.stdout.write("There is no key yet.")
