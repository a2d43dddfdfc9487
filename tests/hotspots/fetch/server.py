"""A real HTTP server of archives that keeps to RFC 9110's range requests, or breaks them on order.

Every failure is one that was asked for by name, and is over when its count is used up.
"""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def archive_of(members: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of the members, the same bytes every time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return file.getvalue()


@dataclass
class Site:
    """What the server holds and how it misbehaves.

    cut: how many answers break off after `cut_after` bytes. fail: how many answers are 503.
    no_ranges: sends whole files. shifted: sends another range than was asked for. weak: ETags are
    weak. no_validator: sends neither ETag nor Last-Modified. redirect: answers with a redirect.
    replace_after: after this many answers the files are those in `replacement`.
    """

    files: dict[str, bytes]
    cut: int = 0
    cut_after: int = 0
    fail: int = 0
    no_ranges: bool = False
    shifted: bool = False
    weak: bool = False
    no_validator: bool = False
    redirect: bool = False
    replace_after: int | None = None
    replacement: dict[str, bytes] = field(default_factory=dict)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    sent: int = 0
    origin: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        site = self.site
        if site.redirect and not self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", f"{site.origin}/moved{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if site.replace_after is not None and len(site.ranges) >= site.replace_after:
            site.files = site.replacement
        content = site.files.get(self.path.removeprefix("/moved"))
        if content is None:
            return self._plain(404)
        if site.fail:
            site.fail -= 1
            return self._plain(503)
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        etag = f"W/{etag}" if site.weak else etag
        asked = self.headers.get("Range")
        if_range = self.headers.get("If-Range")
        if site.no_ranges or asked is None or (if_range is not None and if_range != etag):
            return self._send(200, content, etag, {})
        first, last = (int(number) for number in asked.removeprefix("bytes=").split("-"))
        site.ranges.append((first, last))
        if first >= len(content):
            return self._plain(416)
        last = min(last, len(content) - 1)
        if site.shifted:
            first = max(first - 1, 0)
        span = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
        self._send(206, content[first : last + 1], etag, span)

    def _send(self, status: int, body: bytes, etag: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        if not self.site.no_validator:
            self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.site.cut and len(body) > self.site.cut_after:
            self.site.cut -= 1
            body = body[: self.site.cut_after]
            self.close_connection = True
        self.site.sent += len(body)
        self.wfile.write(body)

    def _plain(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """Yields the origin at which the site is served."""
    handler = type("Handler", (_Handler,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        site.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield site.origin
        finally:
            server.shutdown()
            thread.join()
