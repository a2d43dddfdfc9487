import json
from datetime import datetime, timedelta, timezone
from hashlib import sha256

import pytest
from django.db import transaction
from pydantic import BaseModel

from overt.ledger import chain, services, verbs
from overt.ledger.errors import EntryRefused, NotInTransaction, UnregisteredVerb, VerbRefused
from overt.ledger.models import Entry
from tests.ledger.conftest import NOW, Noted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_first_entry_follows_64_zeros_and_each_next_one_the_hash_before(append):
    first, second = append("one"), append("two")
    assert (first.seq, first.previous) == (1, "0" * 64)
    assert (second.seq, second.previous) == (2, first.hash)


def test_the_hash_can_be_recomputed_by_a_stranger_from_the_written_rule(append):
    entry = append("straße")
    spelled_out = (
        '{"actor":"user:ann","at":"2026-11-23T09:30:00.123456Z",'
        '"payload":{"number":0,"text":"straße"},"previous":"' + "0" * 64 + '",'
        '"seq":1,"subject":"note:1","verb":"test.noted"}'
    )
    assert entry.hash == sha256(spelled_out.encode()).hexdigest()


def test_what_is_read_back_gives_the_hash_that_was_written(append):
    append()
    entry = Entry.objects.get()
    assert entry.at == NOW
    assert entry.hash == chain.entry_hash(
        seq=1,
        at=entry.at,
        actor=entry.actor,
        verb=entry.verb,
        subject=entry.subject,
        payload=json.loads(entry.payload),
        previous=entry.previous,
    )


def test_a_time_in_another_zone_is_kept_as_the_same_moment_in_utc(append):
    entry = append(now=NOW.astimezone(timezone(timedelta(hours=5))))
    assert entry.at.isoformat() == "2026-11-23T09:30:00.123456+00:00"
    assert entry.hash == _hash_of_a_plain_entry()


def _hash_of_a_plain_entry() -> str:
    return chain.entry_hash(
        seq=1,
        at=NOW,
        actor="user:ann",
        verb="test.noted",
        subject="note:1",
        payload={"text": "as agreed", "number": 0},
        previous=chain.GENESIS,
    )


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(NotInTransaction):
        services.append(
            actor="user:ann", verb="test.noted", subject="n:1", payload={"text": ""}, now=NOW
        )
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_when_the_change_it_records_is_rolled_back(append):
    append("kept")
    with pytest.raises(RuntimeError), transaction.atomic():
        append("undone")
        raise RuntimeError
    assert append("next").seq == 2


def test_a_verb_that_nobody_registered_is_refused(append):
    with pytest.raises(UnregisteredVerb, match="unheard_of"):
        append(verb="test.unheard_of")


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"text": "a", "face": "b"}, "face"),
        ({}, "text"),
        ({"text": "a", "number": "many"}, "number"),
    ],
)
def test_a_payload_that_does_not_fit_the_schema_is_refused_by_field(append, payload, field):
    with pytest.raises(EntryRefused, match=f"{field}: "):
        append(payload=payload)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("payload", [{"text": "\ud800"}, {"text": "a", "number": 2**53}])
def test_a_payload_without_a_canonical_form_is_refused(append, payload):
    with pytest.raises(EntryRefused, match="no canonical JSON"):
        append(payload=payload)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("text", ["", "a" * 201, "two\nlines", "nul\0", "\ud800"])
@pytest.mark.parametrize("field", ["actor", "subject"])
def test_an_actor_or_subject_that_no_database_would_keep_is_refused(append, field, text):
    with pytest.raises(EntryRefused, match=f"The {field} of test.noted"):
        append(**{field: text})


def test_a_time_without_a_zone_is_refused(append):
    with pytest.raises(EntryRefused, match="zone"):
        append(now=datetime(2026, 11, 23))


def test_a_payload_may_hold_any_text(append):
    text = 'nul \0, quote ", backslash \\, line\nend, \U0001f600'
    append(text)
    assert json.loads(Entry.objects.get().payload)["text"] == text


def test_registering_the_same_verb_twice_changes_nothing():
    before = verbs.get("test.noted")
    assert verbs.register("test.noted", label="Something noted", schema=Noted) == before


def test_a_verb_cannot_be_taken_over():
    with pytest.raises(VerbRefused, match="registered already"):
        verbs.register("test.noted", label="Something else", schema=Noted)


@pytest.mark.parametrize("name", ["noted", "Test.noted", "test.noted.twice", "test.", ""])
def test_a_verb_has_a_subject_kind_and_a_happening_in_its_name(name):
    with pytest.raises(VerbRefused, match="no name for a verb"):
        verbs.register(name, label="x", schema=Noted)


def test_a_schema_that_lets_unknown_fields_in_is_refused():
    class Open(BaseModel):
        text: str

    with pytest.raises(VerbRefused, match="forbid"):
        verbs.register("test.open", label="x", schema=Open)


def test_a_verb_that_has_gone_is_shown_by_its_name():
    assert verbs.label("test.noted") == "Something noted"
    assert verbs.label("old.verb") == "old.verb"
