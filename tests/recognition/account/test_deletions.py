"""Deadlines of deletion."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.account.deletions import Attested, Retained, deadlines

END = datetime(2026, 12, 5, 16, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
GRACE = timedelta(minutes=10)
STEPS = (timedelta(hours=1), timedelta(hours=24))
WATCHLIST = Retained("watchlist", "Watchlist", 1)
TEMPLATES = Retained("templates_without_alert", "Template of a face that raises no alert", 0)


def made(kind=WATCHLIST, *attested, now=END, asset=None):
    at = [Attested(asset or kind.asset, moment, 4) for moment in attested]
    (one,) = deadlines([kind], at, ended_at=END, grace=GRACE, steps=STEPS, now=now)
    return one


def test_a_deadline_is_the_end_and_the_hours_of_the_policy():
    assert made().due_at == END + HOUR


def test_immediately_means_the_end_and_the_grace_that_was_passed_in():
    assert made(TEMPLATES).due_at == END + GRACE


def test_nothing_attested_is_due_until_the_deadline_and_overdue_after_it():
    assert made(now=END + HOUR).state == "due"
    assert made(now=END + HOUR + SECOND).state == "overdue"


def test_attested_by_the_deadline_is_in_time_and_after_it_late_whenever_one_looks():
    for now in (END + 2 * HOUR, END + 900 * HOUR):
        assert made(WATCHLIST, END + HOUR, now=now).state == "in time"
        assert made(WATCHLIST, END + HOUR + SECOND, now=now).state == "late"


def test_a_deletion_before_the_end_does_not_count():
    one = made(WATCHLIST, END - SECOND, now=END + 2 * HOUR)
    assert (one.state, one.attested_at) == ("overdue", None)


def test_a_deletion_at_the_very_end_counts():
    assert made(WATCHLIST, END, now=END + 2 * HOUR).state == "in time"


@pytest.mark.parametrize("order", [1, -1])
def test_the_last_attestation_counts_in_whatever_order_they_come(order):
    one = made(WATCHLIST, *[END, END + 3 * HOUR][::order], now=END + 4 * HOUR)
    assert (one.state, one.attested_at) == ("late", END + 3 * HOUR)


def test_an_attestation_of_another_kind_does_not_count():
    assert made(WATCHLIST, END, now=END + 2 * HOUR, asset="cctv").state == "overdue"


@pytest.mark.parametrize(
    ("after", "level"),
    [
        (timedelta(0), 0),
        (SECOND, 1),
        (HOUR, 1),
        (HOUR + SECOND, 2),
        (24 * HOUR, 2),
        (24 * HOUR + SECOND, 3),
    ],
)
def test_escalation_rises_with_each_step_that_has_passed(after, level):
    assert made(now=END + HOUR + after).level == level


def test_what_was_deleted_late_escalates_no_more():
    assert made(WATCHLIST, END + 9 * HOUR, now=END + 900 * HOUR).level == 0


def test_the_earliest_deadline_comes_first():
    found = deadlines([WATCHLIST, TEMPLATES], [], ended_at=END, grace=GRACE, steps=(), now=END)
    assert [one.asset for one in found] == ["templates_without_alert", "watchlist"]


@given(
    hours=st.integers(0, 900),
    attested=st.lists(st.integers(-100, 1000), max_size=5),
    now=st.integers(0, 1000),
)
def test_every_kind_is_in_one_state_and_escalates_only_when_overdue(hours, attested, now):
    one = made(
        Retained("cctv", "CCTV", hours), *[END + at * HOUR for at in attested], now=END + now * HOUR
    )
    counted = [at for at in attested if at >= 0]
    assert (one.state in {"in time", "late"}) == bool(counted)
    assert (one.level > 0) == (one.state == "overdue")
