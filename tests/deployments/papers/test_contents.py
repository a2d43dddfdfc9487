"""What each paper says."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Deployment, Notice
from overt.deployments.papers import contents
from overt.deployments.selectors.frozen import frozen
from overt.deployments.selectors.standing import standing
from overt.deployments.selectors.surroundings import Surroundings, surroundings
from overt.deployments.services import deciding
from overt.hotspots.models import Place
from tests.deployments import making

LATER = making.NOW + timedelta(hours=5)
EVIL = "<script>alert(1)</script>"


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").body.get_text(" ").split())


def paper(name: str, deployment: Deployment, notice: Notice | None = None) -> str:
    version = deployment.current_version
    assert version is not None
    shown, held = frozen(version), standing(deployment, version)
    if name == "application":
        return contents.application(shown)
    if name == "authority":
        return contents.authority(shown, held, now=LATER)
    return contents.briefing(shown, held, around=surroundings(shown), notice=notice, now=LATER)


def test_the_application_says_all_that_was_submitted(cast: making.People) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    page = words(paper("application", deployment))
    version = deployment.current_version
    assert version is not None

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for one in value.values() for text in texts(one)]
        if isinstance(value, list):
            return [text for one in value for text in texts(one)]
        return [value] if isinstance(value, str) else []

    said = [
        text
        for name, task in json.loads(version.document)["tasks"].items()
        for text in texts(task)
        if " " in text
    ]
    assert len(said) > 15
    assert [text for text in said if " ".join(text.split()) not in page] == []
    assert version.digest in page
    assert "Lowest rank of an authorising officer" in page


def test_the_application_is_the_same_whenever_it_is_made(cast: making.People) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    before = paper("application", deployment)
    deciding.review(
        deployment=deployment,
        seen_digest=making.digest(deployment),
        supported=True,
        reason="Proportionate.",
        actor=making.actor(cast.legal),
        now=LATER,
    )
    assert paper("application", Deployment.objects.get(pk=deployment.pk)) == before


def test_the_authority_names_people_ranks_times_conditions_and_what_was_signed(
    cast: making.People,
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    page = words(paper("authority", deployment))
    for said in (
        "Lee, Police staff",
        "Sam, Superintendent",
        "Tuesday 24 November 2026, 09:03 GMT",
        "Stop at once if the crowd grows dense.",
        "in force until Saturday 5 December 2026, 17:00 GMT",
        "Human Rights Act 1998",
        "canonical JSON (RFC 8785) with this SHA-256",
        making.digest(deployment),
    ):
        assert said in page


def test_the_authority_of_the_urgent_route_says_when_it_was_given_and_by_when_in_writing(
    cast: making.People,
) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    deciding.authorise_orally(
        deployment=deployment,
        seen_digest=making.digest(deployment),
        given_at=making.NOW + timedelta(minutes=30),
        reason="Urgent.",
        actor=making.actor(cast.inspector),
        now=making.NOW + timedelta(hours=1),
    )
    page = words(paper("authority", Deployment.objects.get(pk=deployment.pk)))
    assert "Authorised by word of mouth" in page
    assert "Given by word of mouth Tuesday 24 November 2026, 09:30 GMT" in page
    assert "In writing by Wednesday 25 November 2026, 09:30 GMT" in page


@pytest.mark.parametrize(
    ("state", "authorised"),
    [
        (states.SUBMITTED, False),
        (states.REVIEWED, False),
        (states.AUTHORISED, True),
        (states.READY, True),
        (states.WITHDRAWN, False),
        (states.REFUSED, False),
        (states.ENDED, False),
        (states.EXPIRED, False),
    ],
)
def test_a_paper_without_a_live_authority_is_marked_on_every_page(
    state: str, authorised: bool, cast: making.People
) -> None:
    deployment = making.deployment_in(state, cast)
    briefing, authority = paper("briefing", deployment), paper("authority", deployment)
    assert ('content: "NOT AUTHORISED"' in briefing) == (not authorised)
    assert ("Nothing in this paper may be acted on." in briefing) == (not authorised)
    assert ('content: "NOT IN FORCE"' in authority) == (not authorised)


def test_an_authority_that_has_run_out_marks_the_paper(cast: making.People) -> None:
    deployment = making.deployment_in(states.READY, cast)
    version = deployment.current_version
    assert version is not None and deployment.takedown_at is not None
    held = standing(deployment, version)
    late = contents.briefing(
        frozen(version), held, around=Surroundings(), notice=None, now=deployment.takedown_at
    )
    assert 'content: "NOT AUTHORISED"' in late


def test_the_authority_of_an_older_version_is_not_in_force(cast: making.People) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    version = deployment.current_version
    assert version is not None
    held = standing(Deployment(current_version_id=None, state=states.AUTHORISED), version)
    page = contents.authority(frozen(version), held, now=LATER)
    assert "A later version has taken its place." in page
    assert 'content: "NOT IN FORCE"' in page


def test_the_briefing_says_what_the_team_needs(cast: making.People) -> None:
    deployment = making.deployment_in(
        states.READY,
        cast,
        place=making.complete_draft(cast).place.model_copy(
            update={"cameras": (tasks.Camera(label="C1", position=(533_310_00, 165_700_00)),)}
        ),
    )
    notice = Notice.objects.get()
    page = words(paper("briefing", deployment, notice))
    for said in (
        "Set-up from Saturday 5 December 2026, 10:00 GMT",
        "Saturday 5 December 2026, 11:00 GMT",
        "5 hours later",
        "Gold commander Gold",
        "Operator Oli",
        "C1 TQ 33310 65700",
        "S1 TQ 33220 65620 On a lamp post",
        "Stop at once if the crowd grows dense.",
        "turning back or going another way is not by itself suspicious",
        "Notice published on",
        "deleted immediately",
        "31 days",
        "Not for publication",
        making.digest(deployment),
    ):
        assert said in page, said


def test_a_summer_deployment_is_printed_in_summer_time(cast: making.People) -> None:
    deployment = making.deployment_in(
        states.SUBMITTED, cast, start=making.START.replace(year=2027, month=6)
    )
    assert "Saturday 5 June 2027, 12:00 BST" in words(paper("briefing", deployment))


def test_a_briefing_without_a_published_notice_says_so(cast: making.People) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    assert "No notice is published." in words(paper("briefing", deployment))


@pytest.mark.parametrize("name", ["application", "authority", "briefing"])
def test_markup_from_people_is_text_on_every_paper(name: str, cast: making.People) -> None:
    draft = making.complete_draft(cast)
    deployment = making.deployment_in(
        states.SUBMITTED,
        cast,
        title=EVIL,
        necessity=draft.necessity.model_copy(update={"aim": EVIL}),
        place=draft.place.model_copy(update={"description": f"{EVIL}\n<img src=x>"}),
        notice=tasks.Notice(text=EVIL),
    )
    deciding.review(
        deployment=deployment,
        seen_digest=making.digest(deployment),
        supported=True,
        reason=EVIL,
        conditions=f"{EVIL}<style>body{{display:none}}</style>",
        actor=making.actor(cast.legal),
        now=LATER,
    )
    html = paper(name, Deployment.objects.get(pk=deployment.pk))
    parsed = BeautifulSoup(html, "html.parser")
    assert EVIL in words(html)
    assert parsed.find("script") is None
    assert parsed.find("img") is None
    assert len(parsed.find_all("style")) == 1


def test_what_the_pinned_analysis_says_of_the_zone_is_printed(cast: making.People) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    version = deployment.current_version
    assert version is not None
    shown = frozen(version)
    shown.document["facts"]["hotspot"] = {
        "analysis": "c" * 64,
        "area": "Sample borough",
        "window": {"from": "2023-11", "to": "2026-10"},
        "touched": [
            {
                "q": 4,
                "r": -2,
                "count": 310,
                "rank": 1,
                "band": "mostly",
                "origins": "0.81",
                "variants": "0.77",
                "share_percent": 64,
            }
        ],
        "hot_share_percent": 64,
        "sentence": "The zone touches 1 hot hexagon (mostly); 64 % of it lies on hot ground.",
    }
    page = words(contents.application(shown))
    assert "64 % of it lies on hot ground. Window November 2023 to October 2026." in page
    assert "4,-2 310 1 64 % " in page


def test_the_plan_of_the_application_is_made_from_the_version_alone(cast: making.People) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    before = paper("application", deployment)
    assert "<svg" in before
    west, south = making.zone_inside(making.borough())[0]
    making.road("Ash Lane <b>", (west - 50_00, south + 10_00), (west + 90_00, south + 10_00))
    assert paper("application", deployment) == before
    briefing = paper("briefing", deployment)
    assert "Ash Lane &lt;b&gt;" in briefing


def test_a_sensitive_place_is_drawn_unless_its_row_has_become_another(
    cast: making.People,
) -> None:
    west, south = making.zone_inside(making.borough())[0]
    school = Place.objects.create(
        kind="school",
        name="Elm School",
        easting=west - 40_00,
        northing=south,
        source_name="schools.csv",
        source_sha256="c" * 64,
    )
    draft = making.complete_draft(cast)
    found = tasks.Mitigation(
        place=tasks.Named(id=school.pk, name="Elm School"),
        kind="school",
        distance_m=40,
        mitigation="No camera faces the gate.",
    )
    deployment = making.deployment_in(
        states.SUBMITTED,
        cast,
        sensitive_places=draft.sensitive_places.model_copy(update={"places": (found,)}),
    )
    version = deployment.current_version
    assert version is not None
    assert surroundings(frozen(version)).sensitive == (
        ("Elm School", "school", (west - 40_00, south)),
    )
    assert "No camera faces the gate." in words(paper("briefing", deployment))
    Place.objects.update(name="Oak School")
    assert surroundings(frozen(version)).sensitive == ()
