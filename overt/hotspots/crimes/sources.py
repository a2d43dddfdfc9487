"""From paths to the bytes of CSV files: folders, plain files, gzip, members of zip archives.

Every limit is held twice where the format declares a size: against what is declared, and against
what is really unpacked, in steps of one megabyte, so that a small file cannot fill the memory.
Nothing is ever unpacked to disk.
"""

import errno
import hashlib
import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Self

from .errors import CrimeFileError, DamagedFile, EmptyFile, TooLarge, Unreadable, UnsafeArchive

STREET_NAME = re.compile(
    r"^(?P<month>\d{4}-(?:0[1-9]|1[0-2]))-(?P<force>[a-z0-9-]+?)-street\b.*\.csv(?:\.gz)?$",
    re.IGNORECASE,
)
FORCE_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")

_OTHER_PUBLICATIONS = ("-outcomes.csv", "-stop-and-search.csv")
_CHUNK = 1 << 20
# Below this an unpacked file is harmless whatever its ratio.
_RATIO_COUNTS_FROM = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
# All that zipfile raises for bytes that make no sense to it.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
)
# As the database holds it.
_LONGEST_NAME = 300


@dataclass(frozen=True)
class Limits:
    """`file_bytes` for one CSV once unpacked, `archive_bytes` for the wanted members of one
    archive together, `ratio` for unpacked to packed bytes."""

    file_bytes: int
    archive_bytes: int
    ratio: int


@dataclass(frozen=True)
class Source:
    """One CSV to read. `label` is for messages, `name` is what is kept: no folder of this machine.

    `force` and `month` are what the file's name says, None where it says nothing.
    """

    path: Path
    member: str | None
    packed_bytes: int

    @property
    def name(self) -> str:
        return self.path.name if self.member is None else f"{self.path.name}!{self.member}"

    @property
    def label(self) -> str:
        return str(self.path) if self.member is None else f"{self.path}!{self.member}"

    @property
    def force(self) -> str | None:
        named = self._named()
        return named["force"].lower() if named else None

    @property
    def month(self) -> str | None:
        named = self._named()
        return named["month"] if named else None

    def _named(self) -> re.Match[str] | None:
        return STREET_NAME.match(PurePosixPath(self.member or self.path.name).name)


@dataclass(frozen=True)
class Content:
    """A CSV in memory. `sha256` and `size` are of the bytes as given (the .gz where there is one;
    for a member of an archive, the member unpacked), `content_sha256` of the CSV itself."""

    source: Source
    csv: bytes
    sha256: str
    content_sha256: str
    size: int


@dataclass(frozen=True)
class Found:
    """What the paths hold. `ignored` counts other publications of data.police.uk that lay beside
    the street files."""

    sources: tuple[Source, ...]
    ignored: int
    errors: tuple[CrimeFileError, ...]


def find(paths: Sequence[Path], *, limits: Limits, any_csv: bool) -> Found:
    """The CSVs under `paths`, in the order of force, month and name.

    Of a folder: `*.csv`, `*.csv.gz` and `*.zip` below it. Of an archive: members named
    `*-street*.csv`, or every `*.csv` where `any_csv` (a mapping is given).
    """
    files, ignored, errors = _files(paths)
    sources: list[Source] = []
    for path in files:
        try:
            sources += _sources_of(path, limits=limits, any_csv=any_csv)
        except CrimeFileError as error:
            errors.append(error)
    sources.sort(key=lambda source: (source.force or "", source.month or "", source.label))
    return Found(tuple(sources), ignored, tuple(errors))


