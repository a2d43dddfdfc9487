"""Two versions of an application side by side, row by row, with the changed words marked.

Rules
1. Rows are those of `words.py`, matched by the name of their task and their own.
2. Within a row, lines are matched first; only lines that do not match are compared word by word.
   Blanks that are alike between two words that are not are marked with them.
3. A row that only one version has is all removed, or all added.
4. Nothing is left out: the pieces of one side, put together, are that side's text.
Pure: no Django; every text still has to be escaped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .words import Row, Section

SAME, REMOVED, ADDED = "same", "removed", "added"
# Words and the blanks between them, so that the pieces together are the text.
_WORDS = re.compile(r"\s+|[^\s]+")
# Above this the words of two lines are not compared: the line as a whole is marked.
MOST_WORDS = 2_000


@dataclass(frozen=True)
class Piece:
    """Some text, and whether it is in both versions: same, removed or added."""

    text: str
    kind: str


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Change:
    """One row in both versions. An empty side is a version that does not say it."""

    label: str
    older: tuple[Line, ...]
    newer: tuple[Line, ...]
    changed: bool


@dataclass(frozen=True)
class Compared:
    """One task in both versions."""

    title: str
    name: str
    rows: tuple[Change, ...]

    @property
    def changed(self) -> bool:
        return any(row.changed for row in self.rows)


def compare(older: Sequence[Section], newer: Sequence[Section]) -> list[Compared]:
    """Every section of either side, in the order of the newer one, then what only the older has."""
    before = {section.name: section for section in older}
    after = {section.name: section for section in newer}
    found = []
    for name in [*after, *(name for name in before if name not in after)]:
        section = after.get(name) or before[name]
        old_rows = before[name].rows if name in before else ()
        new_rows = after[name].rows if name in after else ()
        found.append(Compared(section.title, name, tuple(_rows(old_rows, new_rows))))
    return found


def _rows(older: Sequence[Row], newer: Sequence[Row]) -> Iterator[Change]:
    before = {row.name: row for row in older}
    after = {row.name: row for row in newer}
    for name in [*after, *(name for name in before if name not in after)]:
        old = before[name].values if name in before else ()
        new = after[name].values if name in after else ()
        label = (after.get(name) or before[name]).label
        old_label = (before.get(name) or after[name]).label
        if old == new and label == old_label:
            lines = tuple((Piece(text, SAME),) for text in new)
            yield Change(label, lines, lines, changed=False)
        else:
            shown = label if label == old_label else f"{label} (before: {old_label})"
            yield Change(shown, *_sides(old, new), changed=True)


def _sides(older: Sequence[str], newer: Sequence[str]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    left: list[Line] = []
    right: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(a=older, b=newer, autojunk=False).get_opcodes():
        old, new = older[i:j], newer[k:m]
        if tag == "equal":
            left += [(Piece(text, SAME),) for text in old]
            right += [(Piece(text, SAME),) for text in new]
            continue
        for number in range(max(len(old), len(new))):
            both = number < len(old) and number < len(new)
            if both:
                one, other = _line(old[number], new[number])
                left.append(one)
                right.append(other)
            elif number < len(old):
                left.append((Piece(old[number], REMOVED),))
            else:
                right.append((Piece(new[number], ADDED),))
    return tuple(left), tuple(right)


def _line(older: str, newer: str) -> tuple[Line, Line]:
    old, new = _WORDS.findall(older), _WORDS.findall(newer)
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return (Piece(older, REMOVED),), (Piece(newer, ADDED),)
    left: list[Piece] = []
    right: list[Piece] = []
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    for number, (tag, i, j, k, m) in enumerate(steps):
        between = 0 < number < len(steps) - 1 and not "".join(old[i:j]).strip()
        alike = tag == "equal" and not between
        _append(left, "".join(old[i:j]), SAME if alike else REMOVED)
        _append(right, "".join(new[k:m]), SAME if alike else ADDED)
    return tuple(left), tuple(right)


def _append(pieces: list[Piece], text: str, kind: str) -> None:
    """Add `text`, to the last piece where that is of the same kind."""
    if text and pieces and pieces[-1].kind == kind:
        pieces[-1] = Piece(pieces[-1].text + text, kind)
    elif text:
        pieces.append(Piece(text, kind))
