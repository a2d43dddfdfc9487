"""Every value of a profile that an application is held to changes what is asked, in both profiles.

Values that act elsewhere are tested there: signs (board, papers), notice, calendar, coarse places.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from overt.accounts.models import Rank
from overt.accounts.permissions import NotAllowed
from overt.deployments import states
from overt.deployments.application import completeness, tasks
from overt.deployments.application.completeness import Facts
from overt.deployments.models import Determination
from overt.deployments.place.signs import Terms, propose, too_near
from overt.deployments.selectors.facts import gather
from overt.deployments.services import deciding, submitting
from overt.policy import profiles
from overt.policy.document import Profile

from . import making

NAMES = ("met-2024-09", "example-force")
DAY = timedelta(days=1)


def changed(name: str, path: str, value: Any) -> Profile:
    """The profile with one value replaced."""
    content = json.loads(profiles.load(name).document)
    *parts, last = path.split(".")
    at = content
    for part in parts:
        at = at[part]
    at[last]["value"] = value
    return Profile.model_validate_json(json.dumps(content))


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def draft(db: None, name: str) -> tasks.Draft:
    """Complete under the profile called `name`."""
    profile = profiles.load(name)
    made = making.complete_draft(making.people())
    return replace(
        made,
        use_case=tasks.UseCase(use_case=_by_statement(profile), reason="A reason."),
        watchlist=made.watchlist.model_copy(
            update={"threshold": profile.threshold.floors[-1].floor.value}
        ),
        assessments=tasks.Assessments(
            assessments=tuple(
                tasks.Assessment(
                    kind=kind, reference="A", version="1", dated="2026-11-02", sha256="a" * 64
                )
                for kind in profile.authorising.assessments.value
            )
        ),
        sensitive_places=tasks.SensitivePlaces(
            zone=made.place.zone, distance_m=profile.place.sensitive_distance_m.value
        ),
    )


def _by_statement(profile: Profile) -> str:
    return next(
        key for key, one in profile.use_cases.items() if one.evidence.value == "reasoned statement"
    )


def lacking(draft: tasks.Draft, profile: Profile, facts: Facts | None = None) -> set[str]:
    now = making.NOW
    found = completeness.missing(draft, profile=profile, facts=facts or Facts(), now=now)
    return {item.task for item in found}


def test_the_draft_lacks_nothing(draft: tasks.Draft, name: str) -> None:
    assert lacking(draft, profiles.load(name)) == set()


@pytest.mark.parametrize(
    ("path", "value", "task"),
    [
        ("sessions.explain_above_minutes", 299, "time"),
        ("threshold.floors.0.floor", "0.99", "watchlist"),
        ("authorising.assessments", ["A new assessment"], "assessments"),
        ("place.sensitive_distance_m", 7, "sensitive_places"),
    ],
)
def test_a_stricter_value_asks_for_more(
    draft: tasks.Draft, name: str, path: str, value: Any, task: str
) -> None:
    if path.startswith("threshold"):
        content = json.loads(profiles.load(name).document)
        content["threshold"]["floors"][-1]["floor"]["value"] = value
        profile = Profile.model_validate_json(json.dumps(content))
    else:
        profile = changed(name, path, value)
    bare = replace(draft, time=draft.time.model_copy(update={"long_reason": ""}))
    assert task in lacking(bare, profile)
    assert task not in lacking(bare, profiles.load(name))


@pytest.mark.parametrize(
    ("path", "task", "without"),
    [
        ("authorising.watchlist_criteria_approved", "watchlist", {"criteria": ""}),
        ("watchlist.image_source_recorded", "watchlist", {"image_source": ""}),
        ("watchlist.reviewed_before_each", "watchlist", {"review": ""}),
        ("watchlist.under_18_reason_required", "watchlist", {"under_18": 3}),
        ("community.impact_assessment_each", "community", {"consultations": ()}),
        ("notice.on_website", "notice", {"text": ""}),
    ],
)
def test_a_requirement_is_asked_for_where_it_is_set(
    draft: tasks.Draft, name: str, path: str, task: str, without: dict[str, Any]
) -> None:
    bare = replace(draft, **{task: getattr(draft, task).model_copy(update=without)})
    assert task in lacking(bare, changed(name, path, True))
    assert task not in lacking(bare, changed(name, path, False))


def test_the_lead_time_decides_whether_an_exception_is_needed(
    draft: tasks.Draft, name: str
) -> None:
    hours = int((making.START - making.NOW).total_seconds() // 3600)
    exact, more = (changed(name, "notice.lead_hours", hours + extra) for extra in (0, 1))
    assert "notice" not in lacking(draft, exact)
    assert "notice" in lacking(draft, more)
    notice = draft.notice.model_copy(update={"exception_reason": "A critical threat."})
    excused = replace(draft, notice=notice)
    for allowed in (True, False):
        content = json.loads(more.document)
        content["notice"]["critical_threat_exception"]["value"] = allowed
        profile = Profile.model_validate_json(json.dumps(content))
        assert ("notice" in lacking(excused, profile)) is not allowed


def test_the_basis_is_what_the_profile_lets_it_be(draft: tasks.Draft, name: str) -> None:
    key = next(
        (k for k, u in profiles.load(name).use_cases.items() if u.evidence.value[0] == "h"), None
    )
    assert key is not None
    by_analysis = replace(draft, use_case=tasks.UseCase(use_case=key, reason="Crime is high."))
    assert "place" not in lacking(by_analysis, changed(name, "place.statement_allowed", True))
    assert "place" in lacking(by_analysis, changed(name, "place.statement_allowed", False))
    place = draft.place.model_copy(
        update={
            "basis": "access_route",
            "route_reason": "The way from the station.",
            "analysis": tasks.Named(id=1, name="Sample borough"),
        }
    )
    facts = Facts(hotspot_touched=False, analysis_day=making.NOW.date() - 10 * DAY)
    route = replace(draft, place=place)
    for allowed in (True, False):
        profile = changed(name, "place.access_routes_allowed", allowed)
        assert ("place" in lacking(route, profile, facts)) is not allowed
    for days in (9, 10):
        content = json.loads(changed(name, "place.analysis_max_age_days", days).document)
        content["place"]["access_routes_allowed"]["value"] = True
        profile = Profile.model_validate_json(json.dumps(content))
        assert ("place" in lacking(route, profile, facts)) is (days == 9)
    on_spot = replace(draft, place=place.model_copy(update={"basis": "hotspot"}))
    assert "place" in lacking(on_spot, profiles.load(name), facts)
    assert "place" not in lacking(
        on_spot, profiles.load(name), replace(facts, hotspot_touched=True)
    )


def test_the_width_of_the_zone_is_the_profiles(draft: tasks.Draft, name: str) -> None:
    # A square of 100 m is 142 m from corner to corner.
    for metres, wide in ((142, False), (141, True)):
        profile = changed(name, "place.zone_max_width_m", metres)
        assert bool(gather(draft, profile=profile).facts.zone_faults) is wide


def test_signs_are_as_far_and_as_near_as_the_profile_says(draft: tasks.Draft, name: str) -> None:
    signs = profiles.load(name).signs
    spacing, distance = signs.spacing_m.value, signs.distance_m.value
    planned = propose(draft.place.zone, (), Terms(spacing, distance))
    assert len(propose(draft.place.zone, (), Terms(spacing // 2, distance))) > len(planned)
    codes = [("S", position) for position in planned]
    assert too_near(draft.place.zone, codes, Terms(spacing, distance * 2))
    assert not too_near(draft.place.zone, codes, Terms(spacing, distance))


def test_an_objection_on_record_asks_for_an_answer(draft: tasks.Draft, name: str) -> None:
    content = json.loads(profiles.load(name).document)
    stance = {"value": "On record against", "source": "The council", "status": "reported"}
    content["community"]["councils"] = [{"council": "sample borough", "stance": stance}]
    profile = Profile.model_validate_json(json.dumps(content))
    assert "community" in lacking(draft, profile)
    answered = draft.community.model_copy(update={"objection_addressed": "We met them."})
    assert "community" not in lacking(replace(draft, community=answered), profile)


# Who decides


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "rank", "oral", "allowed"),
    [
        ({"rank": "superintendent"}, Rank.CHIEF_INSPECTOR, False, False),
        ({"rank": "chief_inspector"}, Rank.CHIEF_INSPECTOR, False, True),
        ({"rank": "commander"}, Rank.SUPERINTENDENT, False, False),
        ({"urgent_rank": "inspector"}, Rank.SERGEANT, True, False),
        ({"urgent_rank": "sergeant"}, Rank.SERGEANT, True, True),
        ({"legal_review_required": True}, Rank.COMMANDER, False, False),
        ({"legal_review_required": False}, Rank.COMMANDER, False, True),
    ],
)
def test_ranks_and_review_are_the_profiles(
    monkeypatch: pytest.MonkeyPatch,
    values: dict[str, Any],
    rank: Rank,
    oral: bool,
    allowed: bool,
) -> None:
    content = json.loads(profiles.load().document)
    for key, value in values.items():
        content["authorising"][key]["value"] = value
    profile = Profile.model_validate_json(json.dumps(content))
    monkeypatch.setattr(profiles, "load", lambda name=None: profile)
    reviewed = "legal_review_required" not in values
    made = making.deployment_in(states.REVIEWED if reviewed else states.SUBMITTED)
    officer = making.actor(making.account("officer", "authorising officer", rank=rank))
    given: dict[str, Any] = {
        "deployment": made,
        "seen_digest": making.digest(made),
        "reason": "As said.",
        "actor": officer,
        "now": making.NOW + timedelta(hours=1),
    }
    verb = deciding.authorise_orally if oral else deciding.authorise
    given |= {"given_at": making.NOW + timedelta(minutes=30)} if oral else {"given": True}
    if allowed:
        verb(**given)
        assert Determination.objects.filter(person_id=officer.user_id).exists()
    else:
        with pytest.raises(NotAllowed):
            verb(**given)


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [1, 5])
def test_an_oral_authority_holds_for_the_profiles_hours(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    content = json.loads(profiles.load().document)
    content["authorising"]["urgent_written_hours"]["value"] = hours
    profile = Profile.model_validate_json(json.dumps(content))
    monkeypatch.setattr(profiles, "load", lambda name=None: profile)
    cast = making.people()
    made = making.draft(cast)
    submitting.submit(
        deployment=made,
        seen_revision=made.revision,
        actor=making.actor(cast.planner),
        now=making.NOW,
    )
    oral = deciding.authorise_orally(
        deployment=made,
        seen_digest=making.digest(made),
        given_at=making.NOW,
        reason="A threat to life.",
        actor=making.actor(cast.inspector),
        now=making.NOW + timedelta(minutes=1),
    )
    assert oral.valid_until == making.NOW + timedelta(hours=hours)
