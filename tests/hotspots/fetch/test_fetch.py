"""Fetching out of archives on a real server: little is loaded, and nothing wrong is kept."""

import random
import zipfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command

from overt.hotspots.fetch import archive, ranges
from overt.hotspots.fetch.archive import Fetched
from overt.hotspots.fetch.errors import (
    ArchiveChanged,
    ArchiveDamaged,
    ArchiveMissing,
    NothingWanted,
    OutputFailed,
    RangesRefused,
    Unreachable,
)

from .server import Site, archive_of, serving

MONTHS = ("2024-05", "2024-06")


def csv_of(force: str, month: str, rows: int = 4000) -> bytes:
    """Hardly compressible, so that pieces have a size."""
    draws = random.Random(f"{force} {month}")
    lines = (f"{month},{draws.getrandbits(64):x},{force}\n" for _ in range(rows))
    return "".join(["Month,Crime ID,Force\n", *lines]).encode()


def members(*months: str) -> dict[str, bytes]:
    found = {}
    for month in months:
        for force in ("avon-and-somerset", "metropolitan", "surrey"):
            found[f"{month}/{month}-{force}-street.csv"] = csv_of(force, month)
            found[f"{month}/{month}-{force}-outcomes.csv"] = b"not wanted\n"
    return found


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    # A tail shorter than the archive, so that the directory is read apart from the members.
    monkeypatch.setattr(ranges, "TAIL", 2048)
    found = Site(files={"/archive/2024-06.zip": archive_of(members(*MONTHS))})
    with serving(found):
        yield found


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def load(site: Site, tmp_path: Path, pauses: list[float]) -> Callable[..., Fetched]:
    def run(*months: str, force: str = "metropolitan", out: Path = tmp_path) -> Fetched:
        with httpx.Client(trust_env=False, follow_redirects=True) as client:
            return archive.fetch(
                client=client,
                base_url=site.origin,
                force=force,
                months=months or MONTHS,
                out=out,
                sleep=pauses.append,
            )

    return run


def content(tmp_path: Path, month: str) -> bytes:
    return (tmp_path / f"{month}-metropolitan-street.csv").read_bytes()


def names(tmp_path: Path) -> set[str]:
    return {path.name for path in tmp_path.iterdir()}


def test_only_the_directory_and_the_wanted_members_are_loaded(load, site, tmp_path):
    found = load()
    assert names(tmp_path) == {f"{month}-metropolitan-street.csv" for month in MONTHS}
    for month in MONTHS:
        assert content(tmp_path, month) == csv_of("metropolitan", month)
    whole = len(site.files["/archive/2024-06.zip"])
    assert site.sent == found.loaded < whole / 2


def test_what_is_there_is_left_and_what_was_changed_is_loaded_anew(load, tmp_path):
    load()
    path = tmp_path / "2024-05-metropolitan-street.csv"
    path.write_bytes(path.read_bytes().replace(b"metropolitan", b"Metropolitan", 1))
    found = load()
    assert [file.loaded > 0 for file in found.files] == [True, False]
    assert content(tmp_path, "2024-05") == csv_of("metropolitan", "2024-05")


def test_a_cut_connection_goes_on_where_it_was_cut(load, site, pauses, tmp_path):
    site.cut, site.cut_after = 3, 10_000
    load("2024-06")
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")
    assert len(pauses) == 3
    firsts = [first for first, _ in site.ranges]
    assert len(set(firsts)) == len(firsts)


def test_a_busy_server_is_asked_again_with_growing_pauses(load, site, pauses, tmp_path):
    site.fail = 3
    load("2024-06")
    assert pauses == [0.5, 1.0, 2.0]


def test_a_server_that_stays_busy_is_given_up_and_the_rest_comes_with_the_next_run(
    load, site, tmp_path
):
    site.cut, site.cut_after = 100, 9_000

    def stop_serving(pause: float) -> None:
        site.fail = 100

    with httpx.Client(trust_env=False) as client, pytest.raises(Unreachable, match="gave up"):
        archive.fetch(
            client=client,
            base_url=site.origin,
            force="metropolitan",
            months=["2024-06"],
            out=tmp_path,
            sleep=stop_serving,
        )
    part = tmp_path / "2024-06-metropolitan-street.csv.part"
    left = part.stat().st_size
    assert 0 < left <= 9_000
    site.cut = site.fail = 0
    (file,) = load("2024-06").files
    assert file.resumed == left
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")
    assert names(tmp_path) == {"2024-06-metropolitan-street.csv"}


def leave_part(load: Callable[..., Fetched], site: Site, tmp_path: Path) -> Path:
    """A half-loaded file, as a run leaves it that was stopped."""
    load("2024-06")
    (tmp_path / "2024-06-metropolitan-street.csv").unlink()
    part = tmp_path / "2024-06-metropolitan-street.csv.part"
    with (
        httpx.Client(trust_env=False) as client,
        pytest.raises(KeyboardInterrupt),
    ):

        def stop(name: str, done: int, total: int) -> None:
            raise KeyboardInterrupt

        archive.fetch(
            client=client,
            base_url=site.origin,
            force="metropolitan",
            months=["2024-06"],
            out=tmp_path,
            sleep=lambda pause: None,
            progress=stop,
        )
    assert part.stat().st_size > 0
    return part


def test_a_part_of_another_archive_is_thrown_away(load, site, tmp_path):
    leave_part(load, site, tmp_path)
    site.files = {"/archive/2024-06.zip": archive_of(dict(reversed(members(*MONTHS).items())))}
    (file,) = load("2024-06").files
    assert file.resumed == 0
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")


def test_a_part_is_not_trusted_where_nothing_identifies_the_archive(load, site, tmp_path):
    site.no_validator = True
    leave_part(load, site, tmp_path)
    (file,) = load("2024-06").files
    assert file.resumed == 0
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")


