"""Two imports of the same file: one wins, the other finds nothing new and leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError

from overt.hotspots.models import CrimeFile, CrimeImport, CrimeRelease
from overt.hotspots.selectors import crimes as selectors
from overt.hotspots.services import crimes as services
from overt.ledger.models import Entry

from .importing import blobs, import_all
from .street import crime, write

# Imports in a process of its own, starting when it is told to.
IMPORTER = """
import sys
import django
django.setup()
from pathlib import Path
from django.utils import timezone
from overt.accounts.actors import Actor
from overt.hotspots.services.crimes import import_files
print("ready", flush=True)
sys.stdin.readline()
result = import_files(
    paths=[Path(sys.argv[1])], mapping=None, force=None, now=timezone.now(),
    actor=Actor(label="command:import_crimes:tester", is_command=True),
)
print(len(result.new), len(result.unchanged))
"""


def race(path: Path, rival: Path) -> tuple[services.ImportResult, services.ImportResult]:
    """Import `path`, and `rival` between the storing of `path` and its registration."""
    results: list[services.ImportResult] = []

    def let_the_rival_in(done: int, total: int, name: str) -> None:
        if done == total:
            results.append(import_all(rival))

    ours = import_all(path, progress=let_the_rival_in)
    return ours, results[0]


@pytest.mark.django_db
def test_the_loser_of_a_race_reports_unchanged_and_removes_its_blobs(
    tmp_path: Path, crime_store: Path
) -> None:
    path = write(tmp_path, [crime()])
    ours, theirs = race(path, path)
    assert (len(theirs.new), len(theirs.unchanged)) == (1, 0)
    assert (ours.crime_import, len(ours.new), len(ours.unchanged)) == (None, 0, 1)
    assert blobs(crime_store) == {CrimeRelease.objects.get().stored_as}
    assert len(list((crime_store / "releases").iterdir())) == 1
    assert Entry.objects.count() == CrimeImport.objects.count() == 1


@pytest.mark.django_db
def test_two_versions_of_a_month_at_once_become_two_releases(
    tmp_path: Path, crime_store: Path
) -> None:
    race(write(tmp_path / "a", [crime()]), write(tmp_path / "b", [crime(), crime()]))
    releases = selectors.releases_of(force="surrey", month="2024-01")
    assert [(release.number, release.rows) for release in releases] == [(2, 1), (1, 2)]
    assert blobs(crime_store) == {release.stored_as for release in releases}


@pytest.mark.django_db
def test_a_rival_that_commits_after_our_last_look_is_seen_on_the_second(
    tmp_path: Path, crime_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, [crime()])
    import_all(path)
    look, looks = selectors.imported_digests, []

    def too_early() -> set[str]:
        looks.append(1)
        return set() if len(looks) <= 2 else look()

    monkeypatch.setattr(selectors, "imported_digests", too_early)
    result = import_all(path)
    assert (len(looks), result.new, len(result.unchanged)) == (3, (), 1)
    assert blobs(crime_store) == {CrimeRelease.objects.get().stored_as}


@pytest.mark.django_db
def test_a_conflict_that_does_not_go_away_is_raised_and_leaves_nothing(
    tmp_path: Path, crime_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, [crime()])
    import_all(path)
    before = blobs(crime_store)
    monkeypatch.setattr(selectors, "imported_digests", set)
    with pytest.raises(IntegrityError):
        import_all(path)
    assert blobs(crime_store) == before
    assert CrimeFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_of_processes_that_import_a_file_at_once_exactly_one_imports_it(
    tmp_path: Path, other_process_env: dict[str, str]
) -> None:
    path = write(tmp_path, [crime(), crime(category="Drugs")])
    data = tmp_path / "data"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", IMPORTER, str(path)],
            env=os.environ | other_process_env | {"OVERT_DATA_DIR": str(data)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 3
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = sorted(process.communicate()[0].strip() for process in processes)
    assert answers == ["0 1", "0 1", "1 0"]
    assert blobs(data / "crimes") == {CrimeRelease.objects.get().stored_as}
    assert Entry.objects.filter(verb="crimes.imported").count() == 1
