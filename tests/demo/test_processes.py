"""The demo's children: restarted when they die, gone when it stops, with all that they started."""

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from overt.config.demo.processes import (
    HOST,
    Child,
    ProcessError,
    StopRequested,
    free_port,
    keep_running,
    stop_all,
    wait_until,
)

# Says that it is there by making a file, then waits for a signal.
STEADY = "import pathlib, signal, sys; pathlib.Path(sys.argv[1]).write_text('up'); signal.pause()"
# The same, but deaf to the polite request.
STUBBORN = (
    "import pathlib, signal, sys\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "pathlib.Path(sys.argv[1]).write_text('up')\n"
    "while True: signal.pause()"
)
# Starts another process, writes its number, and waits.
PARENT = (
    "import pathlib, signal, subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "draft = pathlib.Path(sys.argv[1] + '.draft'); draft.write_text(str(child.pid))\n"
    "draft.rename(sys.argv[1]); signal.pause()"
)
FAILING = "print('no room at the inn', flush=True); raise SystemExit(3)"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str, str], Child]]:
    children: list[Child] = []

    def begin(script: str, name: str) -> Child:
        child = Child(
            name=name,
            argv=[sys.executable, "-c", script, str(tmp_path / f"{name}.up")],
            env=os.environ,
            log=tmp_path / "logs" / f"{name}.log",
        )
        children.append(child)
        child.start()
        return child

    yield begin
    for child in children:
        child.sweep()
        child.wait(10)


@pytest.fixture
def up(tmp_path: Path) -> Callable[[Child], None]:
    """Wait until the child has said that it is there."""

    def wait(child: Child) -> None:
        said = tmp_path / f"{child.name}.up"
        wait_until(said.exists, child=child, seconds=30, stop=StopRequested())

    return wait


def ends(pidfd: int) -> bool:
    """Whether the process ends: force takes effect a moment after it is sent."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(10_000))


def test_a_child_that_is_killed_is_started_again(start, up):
    child = start(STEADY, "steady")
    up(child)
    first = child.process
    said: list[str] = []
    stop = StopRequested()
    os.kill(first.pid, signal.SIGKILL)

    def stop_once_restarted() -> None:
        if child.process is not first:
            stop.request()

    keep_running([child], stop=stop, say=said.append, each_look=stop_once_restarted)

    assert child.exit_code is None
    assert len(said) == 1
    assert "The steady ended (signal SIGKILL) and is started again" in said[0]


def test_what_a_dead_child_had_started_is_gone_before_it_is_started_again(start, up, tmp_path):
    child = start(PARENT, "parent")
    up(child)
    grandchild = os.pidfd_open(int((tmp_path / "parent.up").read_text()))
    (tmp_path / "parent.up").unlink()
    stop = StopRequested()
    first = child.process
    os.kill(first.pid, signal.SIGKILL)

    def stop_once_restarted() -> None:
        if child.process is not first:
            stop.request()

    keep_running([child], stop=stop, say=lambda text: None, each_look=stop_once_restarted)

    assert ends(grandchild)


def test_a_child_that_keeps_dying_is_given_up_with_its_last_words(start):
    child = start(FAILING, "worker")

    with pytest.raises(ProcessError, match=r"the worker keeps ending.*\n.*no room"):
        keep_running([child], stop=StopRequested(), say=lambda text: None, each_look=lambda: None)

    assert len(child.deaths) == 4


def test_stopping_ends_every_child_and_all_that_it_started(start, up, tmp_path):
    children = [start(STEADY, "web"), start(PARENT, "worker")]
    for child in children:
        up(child)
    grandchild = os.pidfd_open(int((tmp_path / "worker.up").read_text()))

    stop_all(children, stop=StopRequested())

    assert all(child.exit_code == -signal.SIGTERM for child in children)
    assert ends(grandchild)


def test_a_second_request_to_stop_ends_a_stubborn_child_by_force(start, up):
    child = start(STUBBORN, "stubborn")
    up(child)
    stop = StopRequested()
    second = threading.Timer(0.2, stop.request)
    second.start()

    stop_all([child], stop=stop)

    second.join()
    assert child.exit_code == -signal.SIGKILL


def test_a_signal_is_heard_only_while_listening():
    stop = StopRequested()
    before = signal.getsignal(signal.SIGINT)

    with stop.listening():
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(10)

    assert stop.times == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_a_child_that_ends_before_it_answers_is_an_error_with_its_last_words(start):
    child = start(FAILING, "web server")

    with pytest.raises(ProcessError, match="the web server did not start:\nno room at the inn"):
        wait_until(lambda: False, child=child, seconds=30, stop=StopRequested())


def test_a_child_that_never_answers_is_an_error_that_names_its_log(start, up):
    child = start(STEADY, "web server")
    up(child)

    with pytest.raises(ProcessError, match=r"did not answer within 0 seconds; see .*\.log"):
        wait_until(lambda: False, child=child, seconds=0, stop=StopRequested())


def test_a_taken_port_gives_the_next_one():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert port < free_port(port, exactly=False) < port + 20


def test_a_taken_port_that_was_asked_for_is_refused():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ProcessError, match=f"port {port} cannot be used: stop what listens"):
            free_port(port, exactly=True)


def test_a_number_that_is_no_port_is_refused():
    with pytest.raises(ProcessError, match="port 70000 cannot be used"):
        free_port(70000, exactly=True)
