"""Check answers, submit, versions, differences, comments, and the changes beside the tasks."""

import hashlib
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Comment, Deployment, Version
from overt.deployments.services import drafts, submitting
from overt.ledger.models import Entry
from tests.deployments import making
from tests.deployments.pages.answering import address, errors, soup, text


def fresh(deployment: Deployment) -> Deployment:
    return Deployment.objects.get(pk=deployment.pk)


def changed(cast: making.People, deployment: Deployment, **what: tasks.TaskData) -> Version:
    """Opened again, with other tasks, submitted again."""
    actor = making.actor(cast.planner)
    later = making.NOW + making.timedelta(minutes=40)
    drafts.reopen(deployment=deployment, reason="More is known.", actor=actor, now=later)
    current = fresh(deployment)
    for name, data in what.items():
        current = drafts.save_task(
            deployment=current,
            task=name,
            data=data,
            seen_revision=current.revision,
            actor=actor,
            now=later,
        )
    return submitting.submit(
        deployment=current, seen_revision=current.revision, actor=actor, now=later
    )


def submit(client: Client, deployment: Deployment, revision: int | None = None) -> object:
    seen = fresh(deployment).revision if revision is None else revision
    return client.post(address("check_answers", deployment), {"seen_revision": str(seen)})


def test_every_answer_has_a_change_link_that_leads_to_its_task(
    planner: Client, cast: making.People
) -> None:
    full = making.draft(cast)
    page = soup(planner.get(address("check_answers", full)))
    links = {str(link["href"]) for link in page.select(".govuk-summary-list__actions a")}
    for task in tasks.TASKS:
        assert (
            reverse("deployments:task", kwargs={"reference": full.reference, "slug": task.slug})
            in links
        )


def test_submitting_freezes_what_was_shown(planner: Client, cast: making.People) -> None:
    full = making.draft(cast)
    page = soup(planner.get(address("check_answers", full)))
    assert "Submit version 1" in page.get_text()
    submit(planner, full)
    version = Version.objects.get()
    assert fresh(full).state == states.SUBMITTED
    assert version.digest[:12] in text(planner.get(address("deployment", full)))


def test_an_incomplete_application_is_refused_with_links_to_its_tasks(
    planner: Client, cast: making.People
) -> None:
    full = making.draft(cast, notice=tasks.Notice(), use_case=tasks.UseCase())
    refused = submit(planner, full)
    assert refused.status_code == 409
    assert "Notice: Write what the public will read" in errors(refused)
    hrefs = [str(a["href"]) for a in soup(refused).select(".govuk-error-summary__list a")]
    assert address("task", full, slug="use-case") in hrefs
    assert fresh(full).state == states.DRAFT


def test_a_calendar_conflict_names_the_other_deployment(
    planner: Client, cast: making.People
) -> None:
    other = making.deployment_in("submitted", cast)
    full = making.draft(cast)
    refused = submit(planner, full)
    assert refused.status_code == 409
    assert other.reference in " ".join(errors(refused))


def test_a_stale_page_submits_nothing(planner: Client, cast: making.People) -> None:
    full = making.draft(cast)
    assert submit(planner, full, full.revision - 1).status_code == 409
    assert not Version.objects.exists()


def test_only_a_planner_submits(auditor: Client, cast: making.People) -> None:
    full = making.draft(cast)
    assert "Submit version" not in text(auditor.get(address("check_answers", full)))
    assert submit(auditor, full).status_code == 403


def test_a_version_shows_its_document_and_gives_the_bytes_of_its_digest(
    auditor: Client, cast: making.People
) -> None:
    full = making.deployment_in("authorised", cast)
    version = Version.objects.get()
    page = text(auditor.get(address("version", full, number=1)))
    assert version.digest in page
    assert "Officers who policed the event" in page
    assert "Written authority: given" in page
    given = auditor.get(address("application_json", full, number=1))
    assert hashlib.sha256(given.content).hexdigest() == version.digest
    assert "attachment" in given.headers["Content-Disposition"]
    assert auditor.get(address("version", full, number=2)).status_code == 404


def test_who_reads_where_the_zone_is_stays_in_the_ledger(
    auditor: Client, cast: making.People
) -> None:
    full = making.deployment_in("submitted", cast)
    for path in (
        address("version", full, number=1),
        address("application_json", full, number=1),
        address("check_answers", full),
        address("task", full, slug="place"),
    ):
        auditor.get(path)
    reads = Entry.objects.filter(verb="page.read", actor="user:aud", subject=full.subject)
    assert reads.count() == 4
    auditor.get(address("task", full, slug="notice"))
    assert reads.count() == 4


