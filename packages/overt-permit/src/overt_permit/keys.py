"""Whose signature counts: files with private keys, and signed sets of public ones.

Rules of key sets
1. A set is a JWS of type `overt-permit-keys+jws` over its version, when it was issued, and its keys
   with their times. It is closed, like a permit.
2. The first set is pinned: brought to the system by hand, and believed.
3. A set follows a pinned one when a key of the pinned set, valid at that moment, signed it, and its
   version is higher. An older set is refused, and so is another of the same version.
4. A key that the newest set does not have, or whose time is over, signs nothing that counts.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from . import durable
from .claims import NUMBER_LIMIT, is_time
from .errors import KeyFileError, Refused
from .signing import Key, decoded, kid_of, parts_of, read_json, sign, verify

TYPE = "overt-permit-keys+jws"
SUFFIX = ".jwk"
SET_LIMIT = 16 * 1024
_KEYS_LIMIT = 32
_FILE_LIMIT = 4096
# Under a point of small order a signature of anything can be made without any secret. These are
# the y of all of them, in every spelling (RFC 8032 5.1.3), without the bit of x.
_SMALL_ORDER = frozenset(
    y.to_bytes(32, "little")
    for y in (
        0,
        1,
        2**255 - 20,
        2**255 - 19,
        2**255 - 18,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    )
)


def generate() -> Key:
    """A new Ed25519 key."""
    return OKPKey.generate_key("Ed25519")


def public(key: Key) -> str:
    """The public part: base64url of its 32 bytes."""
    return str(key.as_dict(private=False)["x"])


def public_key(encoded: str) -> Key:
    """The key with this public part. Raises Refused."""
    try:
        point = bytearray(decoded(encoded))
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": encoded})
    except (Refused, JoseError, ValueError, TypeError) as error:
        raise Refused("key-malformed", "That is no Ed25519 public key in base64url.") from error
    point[-1] &= 0x7F
    if bytes(point) in _SMALL_ORDER:
        raise Refused("key-malformed", "That public key is one that anybody can sign for.")
    return key


def write(folder: Path, key: Key) -> Path:
    """Put the private key into a file of its own, readable by its owner alone. Raises
    KeyFileError."""
    path = folder / f"{kid_of(key)}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(key.as_dict(private=True), file)
            file.flush()
            os.fsync(file.fileno())
        durable.sync_folder(folder)
    except OSError as error:
        raise KeyFileError(f"No key was written to {folder}: {error.strerror}.") from error
    return path


def read(path: Path) -> Key:
    """The private key in `path`. Raises KeyFileError, also where others may read the file."""
    try:
        # Not to wait for somebody to write into a pipe of that name.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise KeyFileError(f"{path} is no file.")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise KeyFileError(f"{path} can be read by others than its owner: chmod 600 it.")
            text = file.read(_FILE_LIMIT + 1)
        content = read_json(text)
        if len(text) > _FILE_LIMIT or content.get("crv") != "Ed25519":
            raise ValueError
        # From its secret alone: joserfc would believe the public part that the file names.
        key = OKPKey.import_key(OKPKey.import_key(content).raw_value)
        if key.as_dict(private=True) != content:
            raise ValueError
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}.") from error
    except (Refused, JoseError, ValueError, TypeError):
        raise KeyFileError(f"{path} holds no private Ed25519 key.") from None
    return key


@dataclass(frozen=True)
class ValidKey:
    """A public key and the seconds since 1970 between which it counts."""

    public: str
    not_before: int
    not_after: int

    @property
    def kid(self) -> str:
        return kid_of(public_key(self.public))


@dataclass(frozen=True)
class KeySet:
    """The keys that permits may be signed with, by `kid`."""

    version: int
    issued_at: int
    keys: Mapping[str, ValidKey]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "KeySet":
        """Raises Refused."""
        whole = set(content) == {"version", "issued_at", "keys"} and isinstance(
            content["keys"], list
        )
        if not whole or not 0 < len(content["keys"]) <= _KEYS_LIMIT:
            raise Refused("set-malformed", "That is no set of permit keys.")
        version = content["version"]
        if type(version) is not int or not 0 < version <= NUMBER_LIMIT:
            raise Refused("set-malformed", "The set has no version.")
        if not is_time(content["issued_at"]):
            raise Refused("set-malformed", "The set has no time.")
        keys: dict[str, ValidKey] = {}
        for row in content["keys"]:
            if not isinstance(row, dict) or set(row) != {"x", "not_before", "not_after"}:
                raise Refused("set-malformed", "A key of the set has the wrong form.")
            times = is_time(row["not_before"]) and is_time(row["not_after"])
            if not (isinstance(row["x"], str) and times):
                raise Refused("set-malformed", "A key of the set has the wrong form.")
            key = ValidKey(row["x"], row["not_before"], row["not_after"])
            if key.kid in keys or key.not_before >= key.not_after:
                raise Refused("set-malformed", "A key is there twice, or ends before it begins.")
            keys[key.kid] = key
        return cls(version, content["issued_at"], keys)

    def payload(self) -> bytes:
        """As it is signed."""
        rows = [
            {"x": key.public, "not_before": key.not_before, "not_after": key.not_after}
            for key in self.keys.values()
        ]
        content = {"version": self.version, "issued_at": self.issued_at, "keys": rows}
        return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()

    def signed(self, key: Key) -> str:
        """The set as systems download it, signed by a key of the set before (or its own first)."""
        return sign(TYPE, self.payload(), key)

    def find(self, kid: str, *, at: int) -> Key:
        """The key that counts at `at`. Raises Refused."""
        known = self.keys.get(kid)
        if known is None:
            raise Refused("key-unknown", "The key is not in the pinned set.", 2)
        if not known.not_before <= at < known.not_after:
            raise Refused("key-not-valid", "The key is not valid at this time.", 2)
        return public_key(known.public)


def pin(token: str) -> KeySet:
    """The first set, believed because it was brought by hand. It has to be signed by one of its own
    keys, so that a file cut short is not taken. Raises Refused."""
    unverified = kept(token)
    at = unverified.issued_at
    verify(TYPE, token, lambda kid: unverified.find(kid, at=at), limit=SET_LIMIT)
    return unverified


def kept(token: str) -> KeySet:
    """A set that was verified before it was kept where only the system can write. Raises
    Refused."""
    return _read(decoded(parts_of(token, SET_LIMIT)[1]))


def follow(pinned: KeySet, token: str, *, at: int) -> KeySet:
    """The set that `token` holds, where it may follow `pinned` at `at`. Raises Refused."""
    content, _ = verify(TYPE, token, lambda kid: pinned.find(kid, at=at), limit=SET_LIMIT)
    found = _read(content)
    if content == pinned.payload():
        return pinned
    if found.version <= pinned.version:
        raise Refused("set-rolled-back", "The set is not newer than the pinned one.", 12)
    return found


def _read(content: bytes) -> KeySet:
    found = KeySet.of(read_json(content))
    if found.payload() != content:
        raise Refused("set-malformed", "The set is not written in its one spelling.")
    return found
