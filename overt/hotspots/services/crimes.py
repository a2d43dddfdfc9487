"""Import crime files: all of those given, or none."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Max

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.hotspots import rules, verbs
from overt.hotspots.crimes import quality, sources, store
from overt.hotspots.crimes.errors import CrimeFileError
from overt.hotspots.crimes.mapping import Mapping
from overt.hotspots.crimes.read import Reading, read
from overt.hotspots.crimes.tally import distinct
from overt.hotspots.models import CrimeFile, CrimeImport, CrimeRelease
from overt.hotspots.selectors import crimes as selectors
from overt.hotspots.storage import Shelf, StorageFull, is_full
from overt.ledger import services as ledger

# Called with bytes done, bytes in all, and the name of the file that comes next.
Progress = Callable[[int, int, str], None]

# Two imports may commit between our look and our own commit, hardly ever more.
_ATTEMPTS = 5


@dataclass(frozen=True)
class StoredRelease:
    """One month of one file, as stored."""

    force: str
    month: str
    rows: int
    points: int
    category_counts: dict[str, int]
    stored_as: str
    stored_sha256: str


@dataclass(frozen=True)
class FileResult:
    """What became of one file. `report` is None for a file that was imported before."""

    name: str
    sha256: str
    content_sha256: str
    size: int
    report: quality.QualityReport | None
    releases: tuple[StoredRelease, ...] = ()


@dataclass(frozen=True)
class ImportResult:
    """`crime_import` is None when nothing was new, and for a dry run."""

    crime_import: CrimeImport | None
    files: tuple[FileResult, ...]
    ignored: int

    @property
    def new(self) -> tuple[FileResult, ...]:
        return tuple(file for file in self.files if file.report is not None)

    @property
    def unchanged(self) -> tuple[FileResult, ...]:
        return tuple(file for file in self.files if file.report is None)

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces that the new files are from, by name."""
        return tuple(sorted({r.force for file in self.new for r in file.releases}))

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(sorted({r.month for file in self.new for r in file.releases}))


class BadFiles(Exception):
    """Some files cannot be imported, so none was. `errors` has one for each, one line long."""

    def __init__(self, errors: Sequence[CrimeFileError], files: int) -> None:
        self.errors = tuple(errors)
        self.files = files
        super().__init__("\n".join(str(error) for error in errors))


class TwoFilesOneMonth(CrimeFileError):
    """Two files of one import speak of the same force and month, and differ."""


def import_files(
    *,
    paths: Sequence[Path],
    mapping: Mapping | None,
    force: str | None,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
) -> ImportResult:
    """Check, store and register every crime file under `paths`, with one ledger entry.

    A file whose bytes or content were imported before is reported as unchanged. A file for a force
    and month that are there already becomes their next release; the old one stays for the
    analyses that rest on it. When no file is new nothing is written at all.

    Raises NotAllowed, BadFiles (with an error for every bad file), StorageFull, StoredFileChanged;
    then the database and the storage are as before.
    """
    require(rules.may_import(actor))
    shelf = Shelf()
    kept: set[str] = set()
    try:
        result = _examine(paths, mapping, force, progress, shelf)
        if result.new:
            result = _register(result, actor=actor, now=now)
            kept = {release.stored_as for file in result.new for release in file.releases}
        return result
    except (OSError, OperationalError) as error:
        if is_full(error):
            raise StorageFull from error
        raise
    finally:
        shelf.remove_all_but(kept)


def examine_files(
    *,
    paths: Sequence[Path],
    mapping: Mapping | None,
    force: str | None,
    progress: Progress | None = None,
) -> ImportResult:
    """What `import_files` would do, with the full reports. Writes nothing. Raises BadFiles."""
    return _examine(paths, mapping, force, progress, None)


@dataclass
class _Seen:
    """What is there already, and what the files so far have added to it."""

    digests: set[str]
    months: dict[tuple[str, str], str] = field(default_factory=dict)
    points: dict[str, npt.NDArray[np.int64] | None] = field(default_factory=dict)


def _examine(
    paths: Sequence[Path],
    mapping: Mapping | None,
    force: str | None,
    progress: Progress | None,
    shelf: Shelf | None,
) -> ImportResult:
    limits = sources.Limits(
        file_bytes=settings.CRIME_FILE_MAX_MB << 20,
        archive_bytes=settings.CRIME_ARCHIVE_MAX_MB << 20,
        ratio=settings.CRIME_MAX_RATIO,
    )
    found = sources.find(paths, limits=limits, any_csv=mapping is not None)
    seen = _Seen(digests=selectors.imported_digests())
    token = uuid.uuid4().hex
    errors = list(found.errors)
    files: list[FileResult] = []
    with sources.Opener(limits) as opener:
        for source in _reporting(found.sources, progress):
            try:
                content = opener.read(source)
                if seen.digests & {content.sha256, content.content_sha256}:
                    files.append(_result(content, None))
                    continue
                reading = read(content, mapping=mapping, force=force)
                _require_own_months(content, reading, seen)
            except CrimeFileError as error:
                errors.append(error)
                continue
            seen.digests |= {content.sha256, content.content_sha256}
            report = quality.report_on(reading, known_points=_known_points(reading, seen))
            releases: tuple[StoredRelease, ...] = ()
            if not errors:
                releases = tuple(_store(content, reading, report, token, shelf))
            files.append(_result(content, report, releases))
    if errors:
        raise BadFiles(errors, len(found.sources) + len(found.errors))
    return ImportResult(None, tuple(files), found.ignored)


