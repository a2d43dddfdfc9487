"""Checkpoints are signed when there is something new, and never over what is not intact."""

from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from overt.ledger import keys, notes, selectors, services, triggers
from overt.ledger.checkpoints import TreeHead
from overt.ledger.errors import CheckpointRefused, KeyMissing
from overt.ledger.merkle import Range
from overt.ledger.models import Checkpoint, Entry
from overt.ledger.tasks import checkpoint as beat
from tests.ledger.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def sign(**changes):
    return services.make_checkpoint(**({"actor": "command:test", "now": NOW} | changes))


def test_a_checkpoint_says_size_root_and_head_and_is_signed_with_the_key_in_force(append):
    append()
    made = sign()
    tree = Range()
    for entry in Entry.objects.filter(seq__lte=2).order_by("seq"):
        tree.append(entry.hash)
    note = notes.parse(made.note)
    key = selectors.key_in_force()
    assert TreeHead.of_text(note.text) == TreeHead(
        "localhost/ledger", 2, tree.root().hex(), Entry.objects.get(seq=2).hash
    )
    assert notes.signers(note, [key]) == [key]
    assert (made.size, made.at, made.key) == (2, NOW, f"localhost/ledger+{key.id}")


def test_the_first_checkpoint_takes_up_a_key_and_its_own_entry_comes_after_it(append):
    append()
    made = sign()
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["test.noted", "ledger.key_added", "ledger.checkpointed"]
    last = Entry.objects.get(seq=3)
    assert sha256(made.note.encode()).hexdigest() in last.payload
    assert last.subject == "checkpoint:2"


def test_where_nothing_is_new_nothing_is_signed(append):
    assert sign() is None
    append()
    assert sign() is not None
    assert sign() is None
    append()
    assert sign().size == 4
    assert Checkpoint.objects.count() == 2


def test_the_next_root_goes_on_from_the_last_one(append):
    for number in range(9):
        append()
        if number % 3 == 0:
            sign()
    last = Checkpoint.objects.last()
    whole = Range()
    for entry in Entry.objects.filter(seq__lte=last.size).order_by("seq"):
        whole.append(entry.hash)
    assert last.root == whole.root().hex()


@pytest.mark.django_db(transaction=True)
def test_a_publication_is_followed_by_a_checkpoint_once_it_is_committed(append):
    with transaction.atomic():
        append()
        services.checkpoint_after_publication(actor="user:ann", now=NOW)
        assert not Checkpoint.objects.exists()
    assert Checkpoint.objects.get().size == 2


@pytest.mark.django_db(transaction=True)
def test_a_publication_stands_where_it_cannot_be_signed(append, settings, caplog):
    settings.LEDGER_MAKES_ITS_KEY = False
    with transaction.atomic():
        append()
        services.checkpoint_after_publication(actor="user:ann", now=NOW)
    assert Entry.objects.count() == 1
    assert "ledger_keys generate" in caplog.text


def test_in_production_a_missing_key_is_said_with_the_remedy(append, settings):
    settings.LEDGER_MAKES_ITS_KEY = False
    append()
    with pytest.raises(KeyMissing, match="ledger_keys generate"):
        sign()
    assert Entry.objects.count() == 1


def test_another_key_in_the_place_of_the_one_in_force_signs_nothing(append, settings, tmp_path):
    append()
    sign()
    append()
    for path in keys.files(settings.LEDGER_KEY_FOLDER):
        path.unlink()
    keys.generate(settings.LEDGER_KEY_FOLDER, "localhost/ledger")
    with pytest.raises(KeyMissing, match="which the ledger names"):
        sign()


def test_a_key_may_be_given_as_a_file(append, settings, tmp_path):
    key, path = keys.generate(tmp_path / "elsewhere", "example.org/log")
    settings.LEDGER_KEY = str(path)
    append()
    assert sign().key == f"example.org/log+{key.verifier.id}"


def test_two_keys_and_none_named_is_for_a_person_to_decide(append, settings):
    for _ in range(2):
        keys.generate(settings.LEDGER_KEY_FOLDER, "localhost/ledger")
    append()
    with pytest.raises(KeyMissing, match="OVERT_LEDGER_KEY"):
        sign()


def test_a_replaced_key_is_vouched_for_by_the_old_one(append, settings):
    append()
    sign()
    old = keys.read(next(keys.files(settings.LEDGER_KEY_FOLDER)))
    new, _ = keys.generate(settings.LEDGER_KEY_FOLDER, old.name)
    services.replace_key(old=old, new=new, actor="command:test", now=NOW)
    both = notes.parse(Checkpoint.objects.last().note)
    assert notes.signers(both, [old.verifier, new.verifier]) == [old.verifier, new.verifier]
    append()
    later = notes.parse(sign().note)
    assert notes.signers(later, [old.verifier, new.verifier]) == [new.verifier]


def test_a_key_of_another_name_or_the_wrong_old_key_replaces_nothing(append, settings):
    append()
    sign()
    stray = notes.SigningKey.generate("localhost/ledger")
    other = notes.SigningKey.generate("example.org/other")
    old = keys.read(next(keys.files(settings.LEDGER_KEY_FOLDER)))
    for given, new in ((stray, stray), (old, other)):
        with pytest.raises(KeyMissing):
            services.replace_key(old=given, new=new, actor="command:test", now=NOW)
    with pytest.raises(KeyMissing):
        services.take_up_key(key=stray, actor="command:test", now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET subject = 'x' WHERE seq = 5",
        "UPDATE ledger_entry SET hash = 'x' WHERE seq = 2",
        "UPDATE ledger_checkpoint SET subtrees = ''",
        "UPDATE ledger_checkpoint SET root = head",
        "UPDATE ledger_checkpoint SET size = 1",
    ],
)
def test_nothing_is_signed_over_a_ledger_that_was_tampered_with(append, triggers_off, change):
    append()
    sign()
    append()
    append()
    with connection.cursor() as cursor:
        cursor.execute(change)
    with pytest.raises(CheckpointRefused, match="nothing was signed"):
        sign()
    assert Checkpoint.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_checkpoint SET note = ''",
        "DELETE FROM ledger_checkpoint",
        "INSERT INTO ledger_checkpoint SELECT 1, at, head, root, key, note, subtrees "
        "FROM ledger_checkpoint",
    ],
)
def test_a_stored_checkpoint_cannot_be_changed(append, change):
    append()
    append()
    made = sign()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert Checkpoint.objects.get() == made
    assert triggers.CHECKPOINTS.faults(connection) == []


def test_beat_signs_what_is_new(append):
    append()
    beat()
    beat()
    assert Checkpoint.objects.count() == 1
