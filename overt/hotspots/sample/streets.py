"""Streets, and the snap points along them that crimes are moved to.

Each square of homes has its own small network of streets, laid askew with the square; main roads
run through from square to square; parks and the river have none. A snap point stands in the
middle of each stretch of street, as in the police's own list of points.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from overt.hotspots.sample import plan
from overt.hotspots.sample.draws import Draws, Integers
from overt.hotspots.sample.land import Lsoa, Position

# Streets each way in a square, by what stands on it: least and most.
_STREETS = {"-": (2, 3), "#": (4, 5), "c": (3, 4), "r": (2, 3), "i": (2, 3), "p": (0, 0)}
# Thousandths of a square's side where its streets begin and end.
FIRST, LAST = 60, 940
_STRETCH_MISSING_PER_MILLE = 230
_MAIN_ROAD_SPACING_M = 95

# fmt: off
_FIRST = (
    "Acorn", "Amber", "Anvil", "Ash", "Barley", "Basket", "Beacon", "Birch", "Bramble", "Bridle",
    "Candle", "Carver", "Cedar", "Chandler", "Clover", "Cobble", "Cooper", "Copper", "Coral",
    "Cygnet", "Damson", "Draper", "Ember", "Fallow", "Falcon", "Fern", "Fletcher", "Flint",
    "Foxglove", "Garland", "Glover", "Granary", "Hazel", "Heather", "Heron", "Hollow", "Ivy",
    "Jasmine", "Kiln", "Lantern", "Larch", "Lavender", "Linnet", "Maple", "Meadow", "Merlin",
    "Miller", "Moss", "Myrtle", "Oat", "Orchard", "Osier", "Otter", "Pepper", "Pine", "Plover",
    "Poppy", "Potter", "Quill", "Rowan", "Saddler", "Sage", "Sorrel", "Spindle", "Swift",
    "Tanner", "Teasel", "Thatcher", "Thistle", "Thorn", "Tinker", "Turner", "Walnut", "Weaver",
    "Willow", "Wren", "Yarrow",
)
_LAST = (
    "Road", "Street", "Avenue", "Close", "Lane", "Gardens", "Way", "Terrace", "Drive", "Grove",
    "Crescent", "Walk",
)
# fmt: on
# What a point is called that stands on no named street, by what stands on the square.
_SITES = {
    "-": ("Parking Area", "Park/Open Space", "Petrol Station", "Sports/Recreation Area", ""),
    "#": ("Shopping Area", "Nightclub", "Supermarket", "Parking Area", "Theatre/Concert Hall"),
    "c": ("Supermarket", "Shopping Area", "Parking Area"),
    "r": ("Supermarket", "Shopping Area", "Parking Area", "Petrol Station"),
    "i": ("Parking Area", "Petrol Station"),
}
_SITE_PER_MILLE = 70


@dataclass(frozen=True)
class SnapPoints:
    """`size` points: BNG centimetres, street, LSOA (position in the list), whether on a main road.

    Sorted by LSOA, then northing, then easting; no two at one position.
    """

    easting: Integers
    northing: Integers
    street: tuple[str, ...]
    lsoa: Integers
    main_road: Integers

    @property
    def size(self) -> int:
        return self.easting.size


def snap_points(seed: int, lsoas: Sequence[Lsoa]) -> SnapPoints:
    """Every snap point of the sample."""
    found: dict[Position, tuple[str, bool]] = {}
    for lsoa in lsoas:
        found.update(_side_streets(seed, lsoa))
    found = {at: street for at, street in found.items() if not in_river(at)}
    found.update(_main_roads(seed, {(lsoa.column, lsoa.row): lsoa for lsoa in lsoas}))
    positions = sorted(found)
    lsoa_of = _lsoa_of(positions, lsoas)
    rows = sorted(
        (int(lsoa), north, east)
        for (east, north), lsoa in zip(positions, lsoa_of, strict=True)
        if lsoa >= 0
    )
    return SnapPoints(
        easting=np.array([east for _, _, east in rows], np.int64),
        northing=np.array([north for _, north, _ in rows], np.int64),
        street=tuple(found[east, north][0] for _, north, east in rows),
        lsoa=np.array([lsoa for lsoa, _, _ in rows], np.int64),
        main_road=np.array([found[east, north][1] for _, north, east in rows], np.int64),
    )


def _side_streets(seed: int, lsoa: Lsoa) -> Iterable[tuple[Position, tuple[str, bool]]]:
    """The points of one square, one to a stretch."""
    for stretch in stretches(seed, lsoa):
        yield stretch.at((stretch.start + stretch.end) // 2), (stretch.on, False)


@dataclass(frozen=True)
class Stretch:
    """A street of `lsoa` between two crossings, in thousandths of the square's sides.

    It runs up the square when `is_upright`, at `line`, from `start` to `end`. `on` is what its
    snap point is called: the street, or a site beside it.
    """

    lsoa: Lsoa
    street: str
    on: str
    is_upright: bool
    line: int
    start: int
    end: int

    def at(self, along: int) -> Position:
        """The position `along` it."""
        if self.is_upright:
            return place(self.lsoa, self.line, along)
        return place(self.lsoa, along, self.line)


def stretches(seed: int, lsoa: Lsoa) -> Iterable[Stretch]:
    """The streets of one square, across and up it; some stretches are not built."""
    draws = Draws(seed, f"streets {lsoa.column} {lsoa.row}")
    least, most = _STREETS[lsoa.land]
    if not most:
        return
    across, up = draws.between(least, most, 2).tolist()
    lines = (_lines(draws, across), _lines(draws, up))
    for way in (0, 1):
        crossing = [FIRST, *lines[1 - way], LAST]
        for line in lines[way]:
            name = street_name(draws)
            parts = list(pairwise(crossing))
            missing = draws.chance(_STRETCH_MISSING_PER_MILLE, len(parts))
            sites = draws.chance(_SITE_PER_MILLE, len(parts))
            for (start, end), gone, site in zip(parts, missing, sites, strict=True):
                if gone:
                    continue
                on = _site_name(draws, lsoa) if site else name
                yield Stretch(lsoa, name, on, not way, line, start, end)


def _lines(draws: Draws, count: int) -> list[int]:
    """`count` streets side by side: thousandths of the square's side, in rising order."""
    gap = 1000 // count
    shift = draws.between(-gap // 4, gap // 4, count).tolist()
    return [gap // 2 + gap * number + shift[number] for number in range(count)]


def street_name(draws: Draws) -> str:
    first, last = draws.below(len(_FIRST) * len(_LAST), 1).tolist()[0], len(_LAST)
    return f"{_FIRST[first // last]} {_LAST[first % last]}"


def _site_name(draws: Draws, lsoa: Lsoa) -> str:
    names = _SITES[lsoa.land]
    return names[int(draws.below(len(names), 1)[0])]


def place(lsoa: Lsoa, across: int, up: int) -> Position:
    """A position in the square from thousandths of its sides, between the four moved corners."""
    shares = (
        (1000 - across) * (1000 - up),
        across * (1000 - up),
        across * up,
        (1000 - across) * up,
    )
    east, north = (
        sum(share * corner[axis] for share, corner in zip(shares, lsoa.corners, strict=True))
        // 1_000_000
        for axis in (0, 1)
    )
    return east, north


def _main_roads(
    seed: int, squares: dict[tuple[int, int], Lsoa]
) -> Iterable[tuple[Position, tuple[str, bool]]]:
    draws = Draws(seed, "main roads")
    for name, stops in plan.MAIN_ROADS:
        middles = [place(squares[stop], 500, 500) for stop in stops]
        for (east, north), (to_east, to_north) in pairwise(middles):
            steps = max(abs(to_east - east), abs(to_north - north)) // (_MAIN_ROAD_SPACING_M * 100)
            shift = draws.between(-12_00, 12_00, 2 * steps).tolist()
            for step in range(steps):
                yield (
                    (
                        east + (to_east - east) * step // steps + shift[2 * step],
                        north + (to_north - north) * step // steps + shift[2 * step + 1],
                    ),
                    (name, True),
                )


def in_river(at: Position) -> bool:
    """Whether a position is within RIVER_HALF_WIDTH_M of the river's middle line."""
    east, north = at[0] // 100 - plan.WEST_M, at[1] // 100 - plan.SOUTH_M
    for (e0, n0), (e1, n1) in pairwise(plan.RIVER):
        de, dn = e1 - e0, n1 - n0
        length = de * de + dn * dn
        along = min(max((east - e0) * de + (north - n0) * dn, 0), length)
        # Both distances times `length`, so that nothing is divided.
        off_e = (east - e0) * length - along * de
        off_n = (north - n0) * length - along * dn
        if off_e**2 + off_n**2 <= (plan.RIVER_HALF_WIDTH_M * length) ** 2:
            return True
    return False


def _lsoa_of(positions: Sequence[Position], lsoas: Sequence[Lsoa]) -> Integers:
    """For each position the LSOA that holds it, -1 for none: even-odd rule in whole numbers."""
    at = np.array(positions, np.int64)
    answer = np.full(len(positions), -1, np.int64)
    for number, lsoa in enumerate(lsoas):
        inside = np.zeros(len(positions), np.bool_)
        for (e0, n0), (e1, n1) in zip(lsoa.ring, lsoa.ring[1:] + lsoa.ring[:1], strict=True):
            crosses = (at[:, 1] < n0) != (at[:, 1] < n1)
            side = (e1 - e0) * (at[:, 1] - n0) - (at[:, 0] - e0) * (n1 - n0)
            inside ^= crosses & ((side > 0) == (n1 > n0))
        answer[inside] = number
    return answer
