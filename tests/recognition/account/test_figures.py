"""From alerts to published columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.recognition.account.figures import Figures, Judged, figures

JUDGED = st.builds(
    Judged,
    decision=st.sampled_from(["", "true", "false", "unconfirmed"]),
    engaged=st.sampled_from([True, False, None]),
    outcome=st.sampled_from(["", "arrest", "other", "no_action"]),
)


@pytest.mark.parametrize(
    ("decision", "engaged", "column"),
    [
        ("true", True, "true_confirmed"),
        ("true", False, "true_unconfirmed"),
        ("true", None, "true_unconfirmed"),
        ("false", True, "false_confirmed"),
        ("false", False, "false_unconfirmed"),
        ("false", None, "false_unconfirmed"),
        ("unconfirmed", True, "false_unconfirmed"),
        ("unconfirmed", False, "false_unconfirmed"),
        ("unconfirmed", None, "false_unconfirmed"),
        ("", None, "undecided"),
    ],
)
def test_each_decision_is_counted_in_its_column_alone(decision, engaged, column):
    made = figures(500, [Judged(decision, engaged, "")])
    names = ["true_confirmed", "true_unconfirmed", "false_confirmed", "false_unconfirmed"]
    assert {name: getattr(made, name) for name in [*names, "undecided"]} == {
        name: int(name == column) for name in [*names, "undecided"]
    }


def test_a_session_of_four_alerts():
    said = [
        Judged("true", True, "arrest"),
        Judged("true", True, "other"),
        Judged("false", True, "no_action"),
        Judged("true", False, "no_action"),
    ]
    assert figures(12_000, said) == Figures(
        faces_seen=12_000,
        alerts=4,
        true_confirmed=2,
        true_unconfirmed=1,
        false_confirmed=1,
        false_unconfirmed=0,
        arrests=1,
        other=1,
        no_action=2,
    )


def test_a_session_without_alerts_is_all_zeros():
    assert figures(0, []) == Figures(0, 0, 0, 0, 0, 0, 0, 0, 0)


@given(st.lists(JUDGED))
def test_the_parts_always_sum_to_the_alerts(said):
    made = figures(1, said)
    assert made.alerts == len(said)
    assert made.undecided == sum(one.decision == "" for one in said)
    assert made.without_outcome == sum(one.outcome == "" for one in said)
    assert made.true_alerts + made.false_alerts + made.undecided == made.alerts


@given(st.lists(JUDGED))
def test_the_order_of_the_alerts_changes_nothing(said):
    assert figures(7, said) == figures(7, reversed(said))
