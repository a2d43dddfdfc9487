"""The demo from its first line to Ctrl-C, and with its worker killed at work."""

import os
import re
import shutil
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from overt.config.context import NAVIGATION
from tests.demo.running import (
    ROOT,
    Demo,
    analyses,
    is_gone,
    let_heartbeats_lapse,
    members,
    run,
    sessions,
    sign_in,
    wait_for,
)
from tests.services import missing_is_a_failure


@pytest.fixture(autouse=True)
def _assets() -> None:
    if not (ROOT / "build" / "static" / "staticfiles.json").is_file():
        if missing_is_a_failure():
            pytest.fail("The styles and scripts are not built (`make setup`).")
        pytest.skip("The styles and scripts are not built (`make setup`).")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def a_set_up_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that is set up and has not been served yet."""
    data_dir = tmp_path_factory.mktemp("demo")
    done = run(data_dir, "--no-serve")
    assert done.returncode == 0, done.stderr
    return data_dir


@pytest.fixture
def set_up(a_set_up_demo: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    shutil.copytree(a_set_up_demo, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    demos: list[Demo] = []

    def begin(*arguments: object) -> Demo:
        demos.append(Demo(tmp_path, *arguments))
        return demos[-1]

    yield begin
    for demo in demos:
        demo.end()


def test_from_nothing_to_hotspots_and_a_live_session_and_back_to_nothing(start, port, tmp_path):
    demo = start("--port", port)
    address = demo.address()
    assert address == f"http://127.0.0.1:{port}/"
    assert "All of this is invented. No such place exists." in demo.output
    for username, password in demo.passwords().items():
        assert username in demo.output
        assert password in demo.output
    assert stat.S_IMODE((tmp_path / "demo-logins.txt").stat().st_mode) == 0o600

    with sign_in(address, "analyst", demo.passwords()["analyst"]) as analyst:
        listed = analyst.get("/hotspots/analyses/")
        for borough in ("Sampleford", "Exampleton", "Mockham"):
            assert borough in listed.text
        told = set(re.findall(r"\d\. Open ([A-Z][a-z]+(?: [a-z]+)?)(?:: | and )", demo.output))
        parts = {"Analyses", "Data", "Borough comparison", "Ledger", "Deployments", "Calendar"}
        assert told == parts | {"Sessions"}
        for label, page in NAVIGATION:
            assert analyst.get(reverse(page)).status_code == 200, label
            told.discard(label)
        assert not told
        for number in analyses(tmp_path):

            def finished(page: str = f"/hotspots/analyses/{number}/progress/") -> bool | None:
                return analyst.get(page).headers.get("HX-Refresh") == "true" or None

            wait_for(finished, f"end of analysis {number}")
            record = analyst.get(f"/hotspots/analyses/{number}/analysis.json").json()
            assert record["refusal"] is None
            assert len(record["digest"]) == 64
            assert any(cell["class"] == "hot" for cell in record["cells"])
            assert analyst.get(f"/hotspots/analyses/{number}/").status_code == 200

    wait_for(lambda: "live" in sessions(tmp_path) or None, "live session")
    groups = [demo.child("web server"), demo.child("worker"), demo.child("simulated system")]
    processes = [pid for group in groups for pid in members(group)]
    assert len(processes) >= 5  # each with at least one process of its own
    watched = [os.pidfd_open(pid) for pid in processes]

    assert demo.stop() == 0

    assert all(is_gone(pidfd) for pidfd in watched)
    assert "Stopped. Everything is kept" in demo.output
    assert "started again" not in demo.output


def test_an_analysis_whose_worker_is_killed_is_finished_by_the_next(start, port, set_up):
    states = sorted(state for state, _ in analyses(set_up).values())
    assert states == ["done", "queued", "queued"]
    demo = start("--port", port)

    def kill_at_work() -> int | None:
        """The analysis that was running when its worker was killed."""
        if not any(state == "running" for state, _ in analyses(set_up).values()):
            return None
        with suppress(ProcessLookupError):  # killed at an earlier look, not yet started again
            os.killpg(demo.child("worker"), signal.SIGKILL)
        left = [pk for pk, (state, _) in analyses(set_up).items() if state == "running"]
        return left[0] if left else None

    killed = wait_for(kill_at_work, "running analysis")
    let_heartbeats_lapse(set_up)

    address = demo.address()
    told = "The worker ended (signal SIGKILL) and is started again"
    wait_for(lambda: told in demo.output or None, "word of the worker's end")
    with sign_in(address, "auditor", demo.passwords()["auditor"]) as auditor:
        page = f"/hotspots/analyses/{killed}/progress/"
        wait_for(
            lambda: auditor.get(page).headers.get("HX-Refresh") == "true" or None,
            "end of the analysis that was cut short",
        )
    assert analyses(set_up)[killed] == ("done", 2)


def test_the_data_is_one_demos_and_what_a_killed_demo_left_running_is_named(start, port, set_up):
    demo = start("--port", port)
    demo.address()
    web, worker = demo.child("web server"), demo.child("worker")
    system = demo.child("simulated system")
    running = (
        f"demo: process {demo.process.pid}, web server: process {web}, worker: process {worker}, "
        f"simulated system: process {system}"
    )

    second = run(set_up, "--no-serve")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"A demo runs on {set_up} already ({running})" in second.stderr
    assert demo.process.poll() is None

    demo.process.kill()
    demo.process.wait()
    try:
        third = run(set_up, "--no-serve")
        assert third.returncode == 1
        assert f"({running})" in third.stderr
    finally:
        for group in (web, worker, system):
            os.killpg(group, signal.SIGKILL)


def test_the_demo_refuses_to_run_in_production(tmp_path):
    refused = run(
        tmp_path,
        OVERT_MODE="production",
        OVERT_SECRET_KEY="k" * 60,
        OVERT_ALLOWED_HOSTS="overt.example.org",
        OVERT_DATABASE_URL="postgresql://overt@localhost/overt",
        OVERT_BROKER_URL="redis://localhost:6379/0",
    )

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "it does not run with OVERT_MODE=production" in refused.stderr
    assert not (tmp_path / "demo-logins.txt").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": Path("crimes")}, r"^Give both: crime files \(DATA\) and borough boundaries"),
        (
            {"data": Path("x"), "boundary": Path("y.geojson")},
            r"^y\.geojson: cannot be read: No such",
        ),
    ],
)
def test_material_that_cannot_be_shown_is_one_clear_error(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("demo", no_serve=True, **options)


@pytest.mark.django_db
def test_crime_files_that_cannot_be_read_are_one_clear_error(shared_data):
    boundary = shared_data / "boundaries" / "london-boroughs-2022-bgc-wgs84.geojson.gz"

    with pytest.raises(CommandError, match=r"nowhere.*\. Nothing was imported\.$"):
        call_command("demo", no_serve=True, data=Path("nowhere"), boundary=boundary)


def test_a_port_that_cannot_be_had_is_refused_before_anything_is_set_up():
    with pytest.raises(CommandError, match="port 70000 cannot be used"):
        call_command("demo", port=70000)
