"""Rates, intervals against statsmodels, and how they read."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from overt.recognition.account.figures import Figures
from overt.recognition.account.metrics import (
    Rate,
    Seeded,
    ceiling,
    clopper_pearson,
    one_in_words,
    rates,
    share_words,
    true_recognition_rate,
    wilson,
)

# 2024 of the published tables: 1,286 alerts among 902,748 faces, 27 of them false.
YEAR = Figures(902_748, 1_286, 1_240, 19, 20, 7, 575, 711, 0)


@st.composite
def some_rates(draw):
    of = draw(st.one_of(st.integers(1, 60), st.integers(1, 5_000_000)))
    return Rate(draw(st.one_of(st.integers(0, of), st.integers(0, min(of, 30)))), of)


CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def test_false_alerts_have_both_denominators():
    found = rates(YEAR)
    assert found.false_of_faces.value == Fraction(27, 902_748)
    assert found.false_of_alerts.value == Fraction(27, 1_286)


def test_confirmed_is_where_officers_spoke_to_the_person_right_or_not():
    assert rates(YEAR).confirmed == Rate(1_260, 1_286)
    assert rates(YEAR).arrested == Rate(575, 1_286)


def test_a_rate_in_nothing_has_no_value_and_no_interval():
    assert Rate(0, 0).value is None
    for interval in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match="nothing"):
            interval(Rate(0, 0), confidence=0.95)


@pytest.mark.parametrize(("events", "of"), [(-1, 5), (6, 5), (1, 0)])
def test_what_is_no_rate_is_refused(events, of):
    with pytest.raises(ValueError, match="no rate"):
        Rate(events, of)


@given(some_rates(), CONFIDENCES)
def test_wilsons_interval_is_that_of_statsmodels(rate, confidence):
    found = wilson(rate, confidence=confidence)
    low, high = proportion_confint(rate.events, rate.of, alpha=1 - confidence, method="wilson")
    assert found.low == pytest.approx(max(0, low), rel=1e-6, abs=1e-12)
    assert found.high == pytest.approx(min(1, high), rel=1e-6, abs=1e-12)


@given(some_rates(), CONFIDENCES)
def test_the_exact_interval_is_that_of_statsmodels(rate, confidence):
    found = clopper_pearson(rate, confidence=confidence)
    low, high = proportion_confint(rate.events, rate.of, alpha=1 - confidence, method="beta")
    assert found.low == pytest.approx(low, rel=1e-6, abs=1e-12)
    assert found.high == pytest.approx(high, rel=1e-6, abs=1e-12)


@given(some_rates(), CONFIDENCES)
def test_every_interval_holds_the_rate_and_mirrors_for_what_did_not_happen(rate, confidence):
    other = Rate(rate.of - rate.events, rate.of)
    for method in (wilson, clopper_pearson):
        found, mirrored = method(rate, confidence=confidence), method(other, confidence=confidence)
        assert 0 <= found.low <= rate.events / rate.of <= found.high <= 1
        assert mirrored.low == pytest.approx(1 - found.high, abs=1e-9)


def test_the_exact_upper_end_for_no_event_is_its_closed_form():
    found = clopper_pearson(Rate(0, 100), confidence=0.95)
    assert (found.low, found.high) == (0, pytest.approx(1 - 0.025 ** (1 / 100)))


@pytest.mark.parametrize(
    ("rate", "observed_within", "verdict"),
    [
        (Rate(27, 902_748), True, "within"),
        (Rate(5, 5_000), True, "cannot be said"),
        (Rate(6, 5_000), False, "cannot be said"),
        (Rate(0, 500), True, "cannot be said"),
        (Rate(0, 5_000), True, "within"),
        (Rate(50, 5_000), False, "above"),
    ],
)
def test_a_ceiling_says_what_was_seen_and_what_chance_allows_to_say(rate, observed_within, verdict):
    found = ceiling(rate, one_in=1_000, confidence=0.95)
    assert (found.observed_within, found.verdict) == (observed_within, verdict)


@given(some_rates(), st.integers(1, 100_000), CONFIDENCES)
def test_a_verdict_never_contradicts_the_rate(rate, one_in, confidence):
    found = ceiling(rate, one_in=one_in, confidence=confidence)
    assert found.observed_within == (rate.events * one_in <= rate.of)
    assert (found.observed_within, found.verdict) not in [(True, "above"), (False, "within")]


def test_a_true_recognition_rate_is_correct_alerts_per_known_pass():
    assert true_recognition_rate(Seeded(passes=200, correct_alerts=178)).value == Fraction(89, 100)
    with pytest.raises(ValueError, match="no rate"):
        true_recognition_rate(Seeded(passes=2, correct_alerts=3))


def test_a_rare_rate_reads_as_one_in_so_many():
    said = one_in_words(Rate(27, 902_748), unit="faces", confidence=0.95)
    assert said == "1 in 33,435 faces; 95 % interval 1 in 22,980 to 1 in 50,736"


def test_no_event_reads_as_none_and_the_most_it_may_be():
    said = one_in_words(Rate(0, 4_000), unit="faces", confidence=0.95)
    assert said == "none in 4,000 faces; at most 1 in 1,084 (95 % interval)"


def test_a_common_rate_reads_as_a_share():
    said = share_words(Rate(47, 50), unit="alerts", confidence=0.95)
    assert said == "47 of 50 alerts, 94.0 %; 95 % interval 83.7 % to 98.0 %"


def test_a_small_share_reads_with_as_many_digits_as_it_takes():
    said = share_words(Rate(1, 20_000), unit="alerts", confidence=0.95)
    assert said == "1 of 20,000 alerts, 0.0050 %; 95 % interval 0.0008 % to 0.0284 %"


@given(some_rates(), CONFIDENCES)
def test_no_share_reads_as_none_or_as_all_that_is_neither(rate, confidence):
    exact = wilson(rate, confidence=confidence)
    said = share_words(rate, unit="alerts", confidence=confidence)
    shares = [Fraction(one) / 100 for one in re.findall(r"([\d.]+) %", said)]
    value, low, high = shares[0], *shares[-2:]
    assert (value == 0, value == 1) == (rate.events == 0, rate.events == rate.of)
    assert (low == 0, high == 1) == (rate.events == 0, rate.events == rate.of)
    # As a text of decimals an end may miss the one in binary by the last of its digits.
    assert low <= exact.low + 1e-15 and exact.high - 1e-15 <= high


@pytest.mark.parametrize("words", [one_in_words, share_words])
def test_a_rate_in_nothing_reads_as_nothing(words):
    assert words(Rate(0, 0), unit="alerts", confidence=0.95) == "no alerts"


@given(some_rates())
def test_rounding_never_makes_an_interval_narrower(rate):
    exact = clopper_pearson(rate, confidence=0.95)
    said = one_in_words(rate, unit="faces", confidence=0.95)
    ends = [1 / float(one.replace(",", "")) for one in re.findall(r"1 in ([\d.,]+\d|\d)", said)]
    if rate.events:
        _, high, low = ends
        assert low <= exact.low
    else:
        (high,) = ends
    assert high >= exact.high
