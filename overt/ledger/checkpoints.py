"""Checkpoints: what the ledger was at a size, as the text of a signed note. No Django.

Rules (https://c2sp.org/tlog-checkpoint)
1. Line 1 is the origin, which tells this ledger from any other. It is the name of the key.
2. Line 2 is the number of entries, line 3 base64 of the Merkle root over them (`merkle`).
3. Line 4, an extension, is `head ` and the hash of the last entry, so that the chain alone can be
   held against a checkpoint without building the tree. Further lines are allowed and ignored.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from .merkle import HASH_BYTES
from .notes import MalformedNote

_HEAD = re.compile(r"head [0-9a-f]{64}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class TreeHead:
    """`root` and `head` in hexadecimal. `head` is empty where the text names none."""

    origin: str
    size: int
    root: str
    head: str

    def text(self) -> str:
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        return f"{self.origin}\n{self.size}\n{root}\nhead {self.head}\n"

    @classmethod
    def of_text(cls, text: str) -> "TreeHead":
        """Raises MalformedNote."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise MalformedNote("This is no checkpoint: origin, size and root are needed.")
        origin, size, encoded, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise MalformedNote("This is no checkpoint: its second line is no number of entries.")
        try:
            root = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            root = b""
        if len(root) != HASH_BYTES:
            raise MalformedNote("This is no checkpoint: its third line is no root hash.")
        heads = [line.removeprefix("head ") for line in extensions if _HEAD.fullmatch(line)]
        return cls(origin, int(size), root.hex(), heads[0] if heads else "")
