"""A real Celery worker, on each of the brokers that Overt runs on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from tests.conftest import ROOT

SEND = """
from overt.config.celery import app
for queue in ("recognition", "gpu", "analysis", "default"):
    print(app.send_task("celery.accumulate", args=[1], queue=queue).id)
"""


@pytest.fixture(params=["folder", "redis"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    settings = {
        "OVERT_MODE": "embedded",
        "OVERT_DATA_DIR": str(tmp_path),
        "OVERT_DATABASE_URL": f"sqlite:///{tmp_path}/overt.sqlite3",
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    if request.param == "redis":
        settings["OVERT_BROKER_URL"] = request.getfixturevalue("redis_url")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | settings,
        check=True,
    )
    return os.environ | settings


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "celery", "-A", "overt.config", "worker"]
    options = ["-Q", "recognition,gpu,analysis,default", "--pool", "solo", "--loglevel", "INFO"]
    process = subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    guard = Timer(120, process.kill)  # a worker that never answers ends the reading below
    guard.start()
    yield process
    guard.cancel()
    process.terminate()
    process.communicate()


def test_a_worker_takes_what_another_process_sent_to_any_of_its_queues(environment, worker):
    sent = subprocess.run(
        [sys.executable, "-c", SEND], env=environment, capture_output=True, text=True, check=True
    )
    tasks = sent.stdout.split()
    assert len(tasks) == 4
    done = set()
    for line in worker.stdout:
        done |= {task for task in tasks if f"[{task}] succeeded" in line}
        if len(done) == 4:
            break
    assert done == set(tasks)
