"""The command, as somebody types it."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from overt_permit import cli, keys
from overt_permit.guard import Guard
from overt_permit.signing import kid_of
from overt_permit.state import StateFile
from permit_making import (
    CONFIG,
    FIRST_SET,
    LIST,
    NEXT,
    OTHER_LIST,
    SERVER,
    SESSION,
    STRANGER,
    T0,
    YEAR,
    ZONE,
    key_set,
    permit,
    valid,
)

RUNS = {
    "--issuer": "overt.example.org",
    "--audience": "system:7",
    "--session": SESSION,
    "--threshold": "0.64",
    "--manifest": LIST,
    "--zone": ZONE,
    "--max-life": "60",
    "--skew": "5",
}
SECOND_SET = key_set(valid(SERVER), valid(NEXT), version=2)
THIRD_SET = key_set(valid(NEXT), version=3)


class Shell:
    """`clock` is what the machine's clock shows."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.state = folder / "permits.json"
        self.clock: float = T0

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(f"{content}\n")
        return str(path)

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit code, and the one line that was said."""
        code = cli.main(arguments)
        said = self.capsys.readouterr()
        line = said.out or said.err
        assert not (said.out and said.err)
        assert line.count("\n") == 1
        assert line.endswith("\n")
        return code, line[:-1]

    def on_state(self, *arguments: str) -> tuple[int, str]:
        return self.run(*arguments, "--state", str(self.state))

    def verify(self, token: str, *more: str, **changed: str) -> tuple[int, str]:
        options = RUNS | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
        flat = [part for pair in options.items() for part in pair]
        return self.on_state("verify", self.file("permit.jws", token), *flat, *more)

    def ready(self) -> "Shell":
        assert self.on_state("state", "init")[0] == 0
        pinned = self.on_state("keys", "pin", self.file("one.jws", FIRST_SET.signed(SERVER)))
        assert pinned[0] == 0
        return self


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> Shell:
    made = Shell(tmp_path, capsys)
    clocks = SimpleNamespace(
        time=lambda: made.clock, clock_gettime=lambda which: 500.0, CLOCK_BOOTTIME=7
    )
    monkeypatch.setattr(cli, "time", clocks)
    return made


def test_from_nothing_to_a_permit(shell: Shell):
    assert shell.on_state("state", "init") == (0, f"Made {shell.state}. Pin a key set next.")
    code, line = shell.on_state("keys", "pin", shell.file("s", FIRST_SET.signed(SERVER)))
    assert code == 0
    assert line == (f"Key set 1: {kid_of(SERVER)} 2025-05-01T12:05:00Z to 2027-05-01T12:05:00Z")
    assert shell.on_state("keys", "show") == (0, line)
    assert shell.on_state("status", "--skew", "5") == (
        0,
        "In order. Key set 1, last permit: none.",
    )
    assert shell.verify(permit()) == (
        0,
        "May run for 60 seconds, until 2026-05-01T12:06:00Z: permit 1.",
    )
    assert shell.on_state("status", "--skew", "5") == (
        0,
        f"In order. Key set 1, last permit: permit 1 of session {SESSION}.",
    )


def test_a_permit_is_taken_once(shell: Shell):
    shell.ready()
    assert shell.verify(permit(), "--check")[0] == 0
    assert shell.verify(permit(), "--check")[0] == 0
    assert shell.verify(permit())[0] == 0
    assert shell.verify(permit()) == (
        1,
        "Refused: A permit as new was accepted before. (sequence-rolled-back, rule 5)",
    )


def test_as_json_a_program_gets_the_seconds_to_count(shell: Shell):
    shell.ready()
    shell.clock = T0 + 0.25
    code, line = shell.verify(permit(), "--json")
    assert code == 0
    assert json.loads(line) == {
        "ok": True,
        "until": "2026-05-01T12:06:00Z",
        "seconds": 59.75,
        "seq": 1,
        "taken": True,
    }
    code, line = shell.verify(permit(), "--json")
    assert code == 1
    assert json.loads(line) == {
        "ok": False,
        "reason": "sequence-rolled-back",
        "rule": 5,
        "sentence": "A permit as new was accepted before.",
    }
    code, line = shell.on_state("status", "--skew", "5", "--json")
    assert json.loads(line) == {
        "ok": True,
        "key_set": 1,
        "latest": "2026-05-01T12:05:00Z",
        "session": SESSION,
        "seq": 1,
    }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"threshold": "0.63"}, "threshold-too-low"),
        ({"manifest": OTHER_LIST}, "manifest-differs"),
        ({"zone": OTHER_LIST}, "zone-differs"),
        ({"audience": "system:8"}, "audience-wrong"),
        ({"issuer": "overt.example"}, "issuer-wrong"),
        ({"max_life": "59"}, "life-too-long"),
        ({"session": OTHER_LIST}, "session-wrong"),
    ],
    ids=str,
)
def test_what_runs_is_held_against_the_permit(shell: Shell, changed, reason: str):
    code, line = shell.ready().verify(permit(), **changed)
    assert code == 1
    assert f"({reason}, rule " in line


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"threshold": "64"}, "the threshold is not a decimal"),
        ({"audience": "van"}, "the audience is not written as system:7"),
        ({"manifest": "x"}, "is no sha256"),
    ],
    ids=str,
)
def test_what_no_permit_could_fit_is_a_wrong_command(shell: Shell, changed, said: str):
    code, line = shell.ready().verify(permit(), **changed)
    assert code == 2
    assert said in line


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("verify",),
        ("keys",),
        ("unknown",),
        ("status",),
        ("verify", "permit.jws", "--state", "x"),
        ("key", "generate"),
    ],
    ids=str,
)
def test_a_wrong_command_is_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_that_is_not_there_is_2(shell: Shell):
    shell.ready()
    code, line = shell.on_state("keys", "update", str(shell.folder / "missing"))
    assert code == 2
    assert line.endswith("missing cannot be read: No such file or directory.")


@pytest.mark.parametrize(
    "content", ["", "x", "\u0661", "A" * 100_000, permit() + "\n\n"], ids=range(5)
)
def test_a_file_with_anything_else_is_1(shell: Shell, content: str):
    shell.ready()
    assert shell.verify(content)[0] == 1
    for what in ("pin", "update"):
        assert shell.on_state("keys", what, shell.file("other", content))[0] == 1


def test_without_a_state_everything_is_refused(shell: Shell):
    for arguments in (("status", "--skew", "5"), ("keys", "show"), ("state", "clock")):
        code, line = shell.on_state(*arguments)
        assert code == 1
        assert "(state-unreadable, rule 1)" in line
    assert shell.verify(permit())[0] == 1


def test_without_a_pinned_set_no_permit_is_taken(shell: Shell):
    shell.on_state("state", "init")
    code, line = shell.verify(permit())
    assert code == 1
    assert "(set-missing, rule 12)" in line


def test_the_state_is_made_once(shell: Shell):
    shell.ready()
    code, line = shell.on_state("state", "init")
    assert code == 1
    assert "(state-exists, rule 1)" in line


def test_a_system_that_was_away_follows_one_set_after_the_other(shell: Shell):
    shell.ready()
    second = shell.file("two.jws", SECOND_SET.signed(SERVER))
    third = shell.file("three.jws", THIRD_SET.signed(NEXT))
    code, line = shell.on_state("keys", "update", third)
    assert code == 1
    assert "(key-unknown, rule 2)" in line
    code, line = shell.on_state("keys", "update", second, third)
    assert code == 0
    assert line.startswith("Key set 3: ")
    code, line = shell.on_state("keys", "update", second)
    assert code == 1
    assert shell.verify(permit(NEXT))[0] == 0


def test_a_set_of_strangers_is_not_followed_but_can_be_brought_by_hand(shell: Shell):
    shell.ready()
    strange = key_set(valid(STRANGER), version=2)
    path = shell.file("strange.jws", strange.signed(STRANGER))
    assert shell.on_state("keys", "update", path)[0] == 1
    assert shell.on_state("keys", "pin", path)[0] == 0
    assert shell.verify(permit())[0] == 1


def test_status_says_when_no_key_is_valid(shell: Shell):
    shell.ready()
    shell.clock = T0 + 2 * YEAR
    code, line = shell.on_state("status", "--skew", "5")
    assert code == 1
    assert "(key-not-valid, rule 2)" in line


def test_after_a_clock_was_wrong_a_person_says_so(shell: Shell):
    shell.ready()
    shell.clock = T0 + 7200
    far = T0 + 7200
    assert shell.verify(permit(iat=far, nbf=far, exp=far + 60))[0] == 0
    shell.clock = T0
    running = Guard(CONFIG, FIRST_SET, StateFile(shell.state))
    for _ in range(2):
        code, line = shell.verify(permit(seq=2))
        assert code == 1
        assert "(clock-went-back, rule 9)" in line
    assert shell.on_state("status", "--skew", "5")[0] == 1
    code, line = shell.on_state("state", "clock")
    assert (code, line) == (0, "It is 2026-05-01T12:05:00Z, and what was later is forgotten.")
    assert running.may_run(T0, 500.0).reason == "clock-went-back"
    assert shell.verify(permit())[0] == 1, "its number is remembered"
    assert shell.verify(permit(seq=2))[0] == 0


def test_a_key_is_made_and_its_secret_is_not_shown(shell: Shell):
    code, line = shell.run("key", "generate", "--folder", str(shell.folder / "keys"), "--json")
    assert code == 0
    made = json.loads(line)
    key = keys.read(Path(made["file"]))
    assert (made["kid"], made["public"]) == (kid_of(key), keys.public(key))
    assert key.as_dict(private=True)["d"] not in line
    shell.file("taken", "")
    assert shell.run("key", "generate", "--folder", str(shell.folder / "taken"))[0] == 2


def test_as_a_program_of_its_own_with_arguments_from_a_file(tmp_path: Path):
    """Real clocks, real exit codes."""
    state = str(tmp_path / "permits.json")
    arguments = tmp_path / "van.args"
    arguments.write_text("\n".join(f"{name}={value}" for name, value in RUNS.items()))
    whole = [sys.executable, "-m", "overt_permit"]

    def run(*given: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*whole, *given], check=False, input=text, capture_output=True, text=True
        )

    assert run("state", "init", "--state", state).returncode == 0
    (tmp_path / "set.jws").write_text(FIRST_SET.signed(SERVER))
    assert run("keys", "pin", str(tmp_path / "set.jws"), "--state", state).returncode == 0
    done = run("verify", "-", "--state", state, f"@{arguments}", text=permit(exp=T0 + 1, nbf=T0))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert run("--version").stdout == "0.1.0\n"
    assert run("verify", "-").returncode == 2
