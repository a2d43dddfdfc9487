"""Import named points: all of a file's, or none."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.hotspots import rules, verbs
from overt.hotspots.areas.places import NamedPoint, PlaceFile, read_places
from overt.hotspots.models import Place
from overt.ledger import services as ledger


@dataclass(frozen=True)
class PlaceChanges:
    """What an import changes. A place that has moved counts as added; the old point stays."""

    file: PlaceFile
    kind: str
    added: tuple[NamedPoint, ...]
    unchanged: tuple[NamedPoint, ...]


def import_places(
    *,
    path: Path,
    kind: str,
    name_field: str,
    lon_field: str,
    lat_field: str,
    actor: Actor,
    now: datetime,
) -> PlaceChanges:
    """Add the places in a CSV or GeoJSON file, with one ledger entry; nothing twice.

    Raises NotAllowed, and SourceError for a file that cannot be used; then nothing has changed.
    """
    require(rules.may_import(actor))
    file = read_places(path, name_field=name_field, lon_field=lon_field, lat_field=lat_field)
    try:
        return _store(file=file, kind=kind, actor=actor, now=now)
    except IntegrityError:
        # Another import of the same places committed first; the second look sees its rows.
        return _store(file=file, kind=kind, actor=actor, now=now)


def compare(*, file: PlaceFile, kind: str) -> PlaceChanges:
    """What importing `file` as places of `kind` would change. Writes nothing."""
    there = {
        NamedPoint(*values)
        for values in Place.objects.filter(kind=kind).values_list("name", "easting", "northing")
    }
    return PlaceChanges(
        file,
        kind,
        added=tuple(point for point in file.points if point not in there),
        unchanged=tuple(point for point in file.points if point in there),
    )


@transaction.atomic
def _store(*, file: PlaceFile, kind: str, actor: Actor, now: datetime) -> PlaceChanges:
    changes = compare(file=file, kind=kind)
    if not changes.added:
        return changes
    Place.objects.bulk_create(
        [
            Place(
                kind=kind,
                name=point.name,
                easting=point.easting,
                northing=point.northing,
                source_name=file.name,
                source_sha256=file.sha256,
            )
            for point in changes.added
        ],
        batch_size=500,
    )
    ledger.append(
        actor=actor.label,
        verb=verbs.PLACES_IMPORTED.name,
        subject=f"places:{kind}",
        payload={
            "file": file.name,
            "sha256": file.sha256,
            "kind": kind,
            "added": len(changes.added),
            "unchanged": len(changes.unchanged),
        },
        now=now,
    )
    return changes
