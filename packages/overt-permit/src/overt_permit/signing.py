"""Signatures: compact JWS with Ed25519 (RFC 7515, RFC 9864), closed headers, one spelling.

Rules, for whatever is verified here
1. It is no longer than a limit before anything of it is decoded.
2. It has three parts of canonical base64url: no padding, no other alphabet, no spare bits.
3. The header is JSON with exactly the members asked for, each once, sorted, without spaces. So
   nothing in a token chooses the key by itself (`jwk`, `jku`, `x5c`), asks for more (`crit`) or
   changes how it is read (`b64`, `zip`).
4. The algorithm is Ed25519, whatever the header says.
5. The key is one that the verifier knows by `kid`; then the signature is verified, and only then is
   the content read.

The signature itself is joserfc's.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from .claims import TOKEN_LIMIT, TYPE, Permit, is_time
from .errors import Refused

ALGORITHM = "Ed25519"
REQUEST_TYPE = "overt-request+jws"
# A detached signature: header and signature alone.
SIGNATURE_LIMIT = 1024
_HEADER_LIMIT = 512
_METHOD = re.compile(r"[A-Z]{3,7}", re.ASCII)
_PATH = re.compile(r"/[A-Za-z0-9/_.-]{0,200}", re.ASCII)
_KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
# joserfc does not know `htm` and `htu`; which members there may be is said below.
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)

Key = OKPKey
FindKey = Callable[[str], Key]


def kid_of(key: Key) -> str:
    """The RFC 7638 thumbprint, which names the key everywhere."""
    return str(key.thumbprint())


def sign(kind: str, payload: bytes, key: Key) -> str:
    """`payload` as a compact JWS of this kind (its `typ`)."""
    header = {"alg": ALGORITHM, "kid": kid_of(key), "typ": kind}
    return jws.serialize_compact(header, payload, key, registry=_REGISTRY)


def verify(kind: str, token: str, find_key: FindKey, *, limit: int) -> tuple[bytes, str]:
    """The signed content and the `kid` of its key. `find_key` raises Refused for a key that does
    not count. Raises Refused."""
    header, payload, signature = parts_of(token, limit)
    known = _header(header, {"alg", "kid", "typ"}, kind)
    decoded(payload)
    _verified(f"{header}.{payload}.{signature}", find_key(known["kid"]))
    return decoded(payload), known["kid"]


def issue(permit: Permit, key: Key) -> str:
    """The permit, signed."""
    return sign(TYPE, permit.payload(), key)


def read_permit(token: str, find_key: FindKey) -> tuple[Permit, str]:
    """A permit that was signed by a key that counts, and the key's `kid`. Whether it may be used
    now, and here, `guard` says. Raises Refused."""
    content, kid = verify(TYPE, token, find_key, limit=TOKEN_LIMIT)
    permit = Permit.of(read_json(content))
    if permit.payload() != content:
        raise Refused("claims-not-canonical", "The claims are not written in their one spelling.")
    return permit, kid


@dataclass(frozen=True)
class Request:
    """What the signature of a request says: which method and path, when (seconds since 1970)."""

    kid: str
    method: str
    path: str
    at: int


def sign_request(method: str, path: str, body: bytes, at: int, key: Key) -> str:
    """The value of the header `Overt-Signature`: a compact JWS without its payload, which is the
    body (RFC 7515, appendix F)."""
    header = {
        "alg": ALGORITHM,
        "htm": method,
        "htu": path,
        "iat": at,
        "kid": kid_of(key),
        "typ": REQUEST_TYPE,
    }
    token = jws.serialize_compact(header, body, key, registry=_REGISTRY)
    first, _, last = token.split(".")
    return f"{first}..{last}"


def verify_request(
    signature: str, *, method: str, path: str, body: bytes, find_key: FindKey
) -> Request:
    """What `signature` says of a request that came with `method`, `path` and `body`. Whether its
    time is near enough is for the caller to say. Raises Refused."""
    header, payload, mark = parts_of(signature, SIGNATURE_LIMIT)
    if payload:
        raise Refused("signature-malformed", "The signature of a request has no payload.")
    known = _header(header, {"alg", "htm", "htu", "iat", "kid", "typ"}, REQUEST_TYPE)
    at = known["iat"]
    if not is_time(at) or at == 0:
        raise Refused("signature-malformed", "The time of the signature has the wrong form.")
    if not (_fits(_METHOD, known["htm"]) and _fits(_PATH, known["htu"])):
        raise Refused("signature-malformed", "Method or path has the wrong form.")
    if (known["htm"], known["htu"]) != (method, path):
        raise Refused("signature-elsewhere", "The signature is for another method or address.")
    encoded = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    _verified(f"{header}.{encoded}.{mark}", find_key(known["kid"]))
    return Request(known["kid"], known["htm"], known["htu"], at)


def parts_of(token: str, limit: int) -> tuple[str, str, str]:
    # What came as JSON is not always text, whatever was said of its type.
    if not isinstance(token, str) or not token.isascii():
        raise Refused("token-malformed", "It is no text of ASCII characters.")
    if len(token) > limit:
        raise Refused("token-too-long", "It is longer than any that is honest.")
    parts = token.split(".")
    if len(parts) != 3:
        raise Refused("token-malformed", "It does not have three parts.")
    header, payload, signature = parts
    if len(header) > _HEADER_LIMIT or len(decoded(signature)) != 64:
        raise Refused("token-malformed", "Its header or its signature has the wrong length.")
    return header, payload, signature


def _header(encoded: str, members: set[str], kind: str) -> Mapping[str, Any]:
    header = read_json(decoded(encoded))
    if header.get("alg") != ALGORITHM:
        raise Refused("algorithm-refused", "Only Ed25519 is taken.", 2)
    if header.get("typ") != kind:
        raise Refused("type-refused", "It is of another kind.", 2)
    if set(header) != members:
        raise Refused("header-not-closed", "Its header has other members than are allowed.", 2)
    if not _fits(_KID, header["kid"]):
        raise Refused("key-unknown", "Its key has no name of the right form.", 2)
    if json.dumps(header, separators=(",", ":"), sort_keys=True).encode() != decoded(encoded):
        raise Refused("header-not-canonical", "Its header is not written in its one spelling.")
    return header


def _verified(token: str, key: Key) -> None:
    try:
        jws.deserialize_compact(token, key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError) as error:
        raise Refused("signature-wrong", "The signature does not fit.", 2) from error


def decoded(encoded: str) -> bytes:
    """Raises Refused unless `encoded` is the one base64url spelling of what it holds."""
    try:
        content = base64.b64decode(encoded + "=" * (-len(encoded) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("token-malformed", "A part of it is not base64url.") from error
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != encoded:
        raise Refused("token-malformed", "A part of it is not canonical base64url.")
    return content


def read_json(content: bytes) -> dict[str, Any]:
    """One JSON object, each member once, no floats. Raises Refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError
        return dict(pairs)

    def no_float(text: str) -> None:
        raise ValueError

    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=once,
            parse_float=no_float,
            parse_constant=no_float,
        )
    except (ValueError, RecursionError) as error:
        raise Refused("token-malformed", "A part of it is not JSON in one reading.") from error
    if not isinstance(value, dict):
        raise Refused("token-malformed", "A part of it is no JSON object.")
    return value


def _fits(pattern: "re.Pattern[str]", value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
