"""Import roads: all of a file's, or none."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.hotspots import rules, verbs
from overt.hotspots.areas.roads import RoadFile, RoadLine, read_roads
from overt.hotspots.models import Road
from overt.ledger import services as ledger


@dataclass(frozen=True)
class RoadChanges:
    """What an import changes. A road of another course counts as added; the old line stays."""

    file: RoadFile
    added: tuple[RoadLine, ...]
    unchanged: tuple[RoadLine, ...]


def import_roads(
    *, path: Path, name_field: str, kind_field: str, actor: Actor, now: datetime
) -> RoadChanges:
    """Add the roads in a GeoJSON file, with one ledger entry; nothing twice.

    Raises NotAllowed, and SourceError for a file that cannot be used; then nothing has changed.
    """
    require(rules.may_import(actor))
    file = read_roads(path, name_field=name_field, kind_field=kind_field)
    try:
        return _store(file=file, actor=actor, now=now)
    except IntegrityError:
        # Another import of the same roads committed first; the second look sees its rows.
        return _store(file=file, actor=actor, now=now)


def compare(*, file: RoadFile) -> RoadChanges:
    """What importing `file` would change. Writes nothing."""
    there = set(Road.objects.values_list("name", "kind", "line_sha256"))
    added: list[RoadLine] = []
    unchanged: list[RoadLine] = []
    for road in file.roads:
        known = (road.name, road.kind, road.sha256) in there
        (unchanged if known else added).append(road)
    return RoadChanges(file, tuple(added), tuple(unchanged))


@transaction.atomic
def _store(*, file: RoadFile, actor: Actor, now: datetime) -> RoadChanges:
    changes = compare(file=file)
    if not changes.added:
        return changes
    Road.objects.bulk_create((_row(road, file) for road in changes.added), batch_size=500)
    ledger.append(
        actor=actor.label,
        verb=verbs.ROADS_IMPORTED.name,
        subject="roads",
        payload={
            "file": file.name,
            "sha256": file.sha256,
            "added": len(changes.added),
            "unchanged": len(changes.unchanged),
        },
        now=now,
    )
    return changes


def _row(road: RoadLine, file: RoadFile) -> Road:
    west, south, east, north = road.bbox
    return Road(
        name=road.name,
        kind=road.kind,
        line=road.document,
        line_sha256=road.sha256,
        west=west,
        south=south,
        east=east,
        north=north,
        source_name=file.name,
        source_sha256=file.sha256,
    )
