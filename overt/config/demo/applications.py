"""The application of one case: all eleven tasks, as a planner would fill them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import shapely

from overt.accounts.models import User
from overt.deployments.application import tasks
from overt.deployments.models import System, Team
from overt.deployments.papers.grid_reference import grid_reference
from overt.deployments.place.signs import propose
from overt.deployments.selectors.facts import roads_near, sensitive_places, terms_of
from overt.hotspots.areas.boundary import to_shapely
from overt.hotspots.models import Analysis, Area
from overt.hotspots.models.areas import AreaKind
from overt.policy.document import Profile

from .cases import Case

# Half the sides of a zone and of the footprint of its cameras, in centimetres.
_ZONE = (70_00, 45_00)
_FOOTPRINT = (20_00, 12_00)
_SETUP = timedelta(hours=1)


@dataclass(frozen=True)
class Ground:
    """What the applications rest on: a borough and its analysis; a place is a spot in it."""

    area: Area
    analysis: Analysis
    profile: Profile


def fill_in(
    case: Case,
    *,
    ground: Ground,
    spot: tasks.Position,
    starts_at: datetime,
    ends_at: datetime,
    people: Mapping[str, User],
) -> tasks.Draft:
    """Every task, complete but for the signature of a statement. `people` are by username; `spot`
    is the middle of the zone (BNG cm)."""
    zone = _rectangle(spot, _ZONE)
    ward = _ward(spot)
    began = starts_at.date() - timedelta(days=case.made)
    return tasks.Draft(
        use_case=tasks.UseCase(
            use_case="event_pso" if case.is_event else "crime_hotspot", reason=case.why
        ),
        place=_place(case, ground, spot, zone, ward),
        time=tasks.Time(
            setup_at=starts_at - _SETUP,
            starts_at=starts_at,
            ends_at=ends_at,
            takedown_at=ends_at + _SETUP,
        ),
        watchlist=watchlist_of(case),
        necessity=_necessity(case),
        assessments=_assessments(case, ground.profile, began),
        sensitive_places=tasks.SensitivePlaces(
            zone=zone,
            distance_m=ground.profile.place.sensitive_distance_m.value,
            places=tuple(
                tasks.Mitigation(
                    place=tasks.Named(id=found.id, name=found.name),
                    kind=found.kind,
                    distance_m=found.distance_m,
                    mitigation="The cameras face away from it, and an engagement officer stands "
                    "at its entrance.",
                )
                for found in sensitive_places(zone, ground.profile)
            ),
        ),
        community=tasks.Community(
            council_stance="The council took note in its last meeting and asked for a report.",
            consultations=(
                tasks.Consultation(
                    dated=began.isoformat(),
                    with_whom="Independent advisory group",
                    outcome="Asked that officers explain the signs to whoever stops to read them. "
                    "The engagement officers are briefed to do so.",
                ),
                tasks.Consultation(
                    dated=began.isoformat(),
                    with_whom=f"Ward councillors, {ward}",
                    outcome="Told of time and place. No objection.",
                ),
            ),
        ),
        resources=_resources(case, people),
        signs=_signs(zone, ground.profile),
        notice=tasks.Notice(
            text="Police will use live facial recognition to find people who are wanted for "
            "violence or robbery. Signs stand on every way in. You need not pass."
        ),
    )


def _rectangle(middle: tasks.Position, half: tuple[int, int]) -> tasks.Ring:
    """Closed, anticlockwise from its south-west corner."""
    (east, north), (wide, high) = middle, half
    corners = tuple(
        (east + x * wide, north + y * high) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    )
    return (*corners, corners[0])


def _ward(spot: tasks.Position) -> str:
    wards = Area.objects.filter(
        kind=AreaKind.WARD,
        is_current=True,
        west__lte=spot[0],
        east__gte=spot[0],
        south__lte=spot[1],
        north__gte=spot[1],
    ).order_by("name")
    point = shapely.Point(spot)
    inside = (ward.name for ward in wards if to_shapely(ward.boundary).covers(point))
    return next(inside, "the town centre")


def _place(
    case: Case, ground: Ground, spot: tasks.Position, zone: tasks.Ring, ward: str
) -> tasks.Place:
    east, north = spot
    place = tasks.Place(
        borough=tasks.Named(id=ground.area.pk, name=ground.area.name),
        description=f"The pavement and the open space round {grid_reference(*spot)} in {ward}, "
        "about 140 m by 90 m. The van stands in the middle.",
        public_place=f"{ward}, {ground.area.name}",
        zone=zone,
        footprint=_rectangle(spot, _FOOTPRINT),
        cameras=(
            tasks.Camera(label="C1", position=(east - 15_00, north)),
            tasks.Camera(label="C2", position=(east + 15_00, north)),
        ),
        basis="hotspot",
        analysis=tasks.Named(id=ground.analysis.pk, name=f"{ground.area.name} hotspots"),
        analysis_digest=ground.analysis.digest,
    )
    if not case.is_event:
        return place
    return place.model_copy(
        update={
            "basis": "statement",
            "analysis": None,
            "analysis_digest": "",
            "statement": "I policed this fair in each of the last two years. People whom the "
            "courts seek came both times, and left by this end of the fair.",
        }
    )


def watchlist_of(case: Case) -> tasks.Watchlist:
    """What the case asks for, and its system runs."""
    return tasks.Watchlist(
        categories=(
            tasks.Category(name="Wanted on warrant", count=6_400),
            tasks.Category(name="Wanted for arrest, violence or robbery", count=2_150),
            tasks.Category(name="Subject to court conditions", count=480),
        ),
        under_18=0 if case.is_event else 12,
        under_18_reason=""
        if case.is_event
        else "Each is wanted for robbery with a weapon, and an inspector agreed to each.",
        criteria="Wanted by a court, or for an offence that carries five years or more and was "
        "committed in this borough or next to it.",
        image_source="Custody images, lawfully held and reviewed within the last six years.",
        review="The intelligence unit goes through the list on the morning of the day and takes "
        "out whoever is no longer sought.",
        threshold="0.64",
    )


def _necessity(case: Case) -> tasks.Necessity:
    return tasks.Necessity(
        aim="Find and arrest people who are sought for violence or robbery.",
        alternatives=(
            tasks.Alternative(
                measure="More officers on foot",
                why_not="Tried for six weeks: officers cannot remember 9,000 faces, and knew four.",
            ),
            tasks.Alternative(
                measure="Visits to last known addresses",
                why_not="Made for all of the 480 under court conditions; 310 were not met.",
            ),
        ),
        who_where="A third of those sought for robbery were last stopped or charged within 500 m. "
        + case.why,
        expected_intrusion="About 12,000 people pass in these hours. Faces that match nobody are "
        "deleted at once; about one false alert is expected.",
        proportionality="The offences are serious, the time and the zone are as small as the aim "
        "allows, and the signs leave everyone a way round.",
    )


def _assessments(case: Case, profile: Profile, began: date) -> tasks.Assessments:
    # Nobody has these documents; the hash is that of their invented names.
    return tasks.Assessments(
        assessments=tuple(
            tasks.Assessment(
                kind=kind,
                reference=f"LFR-A{number}",
                version="1.0",
                dated=(began - timedelta(days=10)).isoformat(),
                sha256=sha256(f"{kind}, {case.title}".encode()).hexdigest(),
            )
            for number, kind in enumerate(profile.authorising.assessments.value, start=1)
        )
    )


def _resources(case: Case, people: Mapping[str, User]) -> tasks.Resources:
    system, team = System.objects.get(name=case.van), Team.objects.get(name=case.team)

    def named(username: str) -> tasks.Named:
        person = people[username]
        return tasks.Named(id=person.pk, name=person.shown_name)

    return tasks.Resources(
        system=tasks.Named(id=system.pk, name=system.name),
        team=tasks.Named(id=team.pk, name=team.name),
        vehicle=f"{case.van}, marked",
        gold=named("gold"),
        silver=named("silver"),
        bronze=named("bronze"),
        operators=(named("operator"), named("operator2")),
        engagement=(named("engagement"),),
    )


def _signs(zone: tasks.Ring, profile: Profile) -> tasks.Signs:
    terms = terms_of(profile)
    found = propose(zone, roads_near(zone, terms), terms)
    return tasks.Signs(
        zone=zone,
        signs=tuple(
            tasks.SignPoint(code=f"S{number}", position=position, description="On a lamp post")
            for number, position in enumerate(found, start=1)
        ),
    )
