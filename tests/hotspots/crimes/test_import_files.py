"""An import registers all of its files or none, once, and says so in the ledger."""

import errno
import gzip
import json
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError

from overt.hotspots.models import CrimeFile, CrimeImport, CrimeRelease
from overt.hotspots.selectors import crimes as selectors
from overt.hotspots.services import crimes as services
from overt.hotspots.services.crimes import examine_files
from overt.hotspots.storage import StorageFull
from overt.ledger.models import Entry

from .importing import ACTOR, NOW, blobs, import_all, state
from .street import WEST_CROYDON, crime, text, write, write_zip

pytestmark = pytest.mark.django_db

JANUARY = "2024-01-surrey-street.csv"


@pytest.fixture
def january(tmp_path: Path) -> Path:
    return write(tmp_path / "january", [crime(crime_id="a"), crime(category="Drugs")])


def test_an_import_stores_its_files_releases_and_report(january: Path, crime_store: Path) -> None:
    result = import_all(january)
    file = CrimeFile.objects.get()
    release = CrimeRelease.objects.get()
    assert result.crime_import == CrimeImport.objects.get(actor=ACTOR.label, at=NOW)
    assert (file.name, file.rows_read, file.rows_kept) == (JANUARY, 2, 2)
    assert file.sha256 == file.content_sha256 == result.new[0].sha256
    assert file.report["by_month"] == {"2024-01": {"Burglary": 1, "Drugs": 1}}
    assert (release.force, release.month, release.number) == ("surrey", "2024-01", 1)
    assert (release.rows, release.points) == (2, 1)
    assert release.category_counts == {"Burglary": 1, "Drugs": 1}
    assert blobs(crime_store) == {release.stored_as}


def test_an_import_is_one_entry_in_the_ledger_with_every_digest(
    january: Path, crime_store: Path
) -> None:
    february = write(january.parent, [crime(month="2024-02")], name="2024-02-kent-street.csv")
    result = import_all(january, february)
    entry = Entry.objects.get()
    payload = json.loads(entry.payload)
    assert (entry.verb, entry.actor) == ("crimes.imported", ACTOR.label)
    assert entry.subject == f"crime-import:{result.crime_import.pk}"
    assert (payload["forces"], payload["months"]) == (["kent", "surrey"], ["2024-01", "2024-02"])
    assert (payload["rows_read"], payload["rows_kept"]) == (3, 3)
    for file, entered in zip(result.new, payload["files"], strict=True):
        assert entered["sha256"] == file.sha256
        assert entered["releases"][0]["stored_sha256"] == file.releases[0].stored_sha256


def test_importing_a_file_again_changes_nothing(january: Path, crime_store: Path) -> None:
    import_all(january)
    before = state(crime_store)
    result = import_all(january)
    assert (result.crime_import, result.new, len(result.unchanged)) == (None, (), 1)
    assert state(crime_store) == before


def test_the_same_content_packed_otherwise_changes_nothing(
    january: Path, crime_store: Path, tmp_path: Path
) -> None:
    import_all(january)
    before = state(crime_store)
    packed = tmp_path / f"{JANUARY}.gz"
    packed.write_bytes(gzip.compress(january.read_bytes()))
    archive = write_zip(tmp_path / "all.zip", {f"2024-01/{JANUARY}": january.read_text()})
    result = import_all(packed, archive)
    assert [file.name for file in result.unchanged] == [
        f"{JANUARY}.gz",
        f"all.zip!2024-01/{JANUARY}",
    ]
    assert state(crime_store) == before


def test_the_same_file_twice_in_one_import_is_imported_once(
    january: Path, crime_store: Path
) -> None:
    result = import_all(january, january, january.parent)
    assert (len(result.new), len(result.unchanged)) == (1, 2)
    assert CrimeRelease.objects.count() == len(blobs(crime_store)) == 1


def test_a_file_and_its_gzip_in_one_import_are_imported_once(
    january: Path, crime_store: Path
) -> None:
    packed = january.with_name(f"{JANUARY}.gz")
    packed.write_bytes(gzip.compress(january.read_bytes()))
    result = import_all(january.parent)
    assert [file.name for file in result.new] == [JANUARY]
    assert [file.name for file in result.unchanged] == [f"{JANUARY}.gz"]


def test_a_later_file_for_a_month_is_its_next_release_and_the_old_one_stays(
    january: Path, crime_store: Path, tmp_path: Path
) -> None:
    import_all(january)
    revised = write(tmp_path / "revised", [crime()])
    import_all(revised)
    numbers = selectors.releases_of(force="surrey", month="2024-01")
    assert [(release.number, release.rows) for release in numbers] == [(2, 1), (1, 2)]
    assert selectors.current_releases(forces=["surrey"]) == numbers[:1]
    old = selectors.load_table(releases=numbers[1:])
    assert int(old.counts().sum()) == 2


