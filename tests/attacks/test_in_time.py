"""Attacks by time: the system's clock, Overt's clock, and the night on which both show an hour
twice."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from overt.recognition import contract
from tests.attacks import forging
from tests.attacks.happenings import all_of, asks, at, later, watchlist_of
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
from tests.recognition.api.wire import Wire, whole

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HOUR, DAY = 60 * MINUTE, timedelta(days=1)
refused = partial(Attack, status=403)
unsigned = partial(Attack, reason="clock-off", status=401)


def honest(stage: Stage) -> Any:
    return stage.ask()


def showing(off: timedelta) -> Attempt:
    """The system's clock is off by so much. What signs for it has another clock, which is right:
    the signature alone does not tell."""

    def attempt(stage: Stage) -> Any:
        request = contract.PermitRequest(
            manifest=making.WATCHLIST,
            request=FRESH,
            sent_at=whole(stage.now + off),
            threshold="0.64",
        )
        return stage.wire.send(
            stage.wire.address("permit"), contract.canonical(request), at=stage.now
        )

    return attempt


def sent_at(moment: datetime) -> Attempt:
    """Made and signed at `moment`, whenever it comes."""

    def attempt(stage: Stage) -> Any:
        here = stage.now
        signature = forging.signature(stage, iat=int(moment.timestamp()))
        return forging.send(stage.at(here), signature)

    return attempt


def stopping(at: datetime) -> Attempt:
    return lambda stage: stage.tell(700, stopped=making.stopped(at))


def telling(**said: Any) -> Attempt:
    return lambda stage: stage.tell(700, **said)


LIVE = START + 30 * SECOND

# Begun half a minute after the first permit.
OF_CLOCKS: dict[str, Attack] = {
    "the system's clock ahead by a moment more than is allowed": refused(
        "clock-agrees", showing(timedelta(seconds=5, milliseconds=1))
    ),
    "the system's clock behind by as much": refused(
        "clock-agrees", showing(-timedelta(seconds=5, milliseconds=1))
    ),
    "the system's clock an hour ahead, as in summer time": refused("clock-agrees", showing(HOUR)),
    "the system's clock a month ahead": refused("clock-agrees", showing(30 * DAY)),
    "the system's clock at the beginning of 2020": refused(
        "clock-agrees", showing(datetime(2020, 1, 1, tzinfo=UTC) - LIVE)
    ),
    "the system's clock at the end of 2099": refused(
        "clock-agrees", showing(datetime(2099, 12, 31, tzinfo=UTC) - LIVE)
    ),
    "a request made a minute and a second ago": unsigned(attempt=sent_at(LIVE - 61 * SECOND)),
    "a request for later": unsigned(attempt=sent_at(LIVE + 61 * SECOND)),
    "Overt's clock put back by a second": refused(
        "server-clock-went-back",
        honest,
        prepared=all_of(asks(FRESH - 1), later(-SECOND)),
    ),
    "Overt's clock put back before the start": refused(
        "server-clock-went-back", honest, prepared=later(-MINUTE)
    ),
    "Overt's clock put forward for one request, then right again": refused(
        "server-clock-went-back",
        honest,
        prepared=all_of(later(2 * MINUTE), asks(FRESH - 1), later(-2 * MINUTE)),
    ),
    "Overt's clock put forward past the end": refused(
        "time-is-now", honest, prepared=later(6 * HOUR)
    ),
    "Overt's clock put forward by two minutes, the system's right": unsigned(
        attempt=sent_at(LIVE), prepared=later(2 * MINUTE)
    ),
    "a stop that Overt's clock says is before the start": Attack(
        "server-clock-went-back", stopping(START), 503, prepared=later(-31 * SECOND)
    ),
    "a count from a minute that has not come": Attack(
        "in-the-future", telling(counters=(making.counter(START + MINUTE, 1),)), 422
    ),
    "a count from before the first permit": Attack(
        "before-live", telling(counters=(making.counter(START - 2 * MINUTE, 1),)), 422
    ),
}

# The night of Sunday 31 October 2027: at 01:00 UTC London's clocks go back from 2 to 1. The session
# begins at 01:15 UTC, a quarter past one for the second time.
NIGHT = datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
OF_THE_NIGHT: dict[str, Attack] = {
    "at a quarter to two in summer time, past the start by London's clock": refused(
        "time-is-now", honest, prepared=at(NIGHT - 30 * MINUTE)
    ),
    "a minute before the second quarter past one": refused(
        "time-is-now", honest, prepared=at(NIGHT - MINUTE)
    ),
    "a request of the first quarter past one, at the second": unsigned(
        attempt=sent_at(NIGHT - HOUR)
    ),
    "a system whose clock stayed at summer time": refused("clock-agrees", showing(HOUR)),
    "a system whose clock went back twice": refused("clock-agrees", showing(-HOUR)),
    "signs seen at half past one, once, and it is half past one again": refused(
        "signs-hold", honest, prepared=at(NIGHT + 16 * MINUTE)
    ),
    "a watchlist built 24 hours ago by London's clock, and 25 by any other": refused(
        "manifest-is-fresh",
        honest,
        prepared=watchlist_of(2, built_at=NIGHT - DAY - HOUR),
    ),
    "at its end, which a clock that stayed at summer time shows as an hour later": refused(
        "time-is-now", honest, prepared=at(NIGHT + 5 * HOUR)
    ),
}


@pytest.fixture
def night(db, own_keys, clock) -> Stage:
    """Armed in that night, its signs seen at half past one for the first time."""
    desk = making.opened(made=NIGHT - 12 * DAY, start=NIGHT)
    seen = NIGHT - 45 * MINUTE
    desk.recheck_signs(seen)
    desk.send_manifest(making.manifest(built_at=NIGHT - 3 * HOUR), now=seen)
    desk.look(seen)
    making.expect_refusal(desk, seen + SECOND)
    desk.look(seen + 2 * SECOND)
    private, _ = making.system_key(desk.session.system, now=desk.session.opened_at)
    clock.now = NIGHT
    return Stage(desk, Wire(private, desk.session_id), clock)


def test_refused_by_the_clocks(stage, subtests):
    assert_each_refused(subtests, stage.go_live().at(LIVE), OF_CLOCKS)


def test_refused_in_the_night_on_which_the_clocks_go_back(night, subtests):
    assert_each_refused(subtests, night, OF_THE_NIGHT)


def test_in_that_night_a_permit_lasts_as_long_as_in_any_other(night):
    for number, moment in enumerate((NIGHT, NIGHT + 10 * MINUTE), start=FRESH):
        answer = contract.PermitAnswer.model_validate_json(night.at(moment).ask(number).content)
        assert answer.expires_at == moment + MINUTE


def test_a_clock_that_is_right_again_is_answered_again(stage):
    stage.go_live().at(LIVE + 2 * MINUTE).ask(FRESH - 1)
    assert stage.at(LIVE).ask(FRESH).status_code == 403
    assert stage.at(LIVE + 2 * MINUTE).ask(FRESH).status_code == 200
