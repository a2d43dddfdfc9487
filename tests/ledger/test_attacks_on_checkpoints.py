"""What the database's owner may try, held against checkpoints: each attempt is named in a line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from overt.ledger import chain, keys, notes, selectors, services, triggers
from overt.ledger.models import Checkpoint, Entry
from tests.ledger.conftest import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        verify(*arguments)
    assert caught.value.returncode == 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


def rewrite(start: int, **changes: str) -> None:
    """Change entry `start` and give it and every later one the right hash again."""
    Entry.objects.filter(seq=start).update(**changes)
    previous = selectors.hash_of(start - 1) or chain.GENESIS
    for entry in Entry.objects.filter(seq__gte=start).order_by("seq"):
        digest = chain.entry_hash(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            verb=entry.verb,
            subject=entry.subject,
            payload=json.loads(entry.payload),
            previous=previous,
        )
        Entry.objects.filter(seq=entry.seq).update(previous=previous, hash=digest)
        previous = digest


def begin_anew(count: int) -> None:
    """A whole other ledger, in itself without fault: other entries, another key, signed anew."""
    sql("DELETE FROM ledger_checkpoint")
    sql("DELETE FROM ledger_entry")
    from django.conf import settings

    for path in keys.files(settings.LEDGER_KEY_FOLDER):
        path.unlink()
    for each in (triggers.ENTRIES, triggers.CHECKPOINTS):
        each.install(connection)
    for number in range(count):
        with transaction.atomic():
            services.append(
                actor="user:mallory",
                verb="test.noted",
                subject="note:1",
                payload={"text": str(number)},
                now=NOW,
            )
    services.make_checkpoint(actor="command:test", now=NOW)


@pytest.fixture
def kept(append, checkpoint, tmp_path) -> Path:
    """Two checkpoints, at 3 and at 6 entries, the second kept outside; then another entry: 8."""
    append("one")
    append("two")
    assert checkpoint().size == 3
    append("five")
    append("six")
    path = tmp_path / "kept.txt"
    last = checkpoint()
    assert last.size == 6
    path.write_text(last.note, encoding="utf-8", newline="")
    append("eight")
    return path


@pytest.fixture
def public(kept) -> str:
    return str(selectors.key_in_force())


def test_an_intact_ledger_holds_against_everything(kept, public):
    said = verify("--checkpoint", str(kept), "--key", public)
    assert said.startswith("Intact: 8 entries, head ")
    assert "Every stored checkpoint holds: 2\n" in said
    assert f"Holds: {kept}\n" in said


def test_truncation_shows_against_the_stored_and_the_kept_checkpoint(kept, triggers_off):
    sql("DELETE FROM ledger_entry WHERE seq > 5")
    assert "checkpoint 6: it covers 6 entries, and the ledger has 5" in refused()
    sql("DELETE FROM ledger_checkpoint WHERE size > 3")
    assert "The 5 entries are intact, but not protected" in refused()
    assert f"{kept}: it covers 6 entries, and the ledger has 5" in refused(
        "--checkpoint", str(kept)
    )


def test_truncation_to_just_what_was_signed_shows_by_the_missing_entry(kept, triggers_off):
    sql("DELETE FROM ledger_entry WHERE seq > 6")
    assert "checkpoint 6: no entry says that it was signed" in refused()


def test_an_edit_and_a_reorder_are_named_by_their_entry(kept, triggers_off):
    sql("UPDATE ledger_entry SET subject = 'note:9' WHERE seq = 5")
    assert refused("--checkpoint", str(kept)).startswith("Not intact: entry 5: its contents")
    sql("UPDATE ledger_entry SET subject = 'note:1' WHERE seq = 5")
    assert "The 8 entries are intact" in refused()
    for old, new in ((1, 99), (2, 1), (99, 2)):
        sql("UPDATE ledger_entry SET seq = %s WHERE seq = %s", new, old)
    assert refused("--checkpoint", str(kept)).startswith("Not intact: entry 1: its contents")


def test_a_rewrite_with_right_hashes_shows_against_the_checkpoints(kept, triggers_off):
    rewrite(5, actor="user:mallory")
    said = refused()
    assert "checkpoint 6: the first 6 entries are not those that it covers" in said
    assert "The last checkpoint that holds is 3." in said
    assert f"{kept}: the first 6 entries are not those" in refused("--checkpoint", str(kept))


def test_a_rewrite_without_any_stored_checkpoint_shows_against_the_kept_one(kept, triggers_off):
    rewrite(1, actor="user:mallory")
    sql("DELETE FROM ledger_checkpoint")
    assert "checkpoint 3: it was deleted: entry 4 says it was signed" in refused()
    assert "the ledger was rewritten" in refused("--checkpoint", str(kept))


def test_another_ledger_signed_with_another_key_shows_against_the_file_and_the_key(
    kept, public, triggers_off
):
    begin_anew(9)
    assert verify().startswith("Intact")
    assert "that is not a key to trust here" in refused("--checkpoint", str(kept))
    assert "none is signed with the pinned key" in refused("--key", public)
    assert "the ledger was rewritten" in refused("--checkpoint", str(kept), "--key", public)


def test_dropped_triggers_are_said(kept):
    triggers.CHECKPOINTS.remove(connection)
    try:
        assert "not protected: the trigger checkpoint_" in refused()
    finally:
        triggers.CHECKPOINTS.install(connection)


def test_a_deleted_checkpoint_is_named(kept, triggers_off):
    sql("DELETE FROM ledger_checkpoint WHERE size = 3")
    assert "checkpoint 3: it was deleted: entry 4 says it was signed" in refused()


REPLACED = {
    "another root beside the text": "UPDATE ledger_checkpoint SET root = head WHERE size = 6",
    "another text": "UPDATE ledger_checkpoint SET note = replace(note, 'head ', 'tail ')",
    "no note": "UPDATE ledger_checkpoint SET note = 'x'",
    "the text of another": "UPDATE ledger_checkpoint SET note = (SELECT note FROM "
    "ledger_checkpoint WHERE size = 3) WHERE size = 6",
    "another key's name": "UPDATE ledger_checkpoint SET key = 'x+1'",
}


@pytest.mark.parametrize("how", REPLACED)
def test_a_replaced_checkpoint_is_named(kept, triggers_off, how):
    sql(REPLACED[how])
    said = refused()
    assert said.startswith("Not intact: checkpoint ")
    assert "the ledger was rewritten" not in said


def test_columns_that_say_other_than_the_signed_text_are_named(kept, triggers_off):
    sql(REPLACED["another root beside the text"])
    assert "what is kept beside its text is not what the text says" in refused()


def test_a_checkpoint_signed_again_shows_by_the_digest_in_the_ledger(kept, triggers_off, settings):
    last = Checkpoint.objects.get(size=6)
    key = keys.read(next(keys.files(settings.LEDGER_KEY_FOLDER)))
    text = notes.parse(last.note).text + "another line\n"
    Checkpoint.objects.filter(size=6).update(note=notes.sign(text, [key]))
    assert "checkpoint 6: it was replaced: entry 7 says that another text was signed" in refused()


def test_a_checkpoint_that_was_put_there_is_named(kept, triggers_off, settings):
    first = Checkpoint.objects.get(size=3)
    sql("DELETE FROM ledger_checkpoint WHERE size = 3")
    key = keys.read(next(keys.files(settings.LEDGER_KEY_FOLDER)))
    from overt.ledger.checkpoints import TreeHead
    from overt.ledger.merkle import Range

    tree = Range()
    for entry in Entry.objects.filter(seq__lte=5).order_by("seq"):
        tree.append(entry.hash)
    head = TreeHead(key.name, 5, tree.root().hex(), selectors.hash_of(5))
    Checkpoint.objects.create(
        size=5,
        at=NOW,
        head=head.head,
        root=head.root,
        key=first.key,
        note=notes.sign(head.text(), [key]),
        subtrees=tree.text(),
    )
    assert "checkpoint 5: no entry says that it was signed" in refused()


def test_a_key_swapped_in_the_ledger_no_longer_fits_its_checkpoints(kept, public, triggers_off):
    stranger = notes.SigningKey.generate("localhost/ledger").verifier
    rewrite(3, payload=chain.canonical({"key": str(stranger)}))
    assert f"is not signed with localhost/ledger+{stranger.id}" in refused()
    assert "that is not a key to trust here" in refused("--checkpoint", str(kept))
    assert "the ledger was rewritten" in refused("--checkpoint", str(kept), "--key", public)


def test_a_key_that_the_pinned_one_does_not_vouch_for_is_named(kept, public, append, settings):
    """As for a thief of the machine who has the database, but not the old key's file."""
    new, _ = keys.generate(settings.LEDGER_KEY_FOLDER, "localhost/ledger")
    services.replace_key(old=None, new=new, actor="command:test", now=NOW)
    assert verify().startswith("Intact")
    assert "a key that the pinned one does not vouch for" in refused("--key", public)


