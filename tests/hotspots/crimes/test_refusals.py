"""A bad file gives one clear line, and has no effect on the database or the storage."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from overt.accounts.actors import Actor
from overt.hotspots.models import CrimeFile, CrimeImport, CrimeRelease
from overt.hotspots.services.crimes import BadFiles, import_files
from overt.ledger.models import Entry

from .refused_files import GOOD, NAME, REFUSED, Case
from .street import crime, write, write_zip

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 6, 1, tzinfo=UTC)
ACTOR = Actor(label="command:import_crimes:tester", is_command=True)


def import_refused(*paths: Path, force: str | None = None) -> list[str]:
    with pytest.raises(BadFiles) as refused:
        import_files(
            paths=paths,
            mapping=None,
            force=force,
            actor=ACTOR,
            now=datetime(2024, 6, 1, tzinfo=UTC),
        )
    return [str(error) for error in refused.value.errors]


def assert_no_effect(store: Path) -> None:
    for model in (CrimeImport, CrimeFile, CrimeRelease, Entry):
        assert not model.objects.exists()
    assert not [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_file_is_refused_in_one_line(case: Case, tmp_path: Path, crime_store: Path) -> None:
    path = case.make(tmp_path)
    good = write(tmp_path / "beside", [crime(month="2023-12")], name="2023-12-surrey-street.csv")
    (message,) = import_refused(good, path)
    assert message == case.message.format(path=path)
    assert "\n" not in message
    assert_no_effect(crime_store)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, crime_store: Path) -> None:
    path = write(tmp_path, [crime()])
    path.chmod(0)
    assert import_refused(path) == [
        f"{path}: it cannot be read (permission denied). Check the path and its permissions."
    ]
    assert_no_effect(crime_store)


def test_a_file_that_fails_while_it_is_read_is_refused(
    tmp_path: Path, crime_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, [crime()])
    opened = Path.open

    def denied(self: Path, *args: str, **kwargs: str) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", denied)
    assert import_refused(path) == [
        f"{path}: it cannot be read (permission denied). Check the path and its permissions."
    ]
    assert_no_effect(crime_store)


def test_every_bad_file_is_named_and_the_good_ones_are_not_imported(
    tmp_path: Path, crime_store: Path
) -> None:
    folder = tmp_path / "files"
    write(folder, [crime()], name="2024-01-surrey-street.csv")
    write(folder, [], name="2024-02-surrey-street.csv")
    write(folder, [crime(month="2024-02")], name="2024-03-surrey-street.csv")
    messages = import_refused(folder)
    assert [message.partition(":")[0] for message in messages] == [
        f"{folder}/2024-02-surrey-street.csv",
        f"{folder}/2024-03-surrey-street.csv, line 2",
    ]
    assert_no_effect(crime_store)


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path, crime_store: Path, settings) -> None:
    settings.CRIME_FILE_MAX_MB = 1
    rows = [crime(crime_id=f"{n:064}") for n in range(6000)]
    plain = write(tmp_path, rows)
    packed = write_zip(tmp_path / "archive.zip", {f"2024-01/{NAME}": plain.read_text()})
    advice = "Split it, or raise OVERT_CRIME_FILE_MAX_MB."
    limit = "it is larger than the limit of 1 MB for one file, unpacked"
    assert import_refused(plain) == [f"{plain}: {limit}. {advice}"]
    assert import_refused(packed) == [f"{packed}!2024-01/{NAME}: {limit}. {advice}"]
    assert_no_effect(crime_store)


def test_an_archive_over_the_size_limit_is_refused(
    tmp_path: Path, crime_store: Path, settings
) -> None:
    settings.CRIME_ARCHIVE_MAX_MB = 0
    path = write_zip(tmp_path / "archive.zip", {f"2024-01/{NAME}": GOOD})
    assert import_refused(path) == [
        f"{path}: its crime files unpack to 0 MB, over the limit of 0 MB for one archive. "
        "Split it, or raise OVERT_CRIME_ARCHIVE_MAX_MB."
    ]
    assert_no_effect(crime_store)


def test_two_different_files_for_one_month_are_refused_together(
    tmp_path: Path, crime_store: Path
) -> None:
    one = write(tmp_path / "a", [crime()])
    two = write(tmp_path / "b", [crime(), crime()])
    assert import_refused(one, two) == [
        f"{two}: it differs from {one}, which is also about surrey in 2024-01. "
        "Import the one that is right, or the older one first."
    ]
    assert_no_effect(crime_store)


def test_a_force_that_contradicts_the_name_is_refused(tmp_path: Path, crime_store: Path) -> None:
    path = write(tmp_path, [crime()])
    assert import_refused(path, force="kent") == [
        f"{path}: its name or mapping says 'surrey' and --force says 'kent'. "
        "Leave --force out, or give the right one."
    ]
    assert_no_effect(crime_store)


def test_a_name_that_is_no_text_is_shown_in_ascii(tmp_path: Path, crime_store: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/2024-01-\xff\x1b-street.csv"))
    path.write_text(GOOD)
    (message,) = import_refused(tmp_path)
    assert message == f"{str(path)!a}: its name is not plain text. Rename it."
    assert message.isprintable()
    assert_no_effect(crime_store)
