"""What the README shows works: its sample is run as it stands, and so are its commands."""

import re
import shlex
from pathlib import Path

import pytest
from overt_permit import cli, keys
from permit_making import FIRST_SET, LIST, SERVER, SESSION, T0, ZONE, permit

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def begun(tmp_path: Path, monkeypatch) -> Path:
    """The commands of "Begin", one after the other, in an empty folder with the key set."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set.jws").write_text(FIRST_SET.signed(SERVER), encoding="utf-8")
    begin = README.split("## Begin", 1)[1].split("\n## ", 1)[0]
    commands = re.findall(r"^    overt-permit (.+?)(?:   .*)?$", begin, re.M)
    assert len(commands) == 3
    for command in commands:
        assert cli.main(shlex.split(command)) == 0, command
    return tmp_path


def test_the_commands_to_begin_with_leave_a_key_and_a_pinned_set(begun: Path):
    (made,) = (begun / "keys").iterdir()
    assert keys.read(made).is_private
    assert cli.main(["keys", "show", "--state", "permits.json"]) == 0


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("token", "after", "logged", "stopped"),
    [
        (permit(), 0, [], False),
        (permit(), 61, [], True),
        (permit(threshold_floor="0.7"), 0, [("threshold-too-low", 8)], True),
        ("", 0, [("token-malformed", 0)], True),
    ],
)
def test_the_sample_runs_under_a_permit_and_stops_without(
    token: str, after: int, logged: list[tuple[str, int]], stopped: bool, monkeypatch
):
    (sample,) = re.findall(r"^```python\n(.*?)^```$", README, re.S | re.M)
    taking, asking = sample.split("# Before each frame:\n")
    clock = {"wall": T0, "boot": 500}
    monkeypatch.setattr("time.time", lambda: clock["wall"])
    monkeypatch.setattr("time.clock_gettime", lambda _: clock["boot"])
    told, stops = [], []
    system = {
        "watchlist_sha256": LIST,
        "zone_sha256": ZONE,
        "session": SESSION,
        "answer": {"permit": token},
        "log": lambda reason, rule, _: told.append((reason, rule)),
        "stop_processing": lambda: stops.append(True),
    }
    exec(taking, system)
    clock["wall"] += after
    clock["boot"] += after
    exec(asking, system)
    assert told == logged
    assert bool(stops) is stopped
