"""Who read what, and what happened to one thing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string

from overt.ledger import selectors, services
from overt.ledger.errors import EntryRefused
from overt.ledger.models import Entry
from overt.ledger.timeline import Step
from tests.ledger.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

READ = {
    "actor": "user:ann",
    "page": "deployments:watchlist",
    "subject": "deployment:LFR-2026-0001",
    "now": NOW,
}


def read(**changes):
    return services.record_read(**(READ | changes))


def test_a_read_is_an_entry_with_the_page_and_the_subject():
    entry = read()
    assert (entry.verb, entry.subject) == ("page.read", "deployment:LFR-2026-0001")
    assert entry.payload == '{"page":"deployments:watchlist"}'


def test_the_same_page_within_one_hour_of_the_clock_is_noted_once():
    read()
    assert read(now=NOW.replace(minute=0, second=0, microsecond=0)) is None
    assert read(now=NOW.replace(minute=59)) is None
    assert read(now=NOW.replace(hour=10, minute=0)) is not None
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "user:bob"},
        {"page": "deployments:application"},
        {"subject": "deployment:LFR-2026-0002"},
    ],
)
def test_another_reader_page_or_subject_is_noted_by_itself(changes):
    read()
    assert read(**changes) is not None


def test_a_page_is_named_as_its_address_is():
    with pytest.raises(EntryRefused):
        read(page="/deployments/1/?q=a person")


def test_a_timeline_has_the_entries_of_one_subject_oldest_first_without_its_readers(append):
    append("one", subject=READ["subject"])
    append("other", subject="note:2")
    append("two", subject=READ["subject"], now=NOW + timedelta(days=1))
    read()
    steps = selectors.timeline(READ["subject"])
    assert [(step.seq, step.label, step.actor) for step in steps] == [
        (1, "Something noted", "user:ann"),
        (3, "Something noted", "user:ann"),
    ]
    assert steps[0].at == NOW
    assert [step.seq for step in selectors.timeline(READ["subject"], reads=True)] == [1, 3, 4]
    readers = selectors.timeline(
        READ["subject"], reads=True, without=[Entry.objects.get(seq=1).verb]
    )
    assert [step.seq for step in readers] == [4]


def figures(payload: str) -> list[tuple[str, object]]:
    step = Step.of(seq=1, at=NOW, actor="a", label="b", payload=payload)
    return [(each.name, each.value) for each in step.figures]


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ('{"under_18":3}', [("under 18", 3)]),
        ('{"a":true,"b":false,"c":null,"d":"","e":[]}', [("a", "yes"), ("b", "no")]),
        ('{"digest":"' + "ab" * 32 + '"}', [("digest", "abababababab")]),
        ('{"at":"2026-11-23T09:30:00Z"}', [("at", datetime(2026, 11, 23, 9, 30, tzinfo=UTC))]),
        ('{"at":"2026-99-23T09:30:00Z"}', [("at", "2026-99-23T09:30:00Z")]),
        ('{"a":["x",2]}', [("a", "x, 2")]),
        ('{"a":[{}],"b":{"c":1,"d":2}}', [("a", "1 item"), ("b", "2 items")]),
        ("tampered", []),
        ("[1]", []),
    ],
)
def test_a_payload_is_shown_in_words(payload, shown):
    assert figures(payload) == shown


def test_the_partial_links_every_step_to_its_entry_and_escapes_what_it_shows(append):
    append("<b>moved</b>")
    html = render_to_string(
        "ledger/partials/timeline.html", {"timeline": selectors.timeline("note:1")}
    )
    assert 'href="/ledger/1/"' in html
    assert "&lt;b&gt;moved&lt;/b&gt;" in html
    assert "23 Nov 2026, 09:30:00 GMT" in html


def test_a_subject_of_which_nothing_is_recorded_says_so():
    assert "Nothing has been recorded yet" in render_to_string(
        "ledger/partials/timeline.html", {"timeline": []}
    )


def test_everyone_gets_the_files_of_checkpoints_and_only_staff_the_list(client, append, checkpoint):
    append()
    made = checkpoint()
    for address in (f"/ledger/checkpoints/{made.size}.txt", "/ledger/checkpoints/latest.txt"):
        response = client.get(address)
        assert response.content.decode() == made.note
        assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert client.get("/ledger/checkpoints/keys.txt").content.decode() == (
        f"{selectors.key_in_force()}\n"
    )
    assert client.get("/ledger/checkpoints/1.txt").status_code == 404
    assert client.get("/ledger/checkpoints/").status_code == 302


def test_the_list_of_checkpoints_names_size_key_and_file(client, append, checkpoint):
    client.force_login(get_user_model().objects.create_user("ann"))
    assert "No checkpoint was signed yet" in client.get("/ledger/checkpoints/").content.decode()
    assert client.get("/ledger/checkpoints/latest.txt").status_code == 404
    append()
    made = checkpoint()
    page = client.get("/ledger/checkpoints/").content.decode()
    assert 'href="/ledger/checkpoints/2.txt"' in page
    assert made.key in page
    assert str(selectors.key_in_force()).replace("+", "&#x2B;") in page.replace("+", "&#x2B;")
