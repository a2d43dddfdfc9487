"""Attacks with a token: each is refused for what is wrong with it, and for nothing else."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from attacking import Attack, Attacks, answer_to
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from overt_permit import keys
from overt_permit.errors import Refused
from overt_permit.guard import Answer
from permit_making import (
    CONFIG,
    FIRST_SET,
    LIST,
    OTHER_LIST,
    OTHER_SESSION,
    OTHER_ZONE,
    PERMIT,
    SERVER,
    SESSION,
    STRANGER,
    T0,
    YEAR,
    Van,
    base64url,
    canonical,
    header,
    permit,
    raw,
    with_claims,
    with_header,
)

attacks = Attacks()


def in_json(token: str) -> str:
    protected, payload, signature = token.split(".")
    return json.dumps({"protected": protected, "payload": payload, "signature": signature})


def spare_bits(token: str) -> str:
    """64 bytes leave four bits of the last letter without use."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    changed = token[:-1] + alphabet[alphabet.index(token[-1]) | 1]
    assert base64.urlsafe_b64decode(changed.rpartition(".")[2] + "==") == base64.urlsafe_b64decode(
        token.rpartition(".")[2] + "=="
    )
    return changed


def other_alphabet() -> str:
    for seq in range(1, 1000):
        token = permit(seq=seq)
        if {"-", "_"} & set(token):
            return token.replace("-", "+").replace("_", "/")
    raise AssertionError("no permit with - or _ was found")


def signed_with(signature: str) -> str:
    return f"{permit().rpartition('.')[0]}.{signature}"


def malled() -> str:
    signed, _, signature = permit().rpartition(".")
    found = base64.urlsafe_b64decode(signature + "==")
    order = 2**252 + 27742317777372353535851937790883648493
    number = int.from_bytes(found[32:], "little") + order
    return f"{signed}.{base64url(found[:32] + number.to_bytes(32, 'little'))}"


def with_hs256() -> str:
    secret = base64.urlsafe_b64decode(keys.public(SERVER) + "=")
    signed = f"{base64url(canonical(header(alg='HS256')))}.{base64url(PERMIT.payload())}"
    # With SHA-512 the mark is as long as a signature, so that it is not refused for its length.
    mark = hmac.digest(secret, signed.encode(), hashlib.sha512)
    return f"{signed}.{base64url(mark)}"


def with_es256() -> str:
    signed = f"{base64url(canonical(header(alg='ES256')))}.{base64url(PERMIT.payload())}"
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{base64url(b''.join(number.to_bytes(32, 'big') for number in numbers))}"


def without_member(name: str) -> str:
    kept = {member: value for member, value in header().items() if member != name}
    return raw(canonical(kept), PERMIT.payload())


def canonical_unsorted(content: dict[str, object]) -> bytes:
    return json.dumps(dict(reversed(content.items())), separators=(",", ":")).encode()


def with_payload(*, exp_as: bytes) -> str:
    return raw(canonical(header()), PERMIT.payload().replace(b"%d" % (T0 + 60), exp_as))


def test_the_permit_that_the_attacks_change_is_taken_as_it_is(van: Van):
    assert van.accept(permit()) == PERMIT
    assert van.may_run() == Answer(True, "permit-holds", 11, until=T0 + 60)


# The form of a token.

attacks.token("nothing at all", "token-malformed", 0, lambda: "")
attacks.token("two parts", "token-malformed", 0, lambda: permit().rpartition(".")[0])
attacks.token("four parts", "token-malformed", 0, lambda: permit() + ".e30")
attacks.token(
    "five parts, as encrypted tokens have", "token-malformed", 0, lambda: permit() + ".e30.e30"
)
attacks.token("the JSON serialisation of a JWS", "token-malformed", 0, lambda: in_json(permit()))
attacks.token("a token that would fill memory", "token-too-long", 0, lambda: "A" * 5_000_000)
attacks.token("a number in place of a token", "token-malformed", 0, lambda: 7)
attacks.token("a letter beyond ASCII", "token-malformed", 0, lambda: permit() + "\u0661")
attacks.token("padding at the end", "token-malformed", 0, lambda: permit() + "==")
attacks.token("a line end after it", "token-malformed", 0, lambda: permit() + "\n")
attacks.token("a space before it", "token-malformed", 0, lambda: " " + permit())
attacks.token("spare bits set in the signature", "token-malformed", 0, lambda: spare_bits(permit()))
attacks.token("the alphabet with + and /", "token-malformed", 0, other_alphabet)
attacks.token(
    "a signature of 32 bytes", "token-malformed", 0, lambda: signed_with(base64url(b"\0" * 32))
)
attacks.token("no signature", "token-malformed", 0, lambda: signed_with(""))
attacks.token(
    "a signature of zeros", "signature-wrong", 2, lambda: signed_with(base64url(b"\0" * 64))
)
attacks.token("a signature whose number is one order higher", "signature-wrong", 2, malled)