def _files(paths: Sequence[Path]) -> tuple[list[Path], int, list[CrimeFileError]]:
    files: list[Path] = []
    errors: list[CrimeFileError] = []
    ignored = 0
    for path in paths:
        try:
            is_folder = path.is_dir()
        except OSError as error:
            errors.append(_unreadable(str(path), error))
            continue
        if not is_folder:
            files.append(path)
            continue
        blocked: list[OSError] = []
        below = [
            Path(folder, name)
            for folder, _, names in os.walk(path, onerror=blocked.append)
            for name in names
            if name.lower().endswith((".csv", ".csv.gz", ".zip")) and not name.startswith(".")
        ]
        wanted = [file for file in below if not _is_other_publication(file.name)]
        files += sorted(wanted)
        ignored += len(below) - len(wanted)
        errors += [_unreadable(str(error.filename), error) for error in blocked]
        if not wanted and not blocked:
            errors.append(
                EmptyFile(
                    str(path),
                    "the folder holds no street-level .csv, .csv.gz or .zip file",
                    "Give a folder with street-level crime files",
                )
            )
    return files, ignored, errors


def _is_other_publication(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(_OTHER_PUBLICATIONS)


def _sources_of(path: Path, *, limits: Limits, any_csv: bool) -> list[Source]:
    label = str(path)
    if not label.isprintable():
        # Control characters, or bytes that are no UTF-8.
        raise Unreadable(ascii(label), "its name is not plain text", "Rename it")
    try:
        if not path.exists():
            raise Unreadable(label, "there is no such file", "Check the path")
        if not path.is_file():
            raise Unreadable(label, "it is not a regular file", "Give a CSV, .gz or .zip file")
        size = path.stat().st_size
        with path.open("rb") as handle:
            is_zip = handle.read(4) in _ZIP or path.suffix.lower() == ".zip"
    except OSError as error:
        raise _unreadable(label, error) from error
    if not is_zip:
        return [Source(path, None, size)]
    try:
        with zipfile.ZipFile(path) as archive:
            return _members(path, archive, limits=limits, any_csv=any_csv)
    except (OSError, *_BROKEN_ZIP) as error:
        # The file itself could be read a moment ago: zipfile was sent to a place not in it.
        raise _damaged_zip(label) from error


def _members(
    path: Path, archive: zipfile.ZipFile, *, limits: Limits, any_csv: bool
) -> list[Source]:
    label = str(path)
    wanted: list[zipfile.ZipInfo] = []
    for info in archive.infolist():
        # zipfile cuts names at a NUL; `orig_filename` is what the archive really says.
        named = info.orig_filename
        parts = PurePosixPath(named).parts
        odd = re.search(r"[\\:]", named) or not named.isprintable()
        too_long = len(f"{path.name}!{named}") > _LONGEST_NAME
        if named.startswith("/") or ".." in parts or odd or too_long:
            raise UnsafeArchive(
                label,
                f"a member is named {named!r}, which is not a plain path inside it",
                "Do not use this archive; download it again from its publisher",
            )
        base = parts[-1].lower() if parts else ""
        street = STREET_NAME.match(base) is not None
        readable = base.endswith(".csv") and not base.startswith("._")
        if readable and not _is_other_publication(base) and (any_csv or street):
            wanted.append(info)
    if not wanted:
        raise EmptyFile(
            label,
            "the archive holds no *-street*.csv file",
            "Tick 'Include crime data' when making the archive",
        )
    for info in wanted:
        member = f"{label}!{info.filename}"
        if info.flag_bits & _ENCRYPTED:
            raise UnsafeArchive(member, "it is encrypted", "Unpack it and give the CSV itself")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnsafeArchive(
                member,
                "it is packed by a method that is not read here",
                "Pack it again with ordinary (deflate) compression",
            )
        _hold(member, info.file_size, info.compress_size, limits)
    total = sum(info.file_size for info in wanted)
    if total > limits.archive_bytes:
        raise TooLarge(
            label,
            f"its crime files unpack to {_mb(total)}, over the limit of "
            f"{_mb(limits.archive_bytes)} for one archive",
            "Split it, or raise OVERT_CRIME_ARCHIVE_MAX_MB",
        )
    return [Source(path, info.filename, info.compress_size) for info in wanted]


class Opener:
    """Reads sources one at a time and keeps archives open between their members."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._archives: dict[Path, zipfile.ZipFile] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def read(self, source: Source) -> Content:
        """The whole CSV and its hashes, from one pass over the bytes.

        Raises Unreadable, DamagedFile or TooLarge.
        """
        try:
            if source.member is not None:
                return self._read_member(source, source.member)
            return self._read_file(source)
        except OSError as error:
            raise _unreadable(source.label, error) from error

    def _read_member(self, source: Source, member: str) -> Content:
        try:
            if source.path not in self._archives:
                self._archives[source.path] = self._stack.enter_context(
                    zipfile.ZipFile(source.path)
                )
            with self._archives[source.path].open(member) as handle:
                csv, digest = self._collect(source, iter(lambda: handle.read(_CHUNK), b""))
        except _BROKEN_ZIP as error:
            raise _damaged_zip(source.label) from error
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            # An offset before the start of the file.
            raise _damaged_zip(source.label) from error
        return Content(source, csv, digest, digest, len(csv))

    def _read_file(self, source: Source) -> Content:
        given = hashlib.sha256()
        size = 0

        def chunks(handle: IO[bytes]) -> Iterator[bytes]:
            nonlocal size
            while chunk := handle.read(_CHUNK):
                size += len(chunk)
                given.update(chunk)
                yield chunk

        with source.path.open("rb") as handle:
            start = handle.read(len(_GZIP))
            handle.seek(0)
            if start != _GZIP:
                limit = self._limits.file_bytes
                csv = handle.read(min(os.fstat(handle.fileno()).st_size, limit) + 1)
                _hold(source.label, len(csv), None, self._limits)
                digest = hashlib.sha256(csv).hexdigest()
                return Content(source, csv, digest, digest, len(csv))
            unpacked = _gunzip(chunks(handle), lambda: _cut_short(source.label))
            csv, digest = self._collect(source, unpacked, packed=lambda: size)
        return Content(source, csv, given.hexdigest(), digest, size)

    def _collect(
        self, source: Source, chunks: Iterator[bytes], *, packed: Callable[[], int] | None = None
    ) -> tuple[bytes, str]:
        buffer = io.BytesIO()
        digest = hashlib.sha256()
        for chunk in chunks:
            buffer.write(chunk)
            digest.update(chunk)
            _hold(source.label, buffer.tell(), packed() if packed else None, self._limits)
        return buffer.getvalue(), digest.hexdigest()


def _gunzip(chunks: Iterator[bytes], cut_short: Callable[[], DamagedFile]) -> Iterator[bytes]:
    """Unpack gzip, its members joined, at most `_CHUNK` bytes at a time."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            pending = chunk
            while pending:
                if unpacker.eof:
                    pending = pending.lstrip(b"\0")  # padding that some tools write
                    if not pending:
                        break
                    unpacker = zlib.decompressobj(wbits=31)
                yield unpacker.decompress(pending, _CHUNK)
                pending = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        while not unpacker.eof and (rest := unpacker.decompress(b"", _CHUNK)):
            yield rest
    except zlib.error as error:
        raise cut_short() from error
    if not unpacker.eof:
        raise cut_short()


def _hold(label: str, unpacked: int, packed: int | None, limits: Limits) -> None:
    if unpacked > limits.file_bytes:
        raise TooLarge(
            label,
            f"it is larger than the limit of {_mb(limits.file_bytes)} for one file, unpacked",
            "Split it, or raise OVERT_CRIME_FILE_MAX_MB",
        )
    if packed is not None and unpacked > max(_RATIO_COUNTS_FROM, packed * limits.ratio):
        raise TooLarge(
            label,
            f"it unpacks to more than {limits.ratio} times its size, as no crime file does",
            "Check where it came from, or raise OVERT_CRIME_MAX_RATIO",
        )


def _mb(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MB"


def _unreadable(label: str, error: OSError) -> Unreadable:
    return Unreadable(
        label,
        f"it cannot be read ({(error.strerror or type(error).__name__).lower()})",
        "Check the path and its permissions",
    )


def _damaged_zip(label: str) -> DamagedFile:
    return DamagedFile(label, "the zip archive is damaged or cut short", "Download it again")


def _cut_short(label: str) -> DamagedFile:
    return DamagedFile(label, "the gzip file is damaged or cut short", "Download it again")
