"""Distances from a polygon without any rounding: whole centimetres and fractions of them.

A rule of the policy that says "at most 200 m" must not turn on the last bit of a float. Rings are
closed, British National Grid, integer centimetres.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Position = tuple[int, int]

_CM = 100


def covers(ring: Sequence[Position], point: Position) -> bool:
    """Whether `point` lies in the ring or on its edge: the even-odd rule in whole numbers."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        if side == 0 and min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
            return True
        if (y < y0) != (y < y1) and (side > 0) == (y1 > y0):
            inside = not inside
    return inside


def squared_distance(ring: Sequence[Position], point: Position) -> Fraction:
    """The square of the distance from `point` to the polygon, square centimetres; 0 inside."""
    if covers(ring, point):
        return Fraction(0)
    return min(_to_side(point, start, end) for start, end in pairwise(ring))


def metres_up(squared_cm: Fraction) -> int:
    """The distance whose square is given, in whole metres, rounded up."""
    # The least m with (100 m)^2 >= squared_cm.
    least = math.isqrt(squared_cm.numerator // (squared_cm.denominator * _CM * _CM))
    return least if (least * _CM) ** 2 >= squared_cm else least + 1


def _to_side(point: Position, start: Position, end: Position) -> Fraction:
    (x, y), (x0, y0), (x1, y1) = point, start, end
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    along = (x - x0) * dx + (y - y0) * dy
    if along <= 0:
        return Fraction((x - x0) ** 2 + (y - y0) ** 2)
    if along >= length:
        return Fraction((x - x1) ** 2 + (y - y1) ** 2)
    across = dx * (y - y0) - dy * (x - x0)
    return Fraction(across * across, length)
