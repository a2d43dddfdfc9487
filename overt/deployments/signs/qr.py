"""The QR code of a sign, as SVG: one path of black squares, each a unit wide, on white.

Error correction is level Q, a quarter of the code: rain, tape and scratches are to be expected on
a lamp post. Around it lie the four blank units that the standard asks for.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import segno

from overt.hotspots.outputs import svg

ERROR_LEVEL = "q"
QUIET = 4


def drawing(content: str, *, ident: str, title: str, desc: str) -> str:
    """The code that says `content`. `title` and `desc` are for those who do not see it."""
    code = segno.make_qr(content, error=ERROR_LEVEL)
    side = len(code.matrix) + 2 * QUIET
    white = svg.element("rect", x=0, y=0, width=side, height=side, fill="#fff")
    black = svg.element(
        "path", d="".join(_runs(code.matrix)), fill="#000", shape_rendering="crispEdges"
    )
    return svg.picture(white + black, ident=ident, width=side, height=side, title=title, desc=desc)


def _runs(matrix: Sequence[Sequence[int]]) -> Iterator[str]:
    # Whole runs of a row: squares drawn one by one leave hairlines between them on paper.
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"
            x += length