def test_a_part_with_wrong_bytes_is_found_out_and_thrown_away(load, site, tmp_path):
    part = leave_part(load, site, tmp_path)
    wrong = bytearray(part.read_bytes())
    wrong[len(wrong) // 2] ^= 0xFF
    part.write_bytes(wrong)
    with pytest.raises(ArchiveDamaged, match="another checksum"):
        load("2024-06")
    assert "2024-06-metropolitan-street.csv" not in names(tmp_path)
    load("2024-06")
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")


def test_wrong_bytes_in_the_archive_never_get_the_files_name(load, site, tmp_path):
    path = "/archive/2024-06.zip"
    broken = bytearray(archive_of(members(*MONTHS), compression=zipfile.ZIP_STORED))
    broken[broken.index(b"2024-06,", broken.index(b"2024-06-metropolitan-street"))] ^= 0x01
    site.files[path] = bytes(broken)
    with pytest.raises(ArchiveDamaged, match="2024-06-metropolitan-street"):
        load("2024-06")
    assert not [name for name in names(tmp_path) if not name.endswith(".json")]


def test_stored_members_are_read_too(load, site, tmp_path):
    site.files["/archive/2024-06.zip"] = archive_of(
        members(*MONTHS), compression=zipfile.ZIP_STORED
    )
    load("2024-06")
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")


def test_zip64_is_read(load, site, tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    packed = archive_of(members(*MONTHS))
    assert b"PK\x06\x06" in packed
    site.files["/archive/2024-06.zip"] = packed
    load("2024-06")
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")


def test_a_server_without_ranges_is_refused(load, site, tmp_path):
    site.no_ranges = True
    with pytest.raises(RangesRefused, match="whole archives only"):
        load()
    assert not names(tmp_path)


@pytest.mark.parametrize("weak", [False, True])
def test_an_archive_that_is_replaced_meanwhile_is_noticed(load, site, tmp_path, weak):
    site.weak = weak
    site.replace_after = 3
    site.replacement = {
        path: packed[:-22] + b"\0" * 10 + packed[-22:] for path, packed in site.files.items()
    }
    with pytest.raises(ArchiveChanged, match="was replaced while it was read"):
        load()
    assert not [name for name in names(tmp_path) if name.endswith(".csv")]


def test_an_archive_that_shrinks_meanwhile_is_noticed(load, site):
    site.weak = True
    site.replace_after = 2
    site.replacement = {path: packed[:100] for path, packed in site.files.items()}
    with pytest.raises(ArchiveChanged):
        load()


def test_another_range_than_asked_for_is_refused(load, site):
    site.shifted = True
    with pytest.raises(ArchiveDamaged, match="when asked for"):
        load()


def test_a_redirect_is_followed_and_remembered(load, site, tmp_path):
    site.redirect = True
    assert load("2024-06").archives == (f"{site.origin}/moved/archive/2024-06.zip",)
    assert content(tmp_path, "2024-06") == csv_of("metropolitan", "2024-06")


def test_months_before_the_archive_come_out_of_an_older_one(load, site, tmp_path):
    site.files["/archive/2024-04.zip"] = archive_of(members("2024-03", "2024-04"))
    found = load("2024-03", "2024-04", "2024-06")
    assert [file.month for file in found.files] == ["2024-06", "2024-03", "2024-04"]
    assert len(found.archives) == 2


def test_a_month_that_the_force_did_not_publish_is_reported(load, site):
    some = members(*MONTHS)
    del some["2024-05/2024-05-metropolitan-street.csv"]
    site.files["/archive/2024-06.zip"] = archive_of(some)
    assert load().absent == ("2024-05",)


def test_an_unknown_force_and_an_unknown_month_are_named(load, site):
    with pytest.raises(NothingWanted, match="avon-and-somerset, metropolitan, surrey"):
        load(force="narnia")
    with pytest.raises(ArchiveMissing, match="choose an earlier --to"):
        load("2024-07")


@pytest.mark.parametrize("packed", [b"", b"<html>not a zip</html>", b"PK" + b"\0" * 5000])
def test_what_is_no_archive_is_named(load, site, packed):
    site.files["/archive/2024-06.zip"] = packed
    with pytest.raises(ArchiveDamaged, match=r"2024-06\.zip"):
        load()


def test_a_folder_that_cannot_be_written_is_named(load, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputFailed, match="cannot be written"):
        load(out=tmp_path / "file")


def test_the_command_says_what_comes_next(site, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    out = StringIO()
    arguments = {"force": "metropolitan", "first": "2024-05", "last": "2024-06", "out": tmp_path}
    call_command("fetch_crimes", **arguments, base_url=site.origin, stdout=out)
    assert f"Next: manage.py import_crimes {tmp_path}" in out.getvalue()
    assert names(tmp_path) == {f"{month}-metropolitan-street.csv" for month in MONTHS}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first": "2024-5"}, "--from '2024-5'"),
        ({"first": "2024-07"}, "lies after --to"),
        ({"force": "../etc"}, "short name"),
        ({"base_url": "file:///etc"}, "https://"),
        ({"force": "narnia"}, "holds nothing of 'narnia'"),
    ],
)
def test_the_command_refuses_with_one_line(site, tmp_path, monkeypatch, changed, words):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    arguments = {
        "force": "metropolitan",
        "first": "2024-05",
        "last": "2024-06",
        "out": tmp_path,
        "base_url": site.origin,
        "quiet": True,
    } | changed
    with pytest.raises(CommandError, match=words) as refused:
        call_command("fetch_crimes", **arguments)
    assert "\n" not in str(refused.value)
    assert not names(tmp_path)
