"""`manage.py ledger_keys`: the keys that checkpoints are signed with."""

from argparse import ArgumentParser
from getpass import getuser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.ledger import keys, selectors, services
from overt.ledger.errors import LedgerError
from overt.ledger.notes import SigningKey
from overt.ledger.services.keys import key_files, signing_key


class Command(BaseCommand):
    help = (
        "Lists, makes and replaces the keys that checkpoints of the ledger are signed with. The "
        "private part stays in its file, which nobody but its owner can read; back that file up. "
        "Making and replacing a key is an entry of the ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="what", required=True, help="what to do")
        verbs.add_parser("list", help="every key that the ledger names, and whether it is here")
        verbs.add_parser("generate", help="make the first key and take it up")
        rotate = verbs.add_parser(
            "rotate", help="make a new key, and sign a checkpoint with the old one and the new"
        )
        rotate.add_argument(
            "--lost",
            action="store_true",
            help="the old key is gone: whoever keeps its public part must be given the new one",
        )
        verbs.add_parser("export-public", help="print the public keys, one on a line, newest last")

    def handle(self, *args: Any, what: str, lost: bool = False, **options: Any) -> None:
        try:
            match what:
                case "list":
                    self._list()
                case "generate":
                    self._generate()
                case "rotate":
                    self._rotate(lost=lost)
                case _:
                    for each in selectors.named_keys():
                        self.stdout.write(str(each.key))
        except (LedgerError, keys.KeyFileError) as error:
            raise CommandError(str(error)) from error

    def _list(self) -> None:
        named = selectors.named_keys()
        held = {keys.read(path).verifier: str(path) for path in key_files()}
        for each in named:
            name = f"{each.key.name}+{each.key.id}"
            force = f"in force since entry {each.seq}" if each == named[-1] else "replaced"
            place = held.pop(each.key, "its file is not here")
            self.stdout.write(f"{name}  {force}  {place}")
        for key, path in held.items():
            self.stdout.write(f"{key.name}+{key.id}  never taken up  {path}")
        if not named and not key_files():
            self.stdout.write("There is no key yet.")

    def _generate(self) -> None:
        if selectors.key_in_force() is not None:
            raise CommandError(
                "The ledger names a key already: replace it with ledger_keys rotate."
            )
        if list(key_files()):
            key = signing_key(actor=_actor(), now=timezone.now())
            self.stdout.write(f"Taken up: {key.verifier}")
            return
        key = self._made(settings.LEDGER_NAME)
        services.take_up_key(key=key, actor=_actor(), now=timezone.now())
        self.stdout.write(f"Public key: {key.verifier}")

    def _rotate(self, *, lost: bool) -> None:
        now = timezone.now()
        in_force = selectors.key_in_force()
        if in_force is None:
            raise CommandError("The ledger names no key yet: make one with ledger_keys generate.")
        old = None if lost else signing_key(actor=_actor(), now=now)
        new = self._made(in_force.name)
        services.replace_key(old=old, new=new, actor=_actor(), now=now)
        self.stdout.write(f"Public key: {new.verifier}")

    def _made(self, name: str) -> SigningKey:
        key, path = keys.generate(settings.LEDGER_KEY_FOLDER, name)
        self.stdout.write(f"Made {path}: back it up where only its keepers can read it.")
        return key


def _actor() -> str:
    try:
        return f"command:ledger_keys:{getuser()}"
    except (KeyError, OSError):
        return "command:ledger_keys"
