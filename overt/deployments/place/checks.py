"""Whether a zone of recognition may be used as it is.

Rules
1. zone-shape: the zone is one area without holes; its edge neither crosses nor touches itself.
2. zone-in-borough: it lies inside the borough's boundary; on the boundary counts as inside.
3. zone-width: the longest distance between two of its corners is at most `place.zone_max_width_m`.
4. cameras-at-the-footprint: cameras stand within the footprint, where one is given.
Distances are exact: squares of integer centimetres. Corners are counted from 1, as the form lists
them.
"""

import math
import re
from collections.abc import Sequence

import shapely
from shapely.validation import explain_validity

from overt.hotspots.areas import boundary as boundaries
from overt.hotspots.geo import bng

from . import exact
from .exact import Position


def shape_fault(ring: Sequence[Position]) -> str:
    """What is wrong with the shape of `ring` (closed, BNG cm); empty when nothing is."""
    zone = shapely.Polygon(ring)
    if zone.is_valid and zone.area > 0:
        return ""
    if shapely.MultiPoint(list(ring)).convex_hull.area == 0:
        return "The zone has no area: its corners lie on one line"
    where = re.search(r"\[(\S+) (\S+)\]", explain_validity(zone))
    if where is None:
        return "The edge of the zone crosses itself: draw it again"
    return (
        "The edge of the zone crosses or touches itself near "
        f"{_degrees(float(where[1]), float(where[2]))}: draw it again"
    )


def width_cm(ring: Sequence[Position]) -> float:
    """The longest distance between two corners, in centimetres."""
    corners = _hull(ring)
    return math.sqrt(max(_squared(a, b) for a in corners for b in corners))


def zone_faults(
    ring: Sequence[Position],
    *,
    boundary_json: str | None,
    borough: str,
    max_width_m: int,
) -> list[str]:
    """What speaks against the zone, one sentence each. `boundary_json`: the borough's own."""
    fault = shape_fault(ring)
    if fault:
        return [fault]
    faults = []
    if boundary_json is not None:
        faults += _outside(ring, boundary_json, borough)
    corners = _hull(ring)
    widest = max(_squared(a, b) for a in corners for b in corners)
    if widest > (max_width_m * 100) ** 2:
        shown = math.ceil(math.sqrt(widest) / 100)
        faults.append(
            f"The zone is {shown:,} m across, and the policy allows {max_width_m:,} m: make it "
            "smaller"
        )
    return faults


def camera_faults(
    footprint: Sequence[Position], cameras: Sequence[tuple[str, Position]]
) -> list[str]:
    """Cameras outside the footprint, one sentence each; nothing without a footprint."""
    if not footprint:
        return []
    fault = shape_fault(footprint)
    if fault:
        return [fault.replace("zone", "footprint")]
    return [
        f"Camera {label} stands outside the footprint"
        for label, position in cameras
        if not exact.covers(footprint, position)
    ]


def area_m2(ring: Sequence[Position]) -> int:
    """The area of a valid ring in whole square metres."""
    return round(shapely.Polygon(ring).area / 10_000)


def _outside(ring: Sequence[Position], boundary_json: str, borough: str) -> list[str]:
    borders = boundaries.to_shapely(boundary_json)
    shapely.prepare(borders)
    zone = shapely.Polygon(ring)
    if borders.covers(zone):
        return []
    if not borders.intersects(zone):
        return [f"The zone lies outside {borough}: move it, or choose its own borough"]
    outside = [
        number
        for number, position in enumerate(ring[:-1], start=1)
        if not borders.covers(shapely.Point(position))
    ]
    if not outside:
        return [
            f"Part of the zone lies outside {borough}, though its corners lie inside: keep it "
            "within the boundary"
        ]
    first = outside[0]
    more = f", and {len(outside) - 1} more," if len(outside) > 1 else ""
    lies = "lie" if more else "lies"
    return [
        f"Corner {first} of the zone, at {_degrees(*ring[first - 1])}{more} {lies} outside "
        f"{borough}: keep the zone within the boundary"
    ]


def _degrees(easting: float, northing: float) -> str:
    longitude, latitude = bng.to_wgs84(easting, northing)
    return f"{latitude[0]:.6f}, {longitude[0]:.6f}"


def _hull(ring: Sequence[Position]) -> list[Position]:
    # The two corners farthest apart lie on the convex hull, which has few.
    hull = shapely.MultiPoint(list(ring)).convex_hull
    return [(int(e), int(n)) for e, n in shapely.get_coordinates(hull).tolist()]


def _squared(a: Position, b: Position) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