# Its header.

attacks.token("the algorithm none", "algorithm-refused", 2, lambda: with_header(alg="none"))
attacks.token(
    "the algorithm none, and no signature",
    "token-malformed",
    0,
    lambda: with_header(alg="none").rpartition(".")[0] + ".",
)
attacks.token("HS256 with the public key as the secret", "algorithm-refused", 2, with_hs256)
attacks.token("the old name EdDSA", "algorithm-refused", 2, lambda: with_header(alg="EdDSA"))
attacks.token("ES256 with a key of the attacker's own", "algorithm-refused", 2, with_es256)
attacks.token(
    "ed25519 in small letters", "algorithm-refused", 2, lambda: with_header(alg="ed25519")
)
attacks.token("a list of algorithms", "algorithm-refused", 2, lambda: with_header(alg=["Ed25519"]))
attacks.token("a key set in place of a permit", "type-refused", 2, lambda: FIRST_SET.signed(SERVER))
attacks.token("a permit that says it is a JWT", "type-refused", 2, lambda: with_header(typ="JWT"))
attacks.token("a permit of no type", "type-refused", 2, lambda: without_member("typ"))
attacks.token("no name of a key", "header-not-closed", 2, lambda: without_member("kid"))
attacks.token("a key that is not known", "key-unknown", 2, lambda: permit(STRANGER))
attacks.token(
    "the name of a known key over the signature of another",
    "signature-wrong",
    2,
    lambda: raw(canonical(header()), PERMIT.payload(), STRANGER),
)
attacks.token(
    "the name of a key as long as a page", "token-malformed", 0, lambda: with_header(kid="A" * 1000)
)
attacks.token("a path as the name of a key", "key-unknown", 2, lambda: with_header(kid="../" * 14))
attacks.token("a number as the name of a key", "key-unknown", 2, lambda: with_header(kid=1))
for _member, _value in {
    "jwk": {"kty": "OKP", "crv": "Ed25519", "x": keys.public(STRANGER)},
    "jku": "https://attacker.example/keys",
    "x5c": ["MIIB"],
    "x5u": "https://attacker.example/certificate",
    "crit": ["exp"],
    "b64": False,
    "zip": "DEF",
    "exp": T0 + YEAR,
    "cty": "JWT",
}.items():
    attacks.token(
        f"a header with {_member}",
        "header-not-closed",
        2,
        lambda member=_member, value=_value: with_header(**{member: value}),
    )
attacks.token(
    "a header with alg twice",
    "token-malformed",
    0,
    lambda: raw(b'{"alg":"none",' + canonical(header())[1:], PERMIT.payload()),
)
attacks.token(
    "a header with spaces",
    "header-not-canonical",
    0,
    lambda: raw(json.dumps(header(), sort_keys=True).encode(), PERMIT.payload()),
)
attacks.token(
    "a header in another order",
    "header-not-canonical",
    0,
    lambda: raw(canonical_unsorted(header()), PERMIT.payload()),
)
attacks.token(
    "a header that is a list",
    "token-malformed",
    0,
    lambda: raw(canonical([header()]), PERMIT.payload()),
)
attacks.token(
    "a header of brackets in brackets",
    "token-malformed",
    0,
    lambda: raw(b"[" * 380, PERMIT.payload()),
)


# Its claims.

attacks.token(
    "a claim that is not known", "claim-unknown", 0, lambda: with_claims({"scope": "all"})
)
for _claim in ("iss", "aud", "exp", "seq", "threshold_floor", "manifest"):
    attacks.token(
        f"a permit without {_claim}",
        "claim-missing",
        0,
        lambda claim=_claim: with_claims({}, without=claim),
    )
