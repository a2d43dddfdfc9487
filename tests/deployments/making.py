"""Deployments for tests, made by the services themselves: people, a complete draft, any state."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.models import Rank, User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import (
    CheckKind,
    Deployment,
    Notice,
    Sign,
    SignCheck,
    System,
    Team,
)
from overt.deployments.services import deciding, drafts, lifecycle, notices, submitting
from overt.hotspots.models import Area, Road
from overt.policy import profiles
from tests.hotspots import records

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)
PROGRAM = Actor(label="command:test:runner", is_command=True)


@dataclass(frozen=True)
class People:
    """One account for each part in a deployment."""

    planner: User
    legal: User
    officer: User
    inspector: User
    operator: User
    auditor: User


def account(username: str, *held: str, rank: Rank = Rank.STAFF) -> User:
    """An account in use, with these roles; the same one when it is there already."""
    user, _ = User.objects.get_or_create(
        username=username, defaults={"first_name": username.title(), "rank": rank}
    )
    user.groups.set(Group.objects.filter(name__in=held))
    return user


def people() -> People:
    return People(
        planner=account("pat", roles.PLANNER, rank=Rank.SERGEANT),
        legal=account("lee", roles.LEGAL),
        officer=account("sam", roles.AUTHORISING_OFFICER, rank=Rank.SUPERINTENDENT),
        inspector=account("ina", roles.AUTHORISING_OFFICER, rank=Rank.INSPECTOR),
        operator=account("oli", roles.OPERATOR, rank=Rank.CONSTABLE),
        auditor=account("aud", roles.AUDITOR),
    )


def actor(user: User) -> Actor:
    return Actor.of_user(User.objects.get(pk=user.pk))


def borough() -> Area:
    """The square borough of `tests.hotspots.records`."""
    boundary = records.boundary()
    ring = boundary[0][0]
    area, _ = Area.objects.get_or_create(
        kind="borough",
        name="Sample borough",
        defaults={
            "boundary": records.canonical(boundary),
            "boundary_sha256": "d" * 64,
            "west": min(e for e, _ in ring),
            "south": min(n for _, n in ring),
            "east": max(e for e, _ in ring),
            "north": max(n for _, n in ring),
            "source_name": "sample.geojson",
            "source_sha256": "a" * 64,
            "imported_at": NOW,
        },
    )
    return area


def square(easting: int, northing: int, side: int = 100_00) -> tasks.Ring:
    """A closed ring, BNG cm, anticlockwise from its south-west corner."""
    east, north = easting + side, northing + side
    return (
        (easting, northing),
        (east, northing),
        (east, north),
        (easting, north),
        (easting, northing),
    )


def zone_inside(area: Area, side: int = 100_00) -> tasks.Ring:
    return square((area.west + area.east) // 2, (area.south + area.north) // 2, side)


def road(name: str, *line: tuple[int, int]) -> Road:
    """An imported road along these positions, BNG cm."""
    eastings, northings = zip(*line, strict=True)
    return Road.objects.create(
        name=name,
        line=json.dumps(line),
        west=min(eastings),
        south=min(northings),
        east=max(eastings),
        north=max(northings),
    )


def named(row: Any) -> tasks.Named:
    return tasks.Named(id=row.pk, name=getattr(row, "shown_name", None) or str(row))


def complete_draft(
    cast: People,
    *,
    start: datetime = START,
    hours: int = 5,
    system: System | None = None,
    team: Team | None = None,
    zone: tasks.Ring | None = None,
) -> tasks.Draft:
    """A draft that lacks nothing under both policy profiles, resting on a signed statement."""
    area = borough()
    zone = zone or zone_inside(area)
    profile = profiles.load()
    system = system or System.objects.get_or_create(name="Van 1")[0]
    team = team or Team.objects.get_or_create(name="Blue team")[0]
    east, north = zone[1][0], zone[2][1]
    west, south = zone[0]
    gap = 30_00
    corners = [
        (west - gap, south - gap),
        ((west + east) // 2, south - gap),
        (east + gap, south - gap),
        (east + gap, (south + north) // 2),
        (east + gap, north + gap),
        ((west + east) // 2, north + gap),
        (west - gap, north + gap),
        (west - gap, (south + north) // 2),
    ]
    end = start + timedelta(hours=hours)
    return tasks.Draft(
        use_case=tasks.UseCase(use_case="event_pso", reason="A large public event."),
        place=tasks.Place(
            borough=named(area),
            description="The square before the station.",
            public_place="Sample borough, near the station",
            zone=zone,
            basis="statement",
            statement="Officers who policed the event last year saw wanted people come here.",
            statement_by=named(cast.planner),
            statement_at=NOW,
        ),
        time=tasks.Time(
            setup_at=start - timedelta(hours=1),
            starts_at=start,
            ends_at=end,
            takedown_at=end + timedelta(hours=1),
            long_reason="The event lasts all day.",
        ),
        watchlist=tasks.Watchlist(
            categories=(
                tasks.Category(name="Wanted on warrant", count=8_000),
                tasks.Category(name="Subject to court conditions", count=500),
            ),
            under_18=0,
            criteria="Wanted for offences that carry five years or more.",
            image_source="Custody images, lawfully held.",
            review="The intelligence unit reads the list on the morning of the day.",
            threshold="0.64",
        ),
        necessity=tasks.Necessity(
            aim="Find people who are wanted for violence.",
            alternatives=(
                tasks.Alternative(
                    measure="More officers on foot", why_not="They cannot know 8,500 faces."
                ),
            ),
            who_where="Those on the list were last seen around this event.",
            expected_intrusion="About 20,000 people pass in five hours.",
            proportionality="The event drew serious violence in each of the last three years.",
        ),
        assessments=tasks.Assessments(
            assessments=tuple(
                tasks.Assessment(
                    kind=kind,
                    reference=f"A-{number}",
                    version="1.2",
                    dated="2026-11-02",
                    sha256=f"{number:064x}",
                )
                for number, kind in enumerate(profile.authorising.assessments.value, start=1)
            )
        ),
        sensitive_places=tasks.SensitivePlaces(
            zone=zone, distance_m=profile.place.sensitive_distance_m.value
        ),
        community=tasks.Community(
            council_stance="Nothing on record.",
            objection_addressed="",
            consultations=(
                tasks.Consultation(
                    dated="2026-11-10",
                    with_whom="Independent advisory group",
                    outcome="Asked for signs at the tram stop; planned.",
                ),
            ),
        ),
        resources=tasks.Resources(
            system=named(system),
            team=named(team),
            vehicle="Marked van",
            gold=named(account("gold", rank=Rank.COMMANDER)),
            silver=named(account("silver", rank=Rank.CHIEF_INSPECTOR)),
            bronze=named(account("bronze", rank=Rank.INSPECTOR)),
            operators=(named(cast.operator),),
            engagement=(named(account("eng", rank=Rank.CONSTABLE)),),
        ),
        signs=tasks.Signs(
            zone=zone,
            signs=tuple(
                tasks.SignPoint(code=f"S{number}", position=corner, description="On a lamp post")
                for number, corner in enumerate(corners, start=1)
            ),
            uncovered_reason="Each side of the square has a sign on its way in.",
        ),
        notice=tasks.Notice(text="Police will use live facial recognition near the station."),
    )


def assessments(cast: People, at: datetime) -> tasks.Assessments:
    """Those of `complete_draft`, dated `at`, for deployments of another time."""
    complete = complete_draft(cast).assessments
    dated = at.date().isoformat()
    return complete.model_copy(
        update={
            "assessments": tuple(
                one.model_copy(update={"dated": dated}) for one in complete.assessments
            )
        }
    )


def store(draft: tasks.Draft) -> dict[str, Any]:
    """As `Deployment.draft` holds it."""
    return {task.name: getattr(draft, task.name).stored() for task in tasks.TASKS}


def draft(
    cast: People | None = None,
    *,
    title: str = "Winter market",
    now: datetime = NOW,
    **changes: Any,
) -> Deployment:
    """A complete draft. `changes` go to `complete_draft`, or replace whole tasks by name."""
    cast = cast or people()
    whole = {name: changes.pop(name) for name in list(changes) if name in tasks.BY_NAME}
    wanted = replace(complete_draft(cast, **changes), **whole)
    made = drafts.create(title=title, actor=actor(cast.planner), now=now)
    for task in tasks.TASKS:
        made = drafts.save_task(
            deployment=made,
            task=task.name,
            data=getattr(wanted, task.name),
            seen_revision=made.revision,
            actor=actor(cast.planner),
            now=now,
        )
    return made


def digest(deployment: Deployment) -> str:
    """Of the current version, as a page would show it."""
    version = Deployment.objects.select_related("current_version").get(pk=deployment.pk)
    assert version.current_version is not None
    return version.current_version.digest


def place_signs(
    deployment: Deployment, person: User, now: datetime, *, kind: CheckKind = CheckKind.PLACED
) -> None:
    """Every planned sign seen in its place."""
    for sign in Sign.objects.filter(deployment=deployment, retired_at__isnull=True):
        SignCheck.objects.create(sign=sign, kind=kind, person=person, at=now, distance_m=2)


def recheck_signs(deployment: Deployment, person: User, now: datetime) -> None:
    """Every planned sign seen again, as the policy asks between set-up and end."""
    place_signs(deployment, person, now, kind=CheckKind.RECHECKED)


def announce(deployment: Deployment, person: User, now: datetime) -> Notice:
    """The notice of the current version, published at `now`."""
    return notices.publish(
        deployment=deployment, seen_digest=digest(deployment), actor=actor(person), now=now
    )


THREAT = tasks.Notice(
    text="Police will use live facial recognition near the station.",
    exception_reason="An attack is believed to be imminent.",
)


def ready_without_notice(cast: People | None = None, **changes: Any) -> Deployment:
    """One that is ready, its notice left out under a critical threat."""
    cast = cast or people()
    made = deployment_in(states.AUTHORISED, cast, notice=THREAT, **changes)
    place_signs(made, cast.operator, made.state_at)
    return lifecycle.make_ready(
        deployment=made, seen_digest=digest(made), actor=actor(cast.operator), now=made.state_at
    )


def live_without_notice(cast: People | None = None, **changes: Any) -> Deployment:
    """One that is live, its notice left out under a critical threat."""
    cast = cast or people()
    made = ready_without_notice(cast, **changes)
    starts = made.starts_at
    assert starts
    recheck_signs(made, cast.operator, starts)
    lifecycle.start(deployment=made, actor=PROGRAM, now=starts)
    return Deployment.objects.get(pk=made.pk)


def deployment_in(
    state: str, cast: People | None = None, *, now: datetime = NOW, **changes: Any
) -> Deployment:
    """A deployment that came to `state` by the services, a minute for each step."""
    cast = cast or people()
    made = draft(cast, now=now, **changes)
    planner, officer = actor(cast.planner), actor(cast.officer)
    clock = iter(now + timedelta(minutes=minute) for minute in range(1, 60))

    def fresh() -> Deployment:
        return Deployment.objects.get(pk=made.pk)

    if state == states.DRAFT:
        return fresh()
    if state == states.CANCELLED:
        drafts.cancel(deployment=made, reason="Not needed.", actor=planner, now=next(clock))
        return fresh()
    submitting.submit(deployment=made, seen_revision=made.revision, actor=planner, now=next(clock))
    seen = digest(made)
    if state == states.SUBMITTED:
        return fresh()
    if state == states.EXPIRED:
        assert made.takedown_at
        lifecycle.expire(deployment=made, actor=PROGRAM, now=made.takedown_at)
        return fresh()
    deciding.review(
        deployment=made,
        seen_digest=seen,
        supported=state != states.REFUSED,
        reason="Necessary and proportionate.",
        actor=actor(cast.legal),
        now=next(clock),
    )
    if state in (states.REVIEWED, states.REFUSED):
        return fresh()
    deciding.authorise(
        deployment=made,
        seen_digest=seen,
        given=True,
        reason="Necessary; nothing less will do.",
        conditions="Stop at once if the crowd grows dense.",
        actor=officer,
        now=next(clock),
    )
    if state == states.AUTHORISED:
        return fresh()
    if state == states.WITHDRAWN:
        deciding.withdraw(
            deployment=made,
            seen_digest=seen,
            reason="The threat has passed.",
            actor=officer,
            now=next(clock),
        )
        return fresh()
    at = next(clock)
    place_signs(made, cast.operator, at)
    announce(made, cast.planner, at)
    lifecycle.make_ready(
        deployment=made, seen_digest=seen, actor=actor(cast.operator), now=next(clock)
    )
    if state == states.READY:
        return fresh()
    starts, ends = fresh().starts_at, fresh().ends_at
    assert starts and ends
    recheck_signs(made, cast.operator, starts)
    lifecycle.start(deployment=made, actor=PROGRAM, now=starts)
    if state == states.LIVE:
        return fresh()
    lifecycle.end(deployment=made, reason="", actor=PROGRAM, now=ends)
    if state == states.ENDED:
        return fresh()
    lifecycle.account(deployment=made, actor=PROGRAM, now=ends + timedelta(days=1))
    return fresh()
