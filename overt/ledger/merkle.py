"""The Merkle tree over the ledger's entries, after RFC 6962, section 2.1. No Django.

Rules
1. Leaf `seq` is sha256(0x00 || the 32 bytes of the hash of entry `seq`); a node over two others is
   sha256(0x01 || left || right). The left part of a tree is the largest whole power of two.
2. Any tree of n leaves is a row of whole subtrees, one for each bit of n, the largest first. A
   `Range` keeps only their roots, so that adding leaves needs nothing of the leaves before.
3. The root of no leaves is sha256 of nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH_BYTES = 32


@dataclass
class Range:
    """A tree of `size` leaves by the roots of its whole subtrees, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{len(self.peaks)} subtrees do not make a tree of {self.size}")

    def append(self, entry_hash: str) -> None:
        """Add the entry whose hash, in hexadecimal, is given."""
        self._put(sha256(b"\0" + bytes.fromhex(entry_hash)).digest(), 1)

    def append_all(self, entry_hashes: Sequence[str]) -> None:
        """As `append` of one after the other, in less time."""
        nodes = [sha256(b"\0" + bytes.fromhex(each)).digest() for each in entry_hashes]
        begin = 0
        while begin < len(nodes):
            # The largest whole subtree that begins here.
            width = 1 << ((len(nodes) - begin).bit_length() - 1)
            if self.size:
                width = min(width, self.size & -self.size)
            level = nodes[begin : begin + width]
            while len(level) > 1:
                pairs = iter(level)
                level = [
                    sha256(b"\1" + left + right).digest()
                    for left, right in zip(pairs, pairs, strict=True)
                ]
            self._put(level[0], width)
            begin += width

    def _put(self, node: bytes, width: int) -> None:
        """The root of a whole subtree of `width` leaves comes at the end."""
        peaks, rest = self.peaks, self.size // width
        while rest & 1:
            node = sha256(b"\1" + peaks.pop() + node).digest()
            rest >>= 1
        peaks.append(node)
        self.size += width

    def extend(self, others: Iterable["Range"]) -> "Range":
        """A tree of this one's leaves and then those of `others`.

        Raises ValueError where the leaves before are no multiple of the next largest subtree: its
        root would not be a node of the tree.
        """
        tree = Range(self.size, list(self.peaks))
        for other in others:
            left = other.size
            for peak in other.peaks:
                width = 1 << (left.bit_length() - 1)
                left -= width
                if tree.size % width:
                    raise ValueError(f"{tree.size} leaves are no multiple of {width}")
                tree._put(peak, width)
        return tree

    def root(self) -> bytes:
        """The root over all leaves, 32 bytes."""
        if not self.peaks:
            return sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = sha256(b"\1" + peak + node).digest()
        return node

    def text(self) -> str:
        """The subtrees in hexadecimal, as a checkpoint keeps them."""
        return b"".join(self.peaks).hex()

    @classmethod
    def of_text(cls, size: int, text: str) -> "Range":
        """Reads what `text` wrote. Raises ValueError for anything else."""
        joined = bytes.fromhex(text)
        if len(joined) % HASH_BYTES:
            raise ValueError("a subtree's root has 32 bytes")
        starts = range(0, len(joined), HASH_BYTES)
        return cls(size, [joined[start : start + HASH_BYTES] for start in starts])
