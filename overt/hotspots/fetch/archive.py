"""The monthly street files of one force, out of the archives of data.police.uk.

`{base}/archive/2024-06.zip` holds, for the 36 months that end with its own, the members
`2024-05/2024-05-metropolitan-street.csv` of all forces. Of 1.6 GB only the central directory and
the wanted members are loaded. A member arrives as it is packed, in a `.part` file; beside it a
`.part.json` says of which archive it is, so that a later run goes on where this one stopped if
the archive is still the same, and begins anew if it is not. Only a file whose length and CRC-32
are those in the archive's directory gets its own name.
"""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from .attempts import Sleep
from .errors import (
    ArchiveDamaged,
    ArchiveMissing,
    FetchError,
    NothingWanted,
    OutputFailed,
)
from .ranges import RemoteFile

BASE_URL = "https://data.police.uk/data"
# Far above the largest month of the largest force, about 25 MiB.
FILE_LIMIT = 512 << 20

_MEMBER = re.compile(r"(?:.*/)?(?P<month>\d{4}-\d{2})-(?P<force>[a-z0-9-]+)-street\.csv")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CHUNK = 1 << 18

# Called with the file's name, and the bytes done and to do of it, as packed.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FetchedFile:
    """`loaded` counts the bytes that this run loaded for it, `resumed` those there before."""

    path: Path
    month: str
    loaded: int
    resumed: int


@dataclass(frozen=True)
class Fetched:
    """`absent`: months for which the archives hold no file of the force. `loaded` counts every
    byte of this run, directories included; `archives` their addresses."""

    files: tuple[FetchedFile, ...]
    absent: tuple[str, ...]
    loaded: int
    archives: tuple[str, ...]


def fetch(
    *,
    client: httpx.Client,
    base_url: str,
    force: str,
    months: Sequence[str],
    out: Path,
    sleep: Sleep,
    progress: Progress | None = None,
) -> Fetched:
    """Load the street files of `force` for `months` ("YYYY-MM") into the folder `out`.

    A file that is there already, with the length and checksum that the archive gives, is left.

    Raises FetchError.
    """
    pending = sorted(set(months))
    files: list[FetchedFile] = []
    absent: list[str] = []
    archives: list[str] = []
    loaded = 0
    while pending:
        newest = pending[-1]
        remote = _open(client, base_url, newest, sleep)
        archives.append(remote.url)
        members = _members(remote)
        wanted = [(month, members[force, month]) for month in pending if (force, month) in members]
        _require_force(remote.url, force, members)
        for month, info in wanted:
            files.append(_file(remote, info, month, out / f"{month}-{force}-street.csv", progress))
        loaded += remote.bytes_read
        oldest = min((month for _, month in members), default=newest)
        here = {month for month, _ in wanted}
        absent += [month for month in pending if month >= oldest and month not in here]
        # An archive reaches 36 months back: what lies before it is in an older one.
        pending = [month for month in pending if month < min(oldest, newest)]
    return Fetched(tuple(files), tuple(sorted(absent)), loaded, tuple(archives))


def _open(client: httpx.Client, base_url: str, month: str, sleep: Sleep) -> RemoteFile:
    url = f"{base_url.rstrip('/')}/archive/{month}.zip"
    try:
        return RemoteFile(client, url, sleep=sleep)
    except ArchiveMissing as error:
        raise ArchiveMissing(
            f"{error}. A month appears about two months later: choose an earlier --to, or check "
            "--base-url"
        ) from error


def _members(remote: RemoteFile) -> dict[tuple[str, str], zipfile.ZipInfo]:
    """The street files of the archive, by force and month."""
    try:
        with zipfile.ZipFile(remote) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise ArchiveDamaged(f"{remote.url}: is not a readable zip archive ({error})") from error
    return {
        (found["force"], found["month"]): info
        for info in infos
        if (found := _MEMBER.fullmatch(info.filename))
    }


def _require_force(url: str, force: str, members: dict[tuple[str, str], zipfile.ZipInfo]) -> None:
    forces = sorted({there for there, _ in members})
    if force not in forces:
        listed = ", ".join(forces) or "no force at all"
        raise NothingWanted(f"{url}: holds nothing of {force!r}, only of: {listed}")


