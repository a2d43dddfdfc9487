"""Files with private keys, and public ones that are none."""

import base64
import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey
from overt_permit import keys
from overt_permit.errors import KeyFileError, Refused
from overt_permit.signing import kid_of
from permit_making import SERVER, base64url

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def test_what_was_written_is_read_and_only_its_owner_could(tmp_path: Path):
    path = keys.write(tmp_path / "new" / "keys", SERVER)
    assert path.name == f"{kid_of(SERVER)}.jwk"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keys.read(path).as_dict(private=True) == SERVER.as_dict(private=True)


def test_a_key_is_never_written_over(tmp_path: Path):
    path = keys.write(tmp_path, SERVER)
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match=r"^No key was written to .*: File exists\.$"):
        keys.write(tmp_path, SERVER)
    assert path.read_bytes() == before


def test_a_key_is_named_by_its_thumbprint_of_rfc_7638():
    """The key of RFC 8037, appendix A.3."""
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert kid_of(keys.public_key(public)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o610, 0o777])
def test_a_key_that_others_could_read_or_change_is_refused(tmp_path: Path, mode: int):
    path = keys.write(tmp_path, SERVER)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keys.read(path)


def other(**changed: object) -> bytes:
    whole = dict(SERVER.as_dict(private=True)) | changed
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


@pytest.mark.parametrize(
    "content",
    {
        "nothing": b"",
        "no JSON": b"-----BEGIN PRIVATE KEY-----",
        "no UTF-8": b"\xff\xfe",
        "a list": b"[]",
        "a public key": other(d=None),
        "another curve": json.dumps(OKPKey.generate_key("X25519").as_dict(private=True)).encode(),
        "a curve it is not of": other(crv="Ed448"),
        "another public key than its own": other(x=keys.public(keys.generate())),
        "a member more": other(kid="mine"),
        "a member twice": other()[:-1] + b',"d":"AAAA"}',
        "a number for a key": other(d=7),
        "a key cut short": other(d="AAAA"),
        "very much": other() + b" " * 5000,
    }.items(),
    ids=lambda case: case[0],
)
def test_a_file_with_anything_else_is_refused_and_not_shown(tmp_path: Path, content):
    path = tmp_path / "some.jwk"
    path.write_bytes(content[1])
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as caught:
        keys.read(path)
    assert str(caught.value) == f"{path} holds no private Ed25519 key."
    assert caught.value.__cause__ is None


def test_what_is_no_file_is_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "", "missing"):
        with pytest.raises(KeyFileError, match=r"is no file|cannot be read"):
            keys.read(tmp_path / name)


def point_of(y: int) -> tuple[int, int] | None:
    """The point with this y and an even x, if there is one (RFC 8032, 5.1.3)."""
    y %= P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x, y) if x * x % P == square else None


def added(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    (x, y), (u, v) = a, b
    product = D * x * u * y * v % P
    return (
        (x * v + y * u) * pow(1 + product, -1, P) % P,
        (y * v + x * u) * pow(1 - product, -1, P) % P,
    )


def times_eight(point: tuple[int, int]) -> tuple[int, int]:
    for _ in range(3):
        point = added(point, point)
    return point


def test_the_points_that_are_refused_are_those_of_small_order():
    for encoded in keys._SMALL_ORDER:
        point = point_of(int.from_bytes(encoded, "little"))
        assert point is not None
        assert times_eight(point) == (0, 1)
    # Eight points: y of 1 and -1 once each, of 0 and of the two of order 8 twice each.
    assert len({int.from_bytes(one, "little") % P for one in keys._SMALL_ORDER}) == 5


@pytest.mark.parametrize("sign", [0, 0x80], ids=["even", "odd"])
@pytest.mark.parametrize("encoded", sorted(keys._SMALL_ORDER), ids=bytes.hex)
def test_a_public_key_that_anybody_can_sign_for_is_refused(encoded: bytes, sign: int):
    public = base64url(encoded[:-1] + bytes([encoded[-1] | sign]))
    with pytest.raises(Refused, match=r"anybody|Ed25519"):
        keys.public_key(public)


def test_under_such_a_key_a_signature_is_made_without_a_secret():
    """Why they are refused: what verifies signatures does not."""
    identity = bytes([1]) + bytes(31)
    Ed25519PublicKey.from_public_bytes(identity).verify(identity + bytes(32), b"any permit at all")


@pytest.mark.parametrize(
    "encoded",
    ["", "AAAA", keys.public(SERVER) + "=", keys.public(SERVER) + "A", " " * 43, "\u0661" * 43],
    ids=["empty", "short", "padded", "long", "blank", "other digits"],
)
def test_what_is_no_public_key_is_refused(encoded: str):
    with pytest.raises(Refused) as caught:
        keys.public_key(encoded)
    assert caught.value.reason == "key-malformed"


def test_spare_bits_in_a_public_key_are_refused():
    encoded = keys.public(SERVER)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = encoded[:-1] + letters[letters.index(encoded[-1]) | 1]
    assert base64.urlsafe_b64decode(other + "=") == base64.urlsafe_b64decode(encoded + "=")
    with pytest.raises(Refused):
        keys.public_key(other)
