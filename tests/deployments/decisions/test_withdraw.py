"""The page on which an authority is taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from overt.accounts.models import Rank, User
from overt.deployments import states
from overt.deployments.errors import NotWhatWasShown
from overt.deployments.models import AuthorityEnd, Booking, Deployment
from overt.deployments.services import deciding
from tests.deployments import making
from tests.deployments.decisions.answering import address, answer, shown_digest, text
from tests.deployments.decisions.conftest import Clock

Browser = Callable[[User], Client]


@pytest.mark.parametrize("state", [states.AUTHORISED, states.READY, states.LIVE])
def test_the_officer_who_gave_it_withdraws_it_at_any_moment(
    state: str, cast: making.People, browser_of: Browser, clock: Clock
) -> None:
    deployment = making.deployment_in(state, cast)
    # A live one was started later than the clock of the other tests.
    clock.now = deployment.state_at + timedelta(minutes=1)
    response = answer(browser_of(cast.officer), "withdraw", deployment)
    assert response.status_code == 302, text(response)
    deployment.refresh_from_db()
    assert deployment.state == states.WITHDRAWN
    assert AuthorityEnd.objects.get().person == cast.officer
    assert not Booking.objects.filter(deployment=deployment).exists()


def test_any_officer_of_that_rank_withdraws_it_whatever_their_role(
    cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    other = making.account("cho", rank=Rank.CHIEF_SUPERINTENDENT)
    assert answer(browser_of(other), "withdraw", deployment).status_code == 302


def test_a_lower_rank_reads_who_can(cast: making.People, browser_of: Browser) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    response = browser_of(cast.inspector).get(address("withdraw", deployment))
    assert response.status_code == 403
    assert "Only the officer who gave the authority, or one of at least that rank" in text(response)


def test_it_needs_a_reason(cast: making.People, browser_of: Browser) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    response = answer(browser_of(cast.officer), "withdraw", deployment, reason=" ")
    assert "Give the reason" in text(response)
    assert not AuthorityEnd.objects.exists()


def test_a_second_click_says_that_it_is_withdrawn_and_why(
    cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    client = browser_of(cast.officer)
    seen = shown_digest(client, "withdraw", deployment)
    answer(client, "withdraw", deployment, seen=seen)
    response = answer(client, "withdraw", deployment, seen=seen, reason="Again.")
    assert response.status_code == 409
    assert "The threat has passed." in text(response)
    assert AuthorityEnd.objects.count() == 1
    assert Deployment.objects.get(pk=deployment.pk).state == states.WITHDRAWN


def test_what_is_withdrawn_is_what_was_shown(cast: making.People, browser_of: Browser) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    response = answer(
        browser_of(cast.officer), "withdraw", deployment, seen="f" * 64, reason="Too dense."
    )
    assert response.status_code == 409
    assert "nothing was recorded" in text(response)
    assert "Too dense." in text(response)
    assert f"version 1 · digest {making.digest(deployment)[:12]}" in text(response)
    assert not AuthorityEnd.objects.exists()
    with pytest.raises(NotWhatWasShown):
        deciding.withdraw(
            deployment=deployment,
            seen_digest="f" * 64,
            reason="Too dense.",
            actor=making.actor(cast.officer),
            now=making.NOW + timedelta(hours=1),
        )
    assert Deployment.objects.get(pk=deployment.pk).state == states.AUTHORISED
