"""What a check gives."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from ..published import Row

Severity = Literal["wrong", "suspect", "form"]
Floors = Callable[[date], Fraction | None]


@dataclass(frozen=True)
class Finding:
    """`rows` as a spreadsheet numbers them; `columns` by the names that the file gives them."""

    name: str
    severity: Severity
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    sentence: str


# Name, severity, rows, columns by the names of `published.py`, sentence.
Found = Iterator[tuple[str, Severity, Sequence[Row], Sequence[str], str]]
