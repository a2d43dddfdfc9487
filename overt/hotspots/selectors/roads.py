"""Reads of roads."""

from overt.hotspots.areas.roads import NOT_WALKED, RoadLine, read_line
from overt.hotspots.models import Road


def roads_in(west: int, south: int, east: int, north: int) -> list[RoadLine]:
    """Roads that people walk by whose own box meets this one (BNG cm).

    Whole lines, in order of name, class and course: they may reach far beyond it.
    """
    rows = Road.objects.filter(
        west__lte=east, east__gte=west, south__lte=north, north__gte=south
    ).values_list("name", "kind", "line")
    return sorted(
        RoadLine(name, kind, read_line(line))
        for name, kind, line in rows.iterator()
        if kind.casefold() not in NOT_WALKED
    )
