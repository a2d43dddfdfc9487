"""The deployments of the demo: one in each state, resting on its analysis, and no more."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.selectors import factors_of
from overt.config.demo import cases, deployments, live, logins, material, setup
from overt.deployments import states
from overt.deployments.application.tasks import read_draft
from overt.deployments.models import Deployment, Notice, Sign, SignCheck
from overt.deployments.selectors.frozen import frozen
from overt.deployments.selectors.signs import sign_faults
from overt.hotspots.models import Analysis
from overt.hotspots.sample import folder
from overt.hotspots.services import analyses
from overt.ledger.models import Entry
from overt.recognition import states as session_states
from overt.recognition.models import JobOutcome, JobRun, PermitDecision, Record, Session
from overt.recognition.selectors import account

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder.write(tmp_path_factory.mktemp("demo") / "sample").folder


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The sessions that are over lasted a few minutes: each minute of them costs time."""
    if "whole_hour" not in request.fixturenames:
        monkeypatch.setattr(deployments, "_TOLD_LASTS", timedelta(minutes=10))


@pytest.fixture
def whole_hour() -> None:
    """As in the demo."""


@pytest.fixture
def people(sample_folder: Path, tmp_path: Path) -> Mapping[str, User]:
    """The demo's accounts, with the sample loaded and Sampleford analysed."""
    made = logins.ensure(tmp_path, actor=Actor.of_command("demo"), now=timezone.now())
    setup.load(material.sample(sample_folder), say=lambda text: None, progress=lambda *seen: None)
    return logins.accounts(made)


def ensure(people: Mapping[str, User], now: datetime) -> tuple[int, list[str]]:
    said: list[str] = []
    return deployments.ensure("Sampleford", people=people, say=said.append, now=now), said


@pytest.mark.both_databases
def test_there_is_one_in_each_state_and_the_second_time_nothing_is_added(people) -> None:
    now = timezone.now()

    assert ensure(people, now) == (12, ["Deployments: 12 new, one in each state"])
    # The live one is ready: it is live as soon as its system asks.
    expected = [state for state in states.LABELS if state != states.LIVE] + [states.READY]
    assert sorted(Deployment.objects.values_list("state", flat=True)) == sorted(expected)

    # Nobody finds on the page of jobs that workers died before Overt was there.
    assert set(JobRun.objects.values_list("outcome", flat=True)) == {JobOutcome.HANDED_ON}

    entries = Entry.objects.count()
    later = now + timedelta(hours=1)
    assert ensure(people, later) == (0, ["Deployments: 0 new, there already"])
    assert Entry.objects.count() == entries
    assert Deployment.objects.count() == 12


def test_started_again_on_another_day_there_is_a_live_one_again_with_a_van_of_its_own(people):
    now = timezone.now()
    ensure(people, now)
    before = live.under_way(now=now)
    tomorrow = now + timedelta(days=1)
    assert live.under_way(now=tomorrow) is None

    assert ensure(people, tomorrow) == (1, ["Deployments: 1 new, for a session of today"])

    after = live.under_way(now=tomorrow)
    assert after is not None
    assert before is not None
    assert after.system_id != before.system_id
    assert after.state == states.READY


def test_what_is_over_has_its_session_settled_or_left_to_settle(people, whole_hour) -> None:
    ensure(people, timezone.now())

    done, left = Session.objects.order_by("starts_at")
    assert done.deployment.state == states.ACCOUNTED
    assert done.state == session_states.PUBLISHED
    figures = json.loads(Record.objects.get(session=done).document)["figures"]
    assert figures["faces_seen"] > 500
    assert figures["alerts"] > 0
    assert left.deployment.state == states.ENDED
    assert left.state == session_states.STOPPED
    shown = account.shown(left, now=timezone.now())
    assert {one.discrepancy.name for one in shown.unsettled} >= {"outcome-missing"}
    assert [one.asset for one in shown.deadlines if one.state == "overdue"] == ["watchlist"]
    for session in (done, left):
        assert (session.stopped_at - session.live_since) == timedelta(hours=1)
        refusals = PermitDecision.objects.filter(session=session).exclude(refusal="")
        assert refusals.count() == 1


def test_the_signs_are_looked_at_in_time_and_only_then(people) -> None:
    now = timezone.now()
    ensure(people, now)
    before = SignCheck.objects.count()
    steward = live.Steward(people["operator"], now=now)
    steward.look(now=now + timedelta(minutes=39))
    assert SignCheck.objects.count() == before
    steward.look(now=now + timedelta(minutes=41))
    steward.look(now=now + timedelta(minutes=42))
    signs = Sign.objects.filter(deployment=live.under_way(now=now), retired_at__isnull=True)
    assert SignCheck.objects.count() == before + signs.count()


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 29, 0, 3, 31, tzinfo=UTC),  # the clocks go forward at 01:00
        datetime(2026, 10, 25, 23, 58, 31, tzinfo=UTC),  # they went back that night
        datetime(2027, 1, 1, 11, 0, tzinfo=UTC),  # references of two years
    ],
)
def test_at_any_hour_nothing_lies_in_the_future_and_the_live_one_spans_now(people, now) -> None:
    Analysis.objects.update(requested_at=now - timedelta(days=1))
    ensure(people, now)

    found = live.under_way(now=now)
    assert found is not None
    assert found.starts_at is not None
    assert found.ends_at is not None
    assert found.starts_at <= now < found.ends_at
    assert sign_faults(found, now=now) == []
    assert Deployment.objects.filter(state_at__gt=now).count() == 0
    assert Entry.objects.filter(subject__startswith="deployment:", at__gt=now).count() == 0
    steps = Entry.objects.filter(subject__startswith="deployment:").order_by("seq")
    times = [
        entry.at for entry in steps if not entry.verb.endswith(("task_saved", "statement_signed"))
    ]
    assert times == sorted(times)


def test_each_rests_on_hot_ground_or_on_a_signed_statement(people) -> None:
    ensure(people, timezone.now())

    for deployment in Deployment.objects.exclude(current_version=None):
        assert deployment.current_version is not None
        document = frozen(deployment.current_version).document
        place = read_draft(document["tasks"]).place
        if place.basis == "hotspot":
            assert document["facts"]["hotspot"]["hot_share_percent"] == 100
        else:
            assert place.statement_by is not None
        assert document["facts"]["uncovered"] == []


def test_what_the_public_was_told_of_is_what_was_to_be_held(people) -> None:
    ensure(people, timezone.now())

    told = set(Notice.objects.values_list("deployment__state", flat=True))
    assert told == {states.READY, states.ENDED, states.ACCOUNTED}


def test_who_decides_is_asked_for_a_code(people) -> None:
    with_code = {name for name, user in people.items() if factors_of(user)}
    assert with_code == {"legal", "officer", "inspector", "operator", "operator2", "engagement"}


def test_without_one_of_the_people_none_is_made(people) -> None:
    fewer = {name: user for name, user in people.items() if name != "legal"}

    assert ensure(fewer, timezone.now()) == (0, ["Deployments: none made, no account legal"])
    assert Deployment.objects.count() == 0


def test_an_analysis_that_a_worker_has_taken_is_left_to_it(people) -> None:
    asked = Analysis.objects.get(area__name="Sampleford")
    analyses.run(analysis_id=asked.pk, actor=Actor.of_command("worker"), clock=timezone.now)
    digest = Analysis.objects.get(pk=asked.pk).digest

    assert ensure(people, timezone.now())[0] == len(cases.CASES)
    assert Analysis.objects.get(pk=asked.pk).digest == digest
