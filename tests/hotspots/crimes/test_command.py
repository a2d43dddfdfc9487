"""`manage.py import_crimes` at a terminal."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.hotspots.models import CrimeFile, CrimeImport
from overt.hotspots.storage import StoredFileChanged
from overt.ledger.models import Entry

from .importing import blobs
from .street import PARIS, crime, write

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> tuple[str, str]:
    """What the command prints and what it complains of."""
    out, err = StringIO(), StringIO()
    call_command("import_crimes", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three months with the middle one missing; a row out of Britain."""
    for month, crimes in (("2024-01", 9), ("2024-03", 9), ("2024-04", 3)):
        rows = [crime(month=month, crime_id=str(n // 2)) for n in range(crimes)]
        write(tmp_path / "files", rows, name=f"{month}-surrey-street.csv")
    write(
        tmp_path / "files",
        [crime(), crime(at=PARIS)],
        name="2024-01-kent-street.csv",
    )
    return tmp_path / "files"


def test_an_import_says_what_it_did_and_where_months_are_missing(
    folder: Path, crime_store: Path
) -> None:
    out, err = run(folder)
    assert out.splitlines() == [
        "4 files imported, 0 unchanged.",
        "23 rows read, 22 kept, 1 set aside.",
        "kent: 2024-01 to 2024-01, no gaps.",
        "surrey: 2024-01 to 2024-04, with gaps:",
        "  absent months: 2024-02",
        "  suspect month: 2024-04 (3 crimes, median 9)",
        "  categories absent or suspect in a month that is there: 1",
    ]
    assert err == ""
    assert Entry.objects.get().actor.startswith("command:import_crimes:")


def test_importing_again_says_that_nothing_is_new(folder: Path, crime_store: Path) -> None:
    run(folder)
    assert run(folder) == ("Nothing new: 4 files imported before.\n", "")
    assert CrimeImport.objects.count() == 1


def test_a_dry_run_prints_the_full_report_and_stores_nothing(
    folder: Path, crime_store: Path
) -> None:
    out, _ = run(folder, "--dry-run")
    assert out.startswith("4 files would be imported, 0 unchanged.\n")
    assert "2024-01-kent-street.csv " in out
    assert "surrey: crimes kept by month and category" in out
    assert "3?" in out
    assert "0!" in out
    assert (
        "2024-01-kent-street.csv: 1 of 2 rows (50.0 %) set aside: the location is outside Great "
        "Britain." in out
    )
    assert "share a crime ID with another row (4 IDs). All of them are kept and counted." in out
    assert not CrimeFile.objects.exists()
    assert not Entry.objects.exists()
    assert not blobs(crime_store)


def test_quiet_prints_nothing(folder: Path, crime_store: Path) -> None:
    assert run(folder, "--quiet") == ("", "")
    assert CrimeFile.objects.count() == 4


def test_one_bad_file_is_one_line(folder: Path, crime_store: Path) -> None:
    bad = write(folder, [], name="2024-05-surrey-street.csv")
    with pytest.raises(CommandError) as failed:
        run(folder)
    assert str(failed.value) == (
        f"{bad}: there is no row below the header. Download it again. Nothing was imported."
    )
    assert not CrimeFile.objects.exists()


def test_several_bad_files_are_a_line_each(folder: Path, crime_store: Path) -> None:
    for month in ("2024-05", "2024-06"):
        (folder / f"{month}-surrey-street.csv").write_text("")
    err = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("import_crimes", str(folder), stdout=StringIO(), stderr=err)
    assert len(err.getvalue().splitlines()) == 2
    assert str(failed.value) == "2 of 6 files cannot be imported. Nothing was imported."
    assert not CrimeFile.objects.exists()


def test_a_generic_csv_is_imported_by_its_mapping(tmp_path: Path, crime_store: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[columns]\nmonth = "Month"\ncategory = "Crime type"\n'
        'longitude = "Longitude"\nlatitude = "Latitude"\n'
    )
    path = write(tmp_path, [crime(), crime(month="2024-02")], name="export.csv")
    out, _ = run(path, "--mapping", mapping, "--force", "essex")
    assert "essex: 2024-01 to 2024-02, no gaps." in out


def test_a_bad_mapping_is_one_line(tmp_path: Path, crime_store: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.toml: it cannot be read"):
        run(tmp_path, "--mapping", tmp_path / "nowhere.toml")


def test_a_changed_store_is_one_line(folder: Path, crime_store: Path) -> None:
    run(folder)
    for name in blobs(crime_store):
        (crime_store / name).write_bytes(b"")
    write(folder, [crime(month="2024-05")], name="2024-05-surrey-street.csv")
    with pytest.raises(CommandError, match="is not what was stored") as failed:
        run(folder)
    assert isinstance(failed.value.__cause__, StoredFileChanged)
