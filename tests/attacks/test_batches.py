"""Attacks by batches whose form is right: numbers, order, counts, alerts, stops and deletions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from overt.deployments.models import System
from overt.recognition import contract
from overt.recognition.contract import limits
from overt.recognition.models import Alert, AlertReport, Counter, Deletion
from tests.attacks import forging
from tests.attacks.happenings import at
from tests.attacks.world import (
    MINUTE,
    SECOND,
    Attack,
    Attempt,
    Stage,
    assert_each_refused,
    assert_unchanged,
    before,
)
from tests.deployments.making import START
from tests.recognition import making

pytestmark = pytest.mark.django_db

NOW = START + 3 * MINUTE
KNOWN = making.alert("1", at=START + 5 * SECOND)
FACES = making.counter(START, 40)


def telling(number: int, **said: Any) -> Attempt:
    return lambda stage: stage.tell(number, **said)


def told(number: int, **said: Any) -> Callable[[Stage], None]:
    """A batch that is taken."""

    def happen(stage: Stage) -> None:
        answer = stage.tell(number, **said)
        assert answer.status_code == 200, answer.content

    return happen


def counted(stage: Stage) -> Stage:
    """Three minutes after the first permit: batch 2 has a count and an alert, batch 5 no more
    than its number, and 1, 3 and 4 have not come."""
    stage.go_live().at(NOW)
    told(2, counters=(FACES,), alerts=(KNOWN,))(stage)
    told(5)(stage)
    return stage


def stopped_with(number: int) -> Callable[[Stage], None]:
    """The system says in this batch that it stopped a minute ago."""
    return told(number, stopped=making.stopped(NOW - MINUTE))


def deleted(asset: str, at: datetime = NOW) -> contract.Deletion:
    return contract.Deletion(asset=asset, count=1, at=at, method="erased")


def beating(state: Any, at: datetime = NOW) -> contract.Heartbeat:
    return contract.Heartbeat(at=at, state=state, faces_total=40, alerts_total=1)


def decided(decision: str, outcome: str | None = None) -> contract.Alert:
    return making.alert(
        "1",
        at=START + 5 * SECOND,
        decision=decision,
        decided_at=START + 9 * SECOND,
        outcome=outcome,
    )


def corrected_often(stage: Stage) -> None:
    for number in range(100, 100 + limits.REPORTS - 1):
        told(number, alerts=(decided("true" if number % 2 else "false"),))(stage)


def many_cameras(stage: Stage) -> None:
    """One less than a session has, beside that of the first count."""
    labels = [f"van-{letter}" for letter in "abcdefghijklmno"]
    counters = tuple(making.counter(START + MINUTE, 1, camera=label) for label in labels)
    assert len(labels) == limits.CAMERAS - 1
    told(6, counters=counters)(stage)


def by_another_system(stage: Stage) -> None:
    stage.wire.key, _ = making.system_key(System.objects.create(name="Van 9"), now=stage.now)


def for_a_permit(stage: Stage) -> Any:
    """A batch where a request for a permit belongs."""
    batch = contract.Batch(
        number=7,
        sent_at=stage.now,
        alerts=(),
        counters=(),
        deletions=(),
        heartbeat=None,
        stopped=None,
    )
    return stage.wire.send(stage.wire.address("permit"), contract.canonical(batch), at=stage.now)


def permit_for_a_batch(stage: Stage) -> Any:
    return stage.wire.send(stage.wire.address("batches"), forging.body(stage), at=stage.now)


conflicting = partial(Attack, status=409)
refused = partial(Attack, status=422)
FACES_AND_MORE = {"counters": (making.counter(START + MINUTE, 30),)}

# Begun as `counted` leaves it.
OF_BATCHES: dict[str, Attack] = {
    "another batch under a number that was taken": conflicting(
        "number-reused", telling(2, counters=(making.counter(START, 41),))
    ),
    "an empty batch over one that was full": conflicting("number-reused", telling(2)),
    "a full batch over one that was empty": conflicting(
        "number-reused", telling(5, counters=(making.counter(START + MINUTE, 1),))
    ),
    "batch 20,001": refused("out-of-range", lambda stage: with_number(stage, 20_001)),
    "batch nought": refused("out-of-range", lambda stage: with_number(stage, 0)),
    "a count that goes down": conflicting(
        "counter-decreased", telling(6, counters=(making.counter(START, 39),))
    ),
    "a count that goes down to nothing": conflicting(
        "counter-decreased", telling(6, counters=(making.counter(START, 0),))
    ),
    "an earlier batch, come late, that counted more": conflicting(
        "counter-decreased", telling(1, counters=(making.counter(START, 41),))
    ),
    "a count that goes down, among others that do not": conflicting(
        "counter-decreased",
        telling(6, counters=(making.counter(START, 39), making.counter(START + MINUTE, 5))),
    ),
    "an alert moved to another second": conflicting(
        "alert-changed", telling(6, alerts=(making.alert("1", at=START + 6 * SECOND),))
    ),
    "an alert moved to another camera": conflicting(
        "alert-changed",
        telling(6, alerts=(making.alert("1", at=START + 5 * SECOND, camera="cam-2"),)),
    ),
    "an alert corrected for the twenty-first time": refused(
        "corrected-too-often", telling(200, alerts=(decided("false"),)), prepared=corrected_often
    ),
    "an alert of a minute that has not come": refused(
        "in-the-future", telling(6, alerts=(making.alert("2", at=NOW + MINUTE),))
    ),
    "an alert decided in a minute that has not come": refused(
        "in-the-future",
        telling(
            6,
            alerts=(making.alert("2", at=NOW, decision="true", decided_at=NOW + MINUTE),),
        ),
    ),
    "an alert from before the first permit": refused(
        "before-live", telling(6, alerts=(making.alert("2", at=START - 2 * MINUTE),))
    ),
    "a seventeenth camera, in a batch of its own": refused(
        "too-many-cameras",
        telling(7, counters=(making.counter(START + MINUTE, 1, camera="van-z"),)),
        prepared=many_cameras,
    ),
    "a stop before the first permit": refused(
        "stopped-before-live", telling(6, stopped=making.stopped(START - MINUTE))
    ),
    "a stop that has not come": refused(
        "in-the-future", telling(6, stopped=making.stopped(NOW + MINUTE))
    ),
    "a stop with a count from after it": conflicting(
        "after-stopped",
        telling(
            6,
            counters=(making.counter(START + 2 * MINUTE, 1),),
            stopped=making.stopped(START + MINUTE),
        ),
    ),
    "a deletion of what the policy does not know": refused(
        "asset-not-known", telling(6, deletions=(deleted("photographs_of_officers"),))
    ),
    "a deletion that has not come": refused(
        "in-the-future", telling(6, deletions=(deleted("watchlist", NOW + MINUTE),))
    ),
    "good counts and alerts beside one deletion that is not": refused(
        "asset-not-known",
        telling(
            6,
            counters=(making.counter(START + MINUTE, 30),),
            alerts=(decided("true", "arrest"), making.alert("2", at=START + MINUTE)),
            deletions=(deleted("anything_else"), deleted("watchlist")),
        ),
    ),
    "good counts beside a stop that lies before them": conflicting(
        "after-stopped",
        telling(6, **FACES_AND_MORE, stopped=making.stopped(START)),
    ),
    "counts after the stop": conflicting(
        "after-stopped", telling(8, **FACES_AND_MORE), prepared=stopped_with(7)
    ),
    "a new alert after the stop": conflicting(
        "after-stopped",
        telling(8, alerts=(making.alert("2", at=START + MINUTE),)),
        prepared=stopped_with(7),
    ),
    "a new alert after the stop, beside a correction of a known one": conflicting(
        "after-stopped",
        telling(8, alerts=(decided("true"), making.alert("2", at=START + MINUTE))),
        prepared=stopped_with(7),
    ),
    "a heartbeat that says it runs, after the stop": conflicting(
        "after-stopped", telling(8, heartbeat=beating("running")), prepared=stopped_with(7)
    ),
    "an earlier batch, come after the stop, that says it runs": conflicting(
        "after-stopped", telling(6, heartbeat=beating("running")), prepared=stopped_with(7)
    ),
    "a second stop": conflicting(
        "after-stopped", telling(8, stopped=making.stopped(NOW)), prepared=stopped_with(7)
    ),
    "an earlier batch, come after the stop, with a count from after it": conflicting(
        "after-stopped",
        telling(6, counters=(making.counter(NOW, 1),)),
        prepared=stopped_with(7),
    ),
    "an earlier batch, come after the stop, with an alert from after it": conflicting(
        "after-stopped",
        telling(6, alerts=(making.alert("2", at=NOW),)),
        prepared=stopped_with(7),
    ),
    "a stop earlier than the one that was said": conflicting(
        "after-stopped", telling(6, stopped=making.stopped(START)), prepared=stopped_with(7)
    ),
    "a batch about another system's session": Attack(
        "no-such-session", telling(6, **FACES_AND_MORE), 404, prepared=by_another_system
    ),
    "a batch where a request for a permit belongs": refused("missing-field", for_a_permit),
    "a request for a permit where a batch belongs": refused("missing-field", permit_for_a_batch),
}

# Begun as in `world.Stage`: no permit was ever given.
OF_BATCHES_TOO_EARLY: dict[str, Attack] = {
    "counts before any permit": conflicting("never-live", telling(1, counters=(FACES,))),
    "an alert before any permit": conflicting("never-live", telling(1, alerts=(KNOWN,))),
    "a stop before any permit": conflicting(
        "never-live", telling(1, stopped=making.stopped(START))
    ),
    "counts, long after the session ended without a permit": conflicting(
        "never-live", telling(1, counters=(FACES,)), prepared=at(START + timedelta(hours=9))
    ),
}


def with_number(stage: Stage, number: int) -> Any:
    body = contract.canonical(
        contract.Batch(
            number=777,
            sent_at=stage.now,
            alerts=(),
            counters=(),
            deletions=(),
            heartbeat=None,
            stopped=None,
        )
    ).replace(b"777", str(number).encode())
    return stage.wire.send(stage.wire.address("batches"), body, at=stage.now)


def test_refused_of_batches(stage, subtests):
    assert_each_refused(subtests, counted(stage), OF_BATCHES)


def test_refused_before_any_permit(stage, subtests):
    assert_each_refused(subtests, stage.at(START + MINUTE), OF_BATCHES_TOO_EARLY)


def test_the_same_batch_again_changes_nothing_at_all(stage):
    counted(stage)
    earlier = before()
    for moment in (NOW, NOW + MINUTE):
        # Sent anew, with another signature but the same bytes.
        answer = stage.at(NOW).tell(2, counters=(FACES,), alerts=(KNOWN,)).json()
        stage.at(moment)
        assert (answer["duplicate"], answer["missing"]) == (True, [1, 3, 4])
    assert_unchanged(earlier)


def test_gaps_are_named_until_they_are_filled_in_any_order(stage):
    counted(stage)
    assert stage.tell(9).json()["missing"] == [1, 3, 4, 6, 7, 8]
    for number in (8, 1, 6, 4, 7):
        stage.tell(number)
    assert stage.tell(3).json()["missing"] == []


def test_of_two_batches_in_the_wrong_order_the_one_with_the_higher_number_holds(stage):
    counted(stage)
    told(9, alerts=(decided("true", "arrest"),), counters=(making.counter(START, 44),))(stage)
    told(8, alerts=(decided("false", "no_action"),), counters=(making.counter(START, 42),))(stage)
    assert Counter.objects.get().faces_seen == 44
    last = AlertReport.objects.filter(alert=Alert.objects.get()).latest("pk")
    assert (last.decision, last.outcome) == ("true", "arrest")


def test_after_the_stop_deletions_corrections_and_totals_are_taken(stage):
    counted(stage)
    stopped_with(7)(stage)
    told(6, heartbeat=beating("running", NOW - 2 * MINUTE))(stage)
    told(9, heartbeat=beating("idle"))(stage)
    told(8, deletions=(deleted("watchlist"),), alerts=(decided("true", "arrest"),))(stage)
    assert Deletion.objects.get().asset == "watchlist"
    assert AlertReport.objects.filter(decision="true").count() == 1
