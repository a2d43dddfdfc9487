"""The folder broker under several processes."""

import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from kombu import Connection

from overt.config.folder_broker import Transport
from tests.conftest import ROOT

WRITERS, READERS, MESSAGES = 2, 3, 200

WRITE = """
import sys
from overt.config.celery import app
print("ready", flush=True)
sys.stdin.readline()
with app.connection() as connection:
    queue = connection.SimpleQueue("analysis")
    for text in sys.argv[1:]:
        queue.put({"text": text})
"""

READ = """
import sys
from overt.config.celery import app
print("ready", flush=True)
sys.stdin.readline()
with app.connection() as connection:
    queue = connection.SimpleQueue("analysis")
    text = None
    while text != "stop":
        message = queue.get()
        text = message.payload["text"]
        message.ack()
        print(text)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "OVERT_MODE": "embedded",
        "OVERT_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        "PYTHONPATH": str(ROOT),
    }


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_every_message_reaches_one_reader_once_whole(environment, tmp_path):
    sent = [[f"{writer}-{number}" for number in range(MESSAGES)] for writer in range(WRITERS)]
    writers = [start(environment, "-c", WRITE, *texts) for texts in sent]
    readers = [start(environment, "-c", READ) for _ in range(READERS)]
    last = start(environment, "-c", WRITE, *["stop"] * READERS)
    for process in [*writers, *readers, last]:
        assert process.stdout.readline() == "ready\n"
    for process in writers + readers:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in writers:
        process.communicate()
    last.communicate("go\n")
    taken = [text for process in readers for text in process.communicate()[0].split()]
    assert [process.returncode for process in [*writers, last, *readers]] == [0] * 6
    assert sorted(taken) == sorted([*chain(*sent), *["stop"] * READERS])
    assert list((tmp_path / "queue" / "messages").iterdir()) == []


def test_a_folder_has_no_host_of_which_kombu_would_warn_that_none_was_named() -> None:
    with Connection("folder://", transport=Transport) as connection:
        assert connection.info()["hostname"] is None
