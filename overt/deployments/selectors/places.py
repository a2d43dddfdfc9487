"""What a planner is shown of the zone, and offered for it: its measures, rows to fill in, signs."""

import math
from dataclasses import dataclass, replace

import shapely

from overt.deployments.application.tasks import (
    Draft,
    Mitigation,
    Named,
    Place,
    Ring,
    SignPoint,
    Signs,
)
from overt.deployments.place import checks, signs
from overt.deployments.selectors import facts
from overt.hotspots.areas import boundary
from overt.hotspots.models import Area
from overt.policy.document import Profile
from overt.policy.values import Sourced


@dataclass(frozen=True)
class ZoneFacts:
    """The measures of a zone beside the widest that the policy allows.

    `is_inside` is None while no borough is chosen.
    """

    area_m2: int
    width_m: int
    widest: Sourced[int]
    is_inside: bool | None


def zone_facts(place: Place, profile: Profile) -> ZoneFacts | None:
    """The measures of the zone; None where there is no zone, or it has no shape."""
    if not has_shape(place.zone):
        return None
    widest = profile.place.zone_max_width_m
    area = Area.objects.filter(pk=place.borough.id).first() if place.borough else None
    inside = None
    if area is not None:
        inside = boundary.to_shapely(area.boundary).covers(shapely.Polygon(place.zone))
    return ZoneFacts(
        area_m2=checks.area_m2(place.zone),
        # Up: a zone is never wider than shown.
        width_m=math.ceil(checks.width_cm(place.zone) / 100),
        widest=widest,
        is_inside=inside,
    )


def has_shape(zone: Ring) -> bool:
    """Whether there is a zone, and one that has an inside and an outside."""
    return bool(zone) and not checks.shape_fault(zone)


def sensitive_places(zone: Ring, profile: Profile) -> list[Mitigation]:
    """The places round the zone as rows of the application, with nothing said of them yet."""
    return [
        Mitigation(
            place=Named(id=one.id, name=one.name),
            kind=one.kind,
            distance_m=one.distance_m,
        )
        for one in facts.sensitive_places(zone, profile)
    ]


def propose(zone: Ring, profile: Profile, *, by_roads: bool) -> tuple[SignPoint, ...]:
    """Signs where roads come in, or evenly round the zone; evenly too where no road is known."""
    terms = facts.terms_of(profile)
    found = signs.propose(zone, facts.roads_near(zone, terms) if by_roads else [], terms)
    return tuple(
        SignPoint(code=f"S{number}", position=position)
        for number, position in enumerate(found, start=1)
    )


def planned(draft: Draft, profile: Profile, points: tuple[SignPoint, ...], reason: str) -> Signs:
    """The task "signs" with these signs round the zone as it is, and the ways in that they miss."""
    wanted = Signs(zone=draft.place.zone, signs=points, uncovered_reason=reason)
    if not points or not has_shape(draft.place.zone):
        return wanted
    missed = facts.ways_past_the_signs(replace(draft, signs=wanted), profile)
    return wanted.model_copy(update={"uncovered": tuple(line[:200] for line in missed)})
