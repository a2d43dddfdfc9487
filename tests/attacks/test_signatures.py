"""Attacks by the signature of a request: nothing of them is answered, and nothing is written."""

import base64
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from overt_permit.signing import sign, sign_request

from overt.deployments.models import System
from overt.recognition import contract
from overt.recognition.models import KeySet, SystemKey
from overt.recognition.services import system_keys
from tests.accounts.signing_in import sign_in
from tests.attacks import forging
from tests.attacks.world import (
    MINUTE,
    SECOND,
    Attack,
    Attempt,
    Happening,
    Stage,
    assert_each_refused,
    assert_refused,
)
from tests.deployments.making import PROGRAM
from tests.recognition import making

pytestmark = pytest.mark.django_db


def forged(**changes: Any) -> Attempt:
    return lambda stage: forging.send(stage, forging.signature(stage, **changes))


def with_header(raw: bytes) -> Attempt:
    return forged(raw_header=raw)


def hashed(name: str, kind: str) -> Attempt:
    def attempt(stage: Stage) -> Any:
        signer = forging.keyed_hash(stage.wire.key, kind)
        return forging.send(stage, forging.signature(stage, signer=signer, alg=name))

    return attempt


def changed(alter: Callable[[str], str]) -> Attempt:
    """An honest signature, altered as text."""
    return lambda stage: forging.send(stage, alter(forging.signature(stage)))


