"""Every page of decisions in every state, for every kind of person."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import AuthorityEnd, Determination
from overt.ledger.models import Entry
from tests.deployments import making
from tests.deployments.decisions.answering import ACTS, address, said

# Who finds a form, by state and page; nobody else does.
OPEN = {
    states.SUBMITTED: {"review": {"legal"}, "oral": {"officer", "inspector"}},
    states.REVIEWED: {"authorise": {"officer"}, "oral": {"officer", "inspector"}},
    states.AUTHORISED: {"ready": {"planner", "operator"}, "withdraw": {"officer"}},
    states.READY: {"withdraw": {"officer"}},
    states.LIVE: {"withdraw": {"officer"}},
}
PEOPLE = ("planner", "legal", "officer", "inspector", "operator", "auditor")
# Who may ask for a page at all, whatever the state.
ASKING = {
    "review": {"legal"},
    "authorise": {"officer", "inspector"},
    "oral": {"officer", "inspector"},
    "withdraw": {"officer", "inspector"},
    "ready": {"planner", "operator"},
}


def is_form(content: bytes) -> bool:
    return BeautifulSoup(content, "html.parser").find("input", {"name": "seen_digest"}) is not None


def recorded() -> tuple[int, ...]:
    """What decisions leave behind; that a page was read is noted besides."""
    entries = Entry.objects.exclude(verb="page.read")
    return entries.count(), Determination.objects.count(), AuthorityEnd.objects.count()


@pytest.mark.parametrize("state", states.LABELS)
def test_a_page_is_open_to_those_who_may_decide_in_that_state_and_to_nobody_else(
    state: str, cast: making.People, browser_of: Callable[[User], Client]
) -> None:
    deployment = making.deployment_in(state, cast)
    before = recorded()
    for person in PEOPLE:
        client = browser_of(getattr(cast, person))
        for act in ACTS:
            place = (state, person, act)
            response = client.get(address(act, deployment))
            is_open = person in OPEN.get(state, {}).get(act, set())
            assert is_form(response.content) == is_open, place
            if person not in ASKING[act]:
                assert response.status_code == 403, place
            if is_open:
                assert response.status_code == 200, place
                continue
            posted = client.post(address(act, deployment), said(act))
            assert posted.status_code in (403, 409), place
    assert recorded() == before


@pytest.mark.parametrize("act", ACTS)
def test_nobody_without_the_part_learns_what_there_is(
    act: str, cast: making.People, browser_of: Callable[[User], Client]
) -> None:
    client = browser_of(cast.auditor)
    deployment = making.draft(cast)
    assert client.get(address(act, deployment)).status_code == 403
    deployment.reference = "LFR-2026-9999"
    assert client.get(address(act, deployment)).status_code == 403
    allowed = browser_of(getattr(cast, sorted(ASKING[act])[0]))
    assert allowed.get(address(act, deployment)).status_code == 404
