"""How signs stand: the rules of overt/deployments/signs/standing.py."""

from datetime import UTC, datetime, timedelta

import pytest

from overt.deployments.signs import standing
from overt.deployments.signs.standing import Seen, State, Terms

SETUP = datetime(2026, 12, 5, 10, 0, tzinfo=UTC)
END = SETUP + timedelta(hours=6)
TERMS = Terms(SETUP, END, recheck=timedelta(minutes=60), grace=timedelta(minutes=5))
SECOND = timedelta(seconds=1)


def seen(*steps: tuple[State, datetime]) -> list[Seen]:
    return [Seen(state, at) for state, at in steps]


def at(minutes: float) -> datetime:
    return SETUP + timedelta(minutes=minutes)


def test_a_sign_that_nobody_saw_is_planned() -> None:
    assert standing.state([], TERMS, now=SETUP) == State.PLANNED


@pytest.mark.parametrize("state", [State.PLACED, State.RECHECKED, State.MISSING])
def test_what_was_recorded_last_counts_whatever_its_clock_said(state: State) -> None:
    found = seen((State.PLACED, at(3)), (State.MISSING, at(5)), (state, at(4)))
    assert standing.state(found, TERMS, now=at(6)) == state


def test_a_sign_is_overdue_once_the_interval_is_over() -> None:
    found = seen((State.PLACED, SETUP))
    assert standing.state(found, TERMS, now=at(60)) == State.PLACED
    assert standing.state(found, TERMS, now=at(60) + SECOND) == State.OVERDUE


def test_a_sign_placed_days_before_is_overdue_at_set_up_and_not_before() -> None:
    found = seen((State.PLACED, SETUP - timedelta(days=3)))
    assert standing.state(found, TERMS, now=SETUP - SECOND) == State.PLACED
    assert standing.state(found, TERMS, now=SETUP) == State.OVERDUE


def test_after_the_end_nothing_is_overdue_any_more() -> None:
    found = seen((State.RECHECKED, SETUP))
    assert standing.state(found, TERMS, now=END) == State.OVERDUE
    assert standing.state(found, TERMS, now=END + SECOND) == State.RECHECKED


def test_a_sight_from_a_clock_that_runs_far_ahead_is_worth_nothing() -> None:
    found = seen((State.PLACED, at(90)))
    assert standing.state(found, TERMS, now=at(30)) == State.PLACED
    assert standing.state(found, TERMS, now=at(30) - SECOND) == State.OVERDUE


def test_a_missing_sign_is_missing_and_never_overdue() -> None:
    assert standing.state(seen((State.MISSING, SETUP)), TERMS, now=at(200)) == State.MISSING


def test_a_sign_is_missing_since_the_first_report_that_nothing_answered() -> None:
    reports = seen(
        (State.MISSING, at(1)),
        (State.PLACED, at(2)),
        (State.MISSING, at(3)),
        (State.MISSING, at(9)),
    )
    assert standing.missing_since(reports) == at(3)
    assert standing.missing_since(reports[:2]) is None
    assert standing.missing_since([]) is None


def faults(*, is_live: bool = False, now: datetime = SETUP, **signs: list[Seen]) -> list[str]:
    return standing.faults(signs, TERMS, is_live=is_live, now=now)


def test_without_a_sign_nothing_holds() -> None:
    assert faults() == ["No sign is planned."]


def test_every_sign_that_is_down_or_overdue_is_named() -> None:
    found = faults(
        now=at(70),
        S1=[],
        S2=seen((State.PLACED, at(1))),
        S3=seen((State.MISSING, at(69))),
        S4=seen((State.RECHECKED, at(30))),
    )
    assert found == ["Not in place: sign S1, S3.", "Not re-checked in time: sign S2."]


def test_a_missing_sign_is_borne_only_while_live_and_only_for_the_grace() -> None:
    gone = seen((State.PLACED, SETUP), (State.MISSING, at(10)))
    down = ["Not in place: sign S1."]
    assert faults(S1=gone, now=at(11)) == down
    assert faults(S1=gone, now=at(11), is_live=True) == []
    assert faults(S1=gone, now=at(15) - SECOND, is_live=True) == []
    assert faults(S1=gone, now=at(15), is_live=True) == down


def test_reporting_it_again_does_not_stretch_the_grace() -> None:
    gone = seen((State.MISSING, at(10)), (State.MISSING, at(14)))
    assert faults(S1=gone, now=at(15), is_live=True) == ["Not in place: sign S1."]


def test_a_clock_that_runs_ahead_does_not_stretch_the_grace() -> None:
    gone = seen((State.MISSING, at(30)))
    assert faults(S1=gone, now=at(26), is_live=True) == []
    assert faults(S1=gone, now=at(24), is_live=True) == ["Not in place: sign S1."]


def test_while_live_a_sign_that_was_never_placed_or_is_overdue_is_not_borne() -> None:
    assert faults(S1=[], is_live=True) == ["Not in place: sign S1."]
    late = seen((State.PLACED, SETUP))
    assert faults(S1=late, is_live=True, now=at(61)) == ["Not re-checked in time: sign S1."]


def test_without_times_nothing_is_asked_for() -> None:
    untimed = Terms(None, None, recheck=timedelta(minutes=1), grace=timedelta(0))
    assert standing.state(seen((State.PLACED, SETUP)), untimed, now=END) == State.PLACED


def test_a_grace_of_nothing_bears_nothing() -> None:
    strict = Terms(SETUP, END, recheck=timedelta(minutes=60), grace=timedelta(0))
    gone = {"S1": seen((State.MISSING, at(10)))}
    assert standing.faults(gone, strict, is_live=True, now=at(10)) != []
