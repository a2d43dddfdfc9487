"""Attacks by an honest signature on a request that must get no permit: time, people, deployment,
session, system and numbers."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from overt.accounts import roles
from overt.accounts.models import Rank
from overt.deployments.models import System
from overt.recognition import contract, states
from tests.attacks import forging
from tests.attacks.happenings import (
    a_worker_looks,
    account_disabled,
    all_of,
    asks,
    at,
    cancelled,
    demoted,
    disabled,
    edited_and_authorised_anew,
    enabled,
    later,
    moved_to,
    notice_cancelled,
    notice_cancelled_past_the_verb,
    reopened,
    sign_down_for_too_long,
    sign_reported_down,
    sign_seen_by_a_clock_that_is_ahead,
    stopped_by_a_person,
    system_says_that_it_stopped,
    text_of_the_version_changed,
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
)
from tests.deployments.making import START
from tests.recognition import making

pytestmark = pytest.mark.django_db

ENDS = START + timedelta(hours=5)
EARLIER = START - 5 * MINUTE


def asking(number: int = FRESH, **changes: Any) -> Attempt:
    """An honest request but for the `changes`."""
    return lambda stage: stage.ask(number, **changes)


honest = asking()
refused = partial(Attack, attempt=honest, status=403)
unknown = partial(Attack, reason="no-such-session", status=404)


def the_very_same(stage: Stage) -> Any:
    """Bytes and signature of the first request, which got its permit, once more."""
    first = stage.at(START)
    return first.ask(FRESH - 100)


def by_another_system(stage: Stage) -> None:
    """The system that asks has a key and is in use, but the session is not its own."""
    stage.wire.key, _ = making.system_key(System.objects.create(name="Van 9"), now=stage.now)


def of_a_session_that_never_was(stage: Stage) -> Any:
    stage.wire.session_id = uuid4()
    return stage.ask()


def spelled_in_capitals(stage: Stage) -> Any:
    path = stage.wire.address("permit").upper().replace("/API/V1/SESSIONS/", "/api/v1/sessions/")
    return stage.wire.send(path.replace("PERMIT", "permit"), forging.body(stage), at=stage.now)


def by(method: str) -> Attempt:
    """With a signature that is right for it."""
    return lambda stage: stage.wire.send(
        stage.wire.address("permit"), forging.body(stage), method=method, at=stage.now
    )


def the_next_session_begins(stage: Stage) -> None:
    """A day later, of the same system, which has not said that it stopped the first."""
    a_worker_looks(stage.at(ENDS))
    a_worker_looks(stage.at(ENDS + 2 * MINUTE))
    assert stage.session.state == states.UNCONFIRMED
    begins = START + timedelta(days=1)
    stage.desk = making.opened(stage.desk.cast, start=begins)
    stage.wire.session_id = stage.desk.session_id
    stage.at(begins)
    stage.desk.recheck_signs(begins)
    stage.desk.send_manifest(
        making.manifest(built_at=begins - timedelta(hours=3)), now=begins - SECOND
    )


def with_the_next_number_left_out(stage: Stage) -> Any:
    body = forging.body(stage).replace(b'"request":900,', b"")
    return stage.wire.send(stage.wire.address("permit"), body, at=stage.now)


def with_a_number(number: int) -> Attempt:
    def attempt(stage: Stage) -> Any:
        body = forging.body(stage).replace(b"900", str(number).encode())
        return stage.wire.send(stage.wire.address("permit"), body, at=stage.now)

    return attempt


# Begun as in `world.Stage`: armed, at the start, and no permit yet.
OF_AN_ARMED_SESSION: dict[str, Attack] = {
    "a second before the start": refused("time-is-now", prepared=at(START - SECOND)),
    "at the very end": refused("time-is-now", prepared=at(ENDS)),
    "after the time, once a worker has seen that it passed": refused(
        "session-over", prepared=all_of(at(ENDS), a_worker_looks)
    ),
    "back from checking, and not armed again": refused(
        "not-armed",
        prepared=all_of(
            at(EARLIER), disabled("operator"), a_worker_looks, enabled("operator"), at(START)
        ),
    ),
    "while a gate keeps it from being armed": refused(
        "roles-filled",
        prepared=all_of(at(EARLIER), disabled("operator"), a_worker_looks, at(START)),
    ),
    "after somebody called it off": refused(
        "session-over", prepared=all_of(at(EARLIER), stopped_by_a_person, at(START))
    ),
    "the authority withdrawn before the start": refused(
        "authority-holds", prepared=all_of(at(EARLIER), withdrawn, at(START))
    ),
    "the authority withdrawn, and a worker has seen it": refused(
        "session-over", prepared=all_of(at(EARLIER), withdrawn, a_worker_looks, at(START))
    ),
    "the deployment cancelled": refused(
        "authority-holds", prepared=all_of(at(EARLIER), cancelled, at(START))
    ),
    "the application edited after the authority": refused(
        "authority-holds", prepared=all_of(at(EARLIER), reopened, at(START))
    ),
    "the application edited, and another version authorised": refused(
        "authority-holds", prepared=all_of(at(EARLIER), edited_and_authorised_anew, at(START))
    ),
    "a sign reported down before the start": refused(
        "version-is-authorised", prepared=all_of(at(EARLIER), sign_reported_down, at(START))
    ),
    "the notice cancelled": refused(
        "version-is-authorised", prepared=all_of(at(EARLIER), notice_cancelled, at(START))
    ),
    "the notice cancelled, the deployment left ready": refused(
        "notice-holds", prepared=all_of(at(EARLIER), notice_cancelled_past_the_verb, at(START))
    ),
}

# Begun half a minute after the first permit.
OF_A_LIVE_SESSION: dict[str, Attack] = {
    "the authority withdrawn": refused("authority-holds", prepared=withdrawn),
    "the authority withdrawn, and a worker has seen it": refused(
        "session-stopping", prepared=all_of(withdrawn, a_worker_looks)
    ),
    "the authority withdrawn, and the system has stopped": refused(
        "session-over",
        prepared=all_of(withdrawn, a_worker_looks, later(SECOND), system_says_that_it_stopped),
    ),
    "an operator has stopped it": refused("session-stopping", prepared=stopped_by_a_person),
    "the system itself said that it stopped": refused(
        "session-over", prepared=system_says_that_it_stopped
    ),
    "at the end, before a worker has seen it": refused("time-is-now", prepared=at(ENDS)),
    "after the end": refused("session-stopping", prepared=all_of(at(ENDS), a_worker_looks)),
    "the authorising officer's account disabled": refused(
        "officers-of-rank", prepared=disabled("officer")
    ),
    "the authorising officer demoted": refused(
        "officers-of-rank", prepared=demoted("officer", Rank.INSPECTOR)
    ),
    "the authorising officer without the role": refused(
        "officers-of-rank",
        prepared=moved_to("officer", gains=roles.PLANNER, loses=roles.AUTHORISING_OFFICER),
    ),
    "the reviewer's account disabled": refused("officers-of-rank", prepared=disabled("legal")),
    "the reviewer without the role": refused(
        "officers-of-rank", prepared=moved_to("legal", gains=roles.PLANNER, loses=roles.LEGAL)
    ),
    "the operator's account disabled": refused("roles-filled", prepared=disabled("operator")),
    "the operator without the role": refused(
        "roles-filled", prepared=moved_to("operator", gains=roles.PLANNER, loses=roles.OPERATOR)
    ),
    "the account of the commander on the ground disabled": refused(
        "roles-filled", prepared=account_disabled("bronze")
    ),
    "a sign down for longer than its grace": refused("signs-hold", prepared=sign_down_for_too_long),
    "signs that nobody has seen for an hour": refused("signs-hold", prepared=later(51 * MINUTE)),
    "signs seen by a clock that is a day ahead": refused(
        "signs-hold", prepared=sign_seen_by_a_clock_that_is_ahead
    ),
    "the authorised text changed by the owner of the database": refused(
        "deployment-refuses", prepared=text_of_the_version_changed
    ),
    "the threshold lowered by the least there is": refused(
        "threshold-high-enough", attempt=asking(threshold="0.6399")
    ),
    "the threshold lowered to nothing": refused(
        "threshold-high-enough", attempt=asking(threshold="0.0")
    ),
    "a watchlist that no manifest told of": refused(
        "manifest-is-fresh", attempt=asking(watchlist="cd" * 32)
    ),
    "the very same request again": refused("request-replayed", attempt=the_very_same),
    "the same number for another request": refused(
        "request-replayed", attempt=asking(FRESH - 100, threshold="0.7")
    ),
    "a lower number than before": refused("request-replayed", attempt=asking(1)),
    "the number of a request that was refused": refused(
        "request-replayed",
        attempt=asking(FRESH),
        prepared=asks(FRESH, threshold="0.1"),
    ),
    "request nought": Attack("out-of-range", with_a_number(0), 422),
    "a number below nought": Attack("out-of-range", with_a_number(-900), 422),
    "a number that no other could follow": Attack("out-of-range", with_a_number(10**15), 422),
    "no number": Attack("missing-field", with_the_next_number_left_out, 422),
    "the system's next session, while the stop of this one is not confirmed": refused(
        "no-overlap", prepared=the_next_session_begins
    ),
    "another system's session": unknown(attempt=honest, prepared=by_another_system),
    "a session that never was": unknown(attempt=of_a_session_that_never_was),
    "the session's name in capitals": Attack("no-such-address", spelled_in_capitals, 404),
    "by PUT": Attack("method-not-allowed", by("PUT"), 405),
    "by DELETE": Attack("method-not-allowed", by("DELETE"), 405),
    "by GET": Attack("method-not-allowed", by("GET"), 405),
}


def test_refused_of_an_armed_session(stage, subtests):
    assert_each_refused(subtests, stage, OF_AN_ARMED_SESSION)


def test_refused_of_a_live_session(stage, subtests):
    assert_each_refused(subtests, stage.go_live().at(START + 30 * SECOND), OF_A_LIVE_SESSION)


def test_the_honest_requests_that_the_cases_alter_are_answered(stage):
    assert stage.ask(FRESH - 100).json()["sequence"] == 1
    assert stage.at(START + 30 * SECOND).ask().json()["sequence"] == 2


def test_a_refusal_is_written_down_once_with_what_was_found(stage):
    stage.go_live()
    stage.at(START + SECOND).ask(threshold="0.1")
    stage.at(START + 2 * SECOND).ask(FRESH + 1, threshold="0.1")
    rows = stage.session.permit_decisions.filter(refusal="threshold-high-enough")
    assert [row.request for row in rows.order_by("pk")] == [FRESH, FRESH + 1]
    problem = contract.Problem.model_validate_json(stage.ask(FRESH + 2, threshold="0.1").content)
    assert [gate.name for gate in problem.gates if not gate.passed] == ["threshold-high-enough"]