def test_only_what_changed_is_shown_side_by_side(auditor: Client, cast: making.People) -> None:
    full = making.deployment_in("submitted", cast)
    changed(cast, full, use_case=tasks.UseCase(use_case="event_pso", reason="A small <b> event."))
    path = address("difference", full, older=1, newer=2)
    page = soup(auditor.get(path))
    assert [mark.get_text() for mark in page.select("td del")] == ["removed: large public"]
    assert [mark.get_text() for mark in page.select("td ins")] == ["added: small <b>"]
    assert len(page.select("tbody tr")) == 1
    assert len(soup(auditor.get(path, {"all": "1"})).select("tbody tr")) > 30
    assert auditor.get(address("difference", full, older=1, newer=3)).status_code == 404


def test_two_versions_that_say_the_same_say_so(auditor: Client, cast: making.People) -> None:
    full = making.deployment_in("submitted", cast)
    changed(cast, full)
    page = text(auditor.get(address("difference", full, older=1, newer=2)))
    assert "Nothing changed between the two." in page


@pytest.mark.both_databases
def test_a_comment_is_read_by_all_and_stays(
    cast: making.People, browser_of: Callable[[User], Client], auditor: Client
) -> None:
    full = making.deployment_in("submitted", cast)
    legal = browser_of(cast.legal)
    said = "Is the <b>tram stop</b>\r\nin the zone?"
    answered = legal.post(
        address("comment", full), {"task": "place", "from": "place", "text": said}
    )
    assert answered.headers["Location"] == address("task", full, slug="place")
    (comment,) = Comment.objects.all()
    assert (comment.task, comment.version_number, comment.author) == ("place", 1, cast.legal)
    for path in (
        address("deployment", full),
        address("comment", full),
        address("task", full, slug="place"),
    ):
        content = auditor.get(path).content.decode()
        assert "&lt;b&gt;tram stop&lt;/b&gt;" in content
    entry = Entry.objects.get(verb="deployment.commented")
    assert "tram" not in entry.payload


@pytest.mark.parametrize("given", [{"text": "  "}, {"text": "x", "task": "faces"}, {"text": "\0"}])
def test_a_comment_that_is_none_is_refused(
    given: dict[str, str], planner: Client, cast: making.People
) -> None:
    full = making.draft(cast)
    assert len(errors(planner.post(address("comment", full), given))) == 1
    assert not Comment.objects.exists()


def test_who_has_no_part_cannot_comment(
    cast: making.People, browser_of: Callable[[User], Client]
) -> None:
    full = making.draft(cast)
    for user in (cast.auditor, cast.operator):
        browser = browser_of(user)
        assert browser.post(address("comment", full), {"text": "x"}).status_code == 403
        assert soup(browser.get(address("deployment", full))).select("textarea") == []


def test_opening_for_changes_warns_and_ends_the_authority(
    planner: Client, cast: making.People
) -> None:
    full = making.deployment_in("authorised", cast)
    path = address("reopen", full)
    page = text(planner.get(path))
    assert "The authority lapses at once" in page
    assert f"version 1 · digest {Version.objects.get().digest[:12]}" in page
    assert errors(planner.post(path, {"reason": ""})) == ["Give the reason"]
    planner.post(path, {"reason": "Another street."})
    assert fresh(full).state == states.DRAFT


def test_cancelling_asks_for_a_reason_and_is_final(planner: Client, cast: making.People) -> None:
    full = making.deployment_in("reviewed", cast)
    path = address("cancel", full)
    planner.post(path, {"reason": "The event is off."})
    assert fresh(full).state == states.CANCELLED
    again = planner.post(path, {"reason": "Again."})
    assert again.status_code == 409
    assert "cannot be done now" in text(planner.get(path))


def test_a_copy_has_the_answers_and_not_the_times(planner: Client, cast: making.People) -> None:
    full = making.deployment_in("submitted", cast)
    planner.post(address("copy", full), {"title": "Next year's market"})
    copy = Deployment.objects.get(title="Next year's market")
    assert copy.draft["necessity"] == full.draft["necessity"]
    assert "time" not in copy.draft


def test_a_draft_is_renamed_and_a_submitted_one_is_not(
    planner: Client, cast: making.People
) -> None:
    draft = making.draft(cast)
    planner.post(address("rename", draft), {"title": "Summer market"})
    assert fresh(draft).title == "Summer market"
    submitted = making.deployment_in("submitted", cast, title="Fixed")
    refused = planner.post(address("rename", submitted), {"title": "Other"})
    assert refused.status_code == 409
    assert fresh(submitted).title == "Fixed"


@pytest.mark.parametrize("state", list(states.LABELS))
def test_the_page_of_a_deployment_says_what_comes_next_in_every_state(
    state: str, auditor: Client, cast: making.People
) -> None:
    made = making.deployment_in(state, cast)
    page = text(auditor.get(address("deployment", made)))
    assert states.LABELS[state] in page
    assert made.title in page
    assert "What happened" in page
    assert "Application begun" in page
    assert "Task saved" not in page
    assert "Sign still in place" not in page
