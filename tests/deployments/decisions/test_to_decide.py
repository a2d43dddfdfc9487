"""The queue of what waits for a decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from overt.accounts import roles
from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment
from overt.deployments.selectors.queues import Queues, queues
from tests.deployments import making
from tests.deployments.decisions.answering import answer, text
from tests.deployments.decisions.conftest import Clock

Browser = Callable[[User], Client]


def later(state: str, cast: making.People, days: int) -> Deployment:
    """One that stands in nobody's way."""
    return making.deployment_in(state, cast, start=making.START + timedelta(days=days))


def queues_of(user: User, clock: Clock) -> Queues:
    return queues(making.actor(user), now=clock.now)


def test_each_reads_what_waits_for_them_and_why_they_may_not_decide_the_rest(
    cast: making.People, clock: Clock
) -> None:
    submitted, reviewed = later(states.SUBMITTED, cast, 1), later(states.REVIEWED, cast, 2)
    authorised = later(states.AUTHORISED, cast, 3)
    legal, officer = queues_of(cast.legal, clock), queues_of(cast.officer, clock)
    inspector = queues_of(cast.inspector, clock)
    assert [(item.deployment, item.decision.rule) for item in legal.to_review] == [
        (submitted, "review-needs-legal")
    ]
    assert legal.mine == 1
    assert [item.decision.allowed for item in legal.to_authorise] == [False]
    assert [item.deployment for item in officer.to_authorise] == [reviewed]
    assert officer.mine == 1
    assert inspector.mine == 0
    assert inspector.to_authorise[0].decision.rule == "authorise-needs-rank"
    assert [item.deployment for item in inspector.urgent] == [submitted, reviewed]
    assert [item.decision.allowed for item in officer.in_force] == [True]
    assert [item.decision.allowed for item in inspector.in_force] == [False]
    assert [item.deployment for item in officer.in_force] == [authorised]


def test_the_soonest_start_comes_first(cast: making.People, clock: Clock) -> None:
    made = {day: later(states.SUBMITTED, cast, day) for day in (5, 3, 4)}
    shown = [item.deployment for item in queues_of(cast.legal, clock).to_review]
    assert shown == [made[3], made[4], made[5]]


def test_what_one_may_decide_comes_before_what_one_may_not(
    cast: making.People, clock: Clock
) -> None:
    own = later(states.SUBMITTED, cast, 1)
    others = later(states.SUBMITTED, replace(cast, planner=making.account("pam", roles.PLANNER)), 2)
    cast.planner.groups.add(Group.objects.get(name=roles.LEGAL))
    first, second = queues_of(cast.planner, clock).to_review
    assert (first.deployment, first.decision.allowed) == (others, True)
    assert (second.deployment, second.decision.rule) == (own, "review-not-own")


def test_an_oral_authority_waits_for_review_and_says_by_when(
    cast: making.People, clock: Clock, browser_of: Browser
) -> None:
    submitted = later(states.SUBMITTED, cast, 1)
    answer(browser_of(cast.inspector), "oral", submitted)
    (waiting,) = queues_of(cast.legal, clock).to_review
    assert waiting.due == making.NOW + timedelta(hours=24, minutes=30)
    page = browser_of(cast.legal).get(reverse("deployments:to_decide"))
    assert "In writing by Wed 25 Nov, 09:30 GMT" in text(page)


def test_the_page_shows_links_to_those_who_may_and_reasons_to_the_others(
    cast: making.People, clock: Clock, browser_of: Browser
) -> None:
    later(states.SUBMITTED, cast, 1)
    address = reverse("deployments:to_decide")
    assert "1 decision waits for you." in text(browser_of(cast.legal).get(address))
    other = text(browser_of(cast.planner).get(address))
    assert "Nothing here waits for you." in other
    assert "Only a legal adviser can review." in other


def test_a_longer_queue_asks_the_database_no_more_often(
    cast: making.People, clock: Clock, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for day in range(1, 9):
        later(states.REVIEWED, cast, day)
    actor = making.actor(cast.officer)
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        found = queues(actor, now=clock.now)
        assert len(found.to_authorise) == 8


@pytest.mark.parametrize("state", [states.DRAFT, states.REFUSED, states.CANCELLED, states.EXPIRED])
def test_what_nobody_can_decide_is_not_listed(
    state: str, cast: making.People, clock: Clock
) -> None:
    making.deployment_in(state, cast)
    found = queues_of(cast.officer, clock)
    assert not (found.to_review or found.to_authorise or found.urgent or found.in_force)
