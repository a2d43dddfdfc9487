"""The state survives: killed at any step, the old content or the new is there."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from overt_permit import durable
from overt_permit.errors import Refused
from overt_permit.state import State, StateFile
from permit_making import (
    FIRST_SET,
    NEXT,
    OTHER_SESSION,
    SERVER,
    SESSION,
    T0,
    key_set,
    rewrite,
    valid,
)

OLD = State(T0, ((SESSION, 7),))
NEW = State(T0 + 10, ((SESSION, 8),))
KILLED = 9


def reason(caught: pytest.ExceptionInfo[Refused]) -> tuple[str, int]:
    return caught.value.reason, caught.value.rule


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    made = StateFile(tmp_path / "permits.json")
    made.init()
    made.write(OLD)
    return made


class Killer:
    """Wraps what touches the disk: the process ends instead of the call after `before` of them."""

    def __init__(self, before: int) -> None:
        self.left = before

    def wrapped(self, function):
        def call(*args, **kwargs):
            if self.left == 0:
                os._exit(KILLED)
            self.left -= 1
            return function(*args, **kwargs)

        return call


def write_and_be_killed(file: StateFile, before: int) -> None:
    killer = Killer(before)
    for name in ("open", "fdopen", "fsync", "close"):
        setattr(os, name, killer.wrapped(getattr(os, name)))
    Path.replace = killer.wrapped(Path.replace)  # type: ignore[method-assign]
    file.write(NEW)
    os._exit(0)


def test_killed_before_any_step_the_old_or_the_new_is_there(file: StateFile):
    fork = multiprocessing.get_context("fork")
    found = []
    for before in range(20):
        file.write(OLD)
        child = fork.Process(target=write_and_be_killed, args=(file, before))
        child.start()
        child.join()
        found.append(file.read())
        if child.exitcode == 0:
            break
        assert child.exitcode == KILLED
    # Before the rename the old one, after it the new one; and both were seen.
    renamed = found.index(NEW)
    assert found == [OLD] * renamed + [NEW] * (len(found) - renamed)
    assert renamed >= 3
    assert len(found) - renamed >= 3
    file.write(NEW)
    assert file.read() == NEW


@pytest.mark.parametrize("cut", range(0, 90, 6))
def test_cut_off_within_the_draft_the_old_is_there(file: StateFile, monkeypatch, cut: int):
    def cut_short(descriptor: int) -> None:
        os.ftruncate(descriptor, cut)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", cut_short)
    with pytest.raises(Refused) as caught:
        file.write(NEW)
    assert reason(caught) == ("state-unwritable", 1)
    assert file.read() == OLD


def test_the_content_is_durable_before_it_is_renamed_and_the_rename_afterwards(
    tmp_path: Path, monkeypatch
):
    done = []
    fsync, replace = os.fsync, Path.replace

    def seen_fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        size = os.fstat(descriptor).st_size
        done.append("folder" if is_folder else size)
        fsync(descriptor)

    def seen_replace(path: Path, target: Path) -> Path:
        done.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(Path, "replace", seen_replace)
    durable.replace(tmp_path / "x", b"12345")
    assert done == [5, "rename", "folder"]


def test_what_was_written_is_read(file: StateFile):
    whole = State(T0, ((OTHER_SESSION, 2), (SESSION, 7)), FIRST_SET.signed(SERVER), 1)
    file.write(whole)
    assert file.read() == whole
    assert file.read().pinned() == FIRST_SET
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_the_state_is_made_once(file: StateFile):
    before = file.path.read_bytes()
    with pytest.raises(Refused) as caught:
        file.init()
    assert reason(caught) == ("state-exists", 1)
    assert file.path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(Refused) as caught:
        StateFile(tmp_path / "taken" / "permits.json").init()
    assert reason(caught) == ("state-unwritable", 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"latest": -1},
        {"latest": 1.5},
        {"latest": 2**60},
        {"sessions": {}},
        {"sessions": [[SESSION]]},
        {"sessions": [[SESSION, 0]]},
        {"sessions": [[SESSION, "7"]]},
        {"sessions": [["", 7]]},
        {"sessions": [[7, 7]]},
        {"key_set": 7},
        {"key_set": None},
        {"set_version": True},
        {"more": 1},
    ],
    ids=str,
)
def test_a_state_of_another_form_is_refused(file: StateFile, changed: dict[str, object]):
    rewrite(file, **changed)
    with pytest.raises(Refused) as caught:
        file.read()
    assert reason(caught) == ("state-unreadable", 1)


def test_a_state_with_any_bit_changed_is_refused(file: StateFile):
    whole = file.path.read_bytes()
    for at in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[at] ^= 1 << bit
            with pytest.raises(Refused):
                State.read(bytes(changed))


def test_of_very_many_sessions_the_last_thousand_are_kept():
    state = State()
    for number in range(1500):
        state = state.accepting(f"session-{number}", 3, set_version=1)
    assert len(state.sessions) == 1000
    assert state.highest("session-1499") == state.highest("session-500") == 3
    assert state.highest("session-499") == 0


def test_however_many_permits_a_session_has_it_is_one_of_them():
    state = State().accepting(OTHER_SESSION, 3, set_version=1)
    for number in range(1, 1500):
        state = state.accepting(SESSION, number, set_version=1)
    assert state.sessions == ((OTHER_SESSION, 3), (SESSION, 1499))


def take_number(path: Path, turns: int) -> None:
    file = StateFile(path)
    for _ in range(turns):
        with file.locked():
            state = file.read()
            file.write(state.accepting(SESSION, state.highest(SESSION) + 1, set_version=1))


def test_processes_that_change_it_at_once_lose_nothing(file: StateFile):
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=take_number, args=(file.path, 25)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert file.read().highest(SESSION) == 7 + 100


def test_a_newer_set_can_be_pinned_by_hand_where_no_known_key_vouches_for_it(file: StateFile):
    file.pin(FIRST_SET.signed(SERVER))
    newer = key_set(valid(NEXT), version=2)
    file.pin(newer.signed(NEXT))
    file.pin(newer.signed(NEXT))
    assert file.read().pinned() == newer


def test_to_follow_counts_from_the_latest_moment_that_was_seen(file: StateFile):
    """So a clock that is set back makes no expired key valid."""
    short = key_set(valid(SERVER, ends=T0))
    file.pin(short.signed(SERVER))
    with pytest.raises(Refused) as caught:
        file.follow(short, key_set(valid(NEXT), version=2).signed(SERVER), at=T0 - 3600)
    assert reason(caught) == ("key-not-valid", 2)
