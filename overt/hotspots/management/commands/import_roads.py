"""`manage.py import_roads FILE --name-field F`: roads that people walk by, from GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.hotspots.areas.roads import read_roads
from overt.hotspots.areas.source import SourceError
from overt.hotspots.services import roads


class Command(BaseCommand):
    help = "Import roads and footways, as lines, from a GeoJSON file in WGS84 or on the BNG."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON: .geojson or .json, may end in .gz")
        parser.add_argument(
            "--name-field", default="name", help="the property with the name (default: name)"
        )
        parser.add_argument(
            "--kind-field", default="", help="the property with the class, such as highway"
        )
        parser.add_argument("--dry-run", action="store_true", help="check and show, change nothing")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        fields = {field: options[field] for field in ("name_field", "kind_field")}
        try:
            if options["dry_run"]:
                changes = roads.compare(file=read_roads(path, **fields))
            else:
                changes = roads.import_roads(
                    path=path,
                    **fields,
                    actor=Actor.of_command("import_roads"),
                    now=timezone.now(),
                )
        except SourceError as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{changes.file.name} in {changes.file.crs}: {len(changes.added):,} {would}added, "
                f"{len(changes.unchanged):,} there already"
            )
