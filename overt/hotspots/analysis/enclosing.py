"""The smallest circle round a set of points, in exact integer arithmetic.

A circle is kept as (x, y, d, s): its centre is (x / d, y / d), its squared radius s / d**2, d > 0.
"""

from collections.abc import Sequence

Point = tuple[int, int]
Round = tuple[int, int, int, int]


def middle_of(points: Sequence[Point]) -> Point:
    """The centre of the smallest circle round the points, to the nearest integer, halves up."""
    x, y, d, _ = _smallest(_hull(points))
    return (2 * x + d) // (2 * d), (2 * y + d) // (2 * d)


def _smallest(hull: Sequence[Point]) -> Round:
    """Welzl's incremental construction, on the corners of a convex hull."""
    found: Round = (*hull[0], 1, 0)
    for i, p in enumerate(hull):
        if _holds(found, p):
            continue
        found = (*p, 1, 0)
        for j, q in enumerate(hull[:i]):
            if _holds(found, q):
                continue
            found = (p[0] + q[0], p[1] + q[1], 2, (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2)
            for r in hull[:j]:
                if not _holds(found, r):
                    found = _through(p, q, r)
    return found


def _holds(circle: Round, point: Point) -> bool:
    x, y, d, s = circle
    return (point[0] * d - x) ** 2 + (point[1] * d - y) ** 2 <= s


def _through(p: Point, q: Point, r: Point) -> Round:
    bx, by, cx, cy = q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]
    d = 2 * (bx * cy - by * cx)
    b, c = bx * bx + by * by, cx * cx + cy * cy
    x, y = cy * b - by * c, bx * c - cx * b
    if d < 0:
        x, y, d = -x, -y, -d
    return x + p[0] * d, y + p[1] * d, d, x * x + y * y


def _hull(points: Sequence[Point]) -> list[Point]:
    """Corners of the convex hull (Andrew's monotone chain); no three of them on a line."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    halves: list[list[Point]] = []
    for run in (ordered, ordered[::-1]):
        half: list[Point] = []
        for x, y in run:
            while len(half) > 1 and (half[-1][0] - half[-2][0]) * (y - half[-2][1]) <= (
                half[-1][1] - half[-2][1]
            ) * (x - half[-2][0]):
                half.pop()
            half.append((x, y))
        halves.append(half[:-1])
    return halves[0] + halves[1]
