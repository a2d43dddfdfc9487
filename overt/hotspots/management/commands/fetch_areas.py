"""`manage.py fetch_areas --kind borough`: boundaries from the ONS, for a connected machine."""

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
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from overt.hotspots.fetch import boundaries, published
from overt.hotspots.fetch.errors import FetchError
from overt.hotspots.fetch.published import PublishedLayer
from overt.hotspots.models.areas import AreaKind

_TIMEOUT_S = 60.0


class Command(BaseCommand):
    help = (
        "Load boundaries from the ONS Open Geography portal, or another ArcGIS FeatureServer, "
        "into a GeoJSON file. Which layer holds which kind is in data/areas/ons.toml. "
        "Imports nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kind", required=True, choices=AreaKind.values, help="what the areas are"
        )
        parser.add_argument(
            "--service",
            metavar="URL",
            help="another layer, such as https://.../FeatureServer/0; needs --name-field",
        )
        parser.add_argument(
            "--where",
            metavar="SQL",
            help="which areas of the layer (default: London's; with --service, all)",
        )
        parser.add_argument(
            "--name-field", help="the field with the name; several with commas between"
        )
        parser.add_argument("--code-field", help="the field with the code")
        parser.add_argument(
            "--out",
            type=Path,
            metavar="FILE",
            help="the file to write (default: boundaries/KIND.geojson)",
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        publisher = published.read()
        layer = _layer(publisher.layers, options)
        out: Path = options["out"] or Path("boundaries") / f"{options['kind']}.geojson"
        if out.suffix not in (".geojson", ".json"):
            raise CommandError(f"--out {out}: the name must end in .geojson or .json")
        names = [field.strip() for field in layer.name_field.split(",")]
        fields = tuple(dict.fromkeys(field for field in (*names, layer.code_field) if field))
        try:
            with (
                self._progress(hidden=options["quiet"]) as progress,
                httpx.Client(timeout=_TIMEOUT_S, follow_redirects=True) as client,
            ):
                found = boundaries.fetch(
                    client=client,
                    service=layer.service,
                    where=layer.where,
                    fields=fields,
                    out=out,
                    sleep=time.sleep,
                    progress=progress,
                )
        except FetchError as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            resumed = f", {found.resumed:,} of them by an earlier run" * bool(found.resumed)
            self.stdout.write(f"{found.path}: {found.count:,} areas loaded{resumed}")
            if not options["service"]:
                self.stdout.write(f"{layer.title}. {publisher.attribution} {layer.year}.")
            self.stdout.write(f"Next: {_import_command(out, options['kind'], layer)}")

    @contextmanager
    def _progress(self, *, hidden: bool) -> Iterator[boundaries.Progress]:
        console = Console(stderr=True)
        bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            disable=hidden or not console.is_terminal,
            transient=True,
        )
        with bar:
            task = bar.add_task("Loading boundaries", total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            yield show


def _layer(layers: dict[str, PublishedLayer], options: dict[str, Any]) -> PublishedLayer:
    """The published layer of the kind with what the options change; or the one they describe."""
    kind, service = options["kind"], options["service"]
    if service is None:
        if kind not in layers:
            raise CommandError(f"no published layer of kind {kind!r} is known: give --service")
        known = layers[kind]
    else:
        if not service.startswith(("https://", "http://")):
            raise CommandError("--service must begin with https:// or http://")
        if not options["name_field"]:
            raise CommandError("--service needs --name-field: the field with the areas' names")
        # Another layer, perhaps of another year: nothing of what is known of the first holds.
        known = PublishedLayer("", 0, service, "1=1", "", "")
    return PublishedLayer(
        title=known.title,
        year=known.year,
        service=known.service,
        where=known.where if options["where"] is None else options["where"],
        name_field=options["name_field"] or known.name_field,
        code_field=known.code_field if options["code_field"] is None else options["code_field"],
    )


def _import_command(out: Path, kind: str, layer: PublishedLayer) -> str:
    words = ["manage.py", "import_areas", str(out), "--kind", kind]
    words += ["--name-field", layer.name_field]
    if layer.code_field:
        words += ["--code-field", layer.code_field]
    return shlex.join(words)
