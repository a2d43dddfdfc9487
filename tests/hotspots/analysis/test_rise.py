"""A rise must beat chance, the area's own trend, and its neighbours."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.rates import test_poisson_2indep as poisson_two_samples

from overt.hotspots.analysis import rise

RULES = rise.Rules(12, 3, 5, 5, Fraction("0.95"), Fraction("0.05"))
QUARTER = Fraction(3, 4)


def still_area(seed: int, cells: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Baseline and recent counts of an area where nothing rises: twelve months against three."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(0.7, 40, cells)
    return rng.poisson(level * 0.8), rng.poisson(level * 0.2)


def judged(baseline: np.ndarray, recent: np.ndarray) -> rise.Rise:
    return rise.judge(baseline, recent, rules=RULES, quantile=QUARTER)


def test_when_nothing_rises_hardly_any_cell_is_flagged():
    flagged = [float((judged(*still_area(seed)).label == rise.RISING).mean()) for seed in range(40)]
    assert np.mean(flagged) < 0.005
    # What a quarter of cells above a quartile of percent change would have flagged.
    assert np.mean(flagged) < 0.25 / 20


def test_a_place_whose_crime_doubles_is_found():
    baseline, recent = still_area(7)
    baseline[3], recent[3] = 240, 120
    assert judged(baseline, recent).label[3] == rise.RISING


def test_a_large_percentage_of_a_small_number_is_no_rise():
    baseline, recent = still_area(7)
    baseline[3], recent[3] = 1, 5  # up from a quarter of a crime to five a quarter
    label = judged(baseline, recent).label[3]
    assert label in (rise.NOT_SUPPORTED, rise.NOT_RISING)
    baseline[3], recent[3] = 0, 4
    assert judged(baseline, recent).label[3] == rise.TOO_FEW


def test_a_rise_everywhere_is_no_rise_anywhere():
    baseline, _ = still_area(5)
    answer = judged(baseline, baseline * 2)
    assert (answer.label != rise.RISING).all()
    assert (answer.ratio[answer.ratio >= 0] == rise.MILLION).mean() > 0.99


def test_top_quartile_without_evidence_is_its_own_class():
    answer = judged(*still_area(2))
    above = answer.ratio > answer.ratio_threshold
    assert (answer.label[above & (answer.ratio > rise.MILLION)] == rise.NOT_SUPPORTED).mean() > 0.9
    assert (answer.label == rise.NOT_SUPPORTED).sum() > 20


def test_the_quartile_is_strict_and_taken_among_the_cells_that_take_part():
    answer = judged(*still_area(3))
    part = answer.label != rise.TOO_FEW
    expected = np.quantile(answer.ratio[part], 0.75, method="inverted_cdf")
    assert answer.ratio_threshold == expected
    assert (answer.ratio[~part] == -1).all()


def test_cells_that_tie_at_the_quartile_are_not_rising_however_strong_the_evidence():
    answer = judged(np.array([400] * 8), np.array([100] * 4 + [200] * 4))
    assert (answer.ratio[4:] == answer.ratio_threshold).all()
    assert (answer.posterior[4:] >= 950_000).all()
    assert (answer.label != rise.RISING).all()


@pytest.mark.parametrize(("n0", "n1"), [(20, 12), (3, 9), (100, 20), (0, 6)])
def test_exact_p_is_that_of_statsmodels_and_the_e_test_that_of_scipy(n0, n1):
    total0, total1 = 4000, 1100
    share = total1 / (total0 + total1)
    mine = rise.exact_conditional_p(np.array([n0]), np.array([n1]), share)[0]
    theirs = poisson_two_samples(
        n1, total1, n0, total0, method="exact-cond", alternative="larger"
    ).pvalue
    assert mine == pytest.approx(theirs, rel=1e-9)
    second = stats.poisson_means_test(n1, total1, n0, total0, alternative="greater").pvalue
    assert rise.means_test_p(n0, n1, total0, total1) == second


def test_the_posterior_is_that_of_two_gammas():
    n0, n1, share, weight = 30, 14, 0.2, 25.0
    closed = rise.probability_of_rise(np.array([n0]), np.array([n1]), share, weight)[0]
    rng = np.random.default_rng(1)
    earlier = rng.gamma(weight * (1 - share) + n0, size=400_000)
    later = rng.gamma(weight * share + n1, size=400_000)
    assert closed == pytest.approx((later / earlier > share / (1 - share)).mean(), abs=0.003)


def test_false_discovery_values_are_benjamini_hochberg():
    baseline, recent = still_area(4)
    answer = judged(baseline, recent)
    part = answer.q_value >= 0
    p = rise.exact_conditional_p(
        baseline[part], recent[part], answer.recent_total / (baseline.sum() + recent.sum())
    )
    expected = stats.false_discovery_control(p)
    assert np.allclose(answer.q_value[part] / rise.MILLION, expected, atol=1e-6)


def test_a_period_without_crimes_has_no_trend():
    with pytest.raises(ValueError, match="no trend"):
        judged(np.array([1, 2]), np.array([0, 0]))


def test_crimes_at_the_same_points_have_not_drifted():
    rng = np.random.default_rng(1)
    rate = rng.gamma(0.5, 1.0, 500)
    months = [rng.poisson(rate) for _ in range(15)]
    assert rise.point_drift(months, recent_months=3) < Fraction(1, 50)


def test_new_points_are_seen_as_drift_beyond_what_chance_makes():
    rng = np.random.default_rng(1)
    rate = rng.gamma(0.5, 1.0, 500)
    known, fresh = np.append(rate, np.zeros(50)), np.append(rate * 0.8, np.full(50, 2.0))
    months = [rng.poisson(known) for _ in range(12)] + [rng.poisson(fresh) for _ in range(3)]
    assert rise.point_drift(months, recent_months=3) > Fraction(1, 10)


def test_drift_is_exact_in_a_case_done_by_hand():
    # Baseline: month 1 has 1 of 4 crimes at a point of its own, month 2 none of 4: mean 1/8.
    baseline = [np.array([3, 1, 0]), np.array([4, 0, 0])]
    recent = [np.array([2, 0, 2])]  # half at a point that the baseline does not know
    assert rise.point_drift([*baseline, *recent], recent_months=1) == Fraction(1, 2) - Fraction(
        1, 8
    )