def spare_bits(text: str) -> str:
    """The same 64 bytes in another spelling: base64url leaves four bits over."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def elsewhere(method: str, what: str) -> Attempt:
    """The signature of an honest request for a permit, on another method or address."""
    return lambda stage: stage.wire.send(
        stage.wire.address(what),
        forging.body(stage),
        method=method,
        at=stage.now,
        signature=forging.signature(stage),
    )


def other_body(stage: Stage) -> Any:
    return stage.wire.send(
        stage.wire.address("permit"),
        forging.body(stage, number=901),
        at=stage.now,
        signature=forging.signature(stage),
    )


def signed_then(days: timedelta) -> Attempt:
    """Signed so long before, or after, the moment at which it comes."""

    def attempt(stage: Stage) -> Any:
        at = stage.now
        text = forging.signature(stage, iat=int((at + days).timestamp()))
        return forging.send(stage, text)

    return attempt


def with_a_key(**times: timedelta) -> Happening:
    """The system signs with another key of its own, which is valid between these times."""

    def happen(stage: Stage) -> None:
        stage.wire.key = OKPKey.generate_key("Ed25519")
        SystemKey.objects.create(
            system=stage.session.system,
            kid=stage.wire.key.thumbprint(),
            public=str(stage.wire.key.as_dict(private=False)["x"]),
            valid_from=stage.now + times["begins"],
            valid_until=stage.now + times["ends"],
            added_at=stage.now,
        )

    return happen


def revoked(stage: Stage) -> None:
    system_keys.revoke(
        kid=stage.wire.key.thumbprint(), reason="Lost.", actor=PROGRAM, now=stage.now
    )


def out_of_use(stage: Stage) -> None:
    System.objects.update(is_active=False)


def signed_in(stage: Stage) -> None:
    """The request comes from the browser of an operator who has signed in."""
    sign_in(stage.wire.client, stage.desk.cast.operator)


def unsigned(stage: Stage) -> Any:
    return forging.send(stage, "")


def honest(stage: Stage) -> Any:
    return stage.ask()


def unknown_key(stage: Stage) -> Any:
    stage.wire.key = OKPKey.generate_key("Ed25519")
    return stage.ask()


def in_the_name_of_another(stage: Stage) -> Any:
    signer = forging.ed25519(OKPKey.generate_key("Ed25519"))
    return forging.send(stage, forging.signature(stage, signer=signer))


def key_set(stage: Stage) -> Any:
    """A document that Overt itself signed."""
    return forging.send(stage, KeySet.objects.first().document)


def with_its_payload(stage: Stage) -> Any:
    first, _, last = forging.signature(stage).split(".")
    return forging.send(stage, f"{first}.{forging.encoded(forging.body(stage))}.{last}")


def permit_of_its_own_making(stage: Stage) -> Any:
    return forging.send(stage, sign("overt-permit+jwt", b"{}", stage.wire.key).replace("e30", ""))


def with_a_query(stage: Stage) -> Any:
    path = stage.wire.address("permit")
    text = sign_request(
        "POST", path, forging.body(stage), int(stage.now.timestamp()), stage.wire.key
    )
    return stage.wire.send(
        f"{path}?threshold=0.1", forging.body(stage), at=stage.now, signature=text
    )


def twice(stage: Stage) -> Any:
    text = forging.signature(stage)
    return forging.send(stage, f"{text},{text}")


TWICE = b'{"alg":"Ed25519","alg":"none"}'
refused = partial(Attack, status=401)
ATTACKS: dict[str, Attack] = {
    "no signature": refused("signature-missing", unsigned),
    "no signature, but an operator who has signed in": refused(
        "signature-missing", unsigned, prepared=signed_in
    ),
    "something that is no signature": refused(
        "token-malformed", lambda stage: forging.send(stage, "yes")
    ),
    "algorithm none, with nothing signed": refused(
        "token-malformed", forged(alg="none", signer=lambda _: b"")
    ),
    "algorithm none, with a signature of the right length": refused(
        "algorithm-refused", forged(alg="none", signer=lambda _: b"\0" * 64)
    ),
    "HS256 keyed with the public key": refused("token-malformed", hashed("HS256", "sha256")),
    "HS512 keyed with the public key": refused("algorithm-refused", hashed("HS512", "sha512")),
    "ES256 by a key of its own": refused(
        "algorithm-refused", forged(alg="ES256", signer=forging.es256)
    ),
    "the right key under the old name EdDSA": refused("algorithm-refused", forged(alg="EdDSA")),
    "the right algorithm in small letters": refused("algorithm-refused", forged(alg="ed25519")),
    "no algorithm": refused("algorithm-refused", forged(alg=None)),
    "an ES256 signature called Ed25519": refused("signature-wrong", forged(signer=forging.es256)),
    "the type of a permit": refused("type-refused", forged(typ="overt-permit+jwt")),
    "the type JWT": refused("type-refused", forged(typ="JWT")),
    "no type": refused("type-refused", forged(typ=None)),
    "a key brought along": refused("header-not-closed", forged(jwk={"kty": "OKP"})),
    "an address to fetch a key from": refused("header-not-closed", forged(jku="https://a.example")),
    "b64 turned off": refused("header-not-closed", forged(b64=False, crit=["b64"])),
    "no time": refused("header-not-closed", forged(iat=None)),
    "a time in text": refused("signature-malformed", forged(iat="1")),
    "a time with a fraction": refused("token-malformed", forged(iat=1.5)),
    "a time that is true": refused("signature-malformed", forged(iat=True)),
    "a method with a newline": refused("signature-malformed", forged(htm="POST\n")),
    "a path that climbs": refused(
        "signature-elsewhere", forged(htu="/api/v1/sessions/../sessions")
    ),
    "a header with a member twice": refused("token-malformed", with_header(TWICE)),
    "a header that is a list": refused("token-malformed", with_header(b"[]")),
    "a header that is no JSON": refused("token-malformed", with_header(b"{")),
    "a header with spaces": refused(
        "header-not-canonical",
        lambda stage: forging.send(
            stage,
            forging.signature(
                stage,
                raw_header=forging.spelled(forging.header(stage)).replace(b",", b", ", 1),
            ),
        ),
    ),
    "a header of two thousand letters": refused("token-too-long", forged(kid="k" * 2000)),
    "a kid with a quote": refused("key-unknown", forged(kid="' OR 1=1 --")),
    "a kid of the right form that nobody has": refused("key-unknown", forged(kid="A" * 43)),
    "a key that nobody added": refused("key-unknown", unknown_key),
    "another's kid": refused("signature-wrong", in_the_name_of_another),
    "a revoked key": refused("key-revoked", honest, prepared=revoked),
    "a key a second before its time": refused(
        "key-not-valid", honest, prepared=with_a_key(begins=SECOND, ends=MINUTE)
    ),
    "a key at its end": refused(
        "key-not-valid", honest, prepared=with_a_key(begins=-MINUTE, ends=timedelta(0))
    ),
    "a system that is out of use": refused("system-not-in-use", honest, prepared=out_of_use),
    "the last letters of the signature": refused(
        "signature-wrong",
        changed(lambda text: text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBA")),
    ),
    "the same signature in another spelling": refused("token-malformed", changed(spare_bits)),
    "padding after it": refused("token-malformed", changed(lambda text: text + "==")),
    "a letter beyond ASCII": refused("token-malformed", changed(lambda text: text + "é")),
    "two signatures in one header": refused("token-malformed", twice),
    "the payload in the signature too": refused("signature-malformed", with_its_payload),
    "the set of permit keys": refused("signature-malformed", key_set),
    "a permit of its own making": refused("type-refused", permit_of_its_own_making),
    "the signature of another body": refused("signature-wrong", other_body),
    "the signature of a permit, on a batch": refused(
        "signature-elsewhere", elsewhere("POST", "batches")
    ),
    "the signature of a permit, on a manifest": refused(
        "signature-elsewhere", elsewhere("POST", "manifest")
    ),
    "the signature of a POST, on a GET": refused("signature-elsewhere", elsewhere("GET", "permit")),
    "the signature of a POST, on a PUT": refused("signature-elsewhere", elsewhere("PUT", "permit")),
    "a query that nobody signed": refused("query-refused", with_a_query),
    "signed two minutes ago": refused("clock-off", signed_then(-2 * MINUTE)),
    "signed in two minutes": refused("clock-off", signed_then(2 * MINUTE)),
    "signed a year ago": refused("clock-off", signed_then(-timedelta(days=365))),
}


def test_refused_and_nothing_is_written(stage, subtests):
    assert_each_refused(subtests, stage, ATTACKS)


def test_the_honest_request_that_every_case_alters_is_answered(stage):
    response = forging.send(stage, forging.signature(stage))
    assert response.status_code == 200
    assert response.json()["sequence"] == 1


def test_the_refusal_repeats_nothing_of_the_signature(stage):
    kid = base64.urlsafe_b64encode(b"Jane Example, of 12 High Street.").rstrip(b"=").decode()
    response = forging.send(stage, forging.signature(stage, kid=kid))
    assert kid not in response.content.decode()
    assert response.headers["WWW-Authenticate"] == "Overt-Signature"


@pytest.mark.parametrize("what", ["manifest", "batches"])
def test_a_key_that_was_revoked_takes_in_nothing_either(stage, what):
    given = contract.canonical(making.manifest(number=2))
    attack = refused(
        "key-revoked",
        lambda stage: stage.wire.send(stage.wire.address(what), given, at=stage.now),
        prepared=revoked,
    )
    assert_refused(stage, attack)
