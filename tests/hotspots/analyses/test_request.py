"""Asking for an analysis fixes everything that decides it."""

import json
from datetime import timedelta

import pytest

from overt.accounts.actors import Actor
from overt.accounts.permissions import NotAllowed
from overt.hotspots.models import Analysis
from overt.hotspots.services import analyses
from overt.hotspots.services.analyses import AnalysisRefused, Request
from overt.hotspots.services.crimes import import_files
from overt.ledger.models import Entry
from overt.policy import profiles
from overt.policy.models import PinnedProfile

from .conftest import ACTOR, NOW
from .material import CATEGORIES, MONTHS, write_crimes

pytestmark = pytest.mark.django_db


def ask(area, **wanted):
    return analyses.request(
        area=area, wanted=Request(**wanted), profile=profiles.load(), actor=ACTOR, now=NOW
    )


def test_what_is_left_out_is_taken_from_the_policy_and_the_data(borough):
    parameters = Analysis.objects.get(pk=ask(borough).pk).parameters
    assert parameters["forces"] == ["test-force"]
    assert parameters["until"] == "2025-12"
    assert parameters["months"] == profiles.load().hotspots.months.value
    assert parameters["categories"] == sorted(CATEGORIES)
    assert len(parameters["releases"]) == len(MONTHS)


def test_the_request_is_one_ledger_entry_and_pins_the_policy(borough):
    before = Entry.objects.count()
    analysis = ask(borough)
    assert Entry.objects.count() == before + 1
    entry = Entry.objects.latest("seq")
    assert (entry.verb, entry.subject) == ("analysis.requested", f"analysis:{analysis.pk}")
    assert json.loads(entry.payload)["policy_digest"] == analysis.policy_digest
    assert PinnedProfile.objects.filter(digest=analysis.policy_digest).exists()


def test_a_release_that_comes_later_is_not_used(borough, tmp_path):
    analysis = ask(borough)
    write_crimes(tmp_path / "newer", per_month=300)
    import_files(
        paths=[tmp_path / "newer"], mapping=None, force=None, actor=ACTOR, now=NOW, progress=None
    )
    answer = analyses.run(analysis_id=analysis.pk, actor=ACTOR, clock=lambda: NOW)
    assert sum(source["rows"] for source in json.loads(answer.record)["inputs"]) == 250 * 18


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        ({"forces": ("surrey",)}, "forces", "No crime data of force 'surrey'"),
        ({"until": "2025-13"}, "until", "no month"),
        ({"until": "December"}, "until", "no month"),
        ({"until": "2019-01"}, "until", "No file of test-force falls within"),
        ({"months": 0}, "months", "1 to 240"),
        ({"months": 10_000}, "months", "1 to 240"),
        ({"categories": ("Jaywalking",)}, "categories", "no crime category"),
        ({"categories": ("Robbery",)}, "categories", "hold no 'Robbery'"),
    ],
)
def test_what_cannot_be_met_is_refused_naming_the_field_and_leaves_nothing(
    borough, wanted, field, words
):
    entries = Entry.objects.count()
    with pytest.raises(AnalysisRefused, match=words) as refused:
        ask(borough, **wanted)
    assert refused.value.field == field
    assert not Analysis.objects.exists()
    assert Entry.objects.count() == entries


def test_an_area_without_crimes_is_refused(borough):
    elsewhere = borough
    elsewhere.west, elsewhere.east = 100_000_00, 101_000_00
    with pytest.raises(AnalysisRefused, match="No crimes near Testham"):
        ask(elsewhere)


def test_another_forces_crimes_are_not_taken_for_the_areas_own(borough):
    borough.name = "Croydon"  # policed by the Metropolitan Police, none of whose files are here
    with pytest.raises(
        AnalysisRefused, match=r"No crimes of metropolitan, .* test-force"
    ) as refused:
        ask(borough)
    assert refused.value.field == "forces"
    borough.save()
    assert ask(borough, forces=("test-force",)).state == "queued"


@pytest.mark.parametrize("roles", [(), ("auditor",), ("planner", "operator")])
def test_only_an_analyst_may_ask(borough, roles):
    actor = Actor(label="user:someone", user_id=1, roles=frozenset(roles))
    with pytest.raises(NotAllowed, match="Only an analyst"):
        analyses.request(
            area=borough, wanted=Request(), profile=profiles.load(), actor=actor, now=NOW
        )


def test_a_request_under_another_policy_is_held_to_that_policy(borough):
    other = profiles.load("example-force")
    analysis = analyses.request(area=borough, wanted=Request(), profile=other, actor=ACTOR, now=NOW)
    answer = analyses.run(analysis_id=analysis.pk, actor=ACTOR, clock=lambda: NOW)
    record = json.loads(answer.record)
    assert record["policy"]["digest"] == other.digest
    assert record["grid"]["width_m"] == other.hotspots.cell_width_m.value
    assert record["governing"] == other.hotspots.reference_population.value
    assert record["window"]["requested_months"] == other.hotspots.months.value


def test_publishing_happens_once_and_is_in_the_ledger(done):
    analyst = Actor(label="user:ann", user_id=1, roles=frozenset({"analyst"}))
    published = analyses.publish(analysis=done, actor=analyst, now=NOW + timedelta(hours=1))
    assert published.published_at == NOW + timedelta(hours=1)
    entry = Entry.objects.latest("seq")
    assert (entry.verb, json.loads(entry.payload)) == (
        "analysis.published",
        {"digest": done.digest},
    )
    with pytest.raises(NotAllowed, match="published already"):
        analyses.publish(analysis=done, actor=analyst, now=NOW)


def test_what_is_not_done_cannot_be_published(queued):
    with pytest.raises(NotAllowed, match="Only an analysis that is done"):
        analyses.publish(analysis=queued, actor=ACTOR, now=NOW)


def test_an_auditor_cannot_publish(done):
    auditor = Actor(label="user:bob", user_id=2, roles=frozenset({"auditor"}))
    with pytest.raises(NotAllowed, match="Only an analyst"):
        analyses.publish(analysis=done, actor=auditor, now=NOW)
