"""Text on a plan: where it fits. In the picture's units, y downwards. Pure."""

from collections.abc import Sequence

from overt.hotspots.outputs import svg

# Left, top, right, bottom.
Box = tuple[float, float, float, float]

_LONGEST = 40
# Nothing is written nearer to the frame than this.
_EDGE = 4


class Labels:
    """Places for text, each taken once."""

    def __init__(self, width: float, height: float, points: Sequence[tuple[float, float]]) -> None:
        self._width, self._height = width, height
        self._taken: list[Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in points]
        # The north arrow.
        self._taken.append((width - 40, 0, width, 56))

    def beside(self, text: str, at: tuple[float, float], *, bold: bool) -> str:
        """The label of the point `at`, by rule 3."""
        shown, size = short(text), 12
        wide, (x, y) = width_of(shown, size), at
        sides = [
            ("start", x + 10, y + 4),
            ("end", x - 10, y + 4),
            ("middle", x, y - 11),
            ("middle", x, y + 20),
            ("start", x + 9, y - 8),
            ("start", x + 9, y + 16),
            ("end", x - 9, y - 8),
            ("end", x - 9, y + 16),
        ]
        before = {"start": 0.0, "middle": wide / 2, "end": wide}
        boxes = [
            (to - before[anchor], low - size + 2, to - before[anchor] + wide, low + 3)
            for anchor, to, low in sides
        ]
        best = min(range(len(boxes)), key=lambda i: (self._covered(boxes[i]), i))
        self._taken.append(boxes[best])
        anchor, to, low = sides[best]
        weight: dict[str, svg.Value] = {"font_weight": "bold"} if bold else {}
        return haloed(shown, x=to, y=low, font_size=size, text_anchor=anchor, **weight)

    def free(self, box: Box) -> bool:
        """Whether nothing is there; if so, it is taken from now on."""
        if self._covered(box):
            return False
        self._taken.append(box)
        return True

    def _covered(self, box: Box) -> float:
        left, top, right, low = box
        area = (right - left) * (low - top)
        inside = _shared(box, (_EDGE, _EDGE, self._width - _EDGE, self._height - _EDGE))
        # What would be cut off counts most.
        return 10 * (area - inside) + sum(_shared(box, other) for other in self._taken)


def _shared(a: Box, b: Box) -> float:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return across * down if across > 0 and down > 0 else 0.0


def width_of(text: str, size: float) -> float:
    return len(text) * size * 0.56


def short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def haloed(text: str, **look: svg.Value) -> str:
    """A white edge first: labels lie on any ground."""
    edge: dict[str, svg.Value] = {"stroke": "#fff", "stroke_width": 3, "stroke_linejoin": "round"}
    return svg.text(text, **look, **edge) + svg.text(text, **(look | {"fill": svg.INK}))
