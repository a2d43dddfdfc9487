"""Whether every row of a CSV has as many fields as its header.

polars fills short rows with nulls and cuts long ones when it reads only some of the columns, so a
row that a stray comma has shifted would put a crime somewhere else without a word.
"""

import re

from .errors import RaggedRow

_ALL_BUT_SEPARATORS = bytes(set(range(256)) - set(b',\n"'))
_QUOTED = re.compile(rb'"[^"]*"')


def count_rows(content: bytes, *, fields: int, name: str) -> int:
    """Rows of `content` (header included), each of which has `fields` fields (RFC 4180).

    Raises RaggedRow for the first row with another number of fields, and for a quotation mark
    that is opened and never closed.
    """
    # What is left are a few bytes a row, so that the usual file is checked by one comparison.
    separators = content.translate(None, _ALL_BUT_SEPARATORS)
    if not content.endswith(b"\n"):
        separators += b"\n"
    if b'"' in separators:
        separators = _QUOTED.sub(b"", separators)
        if b'"' in separators:
            raise RaggedRow(
                name, "a quotation mark is opened and never closed", "Export the file again"
            )
    rows = separators.count(b"\n")
    if separators == (b"," * (fields - 1) + b"\n") * rows:
        return rows
    commas = [len(row) for row in separators.split(b"\n")[:-1]]
    row = next(row for row, found in enumerate(commas) if found != fields - 1)
    found = commas[row] + 1
    raise RaggedRow(
        name,
        f"the row has {found} field{'' if found == 1 else 's'} and the header {fields}",
        "Download or export the file again; it may be cut short",
        line=row + 1,
    )
