"""The warnings of stored deployments: what is gathered, and that it takes few queries."""

from datetime import timedelta

import pytest

from overt.deployments import states
from overt.deployments.application.tasks import read_draft
from overt.deployments.models import Deployment
from overt.deployments.selectors.warnings import for_task, warnings_for, warnings_of
from overt.deployments.services import drafts
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = timedelta(days=1)


def rules(of: Deployment, now=making.NOW) -> list[str]:
    return [warning.rule for warning in warnings_of(of, now=now)]


def test_a_complete_draft_far_ahead_warns_of_nothing() -> None:
    assert rules(making.draft()) == []


def test_others_in_the_borough_count_unless_they_are_gone() -> None:
    made = making.draft()
    for number in range(3):
        making.draft(start=making.START + (number + 1) * DAY)
    for number, state in enumerate((states.CANCELLED, states.EXPIRED, states.REFUSED), start=4):
        making.deployment_in(state, start=making.START + number * DAY)
    assert "area-cap" not in rules(made)
    making.draft(start=making.START - 5 * DAY)
    assert rules(made) == ["area-cap"]


def test_the_example_profile_warns_at_its_own_cap(settings) -> None:
    settings.POLICY_PROFILE = "example-force"
    made = making.draft()
    making.draft(start=making.START + DAY)
    assert rules(made) == ["usual-length", "watchlist-size"]
    making.draft(start=making.START + 29 * DAY)
    assert "area-cap" in rules(made)


def test_the_team_is_found_on_both_sides() -> None:
    made = making.draft()
    making.draft(start=making.START + timedelta(hours=15))
    assert rules(made) == ["team-rest"]
    assert [one.rule for one in for_task(warnings_of(made, now=making.NOW), "time")] == []


def test_a_notice_for_other_times_is_no_notice() -> None:
    made = making.deployment_in(states.AUTHORISED)
    late = making.START - timedelta(hours=5)
    assert rules(made, late) == ["notice-lead"]
    making.announce(made, made.created_by, making.NOW + timedelta(hours=2))
    assert rules(made, late) == []
    moved = _moved(made, timedelta(minutes=5))
    assert rules(moved, late) == ["notice-lead"]


def _moved(made: Deployment, by: timedelta) -> Deployment:
    """Opened again, and put off."""
    planner, now = making.actor(made.created_by), making.NOW + timedelta(hours=3)
    opened = drafts.reopen(deployment=made, reason="Put off.", actor=planner, now=now)
    time = read_draft(opened.draft).time
    later = {name: at + by for name, at in time if name != "long_reason"}
    return drafts.save_task(
        deployment=opened,
        task="time",
        data=time.model_copy(update=later),
        seen_revision=opened.revision,
        actor=planner,
        now=now,
    )


@pytest.mark.parametrize("state", [states.CANCELLED, states.EXPIRED, states.ENDED])
def test_what_is_over_warns_of_nothing(state: str) -> None:
    assert rules(making.deployment_in(state), making.START) == []


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries) -> None:
    drafts = [making.draft(start=making.START + number * DAY) for number in range(12)]
    few = Deployment.objects.defer("draft").filter(pk__in=[one.pk for one in drafts])
    warnings_of(drafts[0], now=making.NOW)
    with django_assert_max_num_queries(5):
        found = warnings_for(list(few), now=making.NOW)
    assert len(found) == 12
    assert all(found.values())
