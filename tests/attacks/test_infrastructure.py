"""Attacks by what Overt stands on: a database that takes nothing, or goes away half-way; a broker
that is down; a key that is gone; and many requests at the same moment.

These matter on both databases.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import Any

import kombu.pools
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import override_settings
from kombu.exceptions import OperationalError as BrokerDown

from overt.config.celery import app as celery
from overt.recognition import contract, states
from overt.recognition.models import Batch, PermitDecision
from overt.recognition.services import working
from overt.recognition.tasks import run_slice
from tests.attacks.happenings import (
    all_of,
    at,
    stopped_by_a_person,
    system_says_that_it_stopped,
    withdrawn,
)
from tests.attacks.world import (
    FRESH,
    MINUTE,
    SECOND,
    Attack,
    Attempt,
    Stage,
    assert_each_refused,
    assert_refused,
    assert_unchanged,
    before,
    problem_of,
    undone,
)
from tests.deployments.making import PROGRAM, START
from tests.recognition import making
from tests.recognition.api.wire import Wire

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LIVE = START + 70 * SECOND
unavailable = partial(Attack, "database-unavailable", status=503)


def asking(number: int = FRESH, **changes: Any) -> Attempt:
    return lambda stage: stage.ask(number, **changes)


def manifest(stage: Stage) -> Any:
    return stage.send_manifest(making.manifest(number=2))


def full_batch(stage: Stage) -> Any:
    """A count, an alert that is decided, a deletion and a heartbeat."""
    decided = {"decision": "true", "decided_at": LIVE, "engaged": True, "outcome": "arrest"}
    return stage.tell(
        1,
        counters=(making.counter(START, 40),),
        alerts=(making.alert("1", at=START + SECOND, **decided),),
        deletions=(contract.Deletion(asset="watchlist", count=1, at=LIVE, method="erased"),),
        heartbeat=contract.Heartbeat(at=LIVE, state="running", faces_total=40, alerts_total=1),
    )


def stop(stage: Stage) -> Any:
    return stage.tell(1, stopped=making.stopped(LIVE))


def live(stage: Stage) -> None:
    stage.go_live().at(LIVE)


def stopped(stage: Stage) -> None:
    live(stage)
    system_says_that_it_stopped(stage)


def correction(stage: Stage) -> Any:
    return stage.tell(
        801, deletions=(contract.Deletion(asset="watchlist", count=1, at=LIVE, method="erased"),)
    )


# Each is tried on a database that takes nothing, and on one that goes away at any statement of it.
ON_A_FAILING_DATABASE: dict[str, Attack] = {
    "the first permit": unavailable(asking()),
    "another permit": unavailable(asking(), prepared=live),
    "a permit that would be refused": unavailable(asking(threshold="0.1"), prepared=live),
    "a manifest": unavailable(manifest),
    "a batch with something of everything": unavailable(full_batch, prepared=live),
    "a stop": unavailable(stop, prepared=live),
    "a deletion after the stop": unavailable(correction, prepared=stopped),
}


@contextmanager
def read_only() -> Iterator[None]:
    """Nothing is written. On PostgreSQL until the savepoint around it is rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("SET LOCAL transaction_read_only = on")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")


def test_refused_where_the_database_is_read_only(stage, subtests):
    for sentence, attack in ON_A_FAILING_DATABASE.items():
        with subtests.test(sentence), undone():
            there = stage.afresh(START)
            if attack.prepared is not None:
                attack.prepared(there)
            with read_only():
                assert_refused(there, Attack(attack.reason, attack.attempt, attack.status))


class GoesAway:
    """Wraps the statements of a connection: the one that is `at` in order fails, as it does when
    the server is gone. Counted are those that write, with the commit, and where it is asked for
    those that read. Those that put back what was begun do not fail: the server does that itself."""

    def __init__(self, at: int, *, reading: bool) -> None:
        self.left = at
        self.passed = ("SAVEPOINT", "ROLLBACK", *(() if reading else ("SELECT",)))

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not sql.startswith(self.passed):
            self.left -= 1
            if self.left == 0:
                raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)


def test_refused_whole_where_the_database_goes_away_at_any_statement(stage, subtests):
    """The last statement of each is the one that makes it count."""
    for sentence, attack in ON_A_FAILING_DATABASE.items():
        with subtests.test(sentence), undone():
            there, response, tried = stage.afresh(START), None, 0
            if attack.prepared is not None:
                attack.prepared(there)
            earlier = before()
            while response is None or response.status_code == attack.status:
                if response is not None:
                    assert problem_of(response).reason == attack.reason
                    assert_unchanged(earlier)
                tried += 1
                goes_away = GoesAway(tried, reading=sentence == "another permit")
                with connection.execute_wrapper(goes_away):
                    response = attack.attempt(there)
            # None was left to fail, so the same request is answered, as it is the first time.
            assert response.status_code == (403 if "refused" in sentence else 200)
            assert tried > 3


