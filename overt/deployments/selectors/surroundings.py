"""What lies round the zone of a version, as the database knows it now: for plans alone."""

from dataclasses import dataclass

from overt.deployments.application.tasks import Position
from overt.deployments.selectors import facts
from overt.deployments.selectors.frozen import Frozen
from overt.hotspots.models import Place


@dataclass(frozen=True)
class Surroundings:
    """`roads`: name and line; `sensitive`: name, kind and position. BNG centimetres."""

    roads: tuple[tuple[str, tuple[Position, ...]], ...] = ()
    sensitive: tuple[tuple[str, str, Position], ...] = ()


def surroundings(shown: Frozen) -> Surroundings:
    """Roads near the zone, and where the sensitive places of the application are.

    A place whose row has since become another one, by its name, is left out.
    """
    zone, named = shown.draft.place.zone, shown.draft.sensitive_places.places
    if not zone:
        return Surroundings()
    rows = Place.objects.in_bulk([one.place.id for one in named])
    return Surroundings(
        roads=tuple(
            (road.name, tuple(road.line))
            for road in facts.roads_near(zone, facts.terms_of(shown.profile))
        ),
        sensitive=tuple(
            (one.place.name, one.kind, (row.easting, row.northing))
            for one in named
            if (row := rows.get(one.place.id)) is not None and row.name == one.place.name
        ),
    )
