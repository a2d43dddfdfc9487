"""One layer of an ArcGIS FeatureServer, such as those of the ONS Open Geography portal.

`{layer}?f=json` describes it; `{layer}/query` gives the number of areas or a page of them as
GeoJSON. An error comes as HTTP 200 with an `error` object, whose code says what HTTP's would.
Queries are sent as POST, since a long `where` does not fit into an address. What fails for the
moment is asked again, with growing pauses.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

import httpx

from .attempts import ATTEMPTS, TRANSIENT, Sleep, pause_s
from .errors import AnswerDamaged, QueryRefused, ServiceMissing, Unreachable

# Far above a page of generalised boundaries, about 1 MiB.
ANSWER_LIMIT = 64 << 20

_POLYGONS = "esriGeometryPolygon"
_SIGN_IN = frozenset({401, 403, 498, 499})
_GONE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_LOOK_IT_UP = "look it up on geoportal.statistics.gov.uk and give its address with --service"


class _Again(Exception):
    """Why the same request is worth another attempt."""


@dataclass(frozen=True)
class Description:
    """`object_id` is the field that numbers the areas. `edited` is when the data were last changed
    (milliseconds since 1970), None where the layer does not say."""

    fields: tuple[str, ...]
    object_id: str
    max_records: int
    edited: int | None


@dataclass(frozen=True)
class Area:
    """`geometry` is GeoJSON in WGS84, as sent."""

    object_id: int
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any]


class FeatureLayer:
    """Every method raises ServiceMissing, QueryRefused, AnswerDamaged or Unreachable."""

    def __init__(self, client: httpx.Client, url: str, *, sleep: Sleep) -> None:
        """`url` ends with the layer's number, such as `.../FeatureServer/0`."""
        self._client = client
        self._sleep = sleep
        self.url = url.split("?", maxsplit=1)[0].rstrip("/").removesuffix("/query")
        self._address = self.url

    def describe(self) -> Description:
        found = self._ask()
        fields = [field for field in _list(found, "fields") if isinstance(field, dict)]
        numbered = [f.get("name") for f in fields if f.get("type") == "esriFieldTypeOID"]
        object_id = found.get("objectIdField") or next(iter(numbered), None)
        if found.get("geometryType") != _POLYGONS or not isinstance(object_id, str):
            raise ServiceMissing(
                f"{self.url}: is no layer of areas: the address must end with the number of one, "
                "such as .../FeatureServer/0"
            )
        editing = found.get("editingInfo")
        editing = editing if isinstance(editing, dict) else {}
        edited = editing.get("dataLastEditDate") or editing.get("lastEditDate")
        most = found.get("maxRecordCount")
        return Description(
            fields=tuple(str(field.get("name")) for field in fields),
            object_id=object_id,
            max_records=most if type(most) is int and most > 0 else 1,
            edited=edited if type(edited) is int else None,
        )

    def count(self, where: str) -> int:
        """How many areas the SQL condition `where` holds for."""
        count = self._ask({"where": where, "returnCountOnly": "true", "f": "json"}).get("count")
        if type(count) is not int:
            raise AnswerDamaged(f"{self.url}: sent no number when asked how many areas there are")
        return count

    def page(
        self, where: str, *, fields: tuple[str, ...], object_id: str, offset: int, size: int
    ) -> tuple[Area, ...]:
        """At most `size` areas from the one at `offset` on, in order of `object_id`.

        `exceededTransferLimit` is not read: where it stands depends on the server's version, and
        some leave it out of GeoJSON. The count says whether there are more.
        """
        found = self._ask(
            {
                "where": where,
                "outFields": ",".join(dict.fromkeys((*fields, object_id))),
                "returnGeometry": "true",
                "outSR": "4326",
                "orderByFields": f"{object_id} ASC",
                "resultOffset": str(offset),
                "resultRecordCount": str(size),
                "f": "geojson",
            }
        )
        features = _list(found, "features")
        if found.get("type") != "FeatureCollection" or len(features) > size:
            raise AnswerDamaged(f"{self.url}: did not send a page of GeoJSON of at most {size}")
        crs = json.dumps(found.get("crs", "4326"))
        if "4326" not in crs and "CRS84" not in crs:
            raise AnswerDamaged(f"{self.url}: sent other coordinates than the asked for EPSG:4326")
        return tuple(self._area(feature, fields, object_id) for feature in features)

    def _area(self, feature: Any, fields: tuple[str, ...], object_id: str) -> Area:
        feature = feature if isinstance(feature, dict) else {}
        properties, geometry = feature.get("properties"), feature.get("geometry")
        if not isinstance(properties, dict) or not isinstance(geometry, dict):
            raise AnswerDamaged(f"{self.url}: sent an area without properties or boundary")
        missing = [field for field in (object_id, *fields) if field not in properties]
        if missing or type(properties[object_id]) is not int:
            raise AnswerDamaged(
                f"{self.url}: sent an area without {', '.join(missing) or object_id}"
            )
        return Area(
            object_id=properties[object_id],
            properties={field: properties[field] for field in fields},
            geometry=geometry,
        )

    def _ask(self, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The answer to a query, or without one the layer's description."""
        reason = ""
        for failures in range(1, ATTEMPTS + 1):
            try:
                return self._parsed(self._content(form))
            except _Again as again:
                reason = str(again)
            except (httpx.TransportError, httpx.DecodingError) as error:
                reason = str(error) or type(error).__name__
            except (httpx.InvalidURL, httpx.TooManyRedirects) as error:
                raise Unreachable(f"{self.url}: {error}") from error
            if failures < ATTEMPTS:
                self._sleep(pause_s(failures))
        raise Unreachable(
            f"{self.url}: gave up after {ATTEMPTS} attempts ({reason}): "
            "run the command again to go on from here"
        )

    def _content(self, form: Mapping[str, str] | None) -> bytes:
        if form is None:
            request = self._client.build_request("GET", self._address, params={"f": "json"})
        else:
            request = self._client.build_request("POST", f"{self._address}/query", data=form)
        response = self._client.send(request, stream=True)
        try:
            status = response.status_code
            if status in TRANSIENT:
                raise _Again(f"HTTP {status}")
            if status in _GONE:
                raise ServiceMissing(
                    f"{self.url}: there is no such service (HTTP {status}): {_LOOK_IT_UP}"
                )
            if status != HTTPStatus.OK:
                raise QueryRefused(f"{self.url}: answered with HTTP {status}")
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > ANSWER_LIMIT:
                    raise AnswerDamaged(
                        f"{self.url}: sends more than {ANSWER_LIMIT >> 20} MiB at once: "
                        "choose a generalised layer (BGC)"
                    )
        finally:
            response.close()
        if form is None:
            # Where the description was redirected to, queries go at once: a redirected POST
            # would lose its form.
            self._address = str(response.url).split("?")[0]
        return bytes(content)

    def _parsed(self, content: bytes) -> dict[str, Any]:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise ServiceMissing(
                f"{self.url}: answered with a web page, not with data: check the address, and "
                "that no proxy or sign-in page stands in between"
            )
        try:
            found = json.loads(content, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise _Again("the answer broke off or is not JSON") from error
        if not isinstance(found, dict):
            raise AnswerDamaged(f"{self.url}: sent JSON that is no answer of an ArcGIS service")
        if "error" in found:
            self._refuse(found["error"])
        return found

    def _refuse(self, error: Any) -> NoReturn:
        error = error if isinstance(error, dict) else {"message": error}
        code = error.get("code")
        said = dict.fromkeys(str(part) for part in (error.get("message"), *_list(error, "details")))
        # Theirs, so of any length and over any number of lines.
        words = " ".join("; ".join(part for part in said if part).split())[:300]
        if code in TRANSIENT:
            raise _Again(f"{words}, code {code}")
        if code == HTTPStatus.NOT_FOUND or "invalid url" in words.lower():
            raise ServiceMissing(f"{self.url}: there is no such service ({words}): {_LOOK_IT_UP}")
        if code in _SIGN_IN:
            raise QueryRefused(f"{self.url}: wants a sign-in ({words}): choose a public layer")
        raise QueryRefused(f"{self.url}: refuses the query ({words}): check --where")


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    return value if isinstance(value, list) else []


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
