"""A remote file that is read in pieces, by HTTP range requests (RFC 9110, section 14).

The first answer settles the file's length and validator (its ETag, else Last-Modified). Every
later answer must have the same, and the very range that was asked for; with a strong ETag the
server is asked to see to it as well (If-Range). A piece that breaks off is asked for again from
where it broke off, with growing pauses.
"""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from .attempts import ATTEMPTS, TRANSIENT, Sleep, pause_s
from .errors import ArchiveChanged, ArchiveDamaged, ArchiveMissing, RangesRefused, Unreachable

# The central directory of a three-year archive is about half of this.
TAIL = 1 << 20

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True)
class Validator:
    """What identifies one state of a remote file. `etag` and `modified` are "" where not sent."""

    etag: str
    modified: str
    length: int

    @property
    def is_strong(self) -> bool:
        return bool(self.etag) and not self.etag.startswith("W/")


class RemoteFile(io.RawIOBase):
    """A seekable, readable file over HTTP, fit for `zipfile.ZipFile`.

    Raises ArchiveMissing, RangesRefused, ArchiveChanged or Unreachable, also while reading.
    """

    def __init__(self, client: httpx.Client, url: str, *, sleep: Sleep = time.sleep) -> None:
        super().__init__()
        self._client = client
        self._url = url
        self._sleep = sleep
        self._position = 0
        self.bytes_read = 0
        self._validator: Validator | None = None
        self._tail_start = 0
        self._tail = b""
        first = b"".join(self.stream(0, 1))
        if len(first) != 1 or self._validator is None:
            raise ArchiveDamaged(f"{self._url}: is empty")
        self._tail_start = max(0, self._validator.length - TAIL)
        self._tail = b"".join(self.stream(self._tail_start, self._validator.length))

    @property
    def url(self) -> str:
        return self._url

    @property
    def validator(self) -> Validator:
        if self._validator is None:
            raise Unreachable(f"{self._url}: has not answered yet")
        return self._validator

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._position,
            io.SEEK_END: self.validator.length,
        }[whence]
        if start + offset < 0:
            raise OSError("seek before the start of the file")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        first = self._position
        last = min(first + len(buffer), self.validator.length)
        if first >= last:
            return 0
        if first >= self._tail_start:
            data = self._tail[first - self._tail_start : last - self._tail_start]
        else:
            data = b"".join(self.stream(first, last))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def stream(self, first: int, last: int) -> Iterator[bytes]:
        """The bytes from `first` up to, not including, `last`, in chunks as they arrive."""
        at = first
        failures = 0
        while at < last:
            reason = ""
            try:
                with self._client.stream(
                    "GET", self._url, headers=self._headers(at, last)
                ) as response:
                    reason = self._settle(response, at, last)
                    if not reason:
                        for chunk in response.iter_raw():
                            # Never more than was asked for, whatever the server sends.
                            part = chunk[: last - at]
                            at += len(part)
                            self.bytes_read += len(part)
                            failures = 0
                            yield part
                            if at == last:
                                return
                        reason = "the connection was cut"
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
            except (httpx.InvalidURL, httpx.TooManyRedirects) as error:
                raise Unreachable(f"{self._url}: {error}") from error
            failures += 1
            if failures == ATTEMPTS:
                raise Unreachable(
                    f"{self._url}: gave up after {ATTEMPTS} attempts ({reason}): "
                    "run the command again to go on from here"
                )
            self._sleep(pause_s(failures))

    def _headers(self, first: int, last: int) -> dict[str, str]:
        headers = {"Range": f"bytes={first}-{last - 1}", "Accept-Encoding": "identity"}
        if self._validator is not None and self._validator.is_strong:
            headers["If-Range"] = self._validator.etag
        return headers

    def _settle(self, response: httpx.Response, first: int, last: int) -> str:
        """Nothing for the right answer, else why to try again. Raises where that is no use."""
        status = response.status_code
        if status in TRANSIENT:
            return f"HTTP {status}"
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN):
            raise ArchiveMissing(f"{self._url}: there is no such archive (HTTP {status})")
        known = self._validator
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            if known is None:
                raise ArchiveDamaged(f"{self._url}: is empty (HTTP {status})")
            raise self._changed()
        if status == HTTPStatus.OK:
            if known is not None and self._differs(response):
                raise self._changed()
            raise RangesRefused(
                f"{self._url}: the server sends whole archives only (HTTP 200 to a range request). "
                "Download the archive by hand and import it with import_crimes"
            )
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if status != HTTPStatus.PARTIAL_CONTENT or found is None:
            raise Unreachable(f"{self._url}: answered a range request with HTTP {status}")
        start, end, length = (int(number) for number in found.groups())
        here = Validator(
            etag=response.headers.get("ETag", ""),
            modified=response.headers.get("Last-Modified", ""),
            length=length,
        )
        if known is None:
            self._validator = here
            # Where it was redirected to, the other pieces are asked for at once.
            self._url = str(response.url)
        elif here != known:
            raise self._changed()
        if start != first or not first <= end < last:
            raise ArchiveDamaged(
                f"{self._url}: the server sent bytes {start}-{end} when asked for "
                f"{first}-{last - 1}"
            )
        return ""

    def _differs(self, response: httpx.Response) -> bool:
        known = self.validator
        here = Validator(
            etag=response.headers.get("ETag", ""),
            modified=response.headers.get("Last-Modified", ""),
            length=int(response.headers.get("Content-Length", known.length)),
        )
        return here != known

    def _changed(self) -> ArchiveChanged:
        return ArchiveChanged(
            f"{self._url}: the archive was replaced while it was read: run the command again"
        )
