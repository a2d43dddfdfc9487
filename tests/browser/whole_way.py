"""A deployment from its first page until it is ready, by several people, whatever they work with.

What they write into the pages is in `answers`. Where the zone lies and how it is given is the
caller's: `place`, called on the page of that task, ends on a page from which it can be left.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import expect

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Deployment, Sign, System, Team
from overt.hotspots.models import Analysis
from overt.hotspots.services import analyses
from overt.policy import profiles
from tests.browser.hands import Hand
from tests.deployments import making

LONDON = ZoneInfo("Europe/London")


def day(name: str, at: datetime) -> dict[str, str]:
    """The three boxes of a day."""
    return {
        f"{name}_day": f"{at.day}",
        f"{name}_month": f"{at.month}",
        f"{name}_year": f"{at.year}",
    }


def moment(name: str, at: datetime) -> dict[str, str]:
    return day(name, at) | {f"{name}_time": f"{at:%H:%M}"}


def answers(cast: making.People, now: datetime) -> Mapping[str, Mapping[str, object]]:
    """By the slug of the task: what stands in each box, list or set of buttons, by its name."""
    start = (now.astimezone(LONDON) + timedelta(days=14)).replace(hour=11, minute=0)
    hours = timedelta(hours=1)
    area = making.borough()
    system, _ = System.objects.get_or_create(name="Van 1")
    team, _ = Team.objects.get_or_create(name="Blue team")
    kinds = profiles.load().authorising.assessments.value
    assessments: dict[str, object] = {}
    for number in range(len(kinds)):
        name = f"a{number}"
        assessments |= {
            f"{name}_reference": f"A-{number}",
            f"{name}_version": "1.2",
            f"{name}_sha256": f"{number + 1:064x}",
        } | day(f"{name}_dated", now - 20 * 24 * hours)
    gold, silver, bronze, speaker = (
        str(making.account(name).pk) for name in ("gold", "silver", "bronze", "eng")
    )
    return {
        "use-case": {"use_case": "crime_hotspot", "reason": "Violence is frequent here."},
        "place": {
            "borough": str(area.pk),
            "description": "The square before the station.",
            "public_place": "Sample borough, near the station",
        },
        "time": moment("setup_at", start - hours)
        | moment("starts_at", start)
        | moment("ends_at", start + 5 * hours)
        | moment("takedown_at", start + 6 * hours)
        | {"long_reason": "The event lasts all day."},
        "watchlist": {
            "categories-0-name": "Wanted on warrant",
            "categories-0-count": "8000",
            "criteria": "Wanted for offences that carry five years or more.",
            "under_18": "0",
            "image_source": "Custody images, lawfully held.",
            "review": "The intelligence unit reads the list on the morning of the day.",
            "threshold": "0.64",
        },
        "necessity": {
            "aim": "Find people who are wanted for violence.",
            "who_where": "Those on the list were last seen around this event.",
            "expected_intrusion": "About 20,000 people pass in five hours.",
            "alternatives-0-measure": "More officers on foot",
            "alternatives-0-why_not": "They cannot know 8,000 faces.",
            "proportionality": "The event drew serious violence in each of the last years.",
        },
        "assessments": assessments,
        "sensitive-places": {},
        "community": {
            "council_stance": "Nothing on record.",
            "consultations-0-with_whom": "Independent advisory group",
            "consultations-0-outcome": "Asked for signs at the tram stop; planned.",
        }
        | day("consultations-0-dated", now - 10 * 24 * hours),
        "resources": {
            "system": str(system.pk),
            "team": str(team.pk),
            "vehicle": "Marked van",
            "gold": gold,
            "silver": silver,
            "bronze": bronze,
            "operators": str(cast.operator.pk),
            "engagement": speaker,
        },
        "signs": {"uncovered_reason": "Each side of the square has a sign on its way in."},
        "notice": {"text": "Police will use live facial recognition near the station."},
    }


def analyse(hand: Hand, analyst: User) -> tuple[Analysis, str]:
    """An analysis of the borough, and the centre of a hot hexagon as its page gives it."""
    hand.sit_down(analyst)
    hand.part("Analyses")
    hand.button("New analysis")
    hand.fill({"area": str(making.borough().pk)})
    hand.button("Run the analysis")
    asked = Analysis.objects.get()
    analyses.run(analysis_id=asked.pk, actor=Actor.of_command("worker"), clock=timezone.now)
    # The page asks for itself until there is an answer.
    hand.page.wait_for_selector(".overt-map[data-drawn]")
    hand.look()
    hand.button("Publish this analysis")
    hot = hand.page.locator("tr[data-cell]").filter(has_text="hot").get_by_role("link").first
    hand.press(hot)
    centre = hand.page.get_by_role("heading", level=1).inner_text().removeprefix("Cell ")
    asked.refresh_from_db()
    return asked, centre


def go(hand: Hand, cast: making.People, place: Callable[[Mapping[str, object]], None]) -> None:
    """From the first page of an application until the deployment is ready."""
    deployment = start(hand, cast)
    apply(hand, cast, place)
    assert state_of(deployment) == states.SUBMITTED
    decide(hand, cast, deployment)
    put_up_signs(hand, cast, deployment)
    announce(hand, cast, deployment)

    hand.sit_down(cast.operator)
    open_deployment(hand, deployment)
    hand.button("Make ready")
    hand.button("It is ready")
    assert state_of(deployment) == states.READY


def start(hand: Hand, cast: making.People) -> Deployment:
    hand.sit_down(cast.planner)
    hand.part("Deployments")
    hand.button("Start an application")
    hand.fill({"title": "Winter market"})
    hand.button("Start")
    return Deployment.objects.get()


def apply(hand: Hand, cast: making.People, place: Callable[[Mapping[str, object]], None]) -> None:
    """All eleven tasks, in their order, and the submission."""
    given = answers(cast, timezone.now())
    hand.link(re.compile("^1. "))
    for task in tasks.TASKS:
        expect(hand.page.get_by_role("heading", level=1)).to_contain_text(task.title)
        if task.name == "place":
            place(given[task.slug])
        elif task.name == "sensitive_places":
            hand.button("Search")
            for box in hand.page.locator('main textarea[name^="place_"]').all():
                hand.write(box, "No camera points at it.")
        elif task.name == "signs":
            hand.button("Propose evenly")
        hand.fill({} if task.name == "place" else given[task.slug])
        hand.button("Save and continue")
    expect(hand.page.get_by_text("missing before it can be submitted")).to_have_count(0)
    hand.button("Submit version 1")


def decide(hand: Hand, cast: making.People, deployment: Deployment) -> None:
    """Review and authority, each from the list of what waits."""
    hand.sit_down(cast.legal)
    hand.part("To decide")
    hand.link(f"Review {deployment.reference}")
    hand.fill({"outcome": "given", "reason": "Necessary and proportionate."})
    hand.button("Record the review")
    assert state_of(deployment) == states.REVIEWED

    hand.sit_down(cast.officer)
    hand.part("To decide")
    hand.link(f"Decide {deployment.reference}")
    hand.fill({"outcome": "given"})
    for box in hand.page.locator('[name="acknowledged"]').all():
        hand.tick(box)
    hand.fill({"reason": "Necessary; nothing less will do."})
    hand.button("Record the decision")
    assert state_of(deployment) == states.AUTHORISED


def put_up_signs(hand: Hand, cast: making.People, deployment: Deployment) -> None:
    """Every sign, by an officer whose browser does not say where they are."""
    hand.sit_down(cast.operator)
    open_deployment(hand, deployment)
    hand.link("All signs")
    for sign in Sign.objects.filter(deployment=deployment).order_by("pk"):
        hand.link(f"Check sign {sign.code}")
        hand.fill({"note": "On the lamp post."})
        hand.button("Placed here")
        expect(hand.page.locator(".govuk-notification-banner__heading")).to_contain_text(
            "as placed"
        )
        hand.link("All signs")


def announce(hand: Hand, cast: making.People, deployment: Deployment) -> None:
    hand.sit_down(cast.planner)
    open_deployment(hand, deployment)
    hand.button("Preview and publish")
    hand.button("Publish notice 1")


def open_deployment(hand: Hand, deployment: Deployment) -> None:
    hand.part("Deployments")
    hand.link(deployment.reference)


def state_of(deployment: Deployment) -> str:
    return Deployment.objects.get(pk=deployment.pk).state
