"""Source files of areas and area tables: read whole, within a limit, known by their sha256."""

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20


class SourceError(ValueError):
    """A file that cannot be used. One line that names the file, where, and what to do."""


@dataclass(frozen=True)
class Source:
    """`name` is the file's name without folders; `sha256` is over the bytes as given; `content`
    is unpacked where the name ends in `.gz`."""

    name: str
    sha256: str
    content: bytes


def read_source(path: Path, *, limit: int) -> Source:
    """The file at `path`, of at most `limit` bytes, before and after unpacking.

    Raises SourceError when it is missing, unreadable, empty, too large or a broken gzip.
    """
    given = read_within(path, limit=limit)
    content = given
    if path.suffix == ".gz":
        content = _unpacked(path.name, given, limit)
    if not content.strip():
        raise SourceError(f"{path.name}: the file is empty")
    return Source(name=path.name, sha256=hashlib.sha256(given).hexdigest(), content=content)


def read_within(path: Path, *, limit: int) -> bytes:
    """The bytes of the file at `path`. Raises SourceError when it is unreadable or too large."""
    try:
        with path.open("rb") as file:
            given = file.read(limit + 1)
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    if len(given) > limit:
        raise SourceError(too_large(path.name, limit))
    return given


def too_large(name: str, limit: int) -> str:
    return f"{name}: larger than {limit // MIB} MiB, the most that is read: split the file"


def refuse_what_is_not_text(name: str, content: bytes) -> None:
    """Raises SourceError for a web page, UTF-16 or another encoding that is not UTF-8."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise SourceError(
            f"{name}: is a web page or XML, not data: download the file itself and import that"
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{name}: is in UTF-16: save it as UTF-8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{name}: line {line} is not in UTF-8: save the file as UTF-8") from error


def _unpacked(name: str, given: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    parts: list[bytes] = []
    size = 0
    rest = given
    if not given:
        raise SourceError(f"{name}: the file is empty")
    while rest:
        try:
            part = unpacker.decompress(rest, limit + 1 - size)
        except zlib.error as error:
            raise SourceError(f"{name}: not a gzip file, or damaged: download it again") from error
        parts.append(part)
        size += len(part)
        if size > limit:
            raise SourceError(too_large(name, limit))
        if unpacker.eof:
            rest = unpacker.unused_data
            unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            if not rest.startswith(b"\x1f\x8b"):
                break
        else:
            rest = unpacker.unconsumed_tail
            if not rest:
                raise SourceError(f"{name}: the gzip file is cut short: download it again")
    return b"".join(parts)
