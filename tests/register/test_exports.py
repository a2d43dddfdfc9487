"""Atom and JSON: whole, stable, escaped, and by their own account."""

import hashlib
import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments import states
from overt.deployments.application import tasks
from overt.deployments.notices.shown import Shown
from overt.register import exports
from overt.register.views import notices as views
from tests.deployments import making
from tests.recognition.publishing import correct, published
from tests.register.announcing import SOON, announced, cancelled, publish

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client):
    response = client.get("/register/feed.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def required(element, *names):
    for name in names:
        found = element.findall(f"{ATOM}{name}")
        assert len(found) == 1, name
        assert found[0].text and found[0].text.strip(), name


@pytest.mark.django_db
def test_the_feed_has_what_atom_asks_for(client):
    made = announced()
    cancelled(made)
    root = feed(client)
    required(root, "id", "title", "updated")
    assert root.find(f"{ATOM}author/{ATOM}name").text == "Metropolitan Police Service"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "http://testserver/register/",
        "self": "http://testserver/register/feed.atom",
    }
    entries = root.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text.split(":")[0] for entry in entries] == [
        "Cancelled",
        "Announced",
    ]
    for entry, notice in zip(entries, made.notices.order_by("-number"), strict=True):
        required(entry, "id", "title", "updated", "published", "summary")
        assert entry.find(f"{ATOM}id").text == exports.entry_id(notice.digest)
        assert entry.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert entry.find(f"{ATOM}updated").text.startswith(f"{notice.published_at:%Y-%m-%dT%H}")
        assert entry.find(f"{ATOM}link").get("href") == (
            f"http://testserver/register/{made.reference}/#notice-{notice.number}"
        )
    assert root.find(f"{ATOM}updated").text == entries[0].find(f"{ATOM}updated").text


@pytest.mark.django_db
def test_the_feed_tells_what_came_of_it_and_each_correction(client):
    desk = published()
    corrected = correct(desk)
    entries = feed(client).findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text.split(":")[0] for entry in entries] == [
        "Record corrected",
        "Record",
        "Announced",
    ]
    last, first, _ = entries
    assert last.find(f"{ATOM}id").text == exports.entry_id(corrected.digest, "record")
    page = f"http://testserver/register/{desk.deployment.reference}/"
    assert last.find(f"{ATOM}link").get("href") == f"{page}#record-2"
    assert "Faces seen (estimate): 90. Alerts: 2, of which 1 false. Arrests: 1." in (
        first.find(f"{ATOM}summary").text
    )
    said = last.find(f"{ATOM}summary").text
    assert "Arrests: 0." in said
    assert "The person was &lt;i&gt;released&lt;/i&gt; without arrest." in said


@pytest.mark.django_db
def test_an_empty_feed_is_a_feed_and_stays_the_same(client):
    first = client.get("/register/feed.atom").content
    required(ElementTree.fromstring(first), "id", "title", "updated")
    assert client.get("/register/feed.atom").content == first


@pytest.mark.django_db
def test_an_address_of_its_own_changes_no_id(client, settings):
    announced()
    before = [found.text for found in feed(client).iter(f"{ATOM}id")]
    settings.PUBLIC_URL = "https://lfr.example.org"
    root = feed(client)
    assert [found.text for found in root.iter(f"{ATOM}id")] == before
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == (
        "https://lfr.example.org/register/feed.atom"
    )


@pytest.mark.django_db
def test_the_json_lists_every_notice_page_by_page(client, monkeypatch):
    made = announced()
    cancelled(made)
    publish(made, at=SOON + timedelta(hours=2))
    monkeypatch.setattr(views, "IN_A_FILE", 2)
    first = client.get("/register/notices.json").json()
    assert (first["format"], first["count"], first["page"], first["pages"]) == (
        "overt/notices/1",
        3,
        1,
        2,
    )
    second = client.get(first["next"]).json()
    assert second["next"] is None
    notices = [*first["notices"], *second["notices"]]
    assert [(each["number"], each["event"]) for each in notices] == [
        (3, "changed"),
        (2, "cancelled"),
        (1, "announced"),
    ]
    assert [each["lead_hours"] for each in notices] == [263, None, 265]
    for each in notices:
        document = client.get(each["document"])
        assert hashlib.sha256(document.content).hexdigest() == each["digest"]
        assert json.loads(document.content)["number"] == each["number"]
        assert client.get(each["page"]).status_code == 200


@pytest.mark.django_db
def test_the_file_of_a_deployment_is_its_last_notice_and_each_names_the_one_before(client):
    made = announced()
    second = cancelled(made)
    content = client.get(f"/register/{made.reference}/notice.json").content
    assert hashlib.sha256(content).hexdigest() == second.digest
    first = client.get(f"/register/{made.reference}/notices/1.json").content
    assert json.loads(content)["replaces"] == hashlib.sha256(first).hexdigest()
    assert client.get(f"/register/{made.reference}/notices/3.json").status_code == 404


@pytest.mark.django_db
def test_markup_and_what_xml_cannot_hold_arrive_as_text(client):
    attack = "]]> <script>&lt;\x00\x0b\u202e\ufffe é 🙂"
    made = making.deployment_in(
        states.AUTHORISED, notice=tasks.Notice(text=attack.replace("\x00", ""))
    )
    publish(made)
    entry = feed(client).find(f"{ATOM}entry")
    summary = entry.find(f"{ATOM}summary")
    assert summary.get("type") == "html"
    assert "<script" not in summary.text
    assert "]]&gt; &lt;script&gt;&amp;lt; é 🙂" in summary.text


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_notice_says_the_feed_can_be_read(place, text):
    from overt.deployments.notices import wording

    notice = Shown(
        reference="LFR-2026-0001",
        number=1,
        kind="announcement",
        event="announced",
        place=wording.one_line(place),
        borough=wording.one_line(place),
        area="",
        starts_at=making.START,
        ends_at=making.START + timedelta(hours=5),
        paragraphs=(wording.plain(text),),
        published_at=SOON,
        digest="0" * 64,
    )
    said = exports.atom(
        [exports.entry_of_notice(notice, link="http://h/register/LFR-2026-0001/")],
        force="Force",
        ledger="localhost/ledger",
        home="http://h/register/",
        address="http://h/register/feed.atom",
    )
    root = ElementTree.fromstring(said.encode())
    assert root.find(f"{ATOM}entry/{ATOM}title").text.startswith("Announced: ")
