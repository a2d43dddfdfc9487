from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from overt.ledger import rules

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def reader(client):
    client.force_login(get_user_model().objects.create_user("ann"))
    return client


def test_nobody_reads_the_ledger_without_signing_in(client, append):
    append()
    for address in ("/ledger/", "/ledger/1/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith("/accounts/")


def test_an_account_that_is_not_in_use_is_refused_by_the_rule():
    assert rules.may_read(is_active=True).allowed
    decision = rules.may_read(is_active=False)
    assert (decision.allowed, decision.rule) == (False, "ledger.account_in_use")


def test_an_empty_ledger_says_so(reader):
    assert "Nothing has been decided yet" in reader.get("/ledger/").content.decode()


def test_the_list_shows_the_newest_first_with_the_verb_in_words(reader, append):
    append(subject="note:1")
    last = append(subject="note:2")
    page = reader.get("/ledger/").content.decode()
    assert page.index('href="/ledger/2/"') < page.index('href="/ledger/1/"')
    assert "Something noted" in page
    assert last.hash in page
    assert "23 Nov 2026, 09:30:00 GMT" in page


def test_times_are_shown_as_london_has_them(reader, append):
    append(now=datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    assert "1 Jul 2026, 13:00:00 BST" in reader.get("/ledger/").content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("subject=import:1", [2]),
        ("subject=import:", [3, 2]),
        ("verb=test.noted", [3, 2, 1]),
        ("verb=test.noted&subject=note:1", [1]),
        ("subject=nothing", []),
    ],
)
def test_the_list_can_be_narrowed_to_a_subject_its_kind_and_a_verb(reader, append, query, shown):
    append(subject="note:1")
    append(subject="import:1")
    append(subject="import:17")
    response = reader.get(f"/ledger/?{query}")
    assert [entry.seq for entry in response.context["page"]] == shown


@pytest.mark.parametrize("query", ["verb=no.such", "subject=%00", f"subject={'a' * 201}"])
def test_a_filter_that_makes_no_sense_is_said_to_be_a_problem(reader, append, query):
    append()
    response = reader.get(f"/ledger/?{query}")
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()


def test_a_long_ledger_comes_in_pages_that_keep_the_filter(reader, append):
    for _ in range(51):
        append(subject="note:1")
    first = reader.get("/ledger/?subject=note:")
    assert [entry.seq for entry in first.context["page"]][:2] == [51, 50]
    assert 'href="?subject=note%3A&amp;page=2"' in first.content.decode()
    second = reader.get("/ledger/?subject=note:&page=2")
    assert [entry.seq for entry in second.context["page"]] == [1]


def test_an_entry_shows_its_payload_and_both_hashes(reader, append):
    first, second = append("one"), append("<b>two</b>")
    page = reader.get("/ledger/2/").content.decode()
    assert first.hash in page
    assert second.hash in page
    assert "&quot;text&quot;: &quot;&lt;b&gt;two&lt;/b&gt;&quot;" in page
    assert "Computed again just now" in page


def test_an_entry_that_is_not_there_is_not_found(reader):
    assert reader.get("/ledger/7/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE ledger_entry SET payload = 'x' WHERE seq = 2", "its payload is not canonical"),
        ("UPDATE ledger_entry SET actor = 'x' WHERE seq = 2", "its contents do not give"),
        ("UPDATE ledger_entry SET hash = 'x' WHERE seq = 1", "it does not follow entry 1"),
        ("DELETE FROM ledger_entry WHERE seq = 1", "it does not follow entry 1"),
    ],
)
def test_an_entry_that_was_tampered_with_says_so_on_its_page(
    reader, append, triggers_off, change, said
):
    append()
    append()
    with connection.cursor() as cursor:
        cursor.execute(change)
    page = reader.get("/ledger/2/").content.decode()
    assert said in page
    assert "Computed again just now" not in page
