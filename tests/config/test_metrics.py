"""What Prometheus is told is what the database and the broker have at that moment."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from overt.config import broker, celery_app, metrics
from overt.config.beat import BEAT
from overt.ledger.models import Entry
from overt.ledger.services import make_checkpoint
from overt.recognition import states
from overt.recognition.models import JobOutcome, JobRun
from overt.recognition.services import jobs, sessions
from tests.deployments import making as deploying
from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.making import SECOND, armed, live, session_in

from .watchers import keep_no_answer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.PERMIT_KEY_FOLDER = tmp_path / "permits"
    settings.LEDGER_KEY_FOLDER = tmp_path / "ledger"


class Told:
    """What is told at one moment, by name and labels."""

    def __init__(self, families) -> None:
        self.values = {
            (sample.name, *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }
        self.names = {family.name for family in families}

    def __call__(self, name: str, *labels: str) -> float | None:
        return self.values.get((f"overt_{name}", *labels))


def told(now) -> Told:
    return Told(list(metrics.of_the_database(now)) + list(metrics.slow(now)))


def test_a_live_session_tells_its_permit_to_the_second():
    desk = live()
    name = desk.deployment.reference
    at = told(START + 10 * SECOND)
    assert at("session_permit_age_seconds", name) == 10
    assert at("session_permit_expires_seconds", name) == 50
    assert at("sessions", states.LIVE) == 1
    assert at("sessions", states.ARMED) == 0
    assert at("permits_last_hour") == 1
    later = told(START + 70 * SECOND)
    assert later("session_permit_expires_seconds", name) == -10
    assert told(START + timedelta(hours=2))("permits_last_hour") == 0


def test_every_state_has_a_value_also_without_a_session():
    at = told(START)
    assert {labels[1] for labels in at.values if labels[0] == "overt_sessions"} == set(
        states.LABELS
    )
    assert at("sessions_untended") == 0
    assert at("ledger_entries") == 0
    assert at("ledger_checkpoint_age_seconds") is None


def test_a_stop_that_nobody_confirmed_is_told_until_it_is():
    desk = session_in(states.UNCONFIRMED)
    ends = desk.session.ends_at
    at = told(ends + timedelta(minutes=3))
    assert at("sessions", states.UNCONFIRMED) == 1
    assert at("session_stopping_seconds", desk.deployment.reference) == 180
    desk.tell(ends + timedelta(minutes=4), stopped=making.stopped(ends))
    after = told(ends + timedelta(minutes=5))
    assert after("sessions", states.UNCONFIRMED) == 0
    assert after("session_stopping_seconds", desk.deployment.reference) is None


def test_batches_are_told_by_age_lag_and_what_is_missing():
    desk = live()
    name = desk.deployment.reference
    assert told(START)("session_batch_age_seconds", name) is None
    for number in (1, 2, 5):
        desk.tell(START + number * SECOND, number=number)
    at = told(START + 30 * SECOND)
    assert at("session_batch_age_seconds", name) == 25
    assert at("session_batch_lag_seconds", name) == pytest.approx(0, abs=0.001)
    assert at("session_batches_missing", name) == 2


def test_refusals_are_counted_by_reason_for_an_hour():
    desk = armed()
    now = desk.session.starts_at
    for number in range(3):
        with pytest.raises(making.permits.PermitRefused):
            desk.ask(now + number * SECOND, threshold="0.01")
    at = told(now + 10 * SECOND)
    refused = {key[1]: at.values[key] for key in at.values if "refusals" in key[0]}
    assert sum(refused.values()) == 4  # one came too early, as systems do
    assert 3 in refused.values()
    assert told(now + timedelta(hours=2))("permit_refusals_last_hour", *refused) is None


def test_a_session_without_a_worker_is_untended_until_it_has_one():
    desk = making.opened()
    now = desk.session.starts_at - timedelta(minutes=30)
    assert told(now)("sessions_untended") == 1
    desk.look(now)
    assert told(now)("sessions_untended") == 0
    assert told(now + timedelta(minutes=5))("sessions_untended") == 1


def test_a_deployment_without_a_session_is_told_from_its_set_up_on_until_it_has_one():
    made = deploying.deployment_in("ready")
    assert made.setup_at is not None
    assert told(made.setup_at + 14 * SECOND)("deployments_unopened") == 0
    assert told(made.setup_at + 15 * SECOND)("deployments_unopened") == 1
    assert told(made.ends_at + timedelta(minutes=1))("deployments_unopened") == 1
    sessions.open_due(actor=making.PROGRAM, now=made.setup_at + 20 * SECOND)
    assert told(made.setup_at + 30 * SECOND)("deployments_unopened") == 0


def test_job_runs_are_told_by_outcome_and_workers_by_queue():
    for outcome, ended in (
        (JobOutcome.RUNNING, None),
        (JobOutcome.FAILED, START),
        (JobOutcome.FAILED, START - timedelta(hours=2)),
    ):
        JobRun.objects.create(
            task="t",
            queue="recognition",
            worker="w",
            started_at=START - timedelta(hours=3),
            heartbeat_at=START,
            ended_at=ended,
            outcome=outcome,
        )
    for name, queue, ago in (("one", "recognition", 9), ("two", "recognition", 4), (BEAT, BEAT, 5)):
        jobs.note_worker(name=name, queue=queue, now=START - ago * SECOND)
    jobs.note_worker(name="three", queue="anything-else", now=START)
    at = told(START + SECOND)
    assert [at("job_runs", outcome) for outcome in ("running", "failed", "lost")] == [1, 1, 0]
    assert at("worker_seen_seconds", "recognition") == 5
    assert at("worker_seen_seconds", "analysis") is None
    assert at("worker_seen_seconds", "anything-else") is None
    assert at("beat_seen_seconds") == 6


def test_deletions_that_are_overdue_are_told_by_how_far_they_have_come():
    desk = session_in(states.STOPPED)
    stopped_at = desk.session.stopped_at
    assert told(stopped_at)("deletions_overdue", "1") == 0
    year_later = told(stopped_at + timedelta(days=365))
    assert year_later("deletions_overdue", "1") == 0
    assert year_later("deletions_overdue", "3") >= 2


def test_the_ledger_tells_its_length_and_what_no_checkpoint_covers():
    making.opened()
    entries = Entry.objects.count()
    assert entries > 0
    before = told(START)
    assert before("ledger_entries") == before("ledger_entries_unsigned") == entries
    make_checkpoint(actor="command:test", now=START)
    after = told(START + 30 * SECOND)
    assert after("ledger_checkpoint_age_seconds") == 30
    assert after("ledger_entries") > entries
    assert after("ledger_entries_unsigned") <= 2  # the entries that say so


def test_the_last_permit_key_tells_when_it_ends():
    making.permit_key(now=START)
    assert told(START + timedelta(days=364))("permit_key_expires_seconds") == 86400
    assert told(START + timedelta(days=366))("permit_key_expires_seconds") == -86400


def test_no_label_and_no_value_is_about_a_person():
    desk = live()
    text = "\n".join("|".join(map(str, key)) for key in told(START + SECOND).values)
    people = vars(desk.cast).values()
    for person in people:
        assert person.username not in text
        assert person.shown_name not in text
    for name in (desk.session.system.name, desk.deployment.title, str(desk.session_id)):
        assert name not in text


@pytest.mark.django_db(transaction=True)
def test_the_page_is_read_as_prometheus_reads_it(monkeypatch):
    keep_no_answer(monkeypatch)
    waiting = broker.depths()  # other tests of this run may have left messages
    celery_app.send_task("celery.accumulate", queue="analysis")
    registry = CollectorRegistry()
    registry.register(metrics.Facts())
    text = generate_latest(registry).decode()
    at = Told(list(text_string_to_metric_families(text)))
    assert [at("scrape_ok", part) for part in ("database", "slow", "broker")] == [1, 1, 1]
    assert at("queue_messages", "analysis") == waiting["analysis"] + 1
    assert at("queue_messages", "recognition") == waiting["recognition"]
    assert {name for name in at.names if not name.startswith("overt_")} == set()


def test_depth_of_queues_is_asked_of_redis_too(redis_url, settings):
    settings.CELERY_BROKER_URL = redis_url
    assert set(broker.depths().values()) == {0}
    with celery_app.connection_for_write(redis_url) as connection:
        celery_app.send_task("celery.accumulate", queue="recognition", connection=connection)
    assert broker.depths()["recognition"] == 1


def test_a_scrape_is_few_queries(django_assert_max_num_queries):
    live(deploying.people())
    with django_assert_max_num_queries(20):
        told(START + SECOND)