for _sentence, _changed in {
    "an end that is true": {"exp": True},
    "a number that is true": {"seq": True},
    "an end of -1": {"exp": -1},
    "an end in a million million years": {"exp": 2**60},
    "an end as text": {"exp": str(T0 + 60)},
    "an end of null": {"exp": None},
    "the number 0": {"seq": 0},
    "an end before the beginning": {"exp": T0 - 1},
    "a list of audiences, with the right one in it": {"aud": ["system:8", "system:7"]},
    "an audience with a space after it": {"aud": "system:7 "},
    "a session in capital letters": {"sub": f"session:{SESSION.upper()}"},
    "a threshold as a number": {"threshold_floor": 0},
    "a threshold below 0": {"threshold_floor": "-0.64"},
    "a threshold with an exponent": {"threshold_floor": "0.64e-9"},
    "a threshold in other digits": {"threshold_floor": "0.\u0666\u0664"},
    "a watchlist in capital hexadecimal": {"manifest": LIST.upper()},
    "an issuer with a line end": {"iss": "overt.example.org\n"},
    "half a letter as the issuer": {"iss": "\ud800"},
}.items():
    attacks.token(_sentence, "claim-malformed", 0, lambda changed=_changed: with_claims(changed))
attacks.token("an end of 1e10", "token-malformed", 0, lambda: with_payload(exp_as=b"1e10"))
attacks.token("an end with a fraction", "token-malformed", 0, lambda: with_payload(exp_as=b"1.5"))
attacks.token("an end of NaN", "token-malformed", 0, lambda: with_payload(exp_as=b"NaN"))
attacks.token("an end of Infinity", "token-malformed", 0, lambda: with_payload(exp_as=b"Infinity"))
attacks.token(
    "the end twice, and the second later",
    "token-malformed",
    0,
    lambda: raw(canonical(header()), PERMIT.payload()[:-1] + b',"exp":%d}' % (T0 + YEAR)),
)
attacks.token(
    "claims with spaces",
    "claims-not-canonical",
    0,
    lambda: raw(canonical(header()), PERMIT.payload().replace(b",", b", ")),
)
attacks.token(
    "claims that are no UTF-8", "token-malformed", 0, lambda: raw(canonical(header()), b"\xff{}")
)
attacks.token(
    "claims with a mark of byte order",
    "token-malformed",
    0,
    lambda: raw(canonical(header()), b"\xef\xbb\xbf" + PERMIT.payload()),
)


# For whom, from whom, for what.

attacks.token("a permit of another issuer", "issuer-wrong", 3, lambda: permit(iss="overt.example"))
attacks.token("the permit of another system", "audience-wrong", 3, lambda: permit(aud="system:77"))
attacks.token(
    "the permit of another session",
    "session-wrong",
    4,
    lambda: permit(sub=f"session:{OTHER_SESSION}"),
)
attacks.token(
    "a higher floor than the threshold that runs",
    "threshold-too-low",
    8,
    lambda: permit(threshold_floor="0.640001"),
)
attacks.token("another watchlist", "manifest-differs", 8, lambda: permit(manifest=OTHER_LIST))
attacks.token("another zone", "zone-differs", 8, lambda: permit(zone=OTHER_ZONE))


@attacks("a permit of another session while one holds", "session-other-holds", 4)
def two_sessions(van: Van) -> object:
    van.accept(permit())
    return van.accept(permit(sub=f"session:{OTHER_SESSION}"), OTHER_SESSION)


@attacks("the threshold lowered after the permit was given", "threshold-too-low", 8)
def threshold_lowered(van: Van) -> object:
    van.accept(permit())
    van.config = replace(CONFIG, threshold="0.5")
    van.restart()
    return van.accept(permit(seq=2))


@attacks("the watchlist swapped after the permit was given", "manifest-differs", 8)
def list_swapped(van: Van) -> object:
    van.accept(permit())
    van.config = replace(CONFIG, manifest=OTHER_LIST)
    van.restart()
    return van.accept(permit(seq=2))


@pytest.mark.parametrize(("attack", "expected"), attacks.cases)
def test_is_refused(van: Van, attack: Attack, expected: tuple[str, int]):
    assert answer_to(attack, van) == expected


def test_a_refused_permit_changes_nothing(van: Van):
    van.accept(permit())
    before = van.file.path.read_bytes()
    for token in (permit(), permit(STRANGER, seq=2), permit(seq=2, manifest=OTHER_LIST), "x"):
        with pytest.raises(Refused):
            van.accept(token)
    assert van.file.path.read_bytes() == before
    assert van.may_run() == Answer(True, "permit-holds", 11, until=T0 + 60)


def test_no_refusal_repeats_what_was_refused(van: Van):
    secret = "Zq9" * 14 + "x"
    for token in (permit(iss=secret), with_header(kid=secret), with_claims({secret: 1}), secret):
        with pytest.raises(Refused) as caught:
            van.accept(token)
        assert secret not in str(caught.value)
        assert secret not in caught.value.reason