def test_only_what_is_new_among_known_files_is_imported(january: Path, crime_store: Path) -> None:
    import_all(january)
    write(january.parent, [crime(month="2024-02")], name="2024-02-surrey-street.csv")
    result = import_all(january.parent)
    assert [file.name for file in result.new] == ["2024-02-surrey-street.csv"]
    assert [file.name for file in result.unchanged] == [JANUARY]


def test_a_dry_run_reports_in_full_and_writes_nothing(january: Path, crime_store: Path) -> None:
    before = state(crime_store)
    examined = examine_files(paths=[january], mapping=None, force=None)
    assert state(crime_store) == before
    assert examined.crime_import is None
    assert examined.new[0].report == import_all(january).new[0].report


def test_the_share_of_new_points_is_against_all_that_the_force_has(
    january: Path, crime_store: Path
) -> None:
    folder = january.parent
    write(
        folder,
        [crime(month="2024-02"), crime(month="2024-02", at=WEST_CROYDON)],
        name="2024-02-surrey-street.csv",
    )
    write(folder, [crime(month="2024-02")], name="2024-02-kent-street.csv")
    reports = {file.name: file.report for file in import_all(folder).new}
    assert reports[JANUARY].new_points == []
    assert reports["2024-02-kent-street.csv"].new_points == []
    (second,) = reports["2024-02-surrey-street.csv"].new_points
    assert (second.month, second.points, second.new) == ("2024-02", 2, 1)
    march = write(
        folder / "later",
        [crime(month="2024-03", at=WEST_CROYDON)],
        name="2024-03-surrey-street.csv",
    )
    (third,) = import_all(march).new[0].report.new_points
    assert (third.points, third.new) == (1, 0)


def test_progress_runs_from_nothing_to_all_bytes(january: Path, crime_store: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    import_all(january, progress=lambda done, total, name: heard.append((done, total, name)))
    size = january.stat().st_size
    assert heard == [(0, size, JANUARY), (size, size, "")]


class FullStorage(FileSystemStorage):
    """A disk that fills up in the middle of the second file."""

    saved = 0

    def _save(self, name: str, content: File) -> str:
        type(self).saved += 1
        if type(self).saved == 2:
            super()._save(name, ContentFile(b"half"))
            raise OSError(errno.ENOSPC, "No space left on device")
        return super()._save(name, content)


def test_a_full_disk_is_one_clear_error_and_has_no_effect(
    january: Path, crime_store: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FullStorage, "saved", 0)
    settings.STORAGES = settings.STORAGES | {
        "crimes": settings.STORAGES["crimes"]
        | {"BACKEND": "tests.hotspots.crimes.test_import_files.FullStorage"}
    }
    write(january.parent, [crime(month="2024-02")], name="2024-02-surrey-street.csv")
    before = state(crime_store)
    with pytest.raises(StorageFull) as full:
        import_all(january.parent)
    assert str(full.value) == (
        "The disk is full: nothing was imported. Free some space and import again."
    )
    assert FullStorage.saved == 2
    assert state(crime_store) == before
    assert not list(crime_store.rglob("*.parquet"))


def test_a_full_database_is_the_same_error_and_leaves_no_blob(
    january: Path, crime_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(services.ledger, "append", full)
    before = state(crime_store)
    with pytest.raises(StorageFull):
        import_all(january)
    assert state(crime_store) == before


def test_a_failure_at_the_very_end_leaves_nothing_behind(
    january: Path, crime_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(services.ledger, "append", refuse)
    before = state(crime_store)
    with pytest.raises(KeyboardInterrupt):
        import_all(january)
    assert state(crime_store) == before


def test_a_zip_with_month_folders_is_imported_member_by_member(
    crime_store: Path, tmp_path: Path
) -> None:
    february = "2024-02-surrey-street.csv"
    archive = write_zip(
        tmp_path / "all.zip",
        {
            "2024-01/": "",
            f"2024-01/{JANUARY}": text([crime()]),
            "2024-01/2024-01-surrey-outcomes.csv": "not read",
            "2024-01/2024-01-surrey-stop-and-search.csv": "not read",
            f"2024-02/{february}": text([crime(month="2024-02")]),
            f"__MACOSX/._{february}": "not read",
        },
    )
    import_all(archive)
    assert [file.name for file in CrimeFile.objects.all()] == [
        f"all.zip!2024-01/{JANUARY}",
        f"all.zip!2024-02/{february}",
    ]


def test_other_publications_in_a_folder_are_left_alone_and_counted(
    january: Path, crime_store: Path
) -> None:
    (january.parent / "2024-01-surrey-outcomes.csv").write_text("not read")
    (january.parent / "2024-01-surrey-stop-and-search.csv").write_text("not read")
    result = import_all(january.parent)
    assert (len(result.new), result.ignored) == (1, 2)
