"""Ready when a session could run, and otherwise why not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from overt.config import health
from overt.config.beat import BEAT, note_beat
from overt.ledger import triggers
from overt.recognition.models import WorkerSeen
from overt.recognition.services import jobs, permit_keys
from tests.recognition.making import PROGRAM

from .watchers import keep_no_answer

NAMES = [
    "database",
    "migrations",
    "writable",
    "triggers",
    "worker",
    "beat",
    "permit-key",
    "ledger-key",
]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def now():
    """With all that is needed in place."""
    now = timezone.now()
    for name, queue in (("one", health.QUEUE), (BEAT, BEAT)):
        jobs.note_worker(name=name, queue=queue, now=now)
    return now


def wrong(now) -> list[str]:
    return [check.name for check in health.look(now) if not check.ok]


def test_everything_in_place_is_ready(now):
    found = health.look(now)
    assert [check.name for check in found] == NAMES
    assert [check for check in found if not check.ok] == []


def test_a_migration_that_was_not_applied_is_not_ready(now):
    MigrationRecorder(connection).record_unapplied("recognition", "0001_initial")
    assert wrong(now) == ["migrations"]


def test_a_trigger_that_is_missing_is_not_ready(now):
    triggers.ENTRIES.remove(connection)
    assert wrong(now) == ["triggers"]


def test_a_queue_from_which_nobody_took_anything_for_long_is_not_ready(now, settings):
    longest = 2 * settings.SESSION_SLICE_SECONDS + settings.SESSION_LOOK_SECONDS
    assert wrong(now + timedelta(seconds=longest)) == []
    assert wrong(now + timedelta(seconds=longest + 1)) == ["worker", "beat"]
    jobs.note_worker(name="other", queue=health.QUEUE, now=now + timedelta(seconds=9))
    assert wrong(now + timedelta(seconds=longest + 1)) == ["beat"]
    WorkerSeen.objects.filter(queue=health.QUEUE).delete()
    assert wrong(now) == ["worker"]


def test_a_worker_of_another_queue_does_not_do(now):
    WorkerSeen.objects.filter(queue=health.QUEUE).update(queue="analysis")
    assert wrong(now) == ["worker"]


def test_beat_is_seen_by_the_message_that_it_alone_sends():
    class Request:
        hostname = "celery@here"

    class Task:
        name = "overt.recognition.run_slice"
        request = Request()

    note_beat(task=Task())
    assert not WorkerSeen.objects.exists()
    Task.name = "overt.recognition.look_around"
    note_beat(task=Task())
    assert WorkerSeen.objects.get().queue == BEAT


def test_without_a_key_for_permits_production_is_not_ready(now, settings, tmp_path):
    settings.PERMITS_MAKE_THEIR_KEY = False
    settings.PERMIT_KEY_FOLDER = tmp_path
    assert wrong(now) == ["permit-key"]
    made = permit_keys.generate(actor=PROGRAM, now=now)
    assert wrong(now) == []
    (tmp_path / f"{made.kid}.jwk").unlink()
    assert wrong(now) == ["permit-key"]


def test_without_a_key_for_checkpoints_production_is_not_ready(now, settings, tmp_path):
    settings.LEDGER_MAKES_ITS_KEY = False
    settings.LEDGER_KEY_FOLDER = tmp_path
    assert wrong(now) == ["ledger-key"]
    (tmp_path / "1a2b3c4d.key").touch()
    assert wrong(now) == []


def test_a_database_that_cannot_be_written_is_not_ready(now, monkeypatch):
    if connection.vendor == "sqlite":
        # Whoever runs as root may write everywhere.
        monkeypatch.setattr("os.access", lambda path, mode: False)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
    assert wrong(now) == ["writable"]


@pytest.mark.django_db(transaction=True)
def test_the_page_says_each_check_and_nothing_of_anyone(monkeypatch):
    keep_no_answer(monkeypatch)
    response = Client().get("/health/ready")
    body = response.json()
    assert response.status_code == 503
    assert body["status"] == "not ready"
    assert [check["name"] for check in body["checks"]] == [*NAMES, "broker"]
    assert all(set(check) == {"name", "ok", "sentence"} for check in body["checks"])
    assert [check["name"] for check in body["checks"] if not check["ok"]] == ["worker", "beat"]
    now = timezone.now()
    for name, queue in (("one", health.QUEUE), (BEAT, BEAT)):
        jobs.note_worker(name=name, queue=queue, now=now)
    response = Client().get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "ready")
