"""The planner's pages of a notice, and its panel."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Deployment, Notice, NoticeKind
from overt.deployments.views.panels.notice import panel
from tests.accounts.signing_in import sign_in
from tests.deployments import making
from tests.register.announcing import SOON, announced, cancelled

pytestmark = pytest.mark.django_db

AT = SOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the time of day of every page."""

    def put(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(AT)
    return put


@pytest.fixture
def planner(client):
    """The client, signed in as the planner of every deployment."""
    sign_in(client, making.people().planner)
    return client


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def text(response):
    return " ".join(soup(response).get_text(" ").split())


def fields(response):
    return {
        field["name"]: field["value"]
        for field in soup(response).select("main form input[type=hidden]")
        if field["name"].startswith("seen_")
    }


def address(made: Deployment, more: str = "") -> str:
    return f"/deployments/{made.reference}/notice/{more}"


def test_what_is_previewed_is_what_the_public_reads(planner, client):
    made = making.deployment_in(states.AUTHORISED)
    shown = planner.get(address(made))
    previewed = soup(shown).select_one(".overt-notice")
    response = planner.post(address(made), fields(shown))
    assert response.status_code == 302
    public = soup(client.get(f"/register/{made.reference}/")).select_one(".overt-notice")

    def said(part):
        found = " ".join(part.get_text(" ").split())
        return re.sub(r"Published .*? before the start", "Published", found)

    assert said(previewed) == said(public)
    assert Notice.objects.get().published_at == AT
    assert "Notice 1 is published" in text(planner.get(address(made)))


def test_the_preview_shows_lead_time_against_the_policy_and_how_sure_it_is(planner):
    made = making.deployment_in(states.AUTHORISED)
    said = text(planner.get(address(made)))
    assert "10 days before the start" in said
    assert "24 hours assumed" in said
    assert "Kept" in said


def test_a_preview_that_reads_differently_by_now_publishes_nothing(planner, at):
    made = making.deployment_in(
        states.AUTHORISED, notice=tasks.Notice(text="Here.", exception_reason="An attack.")
    )
    seen = fields(planner.get(address(made)))
    at(making.START - timedelta(hours=2))
    sign_in(planner, making.people().planner)
    response = planner.post(address(made), seen)
    assert response.status_code == 409
    assert "reads differently" in text(response)
    assert "published under the exception" in text(response)
    assert not Notice.objects.exists()
    assert planner.post(address(made), fields(response)).status_code == 302


@pytest.mark.parametrize("sent", [{}, {"seen_digest": "x"}, {"seen_digest": "", "seen_words": ""}])
def test_what_no_page_showed_is_not_published(planner, sent):
    made = making.deployment_in(states.AUTHORISED)
    assert planner.post(address(made), sent).status_code == 409
    assert not Notice.objects.exists()


def test_too_late_without_a_reason_there_is_no_button(planner, at):
    made = making.deployment_in(states.AUTHORISED)
    seen = fields(planner.get(address(made)))
    at(making.START - timedelta(hours=2))
    sign_in(planner, making.people().planner)
    page = planner.get(address(made))
    assert "Fewer than the 24 hours" in text(page)
    assert not soup(page).select("main button")
    response = planner.post(address(made), seen)
    assert response.status_code == 409
    assert "Fewer than the 24 hours" in text(response)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (states.DRAFT, "It is draft"),
        (states.SUBMITTED, "once a deployment is authorised"),
        (states.REFUSED, "It is refused"),
    ],
)
def test_before_the_authority_there_is_nothing_to_publish(planner, state, said):
    made = making.deployment_in(state)
    page = planner.get(address(made))
    assert said in text(page)
    assert not soup(page).select("main button")


def test_others_read_but_do_not_publish(client):
    made = making.deployment_in(states.AUTHORISED)
    sign_in(client, making.people().auditor)
    page = client.get(address(made))
    assert page.status_code == 200
    assert "Only a planner" in text(page)
    assert not soup(page).select("main button")
    for path in (address(made), "/deployments/LFR-1999-0001/notice/"):
        assert client.post(path, {}).status_code == 403
    assert client.get("/deployments/LFR-1999-0001/notice/").status_code == 404


def test_the_history_shows_each_notice_and_what_changed(planner):
    made = announced()
    cancelled(made)
    page = planner.get(address(made))
    said = text(page)
    assert said.index("Notice 2: cancellation") < said.index("Notice 1: announcement")
    assert soup(page).select(".overt-wording del")
    assert soup(page).select(".overt-wording ins")
    assert "by Pat" in said


def test_cancelling_asks_for_a_reason_that_stays_inside(planner):
    made = announced()
    page = planner.get(address(made, "cancel/"))
    assert page.status_code == 200
    assert "Give the reason" in text(planner.post(address(made, "cancel/"), {"reason": " "}))
    assert planner.post(address(made, "cancel/"), {"reason": "Misleads."}).status_code == 302
    assert made.notices.first().kind == NoticeKind.CANCELLATION
    again = planner.post(address(made, "cancel/"), {"reason": "Twice."})
    assert again.status_code == 409
    assert "no notice that stands" in text(again)
    assert "No notice stands" in text(planner.get(address(made, "cancel/")))


def test_markup_is_shown_as_text(planner):
    attack = "<script>alert(1)</script>"
    made = making.deployment_in(states.AUTHORISED, notice=tasks.Notice(text=attack))
    page = planner.get(address(made))
    assert attack.encode() not in page.content
    assert attack in soup(page).get_text()


def test_the_panel_says_what_stands_and_what_is_missing(planner):
    made = making.deployment_in(states.AUTHORISED)
    actor = making.actor(making.people().planner)
    shown = panel(Deployment.objects.get(pk=made.pk), actor=actor, now=AT)
    assert shown["may_publish"]
    assert shown["fault"] == "No notice is published."
    assert shown["left"] == "10 days before the start"
    page = planner.get(f"/deployments/{made.reference}/")
    assert "Preview and publish" in text(page)
    planner.post(address(made), fields(planner.get(address(made))))
    said = text(planner.get(f"/deployments/{made.reference}/"))
    assert "The policy asks for 24 hours before the start (assumed)" in said
    assert "Public page" in said
    assert (
        panel(
            making.draft(title="New", start=making.START + timedelta(days=9)), actor=actor, now=AT
        )
        is None
    )
