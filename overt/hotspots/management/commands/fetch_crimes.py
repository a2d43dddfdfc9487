"""`manage.py fetch_crimes --force F --from YYYY-MM --to YYYY-MM`: for a connected machine."""

import re
import shlex
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from overt.hotspots.comparison.rates import Period
from overt.hotspots.crimes.sources import FORCE_SLUG
from overt.hotspots.fetch import archive
from overt.hotspots.fetch.errors import FetchError

_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_TIMEOUT_S = 60.0


class Command(BaseCommand):
    help = (
        "Load the monthly street-level files of one force from the archives of data.police.uk, "
        "by HTTP range requests: only the wanted files, and of those only what an earlier run "
        "has not loaded. Imports nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", required=True, help="the force's short name, such as metropolitan"
        )
        parser.add_argument(
            "--from", required=True, dest="first", metavar="YYYY-MM", help="the first month"
        )
        parser.add_argument(
            "--to", required=True, dest="last", metavar="YYYY-MM", help="the last month"
        )
        parser.add_argument(
            "--base-url",
            default=archive.BASE_URL,
            help="the address above archive/YYYY-MM.zip (default: %(default)s)",
        )
        parser.add_argument(
            "--out",
            type=Path,
            default=Path("police-data"),
            help="folder for the files (default: %(default)s)",
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        period = _period(options["first"], options["last"])
        if not FORCE_SLUG.fullmatch(options["force"]):
            raise CommandError(
                f"--force {options['force']!r}: write the short name as data.police.uk does, "
                "such as city-of-london"
            )
        if not options["base_url"].startswith(("https://", "http://")):
            raise CommandError("--base-url must begin with https:// or http://")
        try:
            with (
                self._progress(hidden=options["quiet"]) as progress,
                httpx.Client(timeout=_TIMEOUT_S, follow_redirects=True) as client,
            ):
                found = archive.fetch(
                    client=client,
                    base_url=options["base_url"],
                    force=options["force"],
                    months=period.months,
                    out=options["out"],
                    sleep=time.sleep,
                    progress=progress,
                )
        except FetchError as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            self._report(found, options["out"])

    def _report(self, found: archive.Fetched, out: Path) -> None:
        for file in found.files:
            if file.loaded:
                resumed = f", the first {file.resumed:,} from an earlier run" * bool(file.resumed)
                self.stdout.write(f"{file.path.name}: {file.loaded:,} bytes loaded{resumed}")
            else:
                self.stdout.write(f"{file.path.name}: there already")
        if found.absent:
            self.stdout.write(f"Not published for this force: {', '.join(found.absent)}")
        self.stdout.write(f"{found.loaded:,} bytes loaded in all, from {', '.join(found.archives)}")
        self.stdout.write(f"Next: manage.py import_crimes {shlex.quote(str(out))}")

    @contextmanager
    def _progress(self, *, hidden: bool) -> Iterator[archive.Progress]:
        console = Console(stderr=True)
        bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=console,
            disable=hidden or not console.is_terminal,
            transient=True,
        )
        with bar:
            task = bar.add_task("Reading the archive's directory", total=None)

            def show(name: str, done: int, total: int) -> None:
                bar.update(task, description=name, completed=done, total=total)

            yield show


def _period(first: str, last: str) -> Period:
    for option, month in (("--from", first), ("--to", last)):
        if not _MONTH.fullmatch(month):
            raise CommandError(f"{option} {month!r}: write the month as YYYY-MM")
    if first > last:
        raise CommandError(f"--from {first} lies after --to {last}: swap them")
    return Period(first, last)
