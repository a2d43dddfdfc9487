"""Import area tables: all of the files given, or none."""

import hashlib
import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, OperationalError, transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.hotspots import rules, verbs
from overt.hotspots.comparison import containers
from overt.hotspots.comparison.tables import AreaTableFile, read_table
from overt.hotspots.models import AreaTable
from overt.hotspots.storage import Shelf, StorageFull, is_full
from overt.ledger import services as ledger

# Called with files done, files in all, and the name of the file that comes next.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class AreaCounts:
    """`unchanged` names files whose bytes were imported before, or stand twice in the list."""

    new: tuple[AreaTableFile, ...]
    unchanged: tuple[str, ...]


def import_area_counts(
    *, paths: Sequence[Path], actor: Actor, now: datetime, progress: Progress | None = None
) -> AreaCounts:
    """Read, store and register the tables in `paths`, with one ledger entry.

    Files that were imported before are left out; when no file is new nothing is written.

    Raises NotAllowed, SourceError for the first file that cannot be used, and StorageFull; then
    the database and the storage are as before.
    """
    require(rules.may_import(actor))
    read = examine(paths=paths, progress=progress)
    shelf = Shelf()
    kept: set[str] = set()
    try:
        rows = _store(read.new, now, shelf)
        try:
            kept = _register(rows, actor=actor, now=now)
        except IntegrityError:
            # Another import committed one of the files first; the second look sees it.
            kept = _register(rows, actor=actor, now=now)
    except (OSError, OperationalError) as error:
        if is_full(error):
            raise StorageFull from error
        raise
    finally:
        shelf.remove_all_but(kept)
    registered = {row.sha256 for row in rows if row.stored_as in kept}
    late = [file.name for file in read.new if file.sha256 not in registered]
    return AreaCounts(
        new=tuple(file for file in read.new if file.sha256 in registered),
        unchanged=(*read.unchanged, *late),
    )


def examine(*, paths: Sequence[Path], progress: Progress | None = None) -> AreaCounts:
    """What `import_area_counts` would import, with the full reports. Writes nothing.

    Raises SourceError.
    """
    seen = set(AreaTable.objects.values_list("sha256", flat=True))
    new: list[AreaTableFile] = []
    unchanged: list[str] = []
    for number, path in enumerate(paths):
        if progress:
            progress(number, len(paths), path.name)
        contents = containers.read(path)
        if contents.sha256 in seen:
            unchanged.append(contents.name)
        else:
            new.append(read_table(contents))
            seen.add(contents.sha256)
    return AreaCounts(tuple(new), tuple(unchanged))


def _store(files: Sequence[AreaTableFile], now: datetime, shelf: Shelf) -> list[AreaTable]:
    token = uuid.uuid4().hex
    rows = []
    for file in files:
        buffer = io.BytesIO()
        file.frame.write_parquet(buffer, compression="zstd", statistics=False)
        data = buffer.getvalue()
        name = f"area-tables/{token}/{file.sha256[:16]}.parquet"
        shelf.put(name, data)
        rows.append(
            AreaTable(
                kind=file.kind,
                name=file.name,
                sha256=file.sha256,
                rows=file.frame.height,
                month_from=file.month_from,
                month_to=file.month_to,
                report=file.report,
                stored_as=name,
                stored_sha256=hashlib.sha256(data).hexdigest(),
                imported_at=now,
            )
        )
    return rows


@transaction.atomic
def _register(rows: Sequence[AreaTable], *, actor: Actor, now: datetime) -> set[str]:
    """The names of the stored files that are now registered."""
    there = set(AreaTable.objects.values_list("sha256", flat=True))
    new = [row for row in rows if row.sha256 not in there]
    if not new:
        return set()
    AreaTable.objects.bulk_create(new)
    ledger.append(
        actor=actor.label,
        verb=verbs.AREA_COUNTS_IMPORTED.name,
        subject="area-tables",
        payload=verbs.AreaCountsImportedPayload(
            tables=[
                verbs.ImportedTable(
                    name=row.name,
                    sha256=row.sha256,
                    kind=row.kind,
                    rows=row.rows,
                    stored_sha256=row.stored_sha256,
                )
                for row in new
            ]
        ).model_dump(),
        now=now,
    )
    return {row.stored_as for row in new}