def _reporting(
    found: Sequence[sources.Source], progress: Progress | None
) -> Iterator[sources.Source]:
    total = sum(source.packed_bytes for source in found)
    done = 0
    for source in found:
        if progress is not None:
            progress(done, total, source.name)
        yield source
        done += source.packed_bytes
    if progress is not None:
        progress(total, total, "")


def _require_own_months(content: sources.Content, reading: Reading, seen: _Seen) -> None:
    for month in reading.months:
        other = seen.months.setdefault((reading.force, month), content.source.label)
        if other != content.source.label:
            raise TwoFilesOneMonth(
                content.source.label,
                f"it differs from {other}, which is also about {reading.force} in {month}",
                "Import the one that is right, or the older one first",
            )


def _known_points(reading: Reading, seen: _Seen) -> npt.NDArray[np.int64] | None:
    """The force's points so far; those of `reading` join them for the files that follow."""
    if reading.force not in seen.points:
        seen.points[reading.force] = selectors.known_points(reading.force)
    known = seen.points[reading.force]
    own = [tally.packed_points for tally in reading.months.values()]
    parts = own if known is None else [known, *own]
    if own:
        seen.points[reading.force] = distinct(np.concatenate(parts))
    return known


def _store(
    content: sources.Content,
    reading: Reading,
    report: quality.QualityReport,
    token: str,
    shelf: Shelf | None,
) -> Iterator[StoredRelease]:
    for month, tally in reading.months.items():
        blob = store.encode(tally)
        name = store.blob_name(
            token=token, force=reading.force, month=month, source_sha256=content.sha256
        )
        if shelf is not None:
            shelf.put(name, blob.data)
        counts = report.by_month[month]
        yield StoredRelease(
            force=reading.force,
            month=month,
            rows=sum(counts.values()),
            points=report.points[month],
            category_counts=counts,
            stored_as=name,
            stored_sha256=blob.sha256,
        )


def _result(
    content: sources.Content,
    report: quality.QualityReport | None,
    releases: tuple[StoredRelease, ...] = (),
) -> FileResult:
    return FileResult(
        name=content.source.name,
        sha256=content.sha256,
        content_sha256=content.content_sha256,
        size=content.size,
        report=report,
        releases=releases,
    )


def _register(result: ImportResult, *, actor: Actor, now: datetime) -> ImportResult:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _register_once(result, actor=actor, now=now)
        except IntegrityError:
            # Another import committed the same file or release number first: look again.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _register_once(result: ImportResult, *, actor: Actor, now: datetime) -> ImportResult:
    imported = selectors.imported_digests()
    files = tuple(
        replace(file, report=None, releases=())
        if imported & {file.sha256, file.content_sha256}
        else file
        for file in result.files
    )
    new = [(file, file.report) for file in files if file.report is not None]
    result = replace(result, files=files)
    if not new:
        return result
    crime_import = CrimeImport.objects.create(at=now, actor=actor.label)
    entry = verbs.CrimesImportedPayload(
        files=[_register_file(file, report, crime_import) for file, report in new],
        forces=list(result.forces),
        months=list(result.months),
        rows_read=sum(report.rows_read for _, report in new),
        rows_kept=sum(report.rows_kept for _, report in new),
    )
    ledger.append(
        actor=actor.label,
        verb=verbs.CRIMES_IMPORTED.name,
        subject=f"crime-import:{crime_import.pk}",
        payload=entry.model_dump(),
        now=now,
    )
    return replace(result, crime_import=crime_import)


def _register_file(
    file: FileResult, report: quality.QualityReport, crime_import: CrimeImport
) -> verbs.ImportedFile:
    row = CrimeFile.objects.create(
        imported_by=crime_import,
        name=file.name,
        sha256=file.sha256,
        content_sha256=file.content_sha256,
        size=file.size,
        rows_read=report.rows_read,
        rows_kept=report.rows_kept,
        report=report.as_json(),
    )
    numbers = [_next_number(release) for release in file.releases]
    CrimeRelease.objects.bulk_create(
        CrimeRelease(file=row, number=number, **asdict(release))
        for release, number in zip(file.releases, numbers, strict=True)
    )
    return verbs.ImportedFile(
        name=file.name,
        sha256=file.sha256,
        content_sha256=file.content_sha256,
        rows_read=row.rows_read,
        rows_kept=row.rows_kept,
        releases=[
            verbs.ImportedRelease(
                force=release.force,
                month=release.month,
                number=number,
                rows=release.rows,
                stored_sha256=release.stored_sha256,
            )
            for release, number in zip(file.releases, numbers, strict=True)
        ],
    )


def _next_number(release: StoredRelease) -> int:
    highest = CrimeRelease.objects.filter(force=release.force, month=release.month).aggregate(
        Max("number")
    )
    return int(highest["number__max"] or 0) + 1
