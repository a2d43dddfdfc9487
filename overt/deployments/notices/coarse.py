"""Where a deployment is, as coarsely as the policy lets the public know.

Rule: the square of the National Grid with sides of `place.public_precision_m` that holds the middle
of the zone's bounding box. Squares begin at the grid's origin, so that two zones in one square
are told apart by nothing. Pure: no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_CM = 100


@dataclass(frozen=True)
class Square:
    """Its south-west corner and its side, BNG, metres."""

    easting: int
    northing: int
    side: int


def square(zone: Sequence[tuple[int, int]], *, precision_m: int) -> Square | None:
    """`zone`: its ring, BNG, centimetres; None where there is none."""
    if not zone:
        return None
    easts, norths = [east for east, _ in zone], [north for _, north in zone]
    return Square(
        _floor((min(easts) + max(easts)) // 2, precision_m),
        _floor((min(norths) + max(norths)) // 2, precision_m),
        precision_m,
    )


def _floor(centimetres: int, precision_m: int) -> int:
    return centimetres // (precision_m * _CM) * precision_m
