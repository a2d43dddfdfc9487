"""Public pages: what they show, to whom, and how they may be kept."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from overt.accounts import roles
from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.models import Sign
from overt.deployments.services import lifecycle
from overt.ledger.services import make_checkpoint
from tests.accounts.signing_in import sign_in
from tests.deployments import making
from tests.register.announcing import SOON, announced, cancelled, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the time of day of every page."""

    def put(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(SOON + timedelta(hours=2))
    return put


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def text(response):
    return " ".join(soup(response).get_text(" ").split())


def test_the_register_lists_what_is_announced_by_day(client, at):
    announced()
    later = announced(title="Later", start=making.START + timedelta(days=3))
    at(making.START + timedelta(hours=1))
    said = text(client.get("/register/"))
    assert said.index("Today") < said.index("Upcoming")
    assert said.index("5 December 2026") < said.index("8 December 2026")
    at(making.START + timedelta(days=2))
    found = soup(client.get("/register/?when=upcoming"))
    assert [link["href"] for link in found.select(".overt-announced__what a")] == [
        f"/register/{later.reference}/"
    ]
    assert "Time has passed" in text(client.get("/register/?when=past"))


def test_the_register_is_searched_by_words_borough_and_year(client):
    made = announced()
    other = announced(
        title="Other",
        start=making.START + timedelta(days=40),
        place=_at("Another place"),
    )
    for query, expected in (
        ("?words=another+place", [other.reference]),
        (f"?words={other.reference.lower()}", [other.reference]),
        ("?year=2027", [other.reference]),
        ("?borough=Sample+borough&words=borough,", [made.reference]),
        ("?words=nowhere", []),
        ("?year=1999", 2),
        ("?page=7", 2),
    ):
        links = soup(client.get(f"/register/{query}")).select(".overt-announced__what a")
        references = [link["href"].split("/")[2] for link in links]
        assert (len(references) if isinstance(expected, int) else references) == expected, query


def test_an_empty_register_says_so(client):
    assert "Nothing has been announced yet" in text(client.get("/register/"))


def test_a_deployment_has_its_notice_its_digest_and_the_way_to_check_it(client):
    made = announced()
    make_checkpoint(actor="command:test:runner", now=SOON)
    page = client.get(f"/register/{made.reference}/")
    notice = made.notices.get()
    said = text(page)
    assert "on Saturday 5 December 2026, from 11:00 to 16:00 GMT" in said
    assert notice.digest in said
    assert f"curl -s http://testserver/register/{made.reference}/notice.json | sha256sum" in said
    assert "latest checkpoint" in said
    assert "Announced" in said


def test_a_cancellation_stands_above_everything_and_gives_no_reason(client):
    made = announced()
    cancelled(made)
    page = client.get(f"/register/{made.reference}/")
    said = text(page)
    assert "This was cancelled" in said
    assert "internal reason" not in page.content.decode()
    assert said.index("Notice 2: cancellation") < said.index("Notice 1: announcement")
    assert "Cancelled" in text(client.get("/register/"))


def test_the_status_follows_what_took_place(client, at):
    made = making.deployment_in(states.READY)
    address = f"/register/{made.reference}/"
    at(making.START + timedelta(minutes=1))
    assert "Announced" in text(client.get(address))
    making.recheck_signs(made, making.people().operator, making.START)
    lifecycle.start(deployment=made, actor=making.PROGRAM, now=making.START)
    assert "Taking place now" in text(client.get(address))
    at(making.START + timedelta(hours=9))
    said = text(client.get(address))
    assert "That it has stopped is not confirmed yet" in said
    assert "Taking place now" not in said
    lifecycle.end(
        deployment=made, reason="", actor=making.PROGRAM, now=making.START + timedelta(hours=5)
    )
    assert "Took place" in text(client.get(address))


def test_an_exception_is_said_with_its_reason(client):
    made = making.deployment_in(
        states.AUTHORISED,
        notice=tasks.Notice(text="Near the station.", exception_reason="An attack is imminent."),
    )
    publish(made, at=making.START - timedelta(hours=2))
    said = text(client.get(f"/register/{made.reference}/"))
    assert "Shorter notice was given" in said
    assert "An attack is imminent." in said
    assert "2 hours before the start" in said


def test_public_pages_begin_no_session_and_carry_no_script(client):
    made = announced()
    for address in public_addresses(made):
        response = client.get(address)
        assert response.status_code == 200, address
        assert not response.cookies, address
        assert response.headers["Cache-Control"] == "public, max-age=60"
        assert "nonce" not in response.headers["Content-Security-Policy"]
        assert b"<script" not in response.content
    assert not Session.objects.exists()


def test_an_account_sees_the_same_and_keeps_it_to_itself(client):
    made = announced()
    signed_in = Client()
    sign_in(signed_in, User.objects.create(username="ann", first_name="Annabel"))
    for address in public_addresses(made):
        response = signed_in.get(address)
        assert response.content == client.get(address).content, address
        assert response.headers["Cache-Control"] == "private, max-age=60"


def test_what_was_kept_is_confirmed_until_it_changes(client):
    made = announced()
    for address in public_addresses(made):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, address
        assert again.content == b""
    feed = client.get("/register/feed.atom")
    since = {"If-Modified-Since": feed.headers["Last-Modified"]}
    assert client.get("/register/feed.atom", headers=since).status_code == 304
    tags = {address: client.get(address).headers["ETag"] for address in public_addresses(made)[:-1]}
    cancelled(made)
    assert client.get("/register/feed.atom", headers=since).status_code == 200
    for address, tag in tags.items():
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200, address


def public_addresses(made):
    return [
        "/register/",
        f"/register/{made.reference}/",
        "/register/feed.atom",
        "/register/notices.json",
        f"/register/{made.reference}/notice.json",
        f"/register/{made.reference}/notices/1.json",
    ]


def test_the_pages_are_read_only(client):
    made = announced()
    for address in public_addresses(made):
        for method in (client.post, client.put, client.delete, client.patch):
            assert method(address).status_code == 405


def test_the_code_on_a_sign_leads_everyone_to_the_notice(client):
    made = announced()
    sign = Sign.objects.filter(deployment=made).order_by("pk")[2]
    response = client.get(f"/signs/{sign.token}/")
    assert "You scanned sign S3" in text(response)
    assert "on Saturday 5 December 2026" in text(response)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert sign.token not in response.content.decode()


@pytest.mark.parametrize(
    ("role", "leads"),
    [(roles.OPERATOR, True), (roles.PLANNER, True), (roles.AUDITOR, False), (roles.LEGAL, False)],
)
def test_the_code_leads_those_who_check_signs_to_where_they_do(client, role, leads):
    made = announced()
    sign = Sign.objects.filter(deployment=made).first()
    user = User.objects.create(username="ann")
    user.groups.add(Group.objects.get(name=role))
    sign_in(client, user)
    response = client.get(f"/signs/{sign.token}/")
    if leads:
        assert response.headers["Location"] == reverse(
            "deployments:sign_on_street", kwargs={"token": sign.token}
        )
        assert response.headers["Cache-Control"] == "private, no-store"
    else:
        assert response.status_code == 200


def test_the_code_of_a_cancelled_deployment_says_so(client):
    made = announced()
    cancelled(made)
    sign = Sign.objects.filter(deployment=made).first()
    assert "This was cancelled" in text(client.get(f"/signs/{sign.token}/"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "part", ["x", "../" * 3, "a" * 300, "S3", "<b>", "\0", "é", "LFR-2026-0001'", "%", "-" * 43]
)
def test_whatever_is_asked_for_is_answered_with_not_found(client, part):
    announced()
    written = quote(part, safe="")
    for address in (
        f"/signs/{written}/",
        f"/register/{written}/",
        f"/register/{written}/notice.json",
        f"/register/{written}/notices/1.json",
        f"/register/LFR-2026-0001/notices/{'9' * 40}.json",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("user", ["operator", None])
def test_an_unknown_code_is_answered_with_what_that_may_mean(client, user):
    if user:
        sign_in(client, making.people().operator)
    response = client.get("/signs/S3/")
    assert response.status_code == 404
    assert "That may mean" in text(response)


@pytest.mark.both_databases
def test_no_question_breaks_the_list(client):
    announced()
    for query in ("words=%00", "words=%25_", "page=-1", "page=x", f"page={'9' * 40}", "year=0"):
        assert client.get(f"/register/?{query}").status_code == 200, query
        assert client.get(f"/register/notices.json?{query}").status_code == 200, query


def test_what_was_packed_on_the_way_is_confirmed_too(client):
    made = announced()
    address = f"/register/{made.reference}/"
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["ETag"].startswith("W/")
    again = client.get(address, headers={"If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304


def test_the_first_page_leads_the_public_to_the_register(client):
    links = [link["href"] for link in soup(client.get("/")).select("main a")]
    assert "/register/" in links


def test_markup_in_every_field_is_shown_as_text(client):
    attack = "<script>alert(1)</script><b>&amp;\"'"
    made = making.deployment_in(
        states.AUTHORISED,
        notice=tasks.Notice(text=attack, exception_reason=attack),
        place=_at(attack),
    )
    publish(made, at=making.START - timedelta(hours=2))
    for address in public_addresses(made)[:2]:
        page = client.get(address)
        assert b"<script" not in page.content
        assert b"<b>" not in page.content
        assert attack in soup(page).get_text()
    page = client.get("/register/", {"words": attack})
    assert b"<script" not in page.content
    document = json.loads(client.get(f"/register/{made.reference}/notice.json").content)
    assert document["place"]["name"] == attack


def _at(public_place):
    cast = making.people()
    place = making.complete_draft(cast).place
    return place.model_copy(update={"public_place": public_place})
