"""Whether crime in a cell is rising faster than in its area.

Rules (profile: section `rise`)
1. Two periods: the last `recent_months` counted months, and the `baseline_months` before them.
   Cell counts n1 and n0; area totals N1 and N0. Everything is relative to the area's own trend,
   so more or longer months, or a borough-wide rise, move no cell.
2. Cells with n0 + n1 < min_crimes are `too few` and take no part.
3. Rates are shrunk by a gamma prior on each period's Poisson rate, worth k (1 - p) baseline and
   k p recent crimes, where p = N1 / (N0 + N1): a cell that has the area's trend is expected. k is
   fitted to how much more the cells' splits vary than chance alone would make them (a beta-
   binomial, by moments), and is at most `HEAVIEST_PRIOR` times an average cell's crimes: without
   that limit an area where nothing else moves would hide its one riser. The shrunk ratio is
   (k p + n1) / (k (1 - p) + n0), relative to p / (1 - p).
4. P(ratio > 1 | n0, n1) has a closed form: of two gammas, the share of one in their sum is beta
   distributed, so the probability is an incomplete beta function.
5. `rising` needs all of: shrunk ratio strictly above its upper quartile among the cells that take
   part; shrunk ratio above 1; posterior >= `posterior`; n1 >= min_recent_crimes.
   Above the quartile without the rest is `not supported`: a quarter of any area is always there.
6. Shown beside it, deciding nothing: the exact conditional binomial p (n1 given n0 + n1, one
   sided), scipy's E-test `poisson_means_test` as a second opinion, Benjamini-Hochberg q.

Gates are applied to the rounded figures that the record shows, so that a reader who recomputes
from the record gets the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import special

from .quartile import threshold

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RISING, NOT_SUPPORTED, NOT_RISING, TOO_FEW = "rising", "not supported", "not rising", "too few"

MILLION = 1_000_000

# Sets what is flagged when nothing rises: measured 0.2 % of cells at 2, 0.5 % at 1, none without.
HEAVIEST_PRIOR = 2


@dataclass(frozen=True)
class Rules:
    baseline_months: int
    recent_months: int
    min_crimes: int
    min_recent_crimes: int
    posterior: Fraction
    max_point_drift: Fraction


@dataclass(frozen=True)
class Rise:
    """Per cell, shape (n,): the two counts, and figures in integer millionths.

    A figure is -1 where a cell takes no part.
    p_means is -1 too where the E-test was not run: it is run for the cells that pass the quartile
    and the posterior, as it is slow and says nothing new about the others.
    """

    baseline: Integers
    recent: Integers
    ratio_threshold: int
    ratio: Integers
    posterior: Integers
    p_exact: Integers
    p_means: Integers
    q_value: Integers
    label: npt.NDArray[np.str_]

    @property
    def baseline_total(self) -> int:
        return int(self.baseline.sum())

    @property
    def recent_total(self) -> int:
        return int(self.recent.sum())


def judge(baseline: Integers, recent: Integers, *, rules: Rules, quantile: Fraction) -> Rise:
    """Judge each cell from its counts in the two periods, int64 (n,) each.

    Raises ValueError when either period of the area has no crime at all.
    """
    from scipy import stats  # a second to load, which only an analysis has to spend

    n0, n1 = baseline.astype(np.int64), recent.astype(np.int64)
    total0, total1 = int(n0.sum()), int(n1.sum())
    if not total0 or not total1:
        raise ValueError("a period without a single crime has no trend")
    taking_part = n0 + n1 >= rules.min_crimes
    label = np.full(n0.size, TOO_FEW, dtype="<U13")
    unset = np.full(n0.size, -1, np.int64)
    if not taking_part.any():
        return Rise(n0, n1, -1, unset, unset, unset, unset, unset, label)

    a, b = n0[taking_part], n1[taking_part]
    share = total1 / (total0 + total1)
    weight = prior_weight(a, b, share)
    ratio = _millionths((weight * share + b) * (1 - share) / ((weight * (1 - share) + a) * share))
    posterior = _millionths(probability_of_rise(a, b, share, weight))
    p_exact_part = exact_conditional_p(a, b, share)
    limit = threshold(ratio, quantile)
    above = ratio > (MILLION if limit is None else limit)
    probable = posterior * rules.posterior.denominator >= rules.posterior.numerator * MILLION
    supported = above & (ratio > MILLION) & probable & (b >= rules.min_recent_crimes)
    label[taking_part] = np.select(
        [supported, above & (ratio > MILLION)], [RISING, NOT_SUPPORTED], NOT_RISING
    )
    p_means = np.full(a.size, -1, np.int64)
    for index in np.flatnonzero(above & probable):
        p_means[index] = _millionths(means_test_p(a[index], b[index], total0, total1))
    return Rise(
        baseline=n0,
        recent=n1,
        ratio_threshold=-1 if limit is None else limit,
        ratio=_spread(ratio, taking_part),
        posterior=_spread(posterior, taking_part),
        p_exact=_spread(_millionths(p_exact_part), taking_part),
        p_means=_spread(p_means, taking_part),
        q_value=_spread(_millionths(stats.false_discovery_control(p_exact_part)), taking_part),
        label=label,
    )


def prior_weight(baseline: Integers, recent: Integers, share: float) -> float:
    """How many crimes the prior of each cell is worth: k of rule 3.

    With n = n0 + n1, Pearson's X^2 of the splits has expectation m - 1 + rho * sum(n - 1) over m
    cells, where rho = 1 / (k + 1) is the correlation of a beta-binomial.
    """
    n = baseline + recent
    pearson = float(((recent - n * share) ** 2 / (n * share * (1 - share))).sum())
    pairs = float((n - 1).sum())
    correlation = (pearson - (n.size - 1)) / pairs if pairs else 0.0
    heaviest = HEAVIEST_PRIOR * float(n.mean())
    if correlation <= 0:
        return heaviest
    return min(max(1 / correlation - 1, 0.0), heaviest)


def probability_of_rise(
    baseline: Integers, recent: Integers, share: float, weight: float
) -> Floats:
    """P(cell's share of recent crime > `share` | counts), shape (n,).

    The posterior share is Beta(weight * share + n1, weight * (1 - share) + n0).
    """
    result: Floats = np.asarray(
        special.betainc(weight * (1 - share) + baseline, weight * share + recent, 1 - share),
        np.float64,
    )
    return result


def exact_conditional_p(baseline: Integers, recent: Integers, share: float) -> Floats:
    """P(X >= n1) for X ~ Binomial(n0 + n1, share): Przyborowski and Wilenski (1940)."""
    result: Floats = np.asarray(special.bdtrc(recent - 1.0, baseline + recent, share), np.float64)
    return result


def means_test_p(baseline: int, recent: int, total0: int, total1: int) -> float:
    """The E-test of Krishnamoorthy and Thomson (2004), one sided."""
    from scipy import stats

    answer = stats.poisson_means_test(
        int(recent), total1, int(baseline), total0, alternative="greater"
    )
    return float(answer.pvalue)


def point_drift(points_by_month: Sequence[Integers], *, recent_months: int) -> Fraction:
    """How far the published snap points moved between the two periods, as an exact share.

    points_by_month: for each month, oldest first, the crimes at every snap point, int64 (points,).
    When a force's list of snap points is renewed, crimes seem to leave some streets and enter
    others. Rare points also turn up new by chance, so the measure is an excess: the mean share of
    a recent month's crimes at points that no baseline month knows, less the same share of each
    baseline month against the other baseline months.
    """
    seen = np.stack([month > 0 for month in points_by_month])
    baseline = len(points_by_month) - recent_months
    known_in = seen[:baseline].sum(axis=0)
    expected = _mean_share(points_by_month[:baseline], [known_in - s == 0 for s in seen[:baseline]])
    found = _mean_share(points_by_month[baseline:], [known_in == 0] * recent_months)
    return max(found - expected, Fraction(0))


def _mean_share(months: Sequence[Integers], novel: Sequence[npt.NDArray[np.bool_]]) -> Fraction:
    shares = [
        Fraction(int(month[new].sum()), int(month.sum()))
        for month, new in zip(months, novel, strict=True)
        if month.any()
    ]
    return sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)


def _millionths(values: npt.ArrayLike) -> Integers:
    return np.floor(np.asarray(values, np.float64) * MILLION + 0.5).astype(np.int64)


def _spread(part: Integers, members: npt.NDArray[np.bool_]) -> Integers:
    whole = np.full(members.size, -1, np.int64)
    whole[members] = part
    return whole
