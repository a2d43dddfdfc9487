"""The panels of decisions and papers on the page of a deployment."""

import pytest
from django.template.loader import render_to_string

from overt.deployments import states
from overt.deployments.models import Deployment
from overt.deployments.services import drafts
from overt.deployments.views.panels import decisions, papers
from tests.deployments import making
from tests.deployments.decisions.conftest import Clock

ACTS = {
    (states.SUBMITTED, "legal"): ["review"],
    (states.SUBMITTED, "inspector"): ["oral"],
    (states.SUBMITTED, "planner"): [],
    (states.REVIEWED, "officer"): ["authorise", "oral"],
    (states.REVIEWED, "legal"): [],
    (states.AUTHORISED, "officer"): ["withdraw"],
    (states.AUTHORISED, "operator"): ["ready"],
    (states.AUTHORISED, "inspector"): [],
    (states.READY, "officer"): ["withdraw"],
    (states.READY, "operator"): [],
    (states.REFUSED, "officer"): [],
    (states.EXPIRED, "officer"): [],
}


@pytest.mark.parametrize(("state", "person"), ACTS)
def test_the_panel_offers_what_this_person_may_do_now(
    state: str, person: str, cast: making.People, clock: Clock
) -> None:
    deployment = making.deployment_in(state, cast)
    actor = making.actor(getattr(cast, person))
    shown = decisions.panel(deployment, actor=actor, now=clock.now)
    assert shown is not None
    acts = [address.removeprefix("deployments:") for address, _ in shown["acts"]]
    assert acts == ACTS[state, person]


def test_a_draft_has_no_panel_of_decisions_or_papers(cast: making.People, clock: Clock) -> None:
    deployment = making.draft(cast)
    actor = making.actor(cast.planner)
    assert decisions.panel(deployment, actor=actor, now=clock.now) is None
    assert papers.panel(deployment, actor=actor, now=clock.now) is None


def shown_text(deployment: Deployment, cast: making.People, clock: Clock) -> str:
    panel = decisions.panel(deployment, actor=making.actor(cast.auditor), now=clock.now)
    return " ".join(render_to_string("deployments/panels/decisions.html", {"panel": panel}).split())


def test_an_authority_that_holds_is_shown_with_its_end_and_digest(
    cast: making.People, clock: Clock
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    text = shown_text(deployment, cast, clock)
    assert "until Saturday 5 December 2026, 17:00 GMT, for version 1" in text
    assert making.digest(deployment) in text
    assert "Sam, Superintendent" in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (states.WITHDRAWN, ("Withdrawn", "The threat has passed.")),
        (states.REFUSED, ("Not supported", "No authority is in force")),
        (states.ENDED, ("No authority is in force", "Given")),
    ],
)
def test_what_no_longer_holds_is_shown_with_its_reason(
    state: str, words: tuple[str, ...], cast: making.People, clock: Clock
) -> None:
    text = shown_text(making.deployment_in(state, cast), cast, clock)
    assert [word for word in words if word not in text] == []
    assert "In force" not in text


def test_an_application_opened_for_changes_keeps_no_authority(
    cast: making.People, clock: Clock
) -> None:
    deployment = making.deployment_in(states.AUTHORISED, cast)
    drafts.reopen(
        deployment=deployment,
        reason="Another day.",
        actor=making.actor(cast.planner),
        now=clock.now,
    )
    text = shown_text(Deployment.objects.get(pk=deployment.pk), cast, clock)
    assert "The application is open for changes." in text
    assert "Lapsed: the application was changed" in text
    assert "Another day." in text
