"""Whether every row of a CSV has as many fields as its header.

polars fills short rows with nulls and cuts long ones when it reads only some of the columns, so a
row that a stray comma has shifted would put a crime somewhere else without a word. Counting the
separators outside quotation marks takes one pass over the bytes.
"""

import numpy as np
import numpy.typing as npt

from .errors import RaggedRow

# Small enough to stay in a processor's second-level cache, where this is fastest.
_BLOCK = 512 << 10
_COMMA, _NEWLINE, _QUOTE = b',\n"'

Positions = npt.NDArray[np.int64]


def count_rows(content: bytes, *, fields: int, name: str) -> int:
    """Rows of `content` (header included), each of which has `fields` fields (RFC 4180).

    Raises RaggedRow for the first row with another number of fields, and for a quotation mark
    that is opened and never closed.
    """
    rows = 0
    carried = 0  # separators seen so far in the row that a block boundary cuts
    quoted = False
    for first in range(0, len(content), _BLOCK):
        block = np.frombuffer(content, np.uint8, min(_BLOCK, len(content) - first), first)
        commas = np.flatnonzero(block == _COMMA)
        newlines = np.flatnonzero(block == _NEWLINE)
        quotes = np.flatnonzero(block == _QUOTE)
        if quotes.size or quoted:
            commas = _outside(commas, quotes, quoted)
            newlines = _outside(newlines, quotes, quoted)
            quoted ^= bool(quotes.size % 2)
        before = np.searchsorted(commas, newlines)
        in_row = np.diff(before, prepend=0)
        if in_row.size:
            in_row[0] += carried
            carried = 0
        wrong = np.flatnonzero(in_row != fields - 1)
        if wrong.size:
            raise _ragged(name, rows + int(wrong[0]), int(in_row[wrong[0]]) + 1, fields)
        rows += int(newlines.size)
        carried += int(commas.size - (before[-1] if before.size else 0))
    if quoted:
        raise RaggedRow(
            name, "a quotation mark is opened and never closed", "Export the file again"
        )
    if not content.endswith(b"\n"):
        if carried != fields - 1:
            raise _ragged(name, rows, carried + 1, fields)
        rows += 1
    return rows


def _outside(positions: Positions, quotes: Positions, quoted: bool) -> Positions:
    """Those `positions` that an even number of quotation marks precedes."""
    before: Positions = np.searchsorted(quotes, positions) + quoted
    outside: Positions = positions[before % 2 == 0]
    return outside


def _ragged(name: str, row: int, found: int, fields: int) -> RaggedRow:
    return RaggedRow(
        name,
        f"the row has {found} field{'s' if found > 1 else ''} and the header {fields}",
        "Download or export the file again; it may be cut short",
        line=row + 1,
    )
