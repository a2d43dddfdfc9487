"""The page on which a deployment is made ready."""

from collections.abc import Callable

import pytest
from django.test import Client

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.errors import NotReady
from overt.deployments.models import Deployment
from overt.deployments.services import lifecycle
from tests.deployments import making
from tests.deployments.decisions.answering import address, answer, text
from tests.deployments.decisions.conftest import Clock

Browser = Callable[[User], Client]


@pytest.fixture
def authorised(cast: making.People) -> Deployment:
    return making.deployment_in(states.AUTHORISED, cast)


def test_what_is_missing_is_listed_and_stops_it(
    cast: making.People, browser_of: Browser, authorised: Deployment
) -> None:
    client = browser_of(cast.operator)
    listed = text(client.get(address("ready", authorised)))
    answered = text(answer(client, "ready", authorised))
    for page in (listed, answered):
        assert "No notice is published." in page
        assert "Not in place: sign S1" in page
    authorised.refresh_from_db()
    assert authorised.state == states.AUTHORISED


def test_with_everything_in_place_it_is_ready(
    cast: making.People, browser_of: Browser, authorised: Deployment, clock: Clock
) -> None:
    making.place_signs(authorised, cast.operator, clock.now)
    making.announce(authorised, cast.planner, clock.now)
    client = browser_of(cast.planner)
    assert "Not in place yet" not in text(client.get(address("ready", authorised)))
    assert answer(client, "ready", authorised).status_code == 302
    authorised.refresh_from_db()
    assert authorised.state == states.READY


def test_a_sign_that_nobody_looked_at_again_keeps_the_session_from_starting(
    cast: making.People,
) -> None:
    made = making.deployment_in(states.READY, cast)
    with pytest.raises(NotReady) as refused:
        lifecycle.start(deployment=made, actor=making.PROGRAM, now=making.START)
    assert "Not re-checked in time: sign S1" in str(refused.value)
    making.recheck_signs(made, cast.operator, making.START)
    started = lifecycle.start(deployment=made, actor=making.PROGRAM, now=making.START)
    assert started.state == states.LIVE
