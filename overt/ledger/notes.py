"""Signed notes: text with Ed25519 signatures under it (https://c2sp.org/signed-note). No Django.

Rules
1. A note is its text, which ends in a newline, then an empty line, then a line for each signature:
   an em dash, a space, the key's name, a space, base64 of the key's 4-byte id and the signature.
   It is UTF-8 without control characters other than newlines.
2. The signature is over the text with its last newline, without the empty line.
3. A key's id is the first 4 bytes of sha256(name, newline, 0x01, public key).
4. A verifier key is written `name+id+base64(0x01 || public key)`, a signing key
   `PRIVATE+KEY+name+id+base64(0x01 || seed)`; ids in hexadecimal. A name has neither spaces nor
   `+`.
5. Signatures of unknown keys say nothing. One that bears a known key's name and id and does not
   fit makes the whole note a forgery.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_LONGEST = 64 * 1024
_MOST_SIGNATURES = 16


class NoteError(Exception):
    """What is wrong with a note or a key, in one sentence."""


class MalformedNote(NoteError):
    """The text is no note, or the key no key."""


class ForgedNote(NoteError):
    """A signature that claims a known key does not fit the text."""


class UnknownSigner(NoteError):
    """None of the known keys signed it."""


@dataclass(frozen=True)
class VerifierKey:
    """The public part: 32 bytes, with the name that it signs under."""

    name: str
    public: bytes

    @property
    def id(self) -> str:
        """Rule 3, in hexadecimal."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4].hex()

    def __str__(self) -> str:
        return f"{self.name}+{self.id}+{_to_base64(_ED25519 + self.public)}"

    @classmethod
    def of_text(cls, text: str) -> "VerifierKey":
        """Reads rule 4. Raises MalformedNote."""
        name, _, rest = text.strip().partition("+")
        ident, _, encoded = rest.partition("+")
        key = cls(_checked_name(name), _key_bytes(encoded))
        if key.id != ident:
            raise MalformedNote("The verifier key is damaged: its id is not that of its bytes.")
        return key


@dataclass(frozen=True, repr=False)
class SigningKey:
    """The private part: a seed of 32 bytes. It has no repr, so that no log ever shows it."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        return cls(_checked_name(name), Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """For the key's own file and nothing else."""
        encoded = _to_base64(_ED25519 + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id}+{encoded}"

    @classmethod
    def of_secret_text(cls, text: str) -> "SigningKey":
        """Reads rule 4. Raises MalformedNote, which never repeats what it was given."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise MalformedNote("This is no signing key: it does not begin with PRIVATE+KEY.")
        key = cls(_checked_name(parts[2]), _key_bytes(parts[4]))
        if key.verifier.id != parts[3]:
            raise MalformedNote("The signing key is damaged: its id is not that of its bytes.")
        return key


@dataclass(frozen=True)
class Signature:
    name: str
    id: str
    value: bytes


@dataclass(frozen=True)
class Note:
    text: str
    signatures: tuple[Signature, ...]


def sign(text: str, keys: Sequence[SigningKey]) -> str:
    """`text` with a signature of each key. Raises MalformedNote for text that rule 1 refuses."""
    if not text.endswith("\n") or not keys:
        raise MalformedNote("A note ends in a newline and has at least one signature.")
    lines = []
    for key in keys:
        value = Ed25519PrivateKey.from_private_bytes(key.seed).sign(text.encode())
        ident = bytes.fromhex(key.verifier.id)
        lines.append(f"{_DASH}{key.name} {_to_base64(ident + value)}\n")
    whole = f"{text}\n{''.join(lines)}"
    parse(whole)
    return whole


def parse(whole: str) -> Note:
    """The parts of a note, with nothing verified. Raises MalformedNote."""
    if len(whole) > _LONGEST or any(char < " " and char != "\n" for char in whole):
        raise MalformedNote("This is no signed note: it is too long or has control characters.")
    text, empty_line, tail = whole.rpartition("\n\n")
    if not (text and empty_line and tail.endswith("\n")):
        raise MalformedNote(
            "This is no signed note: text, an empty line and signatures are needed."
        )
    lines = tail[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise MalformedNote(f"This note has more than {_MOST_SIGNATURES} signatures.")
    return Note(f"{text}\n", tuple(_signature(line) for line in lines))


def signers(note: Note, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
    """Those of `keys` that signed `note`, in their order.

    Raises ForgedNote when a signature that names one of them does not fit, UnknownSigner when
    there is none of any.
    """
    found = []
    for key in keys:
        claimed = [s for s in note.signatures if (s.name, s.id) == (key.name, key.id)]
        for signature in claimed:
            try:
                public = Ed25519PublicKey.from_public_bytes(key.public)
                public.verify(signature.value, note.text.encode())
            except InvalidSignature:
                raise ForgedNote(
                    f"It is forged or was altered: the signature of {key.name}+{key.id} "
                    "does not fit."
                ) from None
        if claimed:
            found.append(key)
    if not found:
        by = ", ".join(f"{s.name}+{s.id}" for s in note.signatures)
        raise UnknownSigner(f"It is signed by {by}, and that is not a key to trust here.")
    return found


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    value = _from_base64(encoded)
    if not line.startswith(_DASH) or len(value) <= 4:
        raise MalformedNote("This is no signed note: a signature's line is not of the form.")
    return Signature(_checked_name(name), value[:4].hex(), value[4:])


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise MalformedNote("A key's name is not empty and has neither spaces nor a plus sign.")
    return name


def _key_bytes(encoded: str) -> bytes:
    content = _from_base64(encoded)
    if len(content) != 33 or content[:1] != _ED25519:
        raise MalformedNote("This is no Ed25519 key.")
    return content[1:]


def _to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNote("There is no base64 where a key or a signature should be.") from None
