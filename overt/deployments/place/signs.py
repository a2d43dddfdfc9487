"""Where signs should stand, and whether anyone can enter the zone without passing one.

Rules
1. A sign must be passed at least `signs.distance_m` before the zone. One that stands nearer passes
   nobody.
2. A sign is passed within its reach, half of `signs.spacing_m`, in a straight line: neither walls
   nor the way it faces are known.
3. With roads: whoever walks in by them passes within reach of a sign while still far enough away
   (`network.py` says what a walk is). Ways in that do not are named, one for each road and reach.
4. With roads, signs are proposed where approaches come within that distance, on the road. One
   serves all approaches within its reach, and none is proposed that could be left out.
5. Where no road leads in, the ring stands for the approaches: the zone with a margin of
   `signs.distance_m`, its corners rounded by 8 steps a quarter, on whole centimetres. Signs are
   proposed evenly on it, at most `signs.spacing_m` apart; no point of it, seen every metre, may
   be out of every sign's reach.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from overt.deployments.papers.grid_reference import grid_reference

from . import exact
from .exact import Position
from .network import Network, of_roads
from .reading import Ring

QUARTER_STEPS = 8
STEP_CM = 100
# The ring, and then signs on it, are put on whole centimetres: neither may come too near by that.
_ROUNDING_CM = 2
_BESIDE_CM = 3
# In words that have to fit one line of an application.
_NAME_SHOWN = 120
_WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True)
class Road:
    """A walkable way: its name, "" for none, and its line (BNG cm)."""

    name: str
    line: Sequence[Position]


@dataclass(frozen=True)
class Terms:
    """The profile's figures, in metres."""

    spacing_m: int
    distance_m: int

    @property
    def reach_cm(self) -> int:
        """How near a sign has to be to be passed."""
        return self.spacing_m * 50

    @property
    def distance_cm(self) -> int:
        return self.distance_m * 100


@dataclass(frozen=True)
class Approach:
    """A way into the zone: where it comes too near, from which side, by which road.

    `gap_m` is the length of the ring that no sign reaches, where no road is known.
    """

    position: Position
    side: str
    road: str = ""
    gap_m: int = 0

    @property
    def words(self) -> str:
        at = f"from the {self.side}, at {grid_reference(*self.position)}"
        if self.gap_m:
            return f"for {self.gap_m:,} m round the zone {at}"
        return f"by {self.road[:_NAME_SHOWN] or 'a road without a name'} {at}"


def ring(zone: Sequence[Position], terms: Terms) -> Ring:
    """The ring of rule 5, closed. Nowhere nearer to the zone than the distance."""
    # A round corner is drawn with chords, which pass inside the arc. GEOS rounds the number of
    # steps: a step can be half as long again as a quarter's part.
    chord = math.cos(1.5 * math.pi / (4 * QUARTER_STEPS))
    wide = shapely.Polygon(zone).buffer(
        terms.distance_cm / chord + _ROUNDING_CM, quad_segs=QUARTER_STEPS
    )
    return tuple((round(e), round(n)) for e, n in wide.exterior.coords)


def approaches(zone: Sequence[Position], roads: Sequence[Road], terms: Terms) -> list[Approach]:
    """Every way into the zone by road."""
    return uncovered(zone, (), roads, terms) if _leads_in(_network(zone, roads, terms)) else []


def propose(zone: Sequence[Position], roads: Sequence[Road], terms: Terms) -> list[Position]:
    """Positions for signs by rule 4, or by rule 5 where no road leads in; clockwise from north."""
    network = _network(zone, roads, terms)
    chosen = _at_approaches(network, terms) if _leads_in(network) else _evenly(zone, terms)
    middle = _middle(zone)
    return sorted(chosen, key=lambda position: (_bearing(middle, position), position))


def uncovered(
    zone: Sequence[Position],
    signs: Sequence[Position],
    roads: Sequence[Road],
    terms: Terms,
) -> list[Approach]:
    """Ways into the zone that pass no sign in time; empty when every one does."""
    counted = [position for position in signs if _far_enough(zone, position, terms)]
    network = _network(zone, roads, terms)
    if not _leads_in(network):
        return _gaps(zone, counted, terms)
    ends = network.ways_in(network.near_to(counted, terms.reach_cm))
    middle = _middle(zone)
    found: list[Approach] = []
    positions = network.positions(ends)
    for position, name in zip(positions, _names_at(positions, roads), strict=True):
        if not any(
            name == other.road and _within(position, other.position, terms.reach_cm)
            for other in found
        ):
            found.append(Approach(position, _side(middle, position), name))
    return found


def too_near(
    zone: Sequence[Position], signs: Sequence[tuple[str, Position]], terms: Terms
) -> list[str]:
    """Signs nearer to the zone than `signs.distance_m`, one sentence each."""
    return [
        f"Sign {code} stands {_metres_down(zone, position)} m from the zone; it has to be "
        f"passed {terms.distance_m} m before it"
        for code, position in signs
        if not _far_enough(zone, position, terms)
    ]


