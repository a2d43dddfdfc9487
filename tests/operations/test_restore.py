"""The machine is lost, and put back with the commands of docs/production.md."""

from pathlib import Path

import pytest

from tests.services import BinaryMissing, missing_is_a_failure

from .machine import Machine, drill, machine


@pytest.fixture(params=["sqlite", "postgresql"])
def lost(request: pytest.FixtureRequest, tmp_path: Path):
    """It was backed up, worked on after that, and lost. `files` and `keys` are of the backup."""
    try:
        with machine(tmp_path, request.param) as made:
            made.work()
            made.serve()
            for name in ("checkpoint", "backup", "keys"):
                done = made.do(drill(name))
                assert done.returncode == 0, done.stderr
            made.backed_up = (made.files(), made.keys())
            (tmp_path / "elsewhere/checkpoint.txt").rename(tmp_path / "elsewhere/before.txt")
            made.work()
            assert made.do(drill("checkpoint")).returncode == 0
            assert len(made.files()) > len(made.backed_up[0])
            made.lose()
            yield made
    except BinaryMissing as missing:
        if missing_is_a_failure():
            raise
        pytest.skip(str(missing))


def restore(made: Machine, checkpoint: str):
    made.as_role("overt_owner")
    (made.folder / "elsewhere/checkpoint.txt").write_bytes(
        (made.folder / "elsewhere" / checkpoint).read_bytes()
    )
    return made.do(drill("restore"))


def test_what_was_backed_up_is_back_and_goes_on(lost: Machine):
    done = restore(lost, "before.txt")
    assert done.returncode == 0, done.stderr
    assert "Intact: " in done.stdout
    assert "Holds: " in done.stdout
    assert (lost.files(), lost.keys()) == lost.backed_up
    assert "not here" not in lost.overt.run("manage.py", "permit_keys", "list")
    lost.as_role("overt")
    lost.work()
    done = lost.do(drill("verify").replace("/elsewhere/checkpoint.txt", "/elsewhere/before.txt"))
    assert done.returncode == 0, done.stderr


def test_a_tail_that_was_lost_is_found_by_the_checkpoint_that_was_kept_elsewhere(lost: Machine):
    newest = lost.folder / "elsewhere/checkpoint.txt"
    newest.rename(lost.folder / "elsewhere/after.txt")
    done = restore(lost, "after.txt")
    assert done.returncode != 0
    assert "Not intact: " in done.stderr
    assert lost.files() == lost.backed_up[0]
    assert lost.do(drill("verify")).returncode != 0


def test_nothing_is_put_back_from_a_damaged_backup_or_over_what_is_there(lost: Machine):
    (backup,) = (lost.folder / "backup").iterdir()
    (database,) = backup.glob("database.*")
    whole = database.read_bytes()
    database.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    done = restore(lost, "before.txt")
    assert (done.returncode, "is damaged" in done.stderr) == (1, True)
    assert lost.files() == lost.keys() == {}
    database.write_bytes(whole)
    (lost.data / "files").mkdir(parents=True)
    (lost.data / "files" / "somebody's").touch()
    done = restore(lost, "before.txt")
    assert (done.returncode, "is not empty" in done.stderr) == (1, True)
    assert set(lost.files()) == {"files/somebody's"}
    assert lost.keys() == {}
    (lost.data / "files" / "somebody's").unlink()
    assert restore(lost, "before.txt").returncode == 0
    for name in ("crimes", "files", "keys"):
        (lost.data / name).rename(lost.data / f"{name}-away")
    done = restore(lost, "before.txt")
    assert done.returncode == 1
    assert "The database is not empty" in done.stderr or "is there already" in done.stderr
