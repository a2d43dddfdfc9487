"""People by ethnicity and outcome: what is hidden, and that it cannot be computed."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from overt.recognition.account.demographics import GROUPS, TOTAL, group_of, table
from overt.recognition.contract import requests

COLUMNS = ("arrest", "other", "no_action")


def people(counts, columns=COLUMNS):
    """One (code, column) for each person: `counts` by code, in the order of the columns."""
    return [
        (code, column)
        for code, row in counts.items()
        for column, count in zip(columns, row, strict=True)
        for _ in range(count)
    ]


def made(counts, threshold=3, columns=COLUMNS):
    return table(people(counts, columns), codes=list(counts), columns=columns, threshold=threshold)


def range_of(shown, cell, bounds):
    """The least and the most that `cell` can be: whole numbers within `bounds` (cell to a pair),
    that agree with all that is shown. An integer programme, which shares no code with Overt."""
    cells = [(code, column) for code in shown.codes for column in shown.columns]
    place = {one: number for number, one in enumerate(cells)}
    matrix, low, high = [], [], []

    def require(of, least, most):
        row = np.zeros(len(cells))
        row[[place[one] for one in of]] = 1
        matrix.append(row)
        low.append(least)
        high.append(most)

    for code in shown.codes:
        require([(code, column) for column in shown.columns], *bounds[code, TOTAL])
    for column in shown.columns:
        require([(code, column) for code in shown.codes], *[shown.totals[column]] * 2)
    goal = np.zeros(len(cells))
    of_goal = shown.columns if cell[1] == TOTAL else [cell[1]]
    goal[[place[cell[0], column] for column in of_goal]] = 1
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * goal,
            integrality=np.ones(len(cells)),
            bounds=Bounds([bounds[one][0] for one in cells], [bounds[one][1] for one in cells]),
            constraints=LinearConstraint(np.array(matrix), low, high),
        )
        assert found.success, found.message
        ends.append(round(sign * found.fun))
    return tuple(ends)


def bounds_of(shown, counts, *, knows_which):
    """What is known of each cell: itself where it is shown; where hidden, from 0 on, or, by
    somebody who knows which are hidden as they are small, below or from the threshold on."""
    known = {}
    for cell, value in shown.cells.items():
        index = None if cell[1] == TOTAL else COLUMNS.index(cell[1])
        count = sum(counts[cell[0]]) if index is None else counts[cell[0]][index]
        if value is not None:
            known[cell] = (value, value)
        elif not knows_which:
            known[cell] = (0, np.inf)
        elif count < shown.threshold:
            known[cell] = (0, shown.threshold - 1)
        else:
            known[cell] = (shown.threshold, np.inf)
    return known


def test_every_code_of_the_contract_is_in_a_group_and_no_answer_is_as_not_being_asked():
    codes = get_args(requests.Ethnicity)
    assert {group_of(code) for code in (*codes, "")} == set(GROUPS)
    assert group_of("NS") == group_of("")
    assert [group_of(code) for code in ("W9", "O2")] == ["W", "O"]
    with pytest.raises(KeyError):
        group_of("X1")


TABLES = st.dictionaries(
    st.sampled_from(["W1", "W2", "A1", "B2", "M3"]),
    st.tuples(*[st.integers(0, 7)] * 3),
    min_size=2,
)


def test_a_table_of_large_counts_is_shown_whole():
    shown = made({"W1": (9, 8, 7), "A1": (6, 5, 4)})
    assert None not in shown.cells.values()
    assert shown.cells["W1", TOTAL] == 24
    assert shown.totals == {"arrest": 15, "other": 13, "no_action": 11, TOTAL: 39}
    assert not shown.withheld


@pytest.mark.parametrize(("count", "is_hidden"), [(0, True), (2, True), (3, False)])
def test_a_count_below_the_threshold_is_hidden_and_0_as_well(count, is_hidden):
    shown = made({"W1": (count, 40, 40), "A1": (20, 40, 40), "B2": (20, 40, 40)})
    assert (shown.cells["W1", "arrest"] is None) == is_hidden


def test_what_could_be_computed_from_totals_is_protected_by_as_few_people_as_it_takes():
    shown = made({"W1": (1, 40, 40), "A1": (20, 41, 41), "B2": (30, 42, 42)})
    hidden = {cell for cell, value in shown.cells.items() if value is None}
    assert hidden == {
        ("W1", "arrest"), ("A1", "arrest"), ("W1", "no_action"), ("A1", "no_action"),
    }  # fmt: skip
    assert not shown.withheld


def test_a_small_total_of_a_row_is_hidden_too():
    shown = made({"W1": (1, 0, 1), "A1": (20, 20, 20), "B2": (20, 20, 20)})
    assert shown.cells["W1", TOTAL] is None


def test_an_outcome_of_nobody_hides_nobody():
    shown = made({"W1": (9, 0, 9), "A1": (9, 0, 9)})
    assert shown.cells["W1", "other"] == 0 and None not in shown.cells.values()


def test_a_table_of_nobody_is_all_zeros():
    shown = made({"W1": (0, 0, 0), "A1": (0, 0, 0)})
    assert set(shown.cells.values()) == {0} and not shown.withheld


def test_a_table_that_hiding_cannot_protect_is_withheld_but_for_the_totals():
    shown = made({"W1": (2, 0, 0), "A1": (2, 0, 0)})
    assert shown.withheld
    assert shown.cells["W1", "arrest"] is None and shown.cells["A1", TOTAL] is None
    assert shown.totals["arrest"] == 4


@pytest.mark.parametrize(
    ("codes", "columns", "threshold"),
    [(["W1", "A1"], ["arrest"], 1), (["W1"], ["arrest"], 3), (["A1", "B2"], ["arrest"], 3)],
)
def test_what_cannot_be_made_into_a_table_is_refused(codes, columns, threshold):
    with pytest.raises(ValueError, match=r"hidden|No such"):
        table([("W1", "arrest")], codes=codes, columns=columns, threshold=threshold)


def test_nobody_is_counted_in_the_total_by_name():
    with pytest.raises(ValueError, match="No such"):
        table([("W1", TOTAL)], codes=["W1", "A1"], columns=["arrest"], threshold=3)


@given(TABLES, st.integers(2, 5))
def test_no_hidden_count_can_be_computed_from_what_is_shown(counts, threshold):
    shown = made(counts, threshold)
    event(f"withheld: {shown.withheld}")
    known = bounds_of(shown, counts, knows_which=False)
    for cell, value in shown.cells.items():
        if value is None:
            least, most = range_of(shown, cell, known)
            assert least < most, (cell, least)


# Here the total of a row stands at its bound, and can only fall.
@example({"A1": (2, 1, 0), "B2": (4, 3, 0)}, 3)
@given(TABLES, st.integers(2, 5))
def test_nor_by_somebody_who_knows_which_are_hidden_as_they_are_small(counts, threshold):
    shown = made(counts, threshold)
    if shown.withheld:
        return
    known = bounds_of(shown, counts, knows_which=True)
    for cell, value in shown.cells.items():
        if value is None:
            least, most = range_of(shown, cell, known)
            assert least < most, (cell, least)


@given(TABLES, st.integers(2, 5))
def test_every_small_count_is_hidden_and_what_is_shown_is_true(counts, threshold):
    shown = made(counts, threshold)
    for code, row in counts.items():
        for column, count in zip((*COLUMNS, TOTAL), (*row, sum(row)), strict=True):
            value = shown.cells[code, column]
            assert value in (None, count)
            if count < threshold and shown.totals[column]:
                assert value is None


@given(TABLES, st.integers(2, 5), st.randoms())
def test_the_order_of_the_people_changes_nothing(counts, threshold, random):
    everyone = people(counts)
    random.shuffle(everyone)
    shuffled = table(everyone, codes=list(counts), columns=COLUMNS, threshold=threshold)
    assert shuffled == made(counts, threshold)
