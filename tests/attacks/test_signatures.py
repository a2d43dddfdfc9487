"""Attacks by the signature of a request: nothing of them is answered, and nothing is written."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from overt_permit.signing import sign, sign_request

from overt.deployments.models import System
from overt.recognition import contract
from overt.recognition.models import KeySet, SystemKey
from overt.recognition.services import system_keys
from tests.attacks import forging
from tests.attacks.world import (
    MINUTE,
    SECOND,
    Attack,
    Attempt,
    Stage,
    assert_each_refused,
    assert_refused,
)
from tests.deployments.making import PROGRAM
from tests.recognition import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def forged(**changes: Any) -> Attempt:
    return lambda stage: forging.send(stage, forging.signature(stage, **changes))


def with_header(raw: bytes) -> Attempt:
    return forged(raw_header=raw)


def hashed(name: str, kind: str) -> Attempt:
    def attempt(stage: Stage) -> Any:
        signer = forging.keyed_hash(stage.wire.key, kind)
        return forging.send(stage, forging.signature(stage, signer=signer, alg=name))

    return attempt


def changed(alter: Any) -> Attempt:
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


def by_key(**times: timedelta) -> Attempt:
    """Signed with a key of the system that is valid between other times."""

    def attempt(stage: Stage) -> Any:
        stage.wire.key = OKPKey.generate_key("Ed25519")
        SystemKey.objects.create(
            system=stage.session.system,
            kid=stage.wire.key.thumbprint(),
            public=str(stage.wire.key.as_dict(private=False)["x"]),
            valid_from=stage.now + times["begins"],
            valid_until=stage.now + times["ends"],
            added_at=stage.now,
        )
        return stage.ask()

    return attempt


def revoked(stage: Stage) -> Any:
    SystemKey.objects.update(revoked_at=stage.now)
    return stage.ask()


def out_of_use(stage: Stage) -> Any:
    System.objects.update(is_active=False)
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
ATTEMPTS: dict[str, tuple[Attempt, str]] = {
    "no signature": (lambda stage: forging.send(stage, ""), "signature-missing"),
    "something that is no signature": (lambda stage: forging.send(stage, "yes"), "token-malformed"),
    "algorithm none, with nothing signed": (
        forged(alg="none", signer=lambda _: b""),
        "token-malformed",
    ),
    "algorithm none, with a signature of the right length": (
        forged(alg="none", signer=lambda _: b"\0" * 64),
        "algorithm-refused",
    ),
    "HS256 keyed with the public key": (hashed("HS256", "sha256"), "token-malformed"),
    "HS512 keyed with the public key": (hashed("HS512", "sha512"), "algorithm-refused"),
    "ES256 by a key of its own": (forged(alg="ES256", signer=forging.es256), "algorithm-refused"),
    "the right key under the old name EdDSA": (forged(alg="EdDSA"), "algorithm-refused"),
    "the right algorithm in small letters": (forged(alg="ed25519"), "algorithm-refused"),
    "no algorithm": (forged(alg=None), "algorithm-refused"),
    "an ES256 signature called Ed25519": (forged(signer=forging.es256), "signature-wrong"),
    "the type of a permit": (forged(typ="overt-permit+jwt"), "type-refused"),
    "the type JWT": (forged(typ="JWT"), "type-refused"),
    "no type": (forged(typ=None), "type-refused"),
    "a key brought along": (forged(jwk={"kty": "OKP"}), "header-not-closed"),
    "an address to fetch a key from": (forged(jku="https://a.example"), "header-not-closed"),
    "b64 turned off": (forged(b64=False, crit=["b64"]), "header-not-closed"),
    "no time": (forged(iat=None), "header-not-closed"),
    "a time in text": (forged(iat="1"), "signature-malformed"),
    "a time with a fraction": (forged(iat=1.5), "token-malformed"),
    "a time that is true": (forged(iat=True), "signature-malformed"),
    "a method with a newline": (forged(htm="POST\n"), "signature-malformed"),
    "a path that climbs": (
        forged(htu="/api/v1/sessions/../sessions"),
        "signature-elsewhere",
    ),
    "a header with a member twice": (with_header(TWICE), "token-malformed"),
    "a header that is a list": (with_header(b"[]"), "token-malformed"),
    "a header that is no JSON": (with_header(b"{"), "token-malformed"),
    "a header with spaces": (
        lambda stage: forging.send(
            stage,
            forging.signature(
                stage,
                raw_header=forging.spelled(forging.header(stage)).replace(b",", b", ", 1),
            ),
        ),
        "header-not-canonical",
    ),
    "a header of two thousand letters": (forged(kid="k" * 2000), "token-too-long"),
    "a kid with a quote": (forged(kid="' OR 1=1 --"), "key-unknown"),
    "a kid of the right form that nobody has": (forged(kid="A" * 43), "key-unknown"),
    "a key that nobody added": (unknown_key, "key-unknown"),
    "another's kid": (in_the_name_of_another, "signature-wrong"),
    "a revoked key": (revoked, "key-revoked"),
    "a key a second before its time": (by_key(begins=SECOND, ends=MINUTE), "key-not-valid"),
    "a key at its end": (by_key(begins=-MINUTE, ends=timedelta(0)), "key-not-valid"),
    "a system that is out of use": (out_of_use, "system-not-in-use"),
    "one bit of the signature": (
        changed(lambda text: text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBA")),
        "signature-wrong",
    ),
    "the same signature in another spelling": (changed(spare_bits), "token-malformed"),
    "padding after it": (changed(lambda text: text + "=="), "token-malformed"),
    "a letter beyond ASCII": (changed(lambda text: text + "é"), "token-malformed"),
    "two signatures in one header": (twice, "token-malformed"),
    "the payload in the signature too": (with_its_payload, "signature-malformed"),
    "the set of permit keys": (key_set, "signature-malformed"),
    "a permit of its own making": (permit_of_its_own_making, "type-refused"),
    "the signature of another body": (other_body, "signature-wrong"),
    "the signature of a permit, on a batch": (elsewhere("POST", "batches"), "signature-elsewhere"),
    "the signature of a permit, on a manifest": (
        elsewhere("POST", "manifest"),
        "signature-elsewhere",
    ),
    "the signature of a POST, on a GET": (elsewhere("GET", "permit"), "signature-elsewhere"),
    "the signature of a POST, on a PUT": (elsewhere("PUT", "permit"), "signature-elsewhere"),
    "a query that nobody signed": (with_a_query, "query-refused"),
    "signed two minutes ago": (signed_then(-2 * MINUTE), "clock-off"),
    "signed in two minutes": (signed_then(2 * MINUTE), "clock-off"),
    "signed a year ago": (signed_then(-timedelta(days=365)), "clock-off"),
}


ATTACKS = {
    sentence: Attack(reason, attempt, 401) for sentence, (attempt, reason) in ATTEMPTS.items()
}


def test_refused_and_nothing_is_written(stage, subtests):
    assert_each_refused(subtests, stage, ATTACKS, silent=True)


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
    attack = Attack(
        "key-revoked",
        lambda stage: stage.wire.send(stage.wire.address(what), given, at=stage.now),
        401,
        prepared=lambda stage: system_keys.revoke(
            kid=stage.wire.key.thumbprint(), reason="Lost.", actor=PROGRAM, now=stage.now
        ),
    )
    assert_refused(stage, attack, silent=True)