def _network(zone: Sequence[Position], roads: Sequence[Road], terms: Terms) -> Network:
    return of_roads(
        zone,
        [road.line for road in roads],
        distance_cm=terms.distance_cm,
        margin_cm=terms.spacing_m * 100,
    )


def _leads_in(network: Network) -> bool:
    return bool(network.ways_in(np.zeros(len(network.nodes), np.bool_)).size)


def _at_approaches(network: Network, terms: Terms) -> list[Position]:
    """First the place that serves most approaches, then what is left; then what is not needed."""
    nobody = np.zeros(len(network.nodes), np.bool_)
    places = network.positions(network.ways_in(nobody))
    at = np.array(places, np.int64)
    squared = ((at[:, None] - at[None, :]) ** 2).sum(axis=2)
    served = squared <= terms.reach_cm**2
    waiting = np.ones(len(places), np.bool_)
    chosen: list[Position] = []
    while waiting.any():
        # Of those that serve as many, the one in their middle; then the most westerly.
        many = (served & waiting).sum(axis=1)
        apart = np.where(served & waiting, squared, 0).sum(axis=1)
        best = min(np.flatnonzero(waiting).tolist(), key=lambda i: (-many[i], apart[i], places[i]))
        chosen.append(places[best])
        waiting &= ~served[best]
    closing = [network.near_to([one], terms.reach_cm) for one in chosen]
    times_closed = np.sum(closing, axis=0)
    needed: list[Position] = []
    for place, closed in reversed(list(zip(chosen, closing, strict=True))):
        without = times_closed - closed
        if network.ways_in(without > 0).size:
            needed.append(place)
        else:
            times_closed = without
    return needed


def _evenly(zone: Sequence[Position], terms: Terms) -> list[Position]:
    edge = shapely.LineString(ring(zone, terms))
    count = math.ceil(edge.length / (terms.spacing_m * 100 - _ROUNDING_CM))
    points = [edge.interpolate(edge.length * step / count) for step in range(count)]
    return [(round(point.x), round(point.y)) for point in points]


def _gaps(zone: Sequence[Position], signs: Sequence[Position], terms: Terms) -> list[Approach]:
    """Stretches of the ring out of every sign's reach, each by its middle."""
    edge = shapely.LineString(ring(zone, terms))
    steps = math.ceil(edge.length / STEP_CM)
    points = shapely.get_coordinates(
        shapely.line_interpolate_point(edge, np.arange(steps) * (edge.length / steps))
    )
    is_open = np.ones(steps, np.bool_)
    for sign in signs:
        is_open &= ((points - sign) ** 2).sum(axis=1) > terms.reach_cm**2
    if not is_open.any():
        return []
    # Begin where a sign reaches, so that no gap is cut in two by the ring's own beginning.
    start = int(np.argmin(is_open)) if not is_open.all() else 0
    turned = np.roll(is_open, -start)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], turned, [False]]).astype(np.int8)))
    middle = _middle(zone)
    found = []
    for first, end in edges.reshape(-1, 2).tolist():
        x, y = points[(start + (first + end) // 2) % steps]
        position = round(x), round(y)
        length = math.ceil((end - first) * edge.length / steps / 100)
        found.append(Approach(position, _side(middle, position), gap_m=length))
    return found


def _names_at(positions: Sequence[Position], roads: Sequence[Road]) -> list[str]:
    """The name of the road at each position; where several meet, the first that has one."""
    drawn = [road for road in roads if len(road.line) > 1]
    tree = shapely.STRtree([shapely.LineString(road.line) for road in drawn])
    points = shapely.points(np.array(positions, float).reshape(-1, 2))
    # Crossings and steps are put on whole centimetres, a little beside their road.
    which, near = tree.query(points, predicate="dwithin", distance=_BESIDE_CM)
    names: list[list[str]] = [[] for _ in positions]
    for position, road in zip(which.tolist(), near.tolist(), strict=True):
        names[position].append(drawn[road].name)
    return [min(found, key=lambda name: (not name, name), default="") for found in names]


def _far_enough(zone: Sequence[Position], position: Position, terms: Terms) -> bool:
    return exact.squared_distance(zone, position) >= terms.distance_cm**2


def _metres_down(zone: Sequence[Position], position: Position) -> int:
    return math.isqrt(math.floor(exact.squared_distance(zone, position))) // 100


def _within(one: Position, other: Position, reach_cm: int) -> bool:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= reach_cm * reach_cm


def _middle(zone: Sequence[Position]) -> Position:
    easts, norths = zip(*zone, strict=True)
    return (min(easts) + max(easts)) // 2, (min(norths) + max(norths)) // 2


def _bearing(middle: Position, position: Position) -> float:
    """Clockwise from north, 0 to 2 pi."""
    east, north = position[0] - middle[0], position[1] - middle[1]
    return math.atan2(east, north) % (2 * math.pi)


def _side(middle: Position, position: Position) -> str:
    return _WINDS[round(_bearing(middle, position) / (math.pi / 4)) % 8]
