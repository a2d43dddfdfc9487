"""What the database and the maps say about a draft."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from overt.accounts import roles
from overt.accounts.models import User
from overt.deployments.application.completeness import Facts
from overt.deployments.application.tasks import Draft
from overt.deployments.models import System, Team
from overt.deployments.place import checks, hotspot_link, sensitive, signs
from overt.deployments.place.reading import Ring
from overt.deployments.place.sensitive import Found
from overt.hotspots.models import Analysis, Area, Place
from overt.hotspots.selectors import analyses
from overt.hotspots.selectors.roads import roads_in
from overt.policy.document import Profile


@dataclass(frozen=True)
class Gathered:
    """`facts` for completeness; `hotspot`, what the pinned analysis says, for the document."""

    facts: Facts
    hotspot: dict[str, Any] | None


def gather(draft: Draft, *, profile: Profile) -> Gathered:
    """Look at zone, analysis, signs, people, system and team as they are now."""
    place, zone = draft.place, draft.place.zone
    sound = bool(zone) and not checks.shape_fault(zone)
    analysis = _analysis(draft)
    hotspot = None
    if analysis is not None and sound:
        hotspot = hotspot_link.link(zone, analyses.record_of(analysis))
    finished = analysis.finished_at if analysis is not None else None
    facts = Facts(
        zone_faults=_zone_faults(draft, profile) if zone else (),
        hotspot_touched=bool(hotspot["touched"]) if hotspot is not None else None,
        analysis_day=timezone.localtime(finished).date() if finished else None,
        uncovered=ways_past_the_signs(draft, profile) if sound and draft.signs.signs else (),
        inactive=tuple(_inactive(draft)),
    )
    return Gathered(facts, hotspot if place.basis in ("hotspot", "access_route") else None)


def terms_of(profile: Profile) -> signs.Terms:
    """The profile's figures for signs."""
    return signs.Terms(profile.signs.spacing_m.value, profile.signs.distance_m.value)


def ways_past_the_signs(draft: Draft, profile: Profile) -> tuple[str, ...]:
    """Ways into the zone that pass no sign, and signs that stand too near, in words."""
    terms, zone = terms_of(profile), draft.place.zone
    positions = [point.position for point in draft.signs.signs]
    ways = signs.uncovered(zone, positions, roads_near(zone, terms), terms)
    near = signs.too_near(
        zone, [(point.code, point.position) for point in draft.signs.signs], terms
    )
    return (*(f"no sign {way.words}" for way in ways), *near)


def roads_near(zone: Ring, terms: signs.Terms) -> list[signs.Road]:
    """The imported roads that could bring someone into the zone."""
    beyond = terms.distance_m + terms.spacing_m
    return [
        signs.Road(road.name, road.positions) for road in roads_in(*sensitive.around(zone, beyond))
    ]


def sensitive_places(zone: Ring, profile: Profile) -> list[Found]:
    """Places of the profile's kinds within its distance of the zone, nearest first."""
    within = profile.place.sensitive_distance_m.value
    west, south, east, north = sensitive.around(zone, within)
    rows = Place.objects.filter(
        easting__range=(west, east), northing__range=(south, north)
    ).values_list("pk", "name", "kind", "easting", "northing")
    return sensitive.near(
        zone,
        [(pk, name, kind, (easting, northing)) for pk, name, kind, easting, northing in rows],
        within_m=within,
        kinds=profile.place.sensitive_kinds.value,
    )


def _analysis(draft: Draft) -> Analysis | None:
    """The pinned analysis, if it is still the record that was pinned."""
    pinned = draft.place.analysis
    if pinned is None:
        return None
    return Analysis.objects.filter(
        pk=pinned.id, state="done", digest=draft.place.analysis_digest
    ).first()


def _zone_faults(draft: Draft, profile: Profile) -> tuple[str, ...]:
    borough = draft.place.borough
    area = Area.objects.filter(pk=borough.id).first() if borough is not None else None
    faults = checks.zone_faults(
        draft.place.zone,
        boundary_json=area.boundary if area is not None else None,
        borough=borough.name if borough is not None else "",
        max_width_m=profile.place.zone_max_width_m.value,
    )
    cameras = [(camera.label, camera.position) for camera in draft.place.cameras]
    return (*faults, *checks.camera_faults(draft.place.footprint, cameras))


def _inactive(draft: Draft) -> Iterator[str]:
    """Who or what was chosen and cannot take part any more."""
    resources = draft.resources
    system, team = resources.system, resources.team
    if system and not System.objects.filter(pk=system.id, is_active=True).exists():
        yield f"{system.name} is out of use: choose another system"
    if team and not Team.objects.filter(pk=team.id, is_active=True).exists():
        yield f"{team.name} is out of use: choose another team"
    people = resources.people
    active = set(
        User.objects.filter(pk__in=list(people), is_active=True).values_list("pk", flat=True)
    )
    for pk, person in people.items():
        if pk not in active:
            yield f"{person.name} has no account in use: name someone else"
    operators = {one.id: one.name for one in resources.operators if one.id in active}
    trained = set(
        User.objects.filter(pk__in=list(operators), groups__name=roles.OPERATOR).values_list(
            "pk", flat=True
        )
    )
    for pk, name in operators.items():
        if pk not in trained:
            yield f"{name} is no operator: name someone who is"