@pytest.fixture
def no_broker() -> Iterator[None]:
    """Redis is to be had at an address where nothing answers."""
    names = ("broker_url", "broker_transport_options")
    earlier = {name: celery.conf[name] for name in names}
    _connect_afresh({"broker_url": "redis://127.0.0.1:1/0", "broker_transport_options": {}})
    with pytest.raises(BrokerDown):
        run_slice.apply_async(("any",), retry=False)
    yield
    _connect_afresh(earlier)


def _connect_afresh(settings: dict[str, Any]) -> None:
    celery.conf.update(settings)
    kombu.pools.reset()
    celery._pool = celery.amqp._producer_pool = None


def looked_around(stage: Stage) -> None:
    """As beat does it; no worker hears of it."""
    working.look_around(actor=PROGRAM, now=stage.now)


permit = partial(Attack, attempt=asking(), status=403)
# The session is live, and Redis down.
WITHOUT_REDIS: dict[str, Attack] = {
    "the authority withdrawn, and no worker is told of it": permit(
        "authority-holds", prepared=withdrawn
    ),
    "the session stopped by an operator, and no worker is told of it": permit(
        "session-stopping", prepared=stopped_by_a_person
    ),
    "the time over, and no worker is told of it": permit(
        "time-is-now", prepared=all_of(at(START + 300 * MINUTE), looked_around)
    ),
}


def test_refused_while_redis_is_down(stage, subtests, no_broker):
    live(stage)
    assert_each_refused(subtests, stage, WITHOUT_REDIS)
    assert stage.at(LIVE).ask().json()["sequence"] == 2


def without_its_key(stage: Stage) -> Any:
    with override_settings(PERMIT_KEY_FOLDER=settings.PERMIT_KEY_FOLDER / "nothing"):
        return stage.ask()


def with_a_key_file_of_noise(stage: Stage) -> Any:
    folder = settings.PERMIT_KEY_FOLDER / "noise"
    folder.mkdir()
    for path in settings.PERMIT_KEY_FOLDER.glob("*.*"):
        (folder / path.name).write_bytes(b"\x00\x01 no key")
    with override_settings(PERMIT_KEY_FOLDER=folder):
        return stage.ask()


WITHOUT_A_KEY: dict[str, Attack] = {
    "Overt's key is gone": Attack("no-permit-key", without_its_key, 503),
    "Overt's key is noise": Attack("no-permit-key", with_a_key_file_of_noise, 503),
}


def test_refused_without_a_key_to_sign_with(stage, subtests):
    assert_each_refused(subtests, stage, WITHOUT_A_KEY)


MANY = 6


def at_once(attempts: list[Callable[[Wire], Any]], stage: Stage) -> list[Any]:
    """What each is answered, all sent at the same moment over connections of their own."""
    barrier = Barrier(len(attempts))

    def send(attempt: Callable[[Wire], Any]) -> Any:
        wire = Wire(stage.wire.key, stage.wire.session_id)
        barrier.wait()
        try:
            return attempt(wire)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(send, attempts))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_counts(stage):
    """The same request; other batches under one number; and requests while the authority goes."""

    def ask(number: int) -> Callable[[Wire], Any]:
        return lambda wire: wire.ask(number, at=stage.now, watchlist=making.WATCHLIST)

    answers = at_once([ask(FRESH)] * MANY, stage)
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * (MANY - 1)
    reasons = {problem_of(answer).reason for answer in answers if answer.status_code != 200}
    assert reasons == {"request-replayed"}
    assert stage.session.permits == 1

    stage.at(LIVE)

    def tell(faces: int) -> Callable[[Wire], Any]:
        counters = (making.counter(START, faces),)
        return lambda wire: wire.tell(1, at=stage.now, counters=counters)

    answers = at_once([tell(faces) for faces in range(MANY)], stage)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (MANY - 1)
    reasons = {problem_of(answer).reason for answer in answers if answer.status_code != 200}
    assert reasons == {"number-reused"}
    assert Batch.objects.count() == 1

    asked = [ask(number) for number in range(FRESH + 1, FRESH + MANY)]
    at_once([*asked, lambda wire: withdrawn(stage)], stage)
    assert problem_of(stage.ask(FRESH + MANY)).reason == "authority-holds"
    decided = PermitDecision.objects.filter(request__gt=FRESH).order_by("pk")
    given = [decision.sequence is not None for decision in decided]
    # In the order of their commits: once one is refused, none is given.
    assert given == sorted(given, reverse=True)
    assert stage.session.state == states.LIVE
