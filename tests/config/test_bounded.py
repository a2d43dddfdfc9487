"""A question that hangs holds nobody up, and is asked by one thread only."""

from threading import Event, active_count

import pytest

from overt.config.bounded import Asked, NoAnswer


@pytest.fixture
def gate():
    made = Event()
    yield made
    made.set()


def test_what_hangs_is_told_as_no_answer_and_is_not_asked_again_meanwhile(gate):
    asked = []

    def ask() -> str:
        asked.append(1)
        gate.wait()
        return "at last"

    slow = Asked(ask, patience_s=0.01, fresh_s=0)
    before = active_count()
    for _ in range(5):
        with pytest.raises(NoAnswer):
            slow.answer()
    assert (len(asked), active_count()) == (1, before + 1)
    gate.set()
    slow.patience_s = 60
    assert slow.answer() == "at last"


def test_an_answer_is_good_for_a_while():
    answers = iter(range(10))
    fresh, stale = Asked(lambda: next(answers), fresh_s=3600), Asked(lambda: next(answers))
    assert [fresh.answer(), fresh.answer()] == [0, 0]
    stale.fresh_s = 0
    assert [stale.answer(), stale.answer()] == [1, 2]


def test_what_goes_wrong_is_raised_to_whoever_asked():
    def ask() -> str:
        raise ConnectionRefusedError

    asked = Asked(ask, fresh_s=0)
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            asked.answer()
