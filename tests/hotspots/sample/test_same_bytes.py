"""The same seed gives the same bytes: twice, in another process, in another hash order."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from overt.hotspots.sample import folder

ROOT = Path(__file__).resolve().parents[3]
PINNED = "3879d6933f7a56d74edd85311b3e9bfe3f75bd5d280f4115a4f63f00bbef2f0f"


def digests(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def generate(out: Path, *, seed: int, hash_seed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "generate_sample", "--out", out, "--seed", str(seed)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_hash_order(
    sample: Path, tmp_path: Path
) -> None:
    run = generate(tmp_path / "again", seed=folder.DEFAULT_SEED, hash_seed="4711")

    assert run.returncode == 0, run.stderr
    assert "83," in run.stdout
    assert digests(tmp_path / "again") == digests(sample)


def test_another_seed_gives_other_crimes_and_another_map(sample: Path, tmp_path: Path) -> None:
    folder.write(tmp_path / "other", seed=folder.DEFAULT_SEED + 1)

    ours, theirs = digests(sample), digests(tmp_path / "other")
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] == theirs[name]} == {folder.STATIONS}


def test_the_bytes_of_this_edition_are_pinned(sample: Path) -> None:
    """When this fails on purpose, raise EDITION, so that folders made earlier are made again."""
    sums = digests(sample)[folder.SUMS]

    assert (folder.EDITION, sums) == (2, PINNED)


def test_a_sample_that_is_whole_is_left_alone(sample: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample.rglob("*")}

    assert folder.write(sample).reused
    assert {path: path.stat().st_mtime_ns for path in sample.rglob("*")} == before


@pytest.mark.parametrize("damage", ["changed", "removed"])
def test_a_damaged_sample_is_made_again(sample: Path, tmp_path: Path, damage: str) -> None:
    out = tmp_path / "sample"
    folder.write(out)
    if damage == "changed":
        (out / folder.BOROUGHS).write_text("{}")
    else:
        (out / folder.BOROUGHS).unlink()

    assert not folder.write(out).reused
    assert digests(out) == digests(sample)


def test_a_folder_with_something_else_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    run = generate(tmp_path, seed=1, hash_seed="0")

    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "is not empty and holds no sample" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    run = generate(tmp_path / "file" / "sample", seed=1, hash_seed="0")

    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "cannot be written: Not a directory" in run.stderr