def _file(
    remote: RemoteFile,
    info: zipfile.ZipInfo,
    month: str,
    path: Path,
    progress: Progress | None,
) -> FetchedFile:
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveDamaged(f"{remote.url}: {info.filename} is packed in a way not read here")
    if info.file_size > FILE_LIMIT or info.compress_size > FILE_LIMIT:
        raise ArchiveDamaged(f"{remote.url}: {info.filename} is too large for a month of crimes")
    try:
        if _is_there(path, info):
            return FetchedFile(path, month, loaded=0, resumed=0)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        resumed = _part_of_same(part, remote, info)
        _load(remote, info, part, resumed, progress)
        _unpack(remote, info, part, path)
    except OSError as error:
        raise OutputFailed(f"{path}: cannot be written: {error.strerror or error}") from error
    return FetchedFile(path, month, loaded=info.compress_size - resumed, resumed=resumed)


def _is_there(path: Path, info: zipfile.ZipInfo) -> bool:
    if not path.is_file() or path.stat().st_size != info.file_size:
        return False
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            crc = zlib.crc32(chunk, crc)
    return crc == info.CRC


def _part_of_same(part: Path, remote: RemoteFile, info: zipfile.ZipInfo) -> int:
    """How much of the member an earlier run has left, if of the same archive; else a new start."""
    identity = _identity(remote, info)
    note = part.with_name(f"{part.name}.json")
    try:
        same = json.loads(note.read_text()) == identity
    except (OSError, ValueError):
        same = False
    # Without a validator nothing says that the archive is the same.
    if same and (remote.validator.etag or remote.validator.modified) and part.is_file():
        return min(part.stat().st_size, info.compress_size)
    part.unlink(missing_ok=True)
    note.write_text(json.dumps(identity))
    return 0


def _identity(remote: RemoteFile, info: zipfile.ZipInfo) -> dict[str, object]:
    return {
        "archive": remote.url.split("?")[0],
        **asdict(remote.validator),
        "member": info.filename,
        "offset": info.header_offset,
        "packed": info.compress_size,
        "crc32": info.CRC,
    }


def _load(
    remote: RemoteFile,
    info: zipfile.ZipInfo,
    part: Path,
    resumed: int,
    progress: Progress | None,
) -> None:
    start = _data_offset(remote, info)
    done = resumed
    with part.open("ab") as file:
        file.truncate(resumed)
        for chunk in remote.stream(start + resumed, start + info.compress_size):
            file.write(chunk)
            done += len(chunk)
            if progress:
                progress(info.filename, done, info.compress_size)


def _data_offset(remote: RemoteFile, info: zipfile.ZipInfo) -> int:
    """Where the member's bytes begin: behind its local header, whose length only it knows."""
    remote.seek(info.header_offset)
    header = remote.read(_LOCAL_HEADER.size) or b""
    if len(header) < _LOCAL_HEADER.size:
        raise ArchiveDamaged(f"{remote.url}: ends before {info.filename}")
    signature, name, extra = _LOCAL_HEADER.unpack(header)
    if signature != b"PK\x03\x04":
        raise ArchiveDamaged(f"{remote.url}: {info.filename} is not where the directory says")
    return info.header_offset + _LOCAL_HEADER.size + int(name) + int(extra)


def _unpack(remote: RemoteFile, info: zipfile.ZipInfo, part: Path, path: Path) -> None:
    """Write the member beside its place, check it, and only then put it there."""
    beside = path.with_name(f"{path.name}.new")
    crc = size = 0
    try:
        with part.open("rb") as packed, beside.open("wb") as file:
            for chunk in _unpacked(packed.read, info):
                crc = zlib.crc32(chunk, crc)
                size += len(chunk)
                if size > info.file_size:
                    break
                file.write(chunk)
        if crc != info.CRC or size != info.file_size:
            raise _damaged(remote, info)
        beside.replace(path)
    except (zlib.error, FetchError) as error:
        # Begun anew by the next run: what is wrong in it cannot be found.
        beside.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        raise _damaged(remote, info) from error
    part.unlink()
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)


def _unpacked(read: Callable[[int], bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type == zipfile.ZIP_STORED:
        yield from iter(lambda: read(_CHUNK), b"")
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed := read(_CHUNK):
        while packed:
            yield unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
    yield unpacker.flush()


def _damaged(remote: RemoteFile, info: zipfile.ZipInfo) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"{remote.url}: {info.filename} arrived with another checksum than the archive gives: "
        "run the command again to load it anew"
    )
