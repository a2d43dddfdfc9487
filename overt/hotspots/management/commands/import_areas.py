"""`manage.py import_areas FILE --kind borough --name-field F`: boundaries from GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.hotspots.areas.boundary import read_boundaries
from overt.hotspots.areas.source import SourceError
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.services import areas


class Command(BaseCommand):
    help = "Import boundaries from a GeoJSON file in WGS84 or on the British National Grid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON: .geojson or .json, may end in .gz")
        parser.add_argument(
            "--kind", required=True, choices=AreaKind.values, help="what the areas are"
        )
        parser.add_argument(
            "--name-field",
            required=True,
            help="the property with the name; join several with commas where names repeat",
        )
        parser.add_argument("--code-field", default="", help="the property with the code")
        parser.add_argument("--dry-run", action="store_true", help="check and show, change nothing")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        fields = {"name_field": options["name_field"], "code_field": options["code_field"]}
        try:
            if options["dry_run"]:
                changes = areas.compare(
                    file=read_boundaries(options["file"], **fields), kind=options["kind"]
                )
            else:
                changes = areas.import_areas(
                    path=options["file"],
                    kind=options["kind"],
                    **fields,
                    actor=Actor.of_command("import_areas"),
                    now=timezone.now(),
                )
        except SourceError as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{changes.file.name} in {changes.file.crs}: {len(changes.added)} {would}added, "
                f"{len(changes.changed)} {would}changed, {len(changes.unchanged)} unchanged"
            )
