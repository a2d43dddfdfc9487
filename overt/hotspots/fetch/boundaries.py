"""Boundaries out of an ArcGIS layer into one GeoJSON file, whole or not at all.

Pages go to a `.part` file, one area a line; beside it a `.part.json` says of which state of the
layer they are, so that a later run goes on where this one stopped if the layer says that it is
still the same, and begins anew if it does not. The file gets its own name only when it holds as
many areas as the layer counts, each once, and the layer was not changed in between.

The same state of a layer gives the same bytes: areas in order of their number, and no time of
fetching in the file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from overt.hotspots.areas.geojson import FILE_LIMIT

from .attempts import Sleep
from .errors import AnswerDamaged, LayerChanged, NothingWanted, OutputFailed, QueryRefused
from .feature_layer import Area, Description, FeatureLayer

# Large enough for few requests, small enough that a page of detailed boundaries is answered.
PAGE = 200

# Called with the number of areas done and to do.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FetchedAreas:
    """`count` areas are in the file at `path`, `resumed` of them from an earlier run."""

    path: Path
    count: int
    resumed: int


def fetch(
    *,
    client: httpx.Client,
    service: str,
    where: str,
    fields: tuple[str, ...],
    out: Path,
    sleep: Sleep,
    progress: Progress | None = None,
) -> FetchedAreas:
    """Load the areas for which the SQL condition `where` holds into the file `out`, in WGS84.

    `service` is the address of a layer (`.../FeatureServer/0`), `fields` are the properties kept.
    A file that is there already is replaced, at the end.

    Raises FetchError.
    """
    layer = FeatureLayer(client, service, sleep=sleep)
    description = layer.describe()
    _require(layer.url, fields, description)
    count = layer.count(where)
    if count < 1:
        raise NothingWanted(f"{layer.url}: has no area where {where}: check --where")
    source = {"service": layer.url, "where": where, "edited": description.edited}
    part = out.with_name(f"{out.name}.part")
    try:
        if out.is_dir():
            raise OutputFailed(f"{out}: is a folder: name a file")
        out.parent.mkdir(parents=True, exist_ok=True)
        numbers = _part_of_same(part, {**source, "fields": fields, "count": count})
        resumed = len(numbers)
        with part.open("ab") as file:
            while len(numbers) < count:
                areas = layer.page(
                    where,
                    fields=fields,
                    object_id=description.object_id,
                    offset=len(numbers),
                    size=min(PAGE, description.max_records),
                )
                _check(layer.url, numbers, areas, count)
                _append(layer.url, file, areas)
                numbers += [area.object_id for area in areas]
                if progress:
                    progress(len(numbers), count)
        if layer.describe() != description or layer.count(where) != count:
            raise _changed(layer.url)
        _write_whole(part, out, source)
        _discard(part)
    except OSError as error:
        raise OutputFailed(f"{out}: cannot be written: {error.strerror or error}") from error
    except (AnswerDamaged, LayerChanged):
        # Begun anew by the next run: what is wrong in it cannot be found.
        _discard(part)
        raise
    return FetchedAreas(out, count, resumed)


def _require(url: str, fields: tuple[str, ...], description: Description) -> None:
    missing = [field for field in fields if field not in description.fields]
    if missing:
        raise QueryRefused(
            f"{url}: has no field {missing[0]!r}: choose --name-field and --code-field from those "
            f"it has ({', '.join(description.fields)})"
        )


def _check(url: str, numbers: list[int], areas: tuple[Area, ...], count: int) -> None:
    """Whether a page goes on where `numbers`, the areas so far, stop."""
    if not areas:
        raise AnswerDamaged(
            f"{url}: stopped at {len(numbers):,} of {count:,} areas: run the command again"
        )
    if len(numbers) + len(areas) > count:
        raise _changed(url)
    last = numbers[-1] if numbers else None
    for area in areas:
        if last is not None and area.object_id <= last:
            raise AnswerDamaged(
                f"{url}: sent area {area.object_id} after area {last}, though asked for each once "
                "in order: it cannot be read page by page"
            )
        last = area.object_id


def _changed(url: str) -> LayerChanged:
    return LayerChanged(f"{url}: was changed while it was read: run the command again")


def _append(url: str, file: BinaryIO, areas: tuple[Area, ...]) -> None:
    for area in areas:
        feature = {
            "type": "Feature",
            "id": area.object_id,
            "properties": area.properties,
            "geometry": area.geometry,
        }
        file.write(_json(feature) + b"\n")
    if file.tell() > FILE_LIMIT:
        raise AnswerDamaged(
            f"{url}: its areas take more than {FILE_LIMIT >> 20} MiB, the most that import_areas "
            "reads: choose a generalised layer (BGC), or fewer areas with --where"
        )


def _part_of_same(part: Path, identity: dict[str, Any]) -> list[int]:
    """The numbers of the areas that an earlier run has left, if of the same; else a new start."""
    note = part.with_name(f"{part.name}.json")
    document = _json(identity)
    # Without a date nothing says that the layer is the same.
    if identity["edited"] is not None:
        try:
            if note.read_bytes() == document:
                lines = part.read_bytes().splitlines(keepends=True)
                # A run that was killed leaves the last line unfinished.
                whole = [line for line in lines if line.endswith(b"\n")]
                numbers = [int(json.loads(line)["id"]) for line in whole]
                with part.open("r+b") as file:
                    file.truncate(sum(map(len, whole)))
                return numbers
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            pass
    _discard(part)
    note.write_bytes(document)
    return []


def _write_whole(part: Path, out: Path, source: dict[str, Any]) -> None:
    """Write the file beside its place, and only then put it there."""
    beside = out.with_name(f"{out.name}.new")
    try:
        with part.open("rb") as lines, beside.open("wb") as file:
            file.write(b'{"type":"FeatureCollection","source":' + _json(source) + b',"features":[')
            for number, line in enumerate(lines):
                file.write((b",\n" if number else b"\n") + line.rstrip(b"\n"))
            file.write(b"\n]}\n")
        beside.replace(out)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
