"""Importing area tables: all or nothing, once, read back only if unchanged."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.hotspots.areas.source import SourceError
from overt.hotspots.models import AreaTable
from overt.hotspots.selectors import comparison as selectors
from overt.hotspots.services.area_counts import AreaCounts, import_area_counts
from overt.hotspots.storage import StorageFull, StoredFileChanged
from overt.ledger.models import Entry

from .tables import lsoa_csv

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANALYST = Actor(label="user:ann", roles=frozenset({roles.ANALYST}))
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def crimes(settings, tmp_path: Path) -> Path:
    """A crime store of the test's own."""
    folder = tmp_path / "crimes"
    settings.STORAGES = settings.STORAGES | {
        "crimes": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        }
    }
    return folder


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(lsoa_csv([("E01000001", "Camden", "Drugs", "2024-01", 3)]))
    return path


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("borough,year,population\nCamden,2024,200000\n")
    return path


def run(*paths: Path, actor: Actor = ANALYST) -> AreaCounts:
    return import_area_counts(paths=paths, actor=actor, now=NOW)


def stored(crimes: Path) -> list[Path]:
    return [path for path in crimes.rglob("*") if path.is_file()]


def test_tables_are_stored_with_their_reports_and_one_ledger_entry(counts, people, crimes):
    assert len(run(counts, people).new) == 2
    row = AreaTable.objects.get(kind="lsoa_counts")
    assert (row.name, row.rows, row.month_from) == ("counts.csv", 1, "2024-01")
    assert row.report["crimes"] == 3
    assert len(stored(crimes)) == 2
    entry = Entry.objects.get()
    assert entry.verb == "area_counts.imported"
    assert row.stored_sha256 in entry.payload
    assert selectors.police_counts().cells["Camden", "2024-01"].counts == {"Drugs": 3}
    assert selectors.residents() == {2024: {"Camden": 200_000}}


def test_the_same_file_twice_changes_nothing(counts, crimes, tmp_path):
    run(counts)
    before = stored(crimes)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(counts.read_bytes())
    result = run(counts, copy)
    assert (result.new, result.unchanged) == ((), ("counts.csv", "copy.csv"))
    assert stored(crimes) == before
    assert (AreaTable.objects.count(), Entry.objects.count()) == (1, 1)


def test_one_bad_file_leaves_no_trace_of_the_others(counts, crimes, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match=r"bad\.csv"):
        run(counts, bad)
    assert not stored(crimes)
    assert not AreaTable.objects.exists()
    assert not Entry.objects.exists()


def test_a_full_disk_is_said_and_leaves_nothing(counts, people, crimes, monkeypatch):
    storage = type(storages["crimes"])
    whole, calls = storage._save, []

    def full_at_the_second(self, name, content):
        calls.append(name)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return whole(self, name, content)

    monkeypatch.setattr(storage, "_save", full_at_the_second)
    with pytest.raises(StorageFull):
        run(counts, people)
    assert not stored(crimes)
    assert not AreaTable.objects.exists()


def test_only_an_analyst_may_import(counts):
    with pytest.raises(PermissionDenied):
        run(counts, actor=Actor(label="user:bob"))
    assert not AreaTable.objects.exists()


def test_a_stored_table_that_was_changed_is_not_used(counts, crimes):
    run(counts)
    (blob,) = stored(crimes)
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    with pytest.raises(StoredFileChanged, match=blob.name):
        selectors.police_counts()


def test_residents_of_lsoas_fill_the_years_that_boroughs_lack(people, tmp_path):
    lsoas = tmp_path / "lsoas.csv"
    lsoas.write_text(
        "LSOA21CD,LSOA21NM,pop_mid_2023,pop_mid_2024\n"
        "E01000001,Camden 001A,7,8\nE01000002,Camden 001B,5,6\n"
    )
    run(lsoas, people)
    assert selectors.residents() == {2023: {"Camden": 12}, 2024: {"Camden": 200_000}}


def test_the_command_reports_and_a_dry_run_stores_nothing(counts, crimes):
    out = StringIO()
    call_command("import_area_counts", counts, dry_run=True, stdout=out)
    assert "counts.csv: would be imported as: Crimes by LSOA" in out.getvalue()
    assert not AreaTable.objects.exists()
    assert not stored(crimes)
    call_command("import_area_counts", counts, quiet=True)
    assert AreaTable.objects.count() == 1
    with pytest.raises(CommandError, match=r"none\.csv: cannot be read"):
        call_command("import_area_counts", "none.csv", quiet=True)
