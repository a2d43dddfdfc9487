"""A real HTTP server that answers as an ArcGIS FeatureServer does, or fails as one on order.

Conditions are real SQL, run by SQLite. As on ArcGIS Online, `exceededTransferLimit` stands under
`properties`, and an error is HTTP 200 with an `error` object. Every failure is one that was asked
for by name, and is over when its count is used up.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATH = "/arcgis/rest/services/Boroughs/FeatureServer/0"
SIGN_IN = b"<!DOCTYPE html><html><body>Sign in to the network</body></html>"


def square(number: int) -> dict[str, Any]:
    """A square of about a kilometre in London, the `number`-th of a row."""
    west, south = -0.5 + (number % 60) * 0.015, 51.3 + (number // 60) * 0.01
    ring = [[west, south], [west + 0.014, south], [west + 0.014, south + 0.009]]
    return {"type": "Polygon", "coordinates": [[*ring, [west, south + 0.009], ring[0]]]}


@dataclass
class Layer:
    """What the server holds and how it misbehaves.

    rows: the areas' properties. geometries: theirs, else squares. wrong: by the number of the
    request (0 is the first), what is sent instead of the right answer: bytes as they are, an int
    as HTTP status, None to cut the connection in the middle of the answer. after: by the number
    of the request, what is done before it is answered. sends: the most areas on a page, where that
    is less than the `max_records` it declares. flag: where `exceededTransferLimit` stands.
    deaf: ignores `resultOffset`. crs: what it says its coordinates are in,
    else what was asked for. stop_at: never sends areas from this offset on.
    """

    rows: list[dict[str, Any]]
    geometries: list[dict[str, Any]] = field(default_factory=list)
    object_id: str = "FID"
    geometry_type: str = "esriGeometryPolygon"
    max_records: int = 2000
    sends: int = 2000
    edited: int | None = 1_700_000_000_000
    flag: str = "properties"
    crs: str = ""
    deaf: bool = False
    stop_at: int | None = None
    redirect: bool = False
    wrong: dict[int, bytes | int | None] = field(default_factory=dict)
    after: dict[int, Callable[[], None]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    origin: str = ""

    @property
    def url(self) -> str:
        return self.origin + PATH

    @property
    def offsets(self) -> list[int]:
        """The offsets of the pages asked for, in order."""
        return [int(form["resultOffset"]) for form in self.requests if "resultOffset" in form]

    def describe(self) -> dict[str, Any]:
        fields = [{"name": self.object_id, "type": "esriFieldTypeOID"}]
        fields += [{"name": name, "type": "esriFieldTypeString"} for name in self.rows[0]]
        found: dict[str, Any] = {
            "geometryType": self.geometry_type,
            "objectIdField": self.object_id,
            "maxRecordCount": self.max_records,
            "fields": fields,
        }
        if self.edited is not None:
            found["editingInfo"] = {"lastEditDate": self.edited, "dataLastEditDate": self.edited}
        return found

    def query(self, form: dict[str, str]) -> dict[str, Any]:
        try:
            numbers = self._select(form["where"], form.get("orderByFields", self.object_id))
        except sqlite3.Error as error:
            return refusal(400, "Cannot perform query. Invalid query parameters.", str(error))
        if form.get("returnCountOnly") == "true":
            return {"count": len(numbers)}
        first = 0 if self.deaf else int(form["resultOffset"])
        last = first + min(int(form["resultRecordCount"]), self.sends)
        names = form["outFields"].split(",")
        if self.stop_at is not None:
            numbers = numbers[: self.stop_at]
        page = {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": self.crs or f"EPSG:{form['outSR']}"}},
            "features": [self._feature(number, names) for number in numbers[first:last]],
        }
        if last < len(numbers) and self.flag == "properties":
            page["properties"] = {"exceededTransferLimit": True}
        if last < len(numbers) and self.flag == "top":
            page["exceededTransferLimit"] = True
        return page

    def _feature(self, number: int, names: list[str]) -> dict[str, Any]:
        properties = {self.object_id: number, **self.rows[number - 1]}
        return {
            "type": "Feature",
            "id": number,
            "properties": {name: properties[name] for name in names},
            "geometry": self.geometries[number - 1] if self.geometries else square(number),
        }

    def _select(self, where: str, order: str) -> list[int]:
        columns = [self.object_id, *self.rows[0]]
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("PRAGMA case_sensitive_like = ON")
            database.execute(f"CREATE TABLE layer ({', '.join(columns)})")
            database.executemany(
                f"INSERT INTO layer VALUES ({', '.join('?' * len(columns))})",
                [(number, *row.values()) for number, row in enumerate(self.rows, start=1)],
            )
            found = database.execute(
                f"SELECT {self.object_id} FROM layer WHERE {where} ORDER BY {order}"
            )
            return [number for (number,) in found]


def refusal(code: int, message: str, *details: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "details": list(details)}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise each answer waits for the client to acknowledge its headers.
    disable_nagle_algorithm = True
    layer: Layer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        form = {name: values[0] for name, values in parse_qs(address.query).items()}
        self._answer(address.path, form)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(urlsplit(self.path).path, {k: v[0] for k, v in parse_qs(body).items()})

    def _answer(self, path: str, form: dict[str, str]) -> None:
        layer = self.layer
        if layer.redirect and not path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", f"{layer.origin}/moved{self.path}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        number = len(layer.requests)
        layer.requests.append(form)
        if number in layer.after:
            layer.after[number]()
        path = path.removeprefix("/moved")
        if path == PATH and form.get("f") == "json":
            found = layer.describe()
        elif path == f"{PATH}/query":
            found = layer.query(form)
        else:
            found = refusal(400, "Invalid URL", "Invalid URL")
        body = json.dumps(found).encode()
        wrong = layer.wrong.get(number, body)
        if isinstance(wrong, int):
            return self._send(wrong, b"")
        if wrong is None:
            self._send(200, body, cut=True)
        else:
            self._send(200, wrong)

    def _send(self, status: int, body: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # Who stops at an answer that is too long hangs up.
        with suppress(ConnectionError):
            self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut


@contextmanager
def serving(layer: Layer) -> Iterator[None]:
    """Serves the layer at `layer.url`."""
    handler = type("Handler", (_Handler,), {"layer": layer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        layer.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
