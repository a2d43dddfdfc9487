"""`manage.py verify_ledger`: is the ledger as it was written?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from overt.ledger import notes, triggers, verification
from overt.ledger.models import Entry
from overt.ledger.verification import Given, Verdict


class Command(BaseCommand):
    help = (
        "Reads every entry of the ledger and every checkpoint that was signed over it, and says "
        "intact, with the number of entries and the hash of the last, or names the first thing "
        "that is wrong. A ledger that was cut off or rewritten together with its checkpoints shows "
        "against a checkpoint that was kept elsewhere, and against a public key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--quiet", action="store_true", help="print nothing when the ledger is intact"
        )
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint kept elsewhere, to hold the ledger against; may be repeated",
        )
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="KEY",
            help="a public key that is trusted, name+id+base64 or a file with one on each line, "
            "instead of those that the ledger names; may be repeated",
        )

    def handle(
        self, *args: Any, quiet: bool, checkpoint: list[Path], key: list[str], **options: Any
    ) -> None:
        pinned = [public for each in key for public in _public_keys(each)]
        given = [Given(str(path), _text(path)) for path in checkpoint]
        if Entry._meta.db_table not in connection.introspection.table_names():
            raise CommandError("There is no ledger yet. Run manage.py migrate first.")
        try:
            verdict = _verify(given, pinned, quiet=quiet)
            faults = triggers.ENTRIES.faults(connection) + triggers.CHECKPOINTS.faults(connection)
        except verification.NotIntact as fault:
            raise CommandError(f"Not intact: {fault}") from fault
        except DatabaseError as error:
            raise CommandError(f"The ledger cannot be read: {error}") from error
        if faults:
            raise CommandError(
                f"The {verdict.count} entries are intact, but not protected: {'; '.join(faults)}."
            )
        if not quiet:
            self.stdout.write(f"Intact: {verdict.count} entries, head {verdict.head}")
            if verdict.checkpoints:
                self.stdout.write(f"Every stored checkpoint holds: {verdict.checkpoints}")
            for each in given:
                self.stdout.write(f"Holds: {each.name}")


def _public_keys(given: str) -> list[notes.VerifierKey]:
    lines = [given] if "+" in given else _text(Path(given)).split("\n")
    try:
        found = [notes.VerifierKey.of_text(line) for line in lines if line.strip()]
    except notes.NoteError as error:
        raise CommandError(f"--key: {error}") from error
    if not found:
        raise CommandError(f"--key: {given} holds no key.")
    return found


def _text(path: Path) -> str:
    try:
        # newline="": a checkpoint whose line ends were changed is not what was signed.
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(1_000_000)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _verify(given: list[Given], pinned: list[notes.VerifierKey], *, quiet: bool) -> Verdict:
    console = Console(stderr=True)
    with Progress(
        TextColumn("Verifying the ledger"),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=None)
        return verification.verify(
            given=given,
            pinned=pinned,
            watch=lambda done, total: progress.update(task, completed=done, total=total),
        )
