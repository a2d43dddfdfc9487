"""`manage.py import_crimes PATH...`: police crime files, all of them or none."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from overt.accounts.actors import Actor
from overt.hotspots.crimes.errors import MappingError
from overt.hotspots.crimes.mapping import read_mapping
from overt.hotspots.management import quality_tables
from overt.hotspots.selectors import crimes as selectors
from overt.hotspots.services import crimes
from overt.hotspots.storage import StorageFull, StoredFileChanged
from overt.policy import profiles


class Command(BaseCommand):
    help = (
        "Import street-level crime files of data.police.uk, or other CSVs by a mapping. Folders "
        "are searched for .csv, .csv.gz and .zip. Either every file is imported or none is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument("--mapping", type=Path, help="TOML file that names a CSV's columns")
        parser.add_argument("--force", help="the force's short name, where no file name says it")
        parser.add_argument(
            "--dry-run", action="store_true", help="print the full report, store nothing"
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, quiet = options["dry_run"], options["quiet"]
        try:
            limits = profiles.load().quality
            mapping = read_mapping(options["mapping"]) if options["mapping"] else None
            with self._progress(hidden=quiet) as progress:
                asked = {
                    "paths": options["paths"],
                    "mapping": mapping,
                    "force": options["force"],
                    "progress": progress,
                }
                if dry_run:
                    result = crimes.examine_files(**asked)
                else:
                    result = crimes.import_files(
                        **asked, actor=Actor.of_command("import_crimes"), now=timezone.now()
                    )
        except crimes.BadFiles as bad:
            raise self._refusal(bad) from bad
        except (MappingError, StorageFull, StoredFileChanged, profiles.ProfileError) as error:
            raise CommandError(str(error)) from error
        if quiet:
            return
        median, share = limits.absent_min_median.value, Fraction(limits.suspect_share.value)
        self._print(quality_tables.summary(result, dry_run=dry_run))
        if dry_run:
            self._print(
                *quality_tables.full_report(result, absent_min_median=median, suspect_share=share)
            )
            return
        for force in result.forces:
            coverage = selectors.coverage_table(
                force, absent_min_median=median, suspect_share=share
            )
            if coverage is not None:
                self._print(*quality_tables.gaps(force, coverage))

    def _refusal(self, bad: crimes.BadFiles) -> CommandError:
        if len(bad.errors) == 1:
            return CommandError(f"{bad.errors[0]} Nothing was imported.")
        for error in bad.errors:
            self.stderr.write(str(error))
        return CommandError(
            f"{len(bad.errors)} of {bad.files} files cannot be imported. Nothing was imported."
        )

    def _print(self, *parts: Any) -> None:
        terminal = self.stdout.isatty()
        console = Console(force_terminal=terminal, width=None if terminal else 200)
        with console.capture() as captured:
            for part in parts:
                console.print(part)
        self.stdout.write(captured.get(), ending="")

    @contextmanager
    def _progress(self, *, hidden: bool) -> Iterator[crimes.Progress]:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        console = Console(stderr=True)
        bar = Progress(
            *columns,
            TimeRemainingColumn(),
            console=console,
            disable=hidden or not console.is_terminal,
            transient=True,
        )
        with bar:
            task = bar.add_task("Looking for files", total=None)

            def show(done: int, total: int, name: str) -> None:
                bar.update(task, completed=done, total=total, description=name or "Registering")

            yield show
