"""Attacks on the signature of a request, and what it covers."""

import json
from collections.abc import Callable

import pytest
from joserfc import jws
from overt_permit import keys
from overt_permit.claims import TIME_LIMIT
from overt_permit.errors import Refused
from overt_permit.keys import public_key
from overt_permit.signing import (
    REQUEST_TYPE,
    Key,
    Request,
    kid_of,
    sign_request,
    verify_request,
)
from permit_making import SERVER, SESSION, STRANGER, T0, base64url, canonical, permit, raw

METHOD, PATH = "POST", f"/api/v1/sessions/{SESSION}/batches"
BODY = b'{"number":7}'


def find(kid: str) -> Key:
    if kid != kid_of(SERVER):
        raise Refused("key-unknown", "The key is not known.")
    return public_key(keys.public(SERVER))


def verified(signature: str, *, method: str = METHOD, path: str = PATH, body: bytes = BODY):
    return verify_request(signature, method=method, path=path, body=body, find_key=find)


def header(**changed: object) -> dict[str, object]:
    whole = {
        "alg": "Ed25519",
        "htm": METHOD,
        "htu": PATH,
        "iat": T0,
        "kid": kid_of(SERVER),
        "typ": REQUEST_TYPE,
    }
    return whole | changed


def signed(body: bytes = BODY, key: Key = SERVER, **changed: object) -> str:
    """A signature with another header, which fits it."""
    return detached(raw(canonical(header(**changed)), body, key))


def detached(token: str) -> str:
    first, _, last = token.split(".")
    return f"{first}..{last}"


def good() -> str:
    return sign_request(METHOD, PATH, BODY, T0, SERVER)


def without(name: str) -> str:
    kept = {member: value for member, value in header().items() if member != name}
    return detached(raw(canonical(kept), BODY))


ATTACKS: dict[str, tuple[str, Callable[[], object]]] = {
    "no signature": ("token-malformed", lambda: verified("")),
    "a signature with its payload in it": (
        "signature-malformed",
        lambda: verified(good().replace("..", f".{base64url(BODY)}.")),
    ),
    "the signature over another body": ("signature-wrong", lambda: verified(good(), body=b"{}")),
    "the signature over no body": ("signature-wrong", lambda: verified(good(), body=b"")),
    "the body encoded already": (
        "signature-wrong",
        lambda: verified(good(), body=base64url(BODY).encode()),
    ),
    "the signature at another address": (
        "signature-elsewhere",
        lambda: verified(good(), path=PATH.replace("batches", "permit")),
    ),
    "the signature with another method": (
        "signature-elsewhere",
        lambda: verified(good(), method="PUT"),
    ),
    "a method in small letters": (
        "signature-malformed",
        lambda: verified(signed(htm="post"), method="post"),
    ),
    "an address with a query": (
        "signature-malformed",
        lambda: verified(signed(htu=f"{PATH}?x=1"), path=f"{PATH}?x=1"),
    ),
    "an address with its host": (
        "signature-malformed",
        lambda: verified(signed(htu="https://overt.example/")),
    ),
    "a time that is true": ("signature-malformed", lambda: verified(signed(iat=True))),
    "a time as text": ("signature-malformed", lambda: verified(signed(iat=str(T0)))),
    "a time of 0": ("signature-malformed", lambda: verified(signed(iat=0))),
    "a time in the year 10000": (
        "signature-malformed",
        lambda: verified(signed(iat=253_402_300_800)),
    ),
    "the key of a stranger": (
        "key-unknown",
        lambda: verified(sign_request(METHOD, PATH, BODY, T0, STRANGER)),
    ),
    "a known key's name over a stranger's signature": (
        "signature-wrong",
        lambda: verified(signed(key=STRANGER)),
    ),
    "a permit in place of a signature": ("signature-malformed", lambda: verified(permit())),
    "a permit without its payload": ("type-refused", lambda: verified(detached(permit()))),
    "the type of a permit": ("type-refused", lambda: verified(signed(typ="overt-permit+jwt"))),
    "the algorithm none": ("algorithm-refused", lambda: verified(signed(alg="none"))),
    "the old name EdDSA": ("algorithm-refused", lambda: verified(signed(alg="EdDSA"))),
    "the body unencoded, by RFC 7797": (
        "header-not-closed",
        lambda: verified(signed(b64=False, crit=["b64"])),
    ),
    "a key of its own": ("header-not-closed", lambda: verified(signed(jwk={"kty": "OKP"}))),
    "no time": ("header-not-closed", lambda: verified(without("iat"))),
    "a header that is too long": ("token-malformed", lambda: verified(signed(htu="/" + "a" * 400))),
    "a signature that would fill memory": (
        "token-too-long",
        lambda: verified("A" * 5_000_000),
    ),
    "a header with spaces": (
        "header-not-canonical",
        lambda: verified(detached(raw(json.dumps(header(), sort_keys=True).encode(), BODY))),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_is_refused(attack: str):
    reason, attempt = ATTACKS[attack]
    with pytest.raises(Refused) as caught:
        attempt()
    assert caught.value.reason == reason


@pytest.mark.parametrize("body", [b"", b"\0\xff\n", b"x" * 65_536], ids=["none", "bytes", "64 KiB"])
def test_a_signature_covers_its_body_whatever_that_is(body: bytes):
    found = verified(sign_request(METHOD, PATH, body, T0, SERVER), body=body)
    assert found == Request(kid_of(SERVER), METHOD, PATH, T0)


def test_the_longest_address_and_method_still_fit_the_header():
    path = "/" + "a" * 200
    long = sign_request("OPTIONS", path, BODY, TIME_LIMIT, SERVER)
    assert verified(long, method="OPTIONS", path=path).path == path


def test_a_signature_is_that_of_rfc_7515_appendix_f():
    """Another reader of JWS takes it, when the payload is put back."""
    first, _, last = good().split(".")
    registry = jws.JWSRegistry(algorithms=["Ed25519"], strict_check_header=False)
    found = jws.deserialize_compact(f"{first}.{base64url(BODY)}.{last}", SERVER, registry=registry)
    assert found.payload == BODY