def test_trust_in_a_pinned_key_reaches_the_one_that_replaced_it(
    kept, public, append, settings, tmp_path
):
    old = keys.read(next(keys.files(settings.LEDGER_KEY_FOLDER)))
    new, _ = keys.generate(settings.LEDGER_KEY_FOLDER, old.name)
    services.replace_key(old=old, new=new, actor="command:test", now=NOW)
    append("later")
    services.make_checkpoint(actor="command:test", now=NOW)
    kept_keys = tmp_path / "keys.txt"  # as Overt and `ledger_keys export-public` give them
    kept_keys.write_text(f"{public}\n{new.verifier}\n")
    for pinned in (public, str(new.verifier), str(kept_keys)):
        assert verify("--key", pinned).startswith("Intact")


def test_a_file_that_proves_nothing_is_named(kept, public, tmp_path):
    key = notes.SigningKey.generate("localhost/ledger")
    text = notes.parse(kept.read_text(encoding="utf-8")).text
    files = {
        "wrong key": (notes.sign(text, [key]), "that is not a key to trust here"),
        "forged": (
            kept.read_text(encoding="utf-8").replace("\n6\n", "\n7\n"),
            "it is forged or was altered",
        ),
        "malformed": ("hello\n", "this is no signed note"),
        "another log": (
            notes.sign(
                text.replace("localhost/ledger", "example.org/log"),
                [notes.SigningKey("example.org/log", key.seed)],
            ),
            "it is a checkpoint of another ledger: of example.org/log, not of localhost/ledger",
        ),
    }
    for name, (content, said) in files.items():
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        for arguments in ([], ["--key", public]):
            message = refused("--checkpoint", str(path), *arguments)
            assert message.startswith(f"Not intact: {path}: ")
            assert said in message


def test_a_key_or_file_that_cannot_be_read_is_named(kept, tmp_path):
    assert "--key: " in refused("--key", "localhost/ledger+00000000+AAAA")
    assert "cannot be read" in refused("--key", str(tmp_path / "none"))
    empty = tmp_path / "empty.txt"
    empty.write_text("\n")
    assert "holds no key" in refused("--key", str(empty))
    assert "cannot be read" in refused("--checkpoint", str(tmp_path / "none"))


def test_a_key_may_be_a_file_and_checkpoints_may_be_many(kept, public, tmp_path):
    path = tmp_path / "key.txt"
    path.write_text(f"{public}\n")
    first = tmp_path / "first.txt"
    first.write_text(Checkpoint.objects.first().note, encoding="utf-8", newline="")
    said = verify("--key", str(path), "--checkpoint", str(kept), "--checkpoint", str(first))
    assert said.count("Holds: ") == 2
