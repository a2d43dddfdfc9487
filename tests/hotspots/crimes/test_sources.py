"""Finding files, and reading packed ones whole."""

import gzip
import hashlib
import tracemalloc
import zlib
from pathlib import Path

import pytest

from overt.hotspots.crimes.errors import TooLarge
from overt.hotspots.crimes.sources import Content, Limits, Opener, find

from .street import LIMITS, crime, text, write, write_zip

GOOD = text([crime(), crime(category="Drugs")]).encode()
NAME = "2024-01-surrey-street.csv"


def opened(path: Path, limits: Limits = LIMITS) -> Content:
    (source,) = find([path], limits=limits, any_csv=False).sources
    with Opener(limits) as opener:
        return opener.read(source)


def packed(folder: Path, data: bytes) -> Path:
    path = folder / f"{NAME}.gz"
    path.write_bytes(data)
    return path


def test_both_digests_come_from_reading_a_gzip(tmp_path: Path) -> None:
    data = gzip.compress(GOOD)
    content = opened(packed(tmp_path, data))
    assert content.csv == GOOD
    assert content.sha256 == hashlib.sha256(data).hexdigest()
    assert content.content_sha256 == hashlib.sha256(GOOD).hexdigest()
    assert content.size == len(data)


def test_a_plain_file_and_a_member_of_an_archive_have_one_digest(tmp_path: Path) -> None:
    plain = opened(write(tmp_path, [crime()]))
    member = opened(write_zip(tmp_path / "all.zip", {NAME: text([crime()])}))
    assert plain.sha256 == plain.content_sha256 == member.sha256 == member.content_sha256
    assert plain.size == member.size


def test_a_gzip_of_several_members_and_padding_is_read_whole(tmp_path: Path) -> None:
    data = gzip.compress(GOOD[:100]) + gzip.compress(GOOD[100:]) + b"\0" * 512
    assert opened(packed(tmp_path, data)).csv == GOOD


def test_a_large_gzip_is_read_across_the_steps_it_is_unpacked_in(tmp_path: Path) -> None:
    rows = text(
        [
            crime(crime_id=hashlib.sha256(bytes([n % 256, n // 256])).hexdigest())
            for n in range(9_000)
        ]
    ).encode()
    assert opened(packed(tmp_path, gzip.compress(rows))).csv == rows


def test_gzip_is_known_by_its_first_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(gzip.compress(GOOD))
    assert opened(path).csv == GOOD


def test_a_bomb_is_stopped_long_before_it_fills_the_memory(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"0" * (1 << 20)
    bomb = b"".join([*(packer.compress(zeros) for _ in range(256)), packer.flush()])
    path = packed(tmp_path, bomb)
    for limits in (
        LIMITS,
        Limits(file_bytes=8 << 20, archive_bytes=1 << 30, ratio=1_000_000),
    ):
        tracemalloc.start()
        with pytest.raises(TooLarge):
            opened(path, limits)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 160 << 20  # of the 256 MB that it would unpack to


def test_files_come_in_the_order_of_force_and_month(tmp_path: Path) -> None:
    names = ["2024-02-kent-street.csv", "2024-01-surrey-street.csv", "2023-12-kent-street.csv"]
    for name in names:
        write(tmp_path / name[:7], [crime()], name=name)
    write_zip(tmp_path / "all.zip", {"2024-01-kent-street.csv": "x"})
    found = find([tmp_path], limits=LIMITS, any_csv=False)
    assert [(source.force, source.month) for source in found.sources] == [
        ("kent", "2023-12"),
        ("kent", "2024-01"),
        ("kent", "2024-02"),
        ("surrey", "2024-01"),
    ]


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, [crime()])
    write(tmp_path, [crime()], name="._2024-01-surrey-street.csv")
    assert len(find([tmp_path], limits=LIMITS, any_csv=False).sources) == 1


def test_with_a_mapping_every_csv_of_an_archive_is_wanted(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "all.zip", {"crimes.csv": "x", "readme.txt": "x", NAME: "x"})
    assert len(find([path], limits=LIMITS, any_csv=False).sources) == 1
    assert len(find([path], limits=LIMITS, any_csv=True).sources) == 2
