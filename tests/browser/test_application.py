"""Every page of an application at two widths: sound, accessible, and no wider than the screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from overt.deployments.application import tasks
from overt.deployments.models import Deployment
from overt.deployments.services import comments, drafts, submitting
from tests.accounts.signing_in import sign_in
from tests.browser.conftest import NARROW, WIDE
from tests.browser.watch import Watch, accessibility_faults
from tests.deployments import making


def versions(cast: making.People) -> Deployment:
    """A deployment with two versions that differ."""
    actor, now = making.actor(cast.planner), timezone.now()
    made = making.deployment_in("submitted", cast, now=now - timedelta(hours=2), title="Twice")
    drafts.reopen(deployment=made, reason="More is known.", actor=actor, now=now)
    made = Deployment.objects.get(pk=made.pk)
    made = drafts.save_task(
        deployment=made,
        task="use_case",
        data=tasks.UseCase(use_case="event_pso", reason="A larger public event, with alcohol."),
        seen_revision=made.revision,
        actor=actor,
        now=now,
    )
    submitting.submit(deployment=made, seen_revision=made.revision, actor=actor, now=now)
    return made


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_an_application_is_sound_accessible_and_fits(
    width: int,
    open_page: Callable[..., tuple[Page, Watch]],
    transactional_db: None,
    keep_screenshot: Callable[[Page, str], None],
) -> None:
    cast, now = making.people(), timezone.now()
    actor = making.actor(cast.planner)
    twice = versions(cast).reference
    empty = drafts.create(title="Empty <b>draft</b>", actor=actor, now=now).reference
    whole = making.draft(cast, now=now - timedelta(hours=1), title="Whole")
    comments.comment(deployment=whole, task="place", text="Is it?", actor=actor, now=now)
    full = whole.reference
    pages = {
        "deployments": "",
        "new": "new/",
        "deployment": f"{twice}/",
        "deployment-draft": f"{full}/",
        "tasks-empty": f"{empty}/tasks/",
        "tasks": f"{full}/tasks/",
        "check-answers": f"{full}/check/",
        "check-answers-empty": f"{empty}/check/",
        "version": f"{twice}/versions/1/",
        "difference": f"{twice}/versions/1/to/2/",
        "comments": f"{full}/comments/",
        "rename": f"{full}/rename/",
        "copy": f"{full}/copy/",
        "reopen": f"{twice}/reopen/",
        "cancel": f"{twice}/cancel/",
        **{f"task-{task.slug}": f"{full}/tasks/{task.slug}/" for task in tasks.TASKS},
        **{f"empty-{task.slug}": f"{empty}/tasks/{task.slug}/" for task in tasks.TASKS},
    }
    page, watch = open_page(width)
    client = Client()
    sign_in(client, cast.planner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": watch.origin}])  # type: ignore[list-item]
    faults = {}
    for name, path in pages.items():
        page.goto(f"/deployments/{path}")
        if page.locator(".overt-drawing").count():
            page.wait_for_selector(".overt-drawing[data-drawn]")
        keep_screenshot(page, f"application-{name}-{width}")
        faults[name] = accessibility_faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults[name].append("the page is wider than the screen")
    assert [f"{name}: {fault}" for name, found in faults.items() for fault in found] == []
