"""The threshold is a count that a cell has, and hot is strictly above it."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.analysis import quartile

counts = st.lists(st.integers(0, 40), min_size=1, max_size=300).map(np.array)
QUARTER = Fraction(3, 4)


@given(counts, st.sampled_from([Fraction(3, 4), Fraction(4, 5), Fraction(1, 2), Fraction(9, 10)]))
def test_the_threshold_is_numpys_inverted_cdf(values, quantile):
    expected = int(np.quantile(values, float(quantile), method="inverted_cdf"))
    assert quartile.threshold(values, quantile) == expected


@given(counts)
def test_at_least_three_quarters_are_at_or_below_the_threshold_and_no_lower_value_does(values):
    limit = quartile.threshold(values, QUARTER)
    assert 4 * (values <= limit).sum() >= 3 * values.size
    assert limit in values
    assert 4 * (values < limit).sum() < 3 * values.size


@given(counts)
def test_at_most_a_quarter_is_hot_whatever_the_ties(values):
    verdict = quartile.judge(values, np.ones(values.size, bool), QUARTER)
    assert 4 * verdict.hot <= values.size
    labels = quartile.classify(values, verdict.threshold)
    assert (labels == quartile.HOT).sum() == verdict.hot
    assert (labels == quartile.TIED).sum() == verdict.tied > 0


@given(st.integers(0, 9), st.integers(1, 50))
def test_where_all_are_equal_none_is_hot(value, number):
    verdict = quartile.judge(np.full(number, value), np.ones(number, bool), QUARTER)
    assert (verdict.hot, verdict.tied) == (0, number)


@given(counts, st.data())
def test_more_crimes_in_a_hot_cell_keep_it_hot(values, data):
    hot = np.flatnonzero(values > quartile.threshold(values, QUARTER))
    if hot.size:
        chosen = data.draw(st.sampled_from(hot.tolist()))
        more = values.copy()
        more[chosen] += data.draw(st.integers(1, 100))
        assert more[chosen] > quartile.threshold(more, QUARTER)


def test_a_threshold_is_never_interpolated():
    # A linear quantile would say 3.25 and make the 4 hot, one of four cells above "3.25".
    values = np.array([1, 2, 3, 4])
    assert quartile.threshold(values, QUARTER) == 3
    values = np.array([1, 2, 3, 10, 10])
    assert quartile.threshold(values, QUARTER) == 10
    assert (quartile.classify(values, 10) == quartile.HOT).sum() == 0


def test_the_three_populations():
    values = np.array([0, 0, 3, 1, 0])
    has_point = np.array([True, False, True, True, False])
    members = quartile.populations(values, has_point)
    assert {name: int(who.sum()) for name, who in members.items()} == {"A": 5, "B": 2, "C": 3}


def test_an_edge_cell_is_compared_by_its_density_rounded_down():
    values = quartile.compared_values(
        np.array([10, 10, 10]), np.array([1_000_000, 500_000, 300_000])
    )
    assert values.tolist() == [10, 10, 33]


def test_ranks_give_ties_the_better_place():
    assert quartile.ranks(np.array([5, 9, 5, 1])).tolist() == [2, 1, 2, 4]


def test_an_empty_population_has_no_threshold_and_no_hot_cell():
    verdict = quartile.judge(np.zeros(3, int), np.zeros(3, bool), QUARTER)
    assert verdict == quartile.Verdict(0, None, 0, 0)
    assert set(quartile.classify(np.array([5]), None)) == {quartile.NOT_HOT}
