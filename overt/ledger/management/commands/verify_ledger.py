"""`manage.py verify_ledger`: is the ledger as it was written?"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from overt.ledger import chain, selectors, triggers
from overt.ledger.models import Entry


class Command(BaseCommand):
    help = (
        "Reads every entry of the ledger and says intact, with the number of entries and the "
        "hash of the last, or names the first bad entry and what is wrong with it. Entries cut "
        "off at the end show only against a hash that was noted elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--quiet", action="store_true", help="print nothing when the ledger is intact"
        )

    def handle(self, *args: Any, quiet: bool, **options: Any) -> None:
        if Entry._meta.db_table not in connection.introspection.table_names():
            raise CommandError("There is no ledger yet. Run manage.py migrate first.")
        try:
            verdict = chain.verify(_counted(quiet=quiet))
            faults = triggers.faults(connection)
        except DatabaseError as error:
            raise CommandError(f"The ledger cannot be read: {error}") from error
        if isinstance(verdict, chain.Broken):
            raise CommandError(f"Not intact: entry {verdict.seq}: {verdict.reason}.")
        if faults:
            raise CommandError(
                f"The {verdict.count} entries are intact, but not protected: {'; '.join(faults)}."
            )
        if not quiet:
            self.stdout.write(f"Intact: {verdict.count} entries, head {verdict.head}")


def _counted(*, quiet: bool) -> Iterator[chain.Link]:
    console = Console(stderr=True)
    with Progress(
        TextColumn("Verifying the ledger"),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=Entry.objects.count())
        for link in selectors.links():
            yield link
            progress.advance(task)
