"""Attacks with permits that are good in themselves: again, too late, with another clock."""

import pytest
from attacking import Attack, Attacks, answer_to
from permit_making import (
    OTHER_SESSION,
    SESSION,
    T0,
    Van,
    permit,
)

attacks = Attacks()

# Replay and rollback.


@attacks("the same permit again", "sequence-rolled-back", 5)
def replayed(van: Van) -> object:
    van.accept(permit())
    return van.accept(permit())


@attacks("the same permit again, after a restart", "sequence-rolled-back", 5)
def replayed_after_restart(van: Van) -> object:
    van.accept(permit())
    van.restart()
    return van.accept(permit())


@attacks("an older permit after a newer one", "sequence-rolled-back", 5)
def rolled_back(van: Van) -> object:
    van.accept(permit(seq=7))
    return van.accept(permit(seq=6))


@attacks("another permit with the same number", "sequence-rolled-back", 5)
def same_number(van: Van) -> object:
    van.accept(permit(seq=7))
    return van.accept(permit(seq=7, exp=T0 + 59))


@attacks("an older permit, after another session was run", "sequence-rolled-back", 5)
def older_after_another_session(van: Van) -> object:
    van.accept(permit(seq=7))
    van.restart()
    van.accept(permit(sub=f"session:{OTHER_SESSION}"), OTHER_SESSION)
    van.restart()
    return van.accept(permit(seq=7))


@attacks("one permit, taken by two processes", "sequence-rolled-back", 5)
def two_processes(van: Van) -> object:
    first = van.guard
    van.restart()
    first.accept(permit(), SESSION, van.wall, van.monotonic)
    return van.accept(permit())


# Time.

attacks.token("a permit that has ended", "expired", 7, lambda: permit(nbf=T0 - 60, exp=T0))
attacks.token(
    "a permit that begins too late", "not-yet-valid", 6, lambda: permit(nbf=T0 + 6, exp=T0 + 50)
)
attacks.token("a permit issued in the future", "not-yet-valid", 6, lambda: permit(iat=T0 + 6))
attacks.token("a permit of an hour", "life-too-long", 6, lambda: permit(exp=T0 + 3600))
attacks.token("a permit that is a second too long", "life-too-long", 6, lambda: permit(exp=T0 + 61))


@attacks("a permit taken just in time, and the clock set back a second", "not-yet-valid", 6)
def too_early_again(van: Van) -> object:
    van.accept(permit(nbf=T0 + 5, exp=T0 + 65))
    assert van.may_run().allowed
    van.wall -= 1
    return van.may_run()


@attacks("running on when the permit has ended", "expired", 7)
def runs_on(van: Van) -> object:
    van.accept(permit())
    van.passes(60)
    return van.may_run()


@attacks("running before any permit", "no-permit", 11)
def runs_without(van: Van) -> object:
    return van.may_run()


@attacks("running on after a restart", "no-permit", 11)
def runs_on_after_restart(van: Van) -> object:
    van.accept(permit())
    van.restart()
    return van.may_run()


@attacks("the clock set back an hour while the permit runs", "clock-went-back", 9)
def clock_back(van: Van) -> object:
    van.accept(permit())
    van.passes(30)
    assert van.may_run().allowed
    van.wall -= 3600
    return van.may_run()


@attacks("the clock set back by less than the allowance, again and again", "expired", 10)
def clock_back_bit_by_bit(van: Van) -> object:
    van.accept(permit())
    for _ in range(20):
        van.passes(3)
        assert van.may_run().allowed or van.monotonic >= 560
        van.wall -= 3
    return van.may_run()


@attacks("the same, with a permit that was taken ten seconds before its end", "expired", 10)
def late_and_clock_back_bit_by_bit(van: Van) -> object:
    van.passes(50)
    van.accept(permit())
    for _ in range(3):
        van.passes(3)
        assert van.may_run().allowed
        van.wall -= 3
    van.passes(3)
    return van.may_run()


@attacks("a saved-up permit, with the clock set back to its time", "clock-went-back", 9)
def saved_up(van: Van) -> object:
    van.accept(permit())
    van.passes(7200)
    assert van.may_run().reason == "expired"
    van.wall = T0 + 30
    return van.accept(permit(seq=2))


@attacks("the same, after a restart", "clock-went-back", 9)
def saved_up_and_restarted(van: Van) -> object:
    van.accept(permit())
    van.passes(7200)
    van.may_run()
    van.wall = T0 + 30
    van.restart()
    return van.accept(permit(seq=2))


@attacks("the same, with another process that showed the later time", "clock-went-back", 9)
def saved_up_for_another_process(van: Van) -> object:
    first = van.guard
    van.restart()
    van.passes(7200)
    van.may_run()
    return first.accept(permit(), SESSION, T0, 500.0)


@attacks("the clock set forward, past the end", "expired", 7)
def clock_forward(van: Van) -> object:
    van.accept(permit())
    van.wall += 3600
    return van.may_run()


@attacks("the clock set forward and back to where it was", "clock-went-back", 9)
def clock_forward_and_back(van: Van) -> object:
    van.accept(permit())
    van.wall += 3600
    van.may_run()
    van.wall -= 3600
    return van.may_run()


@attacks("the clock a second past the end, and back", "expired", 7)
def revived(van: Van) -> object:
    van.accept(permit())
    van.wall += 60
    assert not van.may_run().allowed
    van.wall -= 2
    return van.may_run()


@attacks("asleep for an hour, with a monotonic clock that stood still", "expired", 7)
def asleep(van: Van) -> object:
    van.accept(permit())
    van.wall += 3600
    return van.may_run()


@attacks("asleep for an hour, and woken with the clock set back", "expired", 10)
def asleep_and_set_back(van: Van) -> object:
    van.accept(permit())
    van.monotonic += 3600
    return van.may_run()


@attacks("a monotonic clock that goes back", "monotonic-went-back", 10)
def monotonic_back(van: Van) -> object:
    van.accept(permit())
    van.passes(30)
    van.may_run()
    van.monotonic -= 20
    return van.may_run()


@attacks("a slow clock, by which the permit is longer than it is", "expired", 10)
def slow_clock(van: Van) -> object:
    van.wall = T0 - 5
    van.accept(permit())
    van.monotonic += 60
    return van.may_run()


@attacks("a clock that shows no number", "clock-unreadable", 9)
def no_number(van: Van) -> object:
    van.accept(permit())
    van.wall = float("nan")
    return van.may_run()


@attacks("a monotonic clock without end", "clock-unreadable", 9)
def endless(van: Van) -> object:
    van.monotonic = float("-inf")
    return van.accept(permit())


@pytest.mark.parametrize(("attack", "expected"), attacks.cases)
def test_is_refused(van: Van, attack: Attack, expected: tuple[str, int]):
    assert answer_to(attack, van) == expected
