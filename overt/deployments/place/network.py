"""Walkable ways round a zone, as a graph in which a walk can be followed to the zone.

Rules
1. Roads meet where they share a point or cross. A bridge counts as a crossing: that can only find
   more ways in, never fewer.
2. Ways are followed in steps of at most one metre, on whole centimetres.
3. A place is *far* when it is at least the distance from the zone at which a sign must be passed,
   else *near*. An approach is a step from far to near from which the zone can be reached without
   going far again. What comes after a walk has entered by one is no approach any more.
4. A walk begins where a road ends, or leaves what is looked at: a box round the zone, wider by that
   distance and `margin_cm` more. Where a piece of road outside has no end, at its farthest point.
5. Positions are counted from the zone's own south-west, so that the same streets elsewhere give
   the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .exact import Position

STEP_CM = 100
# A float's distance is right to far less than this; so what counts as far is far.
_DOUBT_CM = 0.01

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Network:
    """`nodes`: (n, 2) centimetres from `origin`; `edges`: (m, 2) their numbers.

    is_source: where walks begin. leads_in: near nodes from which the zone can be reached without
    going far. crossings: (k, 2), the far and the near end of each approach.
    """

    origin: Position
    nodes: Integers
    edges: Integers
    is_far: Flags
    is_source: Flags
    leads_in: Flags
    crossings: Integers

    def positions(self, numbers: Integers) -> list[Position]:
        """Nodes as BNG centimetres."""
        east, north = self.origin
        return [(east + x, north + y) for x, y in self.nodes[numbers].tolist()]

    def near_to(self, points: Sequence[Position], reach_cm: int) -> Flags:
        """The far nodes within `reach_cm` of any of `points`."""
        found = np.zeros(len(self.nodes), np.bool_)
        for easting, northing in points:
            away = self.nodes - (easting - self.origin[0], northing - self.origin[1])
            found |= (away * away).sum(axis=1) <= reach_cm * reach_cm
        return found & self.is_far

    def ways_in(self, closed: Flags) -> Integers:
        """The far ends of the approaches that a walk comes to past no node of `closed`."""
        if not len(self.crossings):
            return np.empty(0, np.int64)
        open_ = ~(closed | self.leads_in)
        edges = self.edges[open_[self.edges].all(axis=1)]
        piece = _pieces(len(self.nodes), edges)
        walked = np.zeros(len(self.nodes), np.bool_)
        walked[piece[self.is_source & open_]] = True
        ends = self.crossings[:, 0]
        return np.unique(ends[open_[ends] & walked[piece[ends]]])


def of_roads(
    zone: Sequence[Position],
    lines: Sequence[Sequence[Position]],
    *,
    distance_cm: int,
    margin_cm: int,
) -> Network:
    """The network of `lines` (BNG cm) round `zone`, a valid closed ring."""
    origin = min(e for e, _ in zone), min(n for _, n in zone)
    area = shapely.Polygon([(e - origin[0], n - origin[1]) for e, n in zone])
    beyond = distance_cm + margin_cm
    west, south, east, north = area.bounds
    drawn = [
        shapely.clip_by_rect(
            shapely.LineString([(e - origin[0], n - origin[1]) for e, n in line]),
            west - beyond,
            south - beyond,
            east + beyond,
            north + beyond,
        )
        for line in lines
        if len(set(line)) > 1
    ]
    nodes, edges = _noded(drawn)
    if not len(edges):
        none = np.empty(0, np.bool_)
        return Network(origin, nodes, edges, none, none, none, edges)
    shapely.prepare(area)
    away = np.asarray(shapely.distance(shapely.points(nodes.astype(float)), area), np.float64)
    is_entry = _entries(nodes, edges, away, area)
    is_far = (away >= distance_cm + _DOUBT_CM) & ~is_entry
    leads_in = _leads_in(edges, is_far, is_entry)
    return Network(
        origin,
        nodes,
        edges,
        is_far,
        _sources(nodes, edges, away, is_far),
        leads_in,
        _crossings(edges, is_far, leads_in),
    )


def _noded(drawn: Sequence[shapely.Geometry]) -> tuple[Integers, Integers]:
    """Rules 1 and 2. Nodes in rising order, each edge once."""
    # Crossings get a point of their own, on whole centimetres.
    crossed = shapely.union_all(drawn, grid_size=1.0)
    if crossed.is_empty:
        return np.empty((0, 2), np.int64), np.empty((0, 2), np.int64)
    parts = shapely.segmentize(shapely.get_parts(crossed), STEP_CM)
    points, part = shapely.get_coordinates(parts, return_index=True)
    nodes, number = np.unique(np.rint(points).astype(np.int64), axis=0, return_inverse=True)
    number = number.reshape(-1)
    follows = part[1:] == part[:-1]
    edges = np.sort(np.stack([number[:-1][follows], number[1:][follows]], axis=1), axis=1)
    return nodes, np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)


def _entries(
    nodes: Integers, edges: Integers, away: npt.NDArray[np.float64], area: shapely.Polygon
) -> Flags:
    """Nodes in the zone, and both ends of every step that touches it."""
    found: Flags = away == 0
    close = edges[(away[edges] <= 2 * STEP_CM).all(axis=1)]
    if len(close):
        touching = shapely.intersects(shapely.linestrings(nodes[close].astype(float)), area)
        found[close[touching]] = True
    return found


def _leads_in(edges: Integers, is_far: Flags, is_entry: Flags) -> Flags:
    piece = _pieces(len(is_far), edges[~is_far[edges].any(axis=1)])
    entered = np.zeros(len(is_far), np.bool_)
    entered[piece[is_entry]] = True
    found: Flags = entered[piece] & ~is_far
    return found


def _crossings(edges: Integers, is_far: Flags, leads_in: Flags) -> Integers:
    """Rule 3: (far end, near end)."""
    far = is_far[edges]
    across = edges[far[:, 0] != far[:, 1]]
    across = np.where(is_far[across[:, :1]], across, across[:, ::-1])
    chosen: Integers = across[leads_in[across[:, 1]]]
    return chosen


def _sources(
    nodes: Integers,
    edges: Integers,
    away: npt.NDArray[np.float64],
    is_far: Flags,
) -> Flags:
    """Rule 4."""
    ends = np.bincount(edges.ravel(), minlength=len(nodes)) == 1
    found: Flags = is_far & ends
    piece = _pieces(len(nodes), edges[is_far[edges].all(axis=1)])
    has_source = np.zeros(len(nodes), np.bool_)
    has_source[piece[found]] = True
    # Nodes rise from west to east: the first of the farthest is the same everywhere.
    for number in np.unique(piece[is_far & ~has_source[piece]]):
        members = np.flatnonzero((piece == number) & is_far)
        found[members[away[members].argmax()]] = True
    return found


def _pieces(size: int, edges: Integers) -> Integers:
    """For each node the number of the connected piece that holds it."""
    graph = coo_array((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), (size, size))
    pieces: Integers = np.asarray(connected_components(graph, directed=False)[1], np.int64)
    return pieces
