"""How a sign is laid out on paper: measures in millimetres, type in points.

Rules
1. The first sentence of the force's text is the headline; what follows it is set at half its size
   or a little more.
2. Type is as large as the paper allows. Read at arm's length for every ten points of type or so,
   a headline of 60 points is read from six metres and more.
3. The code is a third of the width of the paper: a telephone reads it from about ten times its
   width.
4. One sign, one page.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

# ISO 216, width and height of a sheet on end.
SHEETS = MappingProxyType({"A2": (420, 594), "A3": (297, 420), "A4": (210, 297), "A5": (148, 210)})

MM_PER_POINT = 25.4 / 72
LARGEST, SMALLEST = 76.0, 8.0
# Of A4, scaled for the other sheets: the margin, and what stands above and below the text.
MARGIN, BAND, FOOT = 12.0, 30.0, 100.0
# How wide a bold sans-serif letter is, and how high a line, as shares of its size: a little more
# than in the widest of the usual fonts. Anything that is not listed counts as the widest.
NARROW, CAPITAL, WIDEST, LINE = 0.6, 0.8, 1.1, 1.14
BODY = 0.56
GAP = 0.5

_NARROW = frozenset("abcdefghijklnopqrstuvxyz0123456789 .,:;!?'\"()-/\u2013\u2018\u2019")
_CAPITAL = frozenset("ABCDEFGHIJKLNOPQRSTUVXYZ")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Layout:
    """Sizes for one text on one sheet. `scale` is to A4."""

    sheet: str
    width: int
    height: int
    scale: float
    headline: str
    body: str
    headline_pt: float
    body_pt: float


def printable(sizes: tuple[str, ...]) -> tuple[str, ...]:
    """The paper sizes of a policy that Overt can lay out, in its order."""
    return tuple(size for size in sizes if size in SHEETS)


def lay_out(text: str, sheet: str) -> Layout:
    """`text` on `sheet`, as large as it fits. Raises KeyError for a sheet not in SHEETS."""
    width, height = SHEETS[sheet]
    scale = width / SHEETS["A4"][0]
    headline, body = _parts(text)
    across = width - 2 * MARGIN * scale
    down = height - (2 * MARGIN + BAND + FOOT) * scale
    size = LARGEST * scale
    while size > SMALLEST and _height(headline, body, size, across) > down:
        size -= 1
    return Layout(sheet, width, height, scale, headline, body, size, size * BODY)


def _parts(text: str) -> tuple[str, str]:
    sentences = _SENTENCE.split(" ".join(text.split()), maxsplit=1)
    return sentences[0], sentences[1] if len(sentences) > 1 else ""


def _height(headline: str, body: str, size: float, across: float) -> float:
    """In millimetres, of headline, gap and body."""
    total = _lines(headline, size, across) * size * LINE
    if body:
        total += size * GAP + _lines(body, size * BODY, across) * size * BODY * LINE
    return total * MM_PER_POINT


def _lines(text: str, size: float, across: float) -> int:
    """How many lines `text` takes, breaking between words and in words that are too long."""
    room = across / (size * MM_PER_POINT)
    lines, used = 1, 0.0
    for word in text.split():
        wide = _width(word)
        if used and used + NARROW + wide <= room:
            used += NARROW + wide
            continue
        lines += 1 if used else 0
        # A long word that is broken leaves up to a letter's room on each line.
        broken = int(wide // (room - WIDEST)) if wide > room else 0
        lines += broken
        used = wide - broken * (room - WIDEST)
    return lines


def _width(word: str) -> float:
    return sum(
        NARROW if letter in _NARROW else CAPITAL if letter in _CAPITAL else WIDEST
        for letter in word
    )
