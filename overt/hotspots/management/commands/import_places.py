"""`manage.py import_places FILE --kind station --name-field F ...`: named points for the maps."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.hotspots.areas.places import read_places
from overt.hotspots.areas.source import SourceError
from overt.hotspots.models.areas import PlaceKind
from overt.hotspots.services import places


class Command(BaseCommand):
    help = "Import named points (stations, schools, ...) from a CSV or a GeoJSON file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=".csv, .geojson or .json, may end in .gz")
        parser.add_argument(
            "--kind", required=True, choices=PlaceKind.values, help="what the places are"
        )
        parser.add_argument("--name-field", required=True, help="the column with the name")
        parser.add_argument(
            "--lon-field", default="longitude", help="CSV column of the longitude, or easting in m"
        )
        parser.add_argument(
            "--lat-field", default="latitude", help="CSV column of the latitude, or northing in m"
        )
        parser.add_argument("--dry-run", action="store_true", help="check and show, change nothing")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        path, kind = options["file"], options["kind"]
        fields = {field: options[field] for field in ("name_field", "lon_field", "lat_field")}
        try:
            if options["dry_run"]:
                changes = places.compare(file=read_places(path, **fields), kind=kind)
            else:
                changes = places.import_places(
                    path=path,
                    kind=kind,
                    **fields,
                    actor=Actor.of_command("import_places"),
                    now=timezone.now(),
                )
        except SourceError as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{changes.file.name} in {changes.file.crs}: {len(changes.added)} {would}added, "
                f"{len(changes.unchanged)} there already"
            )
