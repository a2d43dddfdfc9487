"""What cannot be undone is done by who proved lately that it is them."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import AuthorityEnd, Deployment, Determination, Kind
from tests.deployments import making
from tests.deployments.decisions.answering import address, answer, text
from tests.deployments.decisions.conftest import Clock
from tests.deployments.decisions.test_review import changed

Browser = Callable[[User], Client]
PASSWORD = "correct horse battery staple"


def left_open(client: Client) -> None:
    """The session has been open for an hour."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time() - 3600}
    ]
    session.save()


@pytest.fixture
def officer(cast: making.People) -> User:
    cast.officer.set_password(PASSWORD)
    cast.officer.save()
    return cast.officer


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (states.REVIEWED, "authorise"),
        (states.SUBMITTED, "oral"),
        (states.AUTHORISED, "withdraw"),
    ],
)
def test_a_session_that_was_left_open_decides_nothing_until_the_person_is_asked_again(
    state: str, act: str, officer: User, cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(state, cast)
    made = Determination.objects.count(), AuthorityEnd.objects.count()
    client = browser_of(officer)
    left_open(client)
    response = answer(client, act, deployment)
    assert response.status_code == 302
    assert "/accounts/" in response["Location"]
    assert (Determination.objects.count(), AuthorityEnd.objects.count()) == made
    resumed = client.post(response["Location"], {"password": PASSWORD})
    assert resumed.status_code == 302, resumed.content.decode()
    assert deployment.reference in resumed["Location"]
    assert (Determination.objects.count(), AuthorityEnd.objects.count()) != made


def test_a_wrong_password_decides_nothing(
    officer: User, cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(states.REVIEWED, cast)
    client = browser_of(officer)
    left_open(client)
    response = answer(client, "authorise", deployment)
    client.post(response["Location"], {"password": "wrong"})
    assert not Determination.objects.filter(kind=Kind.AUTHORITY).exists()


def test_what_changed_while_they_were_asked_is_shown_before_anything_is_signed(
    officer: User, cast: making.People, browser_of: Browser
) -> None:
    deployment = making.deployment_in(states.REVIEWED, cast)
    client = browser_of(officer)
    left_open(client)
    response = answer(client, "authorise", deployment)
    other = browser_of(officer)
    answer(other, "authorise", deployment, outcome="refused")
    resumed = client.post(response["Location"], {"password": PASSWORD})
    assert resumed.status_code == 409
    assert Deployment.objects.get(pk=deployment.pk).state == states.REFUSED


def test_another_version_that_came_meanwhile_is_shown_on_its_own_page(
    officer: User, cast: making.People, browser_of: Browser, clock: Clock
) -> None:
    deployment = making.deployment_in(states.REVIEWED, cast)
    client = browser_of(officer)
    left_open(client)
    response = answer(client, "authorise", deployment)
    later = changed(deployment, cast, clock)
    answer(browser_of(cast.legal), "review", later)
    resumed = client.post(response["Location"], {"password": PASSWORD})
    assert resumed.status_code == 409
    assert "has changed since you opened this page" in text(resumed)
    # The page stands at the address where the password was asked for.
    assert f'action="{address("authorise", deployment)}"' in resumed.content.decode()
    assert not Determination.objects.filter(kind=Kind.AUTHORITY).exists()


def test_a_review_is_not_interrupted(cast: making.People, browser_of: Browser) -> None:
    deployment = making.deployment_in(states.SUBMITTED, cast)
    client = browser_of(cast.legal)
    left_open(client)
    answer(client, "review", deployment)
    assert Determination.objects.filter(kind=Kind.REVIEW).exists()
