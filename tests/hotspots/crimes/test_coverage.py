"""Present, suspect or absent: missing is never zero."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.crimes.coverage import Coverage, Status, classify, months_between

MONTHS = months_between("2023-11", "2024-03")
P, S, A = Status.PRESENT, Status.SUSPECT, Status.ABSENT


def judge(*columns: list[int], without_file: frozenset[str] = frozenset()) -> Coverage:
    return classify(
        np.array(columns, np.int64).T,
        MONTHS,
        [f"category {n}" for n in range(len(columns))],
        absent_min_median=7,
        suspect_share=Fraction(1, 2),
        without_file=without_file,
    )


def of_category(coverage: Coverage, number: int = 0) -> list[Status]:
    return [statuses[number] for statuses in coverage.by_category]


def test_months_between_crosses_the_year():
    assert MONTHS == ("2023-11", "2023-12", "2024-01", "2024-02", "2024-03")


def test_a_month_with_none_where_the_others_have_them_is_absent():
    assert of_category(judge([10, 0, 12, 8, 11])) == [P, A, P, P, P]


def test_a_month_under_half_the_median_is_suspect_and_one_at_half_is_not():
    assert of_category(judge([10, 10, 10, 5, 4])) == [P, P, P, P, S]


def test_the_median_leaves_out_months_that_have_none():
    assert judge([0, 0, 8, 8, 8]).medians == (Fraction(8),)
    assert of_category(judge([0, 0, 8, 8, 8])) == [A, A, P, P, P]


def test_an_even_number_of_months_has_its_median_between_two():
    coverage = judge([0, 6, 7, 8, 9])
    assert coverage.medians == (Fraction(15, 2),)
    assert of_category(coverage) == [A, P, P, P, P]


def test_below_the_least_median_a_zero_is_too_few_to_tell():
    assert of_category(judge([6, 0, 6, 6, 6])) == [P, P, P, P, P]
    assert of_category(judge([7, 0, 7, 7, 7])) == [P, A, P, P, P]


def test_a_category_that_is_never_recorded_is_not_missing():
    assert of_category(judge([0, 0, 0, 0, 0])) == [P, P, P, P, P]


def test_a_month_without_a_file_is_absent_however_few_there_are():
    coverage = judge([1, 0, 2, 1, 1], without_file=frozenset({"2023-12"}))
    assert of_category(coverage) == [P, A, P, P, P]
    assert coverage.absent_months == ("2023-12",)


def test_month_totals_are_judged_by_the_same_rule():
    coverage = judge([6, 6, 6, 1, 0], [6, 6, 6, 1, 0])
    assert coverage.by_month == (P, P, P, S, A)
    assert coverage.month_median == 12
    assert coverage.suspect_months == ("2024-02",)
    assert coverage.absent_months == ("2024-03",)


def test_gaps_by_category_leave_out_months_that_are_absent_as_a_whole():
    coverage = judge([60, 60, 60, 60, 0], [20, 0, 20, 9, 0])
    assert coverage.category_gaps() == (
        ("2023-12", "category 1", A),
        ("2024-02", "category 1", S),
    )


def test_counts_that_do_not_fit_the_labels_are_an_error():
    with pytest.raises(ValueError, match="labels 5 x 1"):
        classify(
            np.zeros((2, 1), np.int64),
            MONTHS,
            ["a"],
            absent_min_median=7,
            suspect_share=Fraction(1, 2),
        )


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5), st.permutations(range(5)))
def test_a_status_depends_on_the_counts_and_not_on_their_order(counts, order):
    statuses = of_category(judge(counts))
    shuffled = of_category(judge([counts[n] for n in order]))
    assert shuffled == [statuses[n] for n in order]
