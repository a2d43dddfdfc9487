"""The page on which an authorising officer authorises in writing, or refuses."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from overt.accounts.models import Rank, User
from overt.deployments import states, verbs
from overt.deployments.models import Deployment, Determination, Kind
from overt.deployments.services import deciding
from overt.ledger.models import Entry
from tests.deployments import making
from tests.deployments.decisions.answering import address, answer, shown_digest, text
from tests.deployments.decisions.conftest import Clock

Browser = Callable[[User], Client]


@pytest.fixture
def reviewed(cast: making.People) -> Deployment:
    return making.deployment_in(states.REVIEWED, cast)


def test_the_page_names_the_law_the_review_and_what_is_not_confirmed(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    page = text(browser_of(cast.officer).get(address("authorise", reviewed)))
    for words in (
        "Human Rights Act 1998, articles 8, 10, 11 and 14",
        "Necessary and proportionate.",
        "Lowest rank of an authorising officer",
        "I approve the criteria and the composition of the watchlist",
    ):
        assert words in page


def test_an_authority_holds_until_take_down_with_its_conditions(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    response = answer(
        browser_of(cast.officer), "authorise", reviewed, conditions="Stop when it is dense."
    )
    assert response.status_code == 302
    reviewed.refresh_from_db()
    made = Determination.objects.get(kind=Kind.AUTHORITY)
    assert reviewed.state == states.AUTHORISED
    assert made.valid_until == reviewed.takedown_at
    assert made.conditions == "Stop when it is dense."


def test_the_ledger_keeps_what_the_officer_ticked(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    answer(browser_of(cast.officer), "authorise", reviewed)
    kept = json.loads(Entry.objects.get(verb=verbs.AUTHORISED.name).payload)["acknowledged"]
    assert len(kept) == 2
    assert "I approve the criteria and the composition of the watchlist" in kept


@pytest.mark.parametrize("ticked", [[], ["criteria"], ["unconfirmed"]])
def test_nothing_is_authorised_before_all_is_acknowledged(
    ticked: list[str], cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    response = answer(browser_of(cast.officer), "authorise", reviewed, acknowledged=ticked)
    assert "tick what you have read and approve" in text(response)
    assert not Determination.objects.filter(kind=Kind.AUTHORITY).exists()


def test_a_refusal_needs_no_acknowledgement_but_a_reason(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    client = browser_of(cast.officer)
    refusal = {"outcome": "refused", "acknowledged": []}
    assert "Give the reason" in text(answer(client, "authorise", reviewed, reason="", **refusal))
    assert answer(client, "authorise", reviewed, **refusal).status_code == 302
    reviewed.refresh_from_db()
    assert reviewed.state == states.REFUSED


def test_a_lower_rank_reads_which_one_the_policy_asks_for(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    response = browser_of(cast.inspector).get(address("authorise", reviewed))
    assert response.status_code == 403
    assert "rank of superintendent or above" in text(response)


def test_a_rank_that_was_lost_since_the_page_was_opened_decides_nothing(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    client = browser_of(cast.officer)
    seen = shown_digest(client, "authorise", reviewed)
    User.objects.filter(pk=cast.officer.pk).update(rank=Rank.INSPECTOR)
    assert answer(client, "authorise", reviewed, seen=seen).status_code == 403
    assert not Determination.objects.filter(kind=Kind.AUTHORITY).exists()


def test_what_another_tab_decided_is_not_decided_again(
    cast: making.People, browser_of: Browser, reviewed: Deployment
) -> None:
    client = browser_of(cast.officer)
    seen = shown_digest(client, "authorise", reviewed)
    answer(client, "authorise", reviewed, seen=seen, outcome="refused", reason="Not needed.")
    response = answer(client, "authorise", reviewed, seen=seen)
    assert response.status_code == 409
    assert "Not needed." in text(response)
    reviewed.refresh_from_db()
    assert reviewed.state == states.REFUSED


def test_a_decision_made_between_the_look_and_the_lock_is_told(
    cast: making.People,
    browser_of: Browser,
    reviewed: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    client = browser_of(cast.officer)
    seen = shown_digest(client, "authorise", reviewed)
    real, other = (
        deciding.authorise,
        making.account("eve", "authorising officer", rank=Rank.COMMANDER),
    )

    def raced(**wanted: object) -> Determination:
        monkeypatch.setattr(deciding, "authorise", real)
        real(**(wanted | {"actor": making.actor(other), "given": False}))
        return real(**wanted)

    monkeypatch.setattr(deciding, "authorise", raced)
    response = answer(client, "authorise", reviewed, seen=seen)
    assert response.status_code == 409
    assert Determination.objects.get(kind=Kind.AUTHORITY).person == other
