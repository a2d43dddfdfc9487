"""From the plan to boundaries: LSOAs, and the wards and boroughs that they add up to.

The corners of the plan's squares and the middles of their sides are moved a little, once each, so
that neighbours share every vertex of their common side and the areas fit together exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from overt.hotspots.sample import plan
from overt.hotspots.sample.draws import Draws

# Easting and northing in British National Grid, whole centimetres.
Position = tuple[int, int]
Ring = list[Position]

_SQUARE = plan.SQUARE_M * 100
_CORNER_SHIFT = 85_00
_SIDE_SHIFT = 24_00


@dataclass(frozen=True)
class Lsoa:
    """One square of the plan. `ring` is open, anticlockwise, in BNG centimetres."""

    column: int
    row: int
    code: str
    name: str
    ward: str
    borough: plan.Borough
    land: str
    corners: tuple[Position, Position, Position, Position]
    ring: tuple[Position, ...]


class Sheet:
    """The moved corners and sides of the plan's squares."""

    def __init__(self, seed: int) -> None:
        corners = Draws(seed, "corners")
        sides = Draws(seed, "sides")
        across, down = plan.COLUMNS + 1, plan.ROWS + 1
        shift = corners.between(-_CORNER_SHIFT, _CORNER_SHIFT, 2 * across * down).tolist()
        bend = sides.between(-_SIDE_SHIFT, _SIDE_SHIFT, 4 * across * down).tolist()
        self._corner: dict[tuple[int, int], Position] = {}
        for row in range(down):
            for column in range(across):
                at = 2 * (row * across + column)
                self._corner[column, row] = (
                    plan.WEST_M * 100 + column * _SQUARE + shift[at],
                    plan.SOUTH_M * 100 + (plan.ROWS - row) * _SQUARE + shift[at + 1],
                )
        self._bend = bend
        self._across = across

    def corners(self, column: int, row: int) -> tuple[Position, Position, Position, Position]:
        """South-west, south-east, north-east, north-west."""
        corner = self._corner
        return (
            corner[column, row + 1],
            corner[column + 1, row + 1],
            corner[column + 1, row],
            corner[column, row],
        )

    def ring(self, column: int, row: int) -> tuple[Position, ...]:
        """The square's outline: four corners and the middles of the four sides."""
        south_west, south_east, north_east, north_west = self.corners(column, row)
        return (
            south_west,
            self._middle(south_west, south_east, column, row + 1, 0),
            south_east,
            self._middle(south_east, north_east, column + 1, row, 1),
            north_east,
            self._middle(north_west, north_east, column, row, 0),
            north_west,
            self._middle(south_west, north_west, column, row, 1),
        )

    def _middle(self, a: Position, b: Position, column: int, row: int, upright: int) -> Position:
        at = 4 * (row * self._across + column) + 2 * upright
        return (
            (a[0] + b[0]) // 2 + self._bend[at],
            (a[1] + b[1]) // 2 + self._bend[at + 1],
        )


def lsoas(seed: int) -> list[Lsoa]:
    """Every LSOA of the sample, ordered by name."""
    sheet = Sheet(seed)
    made: list[Lsoa] = []
    for borough in plan.BOROUGHS:
        squares = [
            (column, row)
            for row in range(plan.ROWS)
            for column in range(plan.COLUMNS)
            if plan.WARD_PLAN[row][column] in borough.wards
        ]
        for number, (column, row) in enumerate(squares):
            made.append(
                Lsoa(
                    column=column,
                    row=row,
                    code=f"E01{990_001 + len(made)}",
                    name=f"{borough.name} {number // 5 + 1:03d}{'ABCDE'[number % 5]}",
                    ward=plan.WARD_PLAN[row][column],
                    borough=borough,
                    land=plan.LAND_PLAN[row][column],
                    corners=sheet.corners(column, row),
                    ring=sheet.ring(column, row),
                )
            )
    return sorted(made, key=lambda lsoa: lsoa.name)


def outline(parts: Iterable[Lsoa]) -> Ring:
    """The outline of several LSOAs taken together: open, anticlockwise.

    A side that two of them share is walked once each way and drops out; what is left is the
    outline. Raises ValueError when it is not one simple ring: the plan has a split or a hole.
    """
    sides: set[tuple[Position, Position]] = set()
    for part in parts:
        for here, there in zip(part.ring, part.ring[1:] + part.ring[:1], strict=True):
            if (there, here) in sides:
                sides.remove((there, here))
            else:
                sides.add((here, there))
    onward = dict(sides)
    start = min(onward)
    ring = [start]
    while (step := onward[ring[-1]]) != start:
        ring.append(step)
    if len(ring) != len(sides):
        raise ValueError("the parts do not make one area without a hole")
    return ring
