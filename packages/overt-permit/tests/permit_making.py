"""A server that signs whatever it is told to, and a van that holds a guard."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from overt_permit import keys
from overt_permit.claims import TYPE, Permit
from overt_permit.guard import Answer, Config, Guard
from overt_permit.keys import KeySet, ValidKey
from overt_permit.signing import ALGORITHM, Key, issue, kid_of
from overt_permit.state import StateFile

T0 = 1_777_637_100  # 2026-05-01 12:05:00 UTC
YEAR = 365 * 86_400
SESSION = "0b9f2d4e-6a1c-4f3e-9d57-2c8e5b7a1f60"
OTHER_SESSION = "5c1de0aa-93c4-4f21-8f0e-1b7c6f3d2a90"
LIST, OTHER_LIST, ZONE, OTHER_ZONE = "a" * 64, "b" * 64, "c" * 64, "d" * 64
SERVER, NEXT, STRANGER = keys.generate(), keys.generate(), keys.generate()
CONFIG = Config(
    issuer="overt.example.org",
    audience="system:7",
    max_life_s=60,
    skew_s=5,
    threshold="0.64",
    manifest=LIST,
    zone=ZONE,
)
PERMIT = Permit(
    iss="overt.example.org",
    aud="system:7",
    sub=f"session:{SESSION}",
    seq=1,
    iat=T0,
    nbf=T0,
    exp=T0 + 60,
    deployment="LFR-2026-014",
    authority="e" * 64,
    zone=ZONE,
    threshold_floor="0.64",
    manifest=LIST,
    policy="f" * 64,
)


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def canonical(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()


def raw(header: bytes, payload: bytes, key: Key = SERVER) -> str:
    """A token of exactly these bytes, with a signature that fits them."""
    signed = f"{base64url(header)}.{base64url(payload)}"
    return f"{signed}.{base64url(key.private_key.sign(signed.encode()))}"


def header(key: Key = SERVER, **changed: object) -> dict[str, object]:
    return {"alg": ALGORITHM, "kid": kid_of(key), "typ": TYPE} | changed


def with_header(**changed: object) -> str:
    """A permit whose header is another one, signed as it is."""
    return raw(canonical(header(**changed)), PERMIT.payload())


def with_claims(changed: Mapping[str, Any], *, without: str = "") -> str:
    """A permit whose claims are other ones, signed as they are."""
    claims = {name: value for name, value in asdict(PERMIT).items() if name != without}
    return raw(canonical(header()), canonical(claims | changed))


def permit(key: Key = SERVER, **changed: Any) -> str:
    return issue(replace(PERMIT, **changed), key)


def valid(key: Key, begins: int = T0 - YEAR, ends: int = T0 + YEAR) -> ValidKey:
    return ValidKey(keys.public(key), begins, ends)


def key_set(*which: ValidKey, version: int = 1, issued_at: int = T0 - 3600) -> KeySet:
    return KeySet(version, issued_at, {one.kid: one for one in which})


FIRST_SET = key_set(valid(SERVER))


def rewrite(file: StateFile, **changed: object) -> None:
    """Put other members into the state, under a digest that fits; None leaves one out."""
    line, _, _ = file.path.read_bytes().partition(b"\n")
    content = json.loads(line) | changed
    line = canonical({name: value for name, value in content.items() if value is not None})
    file.path.write_bytes(b"%s\n%s\n" % (line, hashlib.sha256(line).hexdigest().encode()))


class Van:
    """`wall` and `monotonic` are its clocks; a test sets them."""

    def __init__(self, folder: Path, config: Config = CONFIG) -> None:
        self.wall: float = T0
        self.monotonic: float = 500.0
        self.config = config
        self.file = StateFile(folder / "permits.json")
        self.file.init()
        self.file.pin(FIRST_SET.signed(SERVER))
        self.restart()

    def restart(self) -> None:
        self.guard = Guard(self.config, self.file.read().pinned(), self.file)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def accept(self, token: str, session: str = SESSION) -> Permit:
        return self.guard.accept(token, session, self.wall, self.monotonic)

    def may_run(self) -> Answer:
        return self.guard.may_run(self.wall, self.monotonic)

    def follow(self, token: str) -> KeySet:
        return self.guard.follow(token, self.wall, self.monotonic)
