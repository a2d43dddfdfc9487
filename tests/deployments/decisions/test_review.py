"""The page on which a legal adviser reviews."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from overt.accounts import roles
from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application.tasks import Notice
from overt.deployments.models import Deployment, Determination
from overt.deployments.services import drafts, submitting
from overt.ledger.models import Entry
from tests.deployments import making
from tests.deployments.decisions.answering import address, answer, shown_digest, text
from tests.deployments.decisions.conftest import Clock

Browser = Callable[[User], Client]


@pytest.fixture
def submitted(cast: making.People) -> Deployment:
    return making.deployment_in(states.SUBMITTED, cast)


def changed(deployment: Deployment, cast: making.People, clock: Clock) -> Deployment:
    """The same deployment with another version, which says something else."""
    planner = making.actor(cast.planner)
    opened = drafts.reopen(
        deployment=deployment, reason="A better text.", actor=planner, now=clock.pass_(minutes=1)
    )
    saved = drafts.save_task(
        deployment=opened,
        task="notice",
        data=Notice(text="Another text."),
        seen_revision=opened.revision,
        actor=planner,
        now=clock.pass_(minutes=1),
    )
    submitting.submit(
        deployment=saved,
        seen_revision=saved.revision,
        actor=planner,
        now=clock.pass_(minutes=1),
    )
    return Deployment.objects.get(pk=deployment.pk)


def test_the_page_shows_the_whole_application_and_the_digest_beside_the_button(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    version = submitted.current_version
    assert version is not None
    page = text(browser_of(cast.legal).get(address("review", submitted)))
    for words in (
        "Officers who policed the event last year saw wanted people come here.",
        "The event drew serious violence in each of the last three years.",
        "S8: ",
        "values of the policy that no document confirms",
        f"version 1 · digest {version.short_digest}",
    ):
        assert words in page


def test_support_makes_it_reviewed_and_is_one_entry_of_the_ledger(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    entries = Entry.objects.filter(verb="deployment.reviewed")
    response = answer(
        browser_of(cast.legal), "review", submitted, conditions="Only the north side."
    )
    assert response.status_code == 302
    submitted.refresh_from_db()
    made = Determination.objects.get()
    assert submitted.state == states.REVIEWED
    assert (made.person, made.conditions) == (cast.legal, "Only the north side.")
    assert entries.count() == 1


def test_no_support_refuses_it(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    answer(browser_of(cast.legal), "review", submitted, outcome="refused")
    submitted.refresh_from_db()
    assert submitted.state == states.REFUSED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": ""}, "Choose whether you support it"),
        ({"reason": "  "}, "Give the reason"),
        ({"reason": "x" * 2001}, "use at most 2,000 characters"),
        ({"reason": "a\x00b"}, "Remove the characters that cannot be shown"),
        ({"conditions": "\x07"}, "Remove the characters that cannot be shown"),
    ],
)
def test_a_faulty_answer_is_told_and_records_nothing(
    changes: dict[str, str],
    message: str,
    cast: making.People,
    browser_of: Browser,
    submitted: Deployment,
) -> None:
    response = answer(browser_of(cast.legal), "review", submitted, **changes)
    assert response.status_code == 200
    assert message in text(response)
    assert not Determination.objects.exists()


def test_an_answer_to_an_older_version_records_nothing_and_shows_the_new_one(
    cast: making.People, browser_of: Browser, submitted: Deployment, clock: Clock
) -> None:
    client = browser_of(cast.legal)
    seen = shown_digest(client, "review", submitted)
    now_current = changed(submitted, cast, clock)
    response = answer(client, "review", now_current, seen=seen, reason="Well argued.")
    assert response.status_code == 409
    assert not Determination.objects.exists()
    page = text(response)
    assert "has changed since you opened this page" in page
    assert "Another text." in page
    assert "Well argued." in page
    # What is shown now can be signed now, and the choice has to be made anew.
    assert making.digest(now_current) in response.content.decode()
    assert " checked>" not in response.content.decode()
    assert answer(client, "review", now_current).status_code == 302


@pytest.mark.parametrize("seen", ["", "0" * 64, "x"])
def test_a_digest_that_no_page_showed_signs_nothing(
    seen: str, cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    assert answer(browser_of(cast.legal), "review", submitted, seen=seen).status_code == 409
    assert not Determination.objects.exists()


def test_a_second_click_changes_nothing_and_says_what_stands(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    client = browser_of(cast.legal)
    seen = shown_digest(client, "review", submitted)
    answer(client, "review", submitted, seen=seen)
    entries = Entry.objects.exclude(verb="page.read").count()
    response = answer(client, "review", submitted, seen=seen, outcome="refused")
    assert response.status_code == 409
    assert "Nothing was recorded" in text(response)
    assert "Proportionate." in text(response)
    assert Entry.objects.exclude(verb="page.read").count() == entries
    assert Determination.objects.get().outcome == "given"


def test_who_wrote_on_it_reads_why_they_may_not_review_it(
    cast: making.People, browser_of: Browser
) -> None:
    cast.planner.groups.add(Group.objects.get(name=roles.LEGAL))
    deployment = making.deployment_in(states.SUBMITTED, cast)
    # `making` gives each person their one role again.
    cast.planner.groups.add(Group.objects.get(name=roles.LEGAL))
    response = browser_of(cast.planner).get(address("review", deployment))
    assert response.status_code == 403
    assert "You wrote on this application" in text(response)


def test_markup_in_a_reason_is_shown_as_text(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    evil = "<script>alert(1)</script>"
    answer(browser_of(cast.legal), "review", submitted, reason=evil, conditions="<b>x</b>")
    response = browser_of(cast.officer).get(address("authorise", submitted))
    assert evil in text(response)
    assert "<b>x</b>" in text(response)
    assert "<script>alert" not in response.content.decode()


def test_a_version_that_was_tampered_with_is_not_put_to_anyone(
    cast: making.People,
    browser_of: Browser,
    submitted: Deployment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from overt.deployments.application import document

    monkeypatch.setattr(document, "digest", lambda text: "f" * 64)
    response = browser_of(cast.legal).get(address("review", submitted))
    assert response.status_code == 409
    assert "is not what was submitted" in text(response)


def test_earlier_decisions_lead_to_what_changed_since(
    cast: making.People, browser_of: Browser, submitted: Deployment, clock: Clock
) -> None:
    client = browser_of(cast.legal)
    answer(client, "review", submitted)
    later = changed(Deployment.objects.get(pk=submitted.pk), cast, clock)
    assert "What changed since version 1" in text(client.get(address("review", later)))


def test_who_read_the_application_to_review_it_is_in_the_ledger(
    cast: making.People, browser_of: Browser, submitted: Deployment
) -> None:
    client = browser_of(cast.legal)
    for _ in range(2):
        client.get(address("review", submitted))
    entry = Entry.objects.get(verb="page.read")
    assert (entry.actor, entry.subject) == ("user:lee", submitted.subject)
