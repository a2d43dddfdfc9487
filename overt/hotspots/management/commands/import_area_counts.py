"""`manage.py import_area_counts FILE...`: tables for the borough comparison."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from overt.accounts.actors import Actor
from overt.hotspots.areas.source import SourceError
from overt.hotspots.comparison.tables import AreaTableFile
from overt.hotspots.models.tables import TableKind
from overt.hotspots.services import area_counts
from overt.hotspots.storage import StorageFull


class Command(BaseCommand):
    help = (
        "Import tables for the borough comparison: crimes by LSOA, month and category; MPS "
        "dashboard tables; residents; coverage. What a file holds is known by its columns. "
        "Either every file is imported or none is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            type=Path,
            metavar="FILE",
            help=".csv, .csv.gz, .parquet, or .tar.xz, .tar.gz or .zip of CSVs",
        )
        parser.add_argument("--dry-run", action="store_true", help="check and show, store nothing")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with self._progress(hidden=options["quiet"]) as progress:
                if options["dry_run"]:
                    found = area_counts.examine(paths=options["files"], progress=progress)
                else:
                    found = area_counts.import_area_counts(
                        paths=options["files"],
                        actor=Actor.of_command("import_area_counts"),
                        now=timezone.now(),
                        progress=progress,
                    )
        except (SourceError, StorageFull) as error:
            raise CommandError(str(error)) from error
        if options["quiet"]:
            return
        done = "would be imported" if options["dry_run"] else "imported"
        for file in found.new:
            self.stdout.write(f"{file.name}: {done} as: {TableKind(file.kind).label}")
            for line in _report(file):
                self.stdout.write(f"  {line}")
        for name in found.unchanged:
            self.stdout.write(f"{name}: there already, nothing changed")

    @contextmanager
    def _progress(self, *, hidden: bool) -> Iterator[area_counts.Progress]:
        console = Console(stderr=True)
        disable = hidden or not console.is_terminal
        with Progress(console=console, disable=disable, transient=True) as bar:
            task = bar.add_task("Reading", total=None)

            def show(done: int, total: int, name: str) -> None:
                bar.update(task, completed=done, total=total, description=name)

            yield show


def _report(file: AreaTableFile) -> Iterator[str]:
    report = file.report
    span = f", {file.month_from} to {file.month_to}" if file.month_from else ""
    years = f", mid-{report['years'][0]} to mid-{report['years'][-1]}" if "years" in report else ""
    crimes = f", {report['crimes']:,} crimes" if "crimes" in report else ""
    yield f"{report['rows']:,} rows, {len(report['boroughs'])} boroughs{span}{years}{crimes}"
    if report["missing_months"]:
        yield f"months without any row: {', '.join(report['missing_months'])}"
    if report["unknown_boroughs"]:
        yield f"not compared, as no region lists them: {', '.join(report['unknown_boroughs'])}"
    if report.get("unknown_categories"):
        yield f"categories not of data.police.uk: {', '.join(report['unknown_categories'])}"
    if "gaps" in report:
        yield (
            f"{len(report['gaps']):,} of {report['borough_months']:,} borough-months are not "
            f"complete (under 95% of their LSOAs), {report['unusable']:,} of them unusable "
            "(under 90%)"
        )
    for source, number in report.get("incomplete_borough_months", {}).items():
        yield f"{source}: {number:,} borough-months under 95%"
    yield from report["notes"]
