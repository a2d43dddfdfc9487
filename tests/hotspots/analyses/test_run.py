"""Running an analysis: once, whoever runs it, and whatever dies on the way."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from overt.hotspots import tasks
from overt.hotspots.analysis import record as records
from overt.hotspots.models import Analysis, CrimeRelease
from overt.hotspots.services import analyses, jobs
from overt.hotspots.storage import crime_storage
from overt.ledger.models import Entry

from .conftest import ACTOR, NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def run(analysis, at=NOW):
    return analyses.run(analysis_id=analysis.pk, actor=ACTOR, clock=lambda: at)


def test_the_record_is_stored_as_it_is_and_its_digest_is_in_the_ledger(done):
    record = json.loads(done.record)
    assert done.state == "done"
    assert done.record.encode() == records.canonical(record)
    assert done.digest == record["digest"] == records.digest_of(record)
    entry = Entry.objects.latest("seq")
    assert (entry.verb, entry.subject) == ("analysis.recorded", f"analysis:{done.pk}")
    assert json.loads(entry.payload)["digest"] == done.digest
    assert done.summary["hot"] == sum(cell["class"] == "hot" for cell in record["cells"]) > 0


def test_progress_only_rises_and_ends_at_a_hundred(queued):
    told = []
    answer = analyses.run(
        analysis_id=queued.pk,
        actor=ACTOR,
        clock=lambda: NOW,
        watch=lambda percent, stage: told.append(percent),
    )
    assert told == sorted(told)
    assert len(told) >= 5
    assert answer.progress == 100


def test_a_worker_leaves_the_evidence_pack_ready(queued, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }
    tasks.run_analysis(queued.pk)
    (pack,) = (tmp_path / "files" / "evidence").iterdir()
    assert pack.read_bytes().startswith(b"%PDF-")


def test_it_runs_once(done):
    entries = Entry.objects.count()
    assert run(done) is None
    assert Entry.objects.count() == entries


def test_a_worker_that_is_alive_keeps_its_job(queued):
    Analysis.objects.filter(pk=queued.pk).update(state="running", attempt=1, heartbeat_at=NOW)
    assert run(queued, NOW + timedelta(seconds=30)) is None


def test_a_worker_that_died_loses_its_job_to_the_next(queued):
    Analysis.objects.filter(pk=queued.pk).update(state="running", attempt=1, heartbeat_at=NOW)
    answer = run(queued, LATER)
    assert (answer.state, answer.attempt) == ("done", 2)


def test_a_worker_taken_for_dead_leaves_no_trace_when_it_comes_back(queued):
    def overtaken(percent, stage):
        Analysis.objects.filter(pk=queued.pk).update(attempt=2, heartbeat_at=LATER)

    answer = analyses.run(analysis_id=queued.pk, actor=ACTOR, clock=lambda: NOW, watch=overtaken)
    assert answer is None
    queued.refresh_from_db()
    assert (queued.state, queued.attempt, queued.record) == ("running", 2, "")
    assert not Entry.objects.filter(verb="analysis.recorded").exists()


def test_a_stored_file_that_was_changed_fails_the_job_and_is_named(queued):
    release = CrimeRelease.objects.order_by("month").first()
    path = Path(crime_storage().path(release.stored_as))
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    answer = run(queued)
    assert answer.state == "failed"
    assert release.stored_as in answer.error or release.month in answer.error
    assert Entry.objects.latest("seq").verb == "analysis.failed"


def test_an_error_nobody_expected_is_recorded_and_not_swallowed(queued, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no such luck")

    monkeypatch.setattr("overt.hotspots.analysis.run.analyse", broken)
    with pytest.raises(RuntimeError):
        run(queued)
    queued.refresh_from_db()
    assert queued.state == "failed"
    assert "no such luck" not in queued.error


def test_too_little_data_is_an_answer_with_a_record(borough):
    from overt.hotspots.services.analyses import Request
    from overt.policy import profiles

    short = analyses.request(
        area=borough,
        wanted=Request(months=4),
        profile=profiles.load(),
        actor=ACTOR,
        now=NOW,
    )
    answer = run(short)
    assert answer.state == "refused"
    assert "4 usable months" in answer.summary["refusal"]
    assert json.loads(answer.record)["refusal"]["code"] == "too few months"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "finished"},
        {"state": "done", "digest": ""},
        {"progress": 101},
        {"state": "refused", "published_at": NOW},
    ],
)
def test_the_database_itself_refuses_an_impossible_analysis(done, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Analysis.objects.filter(pk=done.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_what_was_lost_is_sent_again_and_what_is_alive_is_not(borough, monkeypatch):
    from overt.hotspots.services.analyses import Request
    from overt.policy import profiles

    sent = []
    monkeypatch.setattr(tasks.run_analysis, "delay", sent.append)
    lost, alive, dead = (
        analyses.request(
            area=borough, wanted=Request(), profile=profiles.load(), actor=ACTOR, now=NOW
        )
        for _ in range(3)
    )
    rows = Analysis.objects
    rows.filter(pk=alive.pk).update(state="running", heartbeat_at=LATER - timedelta(seconds=5))
    rows.filter(pk=dead.pk).update(state="running", heartbeat_at=NOW)
    assert jobs.requeue_stalled(now=LATER) == 2
    assert sorted(sent) == sorted([lost.pk, dead.pk])
    # The queued one was just sent: not again at the next look, but at a later one.
    sent.clear()
    jobs.requeue_stalled(now=LATER + timedelta(seconds=30))
    assert lost.pk not in sent
    jobs.requeue_stalled(now=LATER + timedelta(minutes=5))
    assert lost.pk in sent
