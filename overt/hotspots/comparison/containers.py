"""Table files as they come: CSV, gzip, Parquet, or several CSVs in a .tar.xz, .tar.gz or .zip.

Nothing is unpacked to disk, and what a packed file claims and what it really holds are both held
to the limits, so that a small file cannot fill the memory.
"""

import hashlib
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from overt.hotspots.areas.source import SourceError, read_source, read_within, too_large

FILE_LIMIT = 256 << 20
MEMBER_LIMIT = 500

_TAR = (".tar.xz", ".tar.gz", ".tgz", ".tar")


@dataclass(frozen=True)
class Member:
    """One table. `name` is the file's, or `archive!member`."""

    name: str
    content: bytes

    @property
    def is_parquet(self) -> bool:
        return self.content[:4] == b"PAR1"


@dataclass(frozen=True)
class Contents:
    """`sha256` is over the file as given; `members` are in the order of their names."""

    name: str
    sha256: str
    members: tuple[Member, ...]


def read(path: Path) -> Contents:
    """The tables in the file at `path`. Raises SourceError."""
    name = path.name.lower()
    if not name.endswith((*_TAR, ".zip")):
        source = read_source(path, limit=FILE_LIMIT)
        return Contents(source.name, source.sha256, (Member(source.name, source.content),))
    given = read_within(path, limit=FILE_LIMIT)
    try:
        unpack = _zipped if name.endswith(".zip") else _tarred
        members = sorted(unpack(path.name, given), key=lambda member: member.name)
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError) as error:
        raise SourceError(
            f"{path.name}: the archive is damaged or cut short: download it again"
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{path.name}: cannot be unpacked ({error}): unpack it first") from error
    if not members:
        raise SourceError(f"{path.name}: holds no .csv file")
    return Contents(path.name, hashlib.sha256(given).hexdigest(), tuple(members))


class _Room:
    """What may still be unpacked from one archive."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bytes = 0
        self._members = 0

    def take(self, size: int) -> None:
        self._bytes += size
        self._members += 1
        if self._bytes > FILE_LIMIT:
            raise SourceError(too_large(self._name, FILE_LIMIT))
        if self._members > MEMBER_LIMIT:
            raise SourceError(f"{self._name}: holds more than {MEMBER_LIMIT} files: split it")


def _tarred(name: str, given: bytes) -> Iterator[Member]:
    room = _Room(name)
    # A bomb is stopped at its header: a member's size is taken before the archive moves past it.
    with tarfile.open(fileobj=io.BytesIO(given)) as archive:
        for info in archive:
            room.take(info.size)
            if info.isfile() and _is_wanted(info.name):
                file = archive.extractfile(info)
                if file is not None:
                    yield Member(f"{name}!{info.name}", file.read())


def _zipped(name: str, given: bytes) -> Iterator[Member]:
    room = _Room(name)
    with zipfile.ZipFile(io.BytesIO(given)) as archive:
        for info in archive.infolist():
            room.take(info.file_size)
            if not info.is_dir() and _is_wanted(info.filename):
                yield Member(f"{name}!{info.filename}", archive.read(info))


def _is_wanted(name: str) -> bool:
    # macOS puts a `._name.csv` of its own beside each file.
    base = name.rsplit("/", 1)[-1]
    return base.lower().endswith(".csv") and not base.startswith(".")
