"""Import boundaries: all of a file's, or none."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.hotspots import rules, verbs
from overt.hotspots.areas.boundary import Boundary, BoundaryFile, read_boundaries
from overt.hotspots.models import Area
from overt.ledger import services as ledger


@dataclass(frozen=True)
class AreaChanges:
    """What an import changes, by name. `changed` areas had another boundary or code before."""

    file: BoundaryFile
    kind: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def import_areas(
    *, path: Path, kind: str, name_field: str, code_field: str, actor: Actor, now: datetime
) -> AreaChanges:
    """Make the boundaries in a GeoJSON file current, with one ledger entry.

    A boundary that differs from the current one of its kind and name becomes a new row, and the
    old row stays for the analyses that rest on it. Areas that the file does not hold stay as they
    are. A file that changes nothing leaves no trace.

    Raises NotAllowed, and SourceError for a file that cannot be used; then nothing has changed.
    """
    require(rules.may_import(actor))
    file = read_boundaries(path, name_field=name_field, code_field=code_field)
    try:
        return _store(file=file, kind=kind, actor=actor, now=now)
    except IntegrityError:
        # Another import of the same areas committed first; the second look sees its rows.
        return _store(file=file, kind=kind, actor=actor, now=now)


def compare(*, file: BoundaryFile, kind: str) -> AreaChanges:
    """What importing `file` as areas of `kind` would change. Writes nothing."""
    current = {
        name: (sha256, code)
        for name, sha256, code in Area.objects.filter(kind=kind, is_current=True).values_list(
            "name", "boundary_sha256", "code"
        )
    }
    added, changed, unchanged = [], [], []
    for boundary in file.boundaries:
        if boundary.name not in current:
            added.append(boundary.name)
        elif current[boundary.name] == (boundary.sha256, boundary.code):
            unchanged.append(boundary.name)
        else:
            changed.append(boundary.name)
    return AreaChanges(file, kind, tuple(added), tuple(changed), tuple(unchanged))


@transaction.atomic
def _store(*, file: BoundaryFile, kind: str, actor: Actor, now: datetime) -> AreaChanges:
    changes = compare(file=file, kind=kind)
    if not changes.added and not changes.changed:
        return changes
    names = {*changes.added, *changes.changed}
    wanted = {boundary.name: boundary for boundary in file.boundaries if boundary.name in names}
    superseded, restored = [], []
    for area in Area.objects.filter(kind=kind).defer("boundary"):
        boundary = wanted.get(area.name)
        if boundary is not None and area.boundary_sha256 == boundary.sha256:
            area.is_current, area.code = True, boundary.code
            restored.append(area)
        elif boundary is not None and area.is_current:
            area.is_current = False
            superseded.append(area)
    known = {area.name for area in restored}
    fresh = [
        _row(boundary, file, kind, now)
        for boundary in wanted.values()
        if boundary.name not in known
    ]
    Area.objects.bulk_update(superseded, ["is_current"], batch_size=500)
    Area.objects.bulk_update(restored, ["is_current", "code"], batch_size=500)
    Area.objects.bulk_create(fresh, batch_size=500)
    ledger.append(
        actor=actor.label,
        verb=verbs.AREAS_IMPORTED.name,
        subject=f"areas:{kind}",
        payload={
            "file": file.name,
            "sha256": file.sha256,
            "kind": kind,
            "added": len(changes.added),
            "changed": len(changes.changed),
            "unchanged": len(changes.unchanged),
            "boundaries_sha256": _digest(file.boundaries),
        },
        now=now,
    )
    return changes


def _row(boundary: Boundary, file: BoundaryFile, kind: str, now: datetime) -> Area:
    west, south, east, north = boundary.bbox
    return Area(
        kind=kind,
        name=boundary.name,
        code=boundary.code,
        boundary=boundary.document,
        boundary_sha256=boundary.sha256,
        west=west,
        south=south,
        east=east,
        north=north,
        source_name=file.name,
        source_sha256=file.sha256,
        imported_at=now,
    )


def _digest(boundaries: Sequence[Boundary]) -> str:
    lines = sorted(f"{boundary.name}\t{boundary.sha256}\n" for boundary in boundaries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
