"""`manage.py ledger_keys`, as an operator runs it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.ledger import checks, selectors
from overt.ledger.models import Checkpoint, Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("ledger_keys", *arguments, stdout=out)
    return out.getvalue()


def folder(settings) -> list[Path]:
    return sorted(Path(settings.LEDGER_KEY_FOLDER).glob("*"))


def secret_of(path: Path) -> str:
    """The fifth part of `PRIVATE+KEY+name+id+base64`: base64 has plus signs of its own."""
    return path.read_text().strip().split("+", 4)[4]


def test_generate_makes_one_file_and_one_entry_and_shows_only_the_public_part(settings):
    said = run("generate")
    (path,) = folder(settings)
    secret = secret_of(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret not in said
    entry = Entry.objects.get()
    assert (entry.verb, entry.label) == ("ledger.key_added", "Signing key taken up")
    assert secret not in entry.payload
    assert str(selectors.key_in_force()) in said


def test_a_second_generate_makes_nothing(settings):
    run("generate")
    with pytest.raises(CommandError, match="rotate"):
        run("generate")
    assert len(folder(settings)) == 1


def test_rotate_makes_a_second_key_and_a_checkpoint_of_both(settings):
    run("generate")
    before = selectors.key_in_force()
    run("rotate")
    assert selectors.key_in_force() != before
    assert len(folder(settings)) == 2
    assert Checkpoint.objects.get().note.count("\n— localhost/ledger ") == 2


def test_rotate_without_the_old_key_has_to_be_asked_for(settings):
    run("generate")
    folder(settings)[0].unlink()
    with pytest.raises(CommandError, match="--lost"):
        run("rotate")
    run("rotate", "--lost")
    assert Checkpoint.objects.get().note.count("\n— localhost/ledger ") == 1


def test_rotate_before_there_is_a_key_is_refused():
    with pytest.raises(CommandError, match="generate"):
        run("rotate")


def test_list_and_export_name_every_key_and_no_secret(settings):
    assert run("list") == "There is no key yet.\n"
    run("generate")
    run("rotate")
    listed, exported = run("list"), run("export-public")
    old, new = (each.key for each in selectors.named_keys())
    assert exported == f"{old}\n{new}\n"
    assert f"{old.name}+{old.id}  replaced" in listed
    assert f"{new.name}+{new.id}  in force since entry 2" in listed
    for path in folder(settings):
        secret = secret_of(path)
        assert secret not in listed + exported


def test_a_check_misses_the_key_in_production_and_minds_who_may_read_it(settings):
    def found() -> list[str]:
        return [message.id for message in checks.ledger_is_protected(databases=["default"])]

    assert found() == []
    settings.LEDGER_MAKES_ITS_KEY = False
    assert found() == ["ledger.W003"]
    run("generate")
    assert found() == []
    folder(settings)[0].chmod(0o644)
    assert found() == ["ledger.W004"]
