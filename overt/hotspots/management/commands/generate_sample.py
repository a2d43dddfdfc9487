"""`manage.py generate_sample --out DIR`: an invented borough to try Overt on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from overt.hotspots.sample import folder


class Command(BaseCommand):
    help = "Write an invented borough, Sampleford, with its neighbours and 39 months of crimes."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="a new or empty folder")
        parser.add_argument(
            "--seed",
            type=int,
            default=folder.DEFAULT_SEED,
            help="another seed gives another place (default: %(default)s)",
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if options["seed"] < 0:
            raise CommandError("--seed: give a whole number of at least 0")
        try:
            written = folder.write(out, seed=options["seed"])
        except FileExistsError as error:
            raise CommandError(
                f"{out} is not empty and holds no sample: give another --out"
            ) from error
        except OSError as error:
            raise CommandError(f"{out}: cannot be written: {error.strerror or error}") from error
        if not options["quiet"]:
            state = "already there" if written.reused else "written"
            self.stdout.write(
                f"{written.files} files, {written.rows:,} invented crimes, {state}: {out}"
            )
