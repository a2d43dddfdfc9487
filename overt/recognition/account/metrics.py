"""Rates of an account, exactly, with intervals, and in words.

Rules
1. A rate is two whole numbers. Its value is an exact fraction, and none where the whole is 0.
2. False alerts are always given by both denominators: faces seen, and alerts. The first can look
   small while the second is not.
3. `confirmed` is the share of alerts on which officers spoke to the person, whether the alert was
   right or not (`figures.py`, rule 2). `arrested` is arrests per alert.
4. A true recognition rate is correct alerts per known passes. Only a seeded test knows how often
   somebody on the list walked past, so it is made of the counts of such a test and nothing else.
5. Words are rounded so that an interval never becomes narrower.
6. Nothing seen is said as such: none in so many, with the most that the rate may be.
7. No share reads as 0 that is not 0, nor as all that is not all: it has as many digits as it takes.

The intervals assume that each of the `of` has the same chance, independently. Faces seen do not:
one person passes several times, and places and days differ. So the intervals are too narrow rather
than too wide, and pages that show them say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log10, sqrt
from typing import Literal

from scipy import special

from .figures import Figures


@dataclass(frozen=True)
class Rate:
    """`events` among `of`, both from 0; there are no more events than the whole.

    Raises ValueError otherwise.
    """

    events: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.events <= self.of:
            raise ValueError(f"{self.events} among {self.of} is no rate")

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.events, self.of) if self.of else None


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both from 0 to 1. `confidence` as 0.95."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class Rates:
    false_of_faces: Rate
    false_of_alerts: Rate
    confirmed: Rate
    arrested: Rate


@dataclass(frozen=True)
class Seeded:
    """A test in which people who agreed to it and were on the list walked past: how often, at least
    once, and how often it was noticed."""

    passes: int
    correct_alerts: int


def rates(figures: Figures) -> Rates:
    """The rates of a session, or of several together. An undecided alert is not counted as false;
    while there is one, the rates are not final. Raises ValueError for more alerts than faces."""
    confirmed = figures.true_confirmed + figures.false_confirmed
    return Rates(
        false_of_faces=Rate(figures.false_alerts, figures.faces_seen),
        false_of_alerts=Rate(figures.false_alerts, figures.alerts),
        confirmed=Rate(confirmed, figures.alerts),
        arrested=Rate(figures.arrests, figures.alerts),
    )


def true_recognition_rate(seeded: Seeded) -> Rate:
    """Correct alerts per known passes. Raises ValueError for more of them than passes."""
    return Rate(seeded.correct_alerts, seeded.passes)


def wilson(rate: Rate, *, confidence: float) -> Interval:
    """The score interval: all p with |p - k/n| <= z sqrt(p (1 - p) / n), so

        (k + z²/2) / (n + z²)  ±  z / (n + z²) · sqrt(k (n - k) / n + z²/4).

    E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212. Raises
    ValueError where the whole is 0.
    """
    k, n = rate.events, _whole(rate)
    z = float(special.ndtri((1 + confidence) / 2))
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
    # Exactly 0 and 1 at the ends; floating point may miss them.
    low = max(0.0, middle - half) if k else 0.0
    high = min(1.0, middle + half) if k < n else 1.0
    return Interval(low, high, confidence)


def clopper_pearson(rate: Rate, *, confidence: float) -> Interval:
    """The exact interval: all p that neither one-sided binomial test at (1 - confidence)/2 rejects.

    Its ends are quantiles of beta distributions: a/2 of Beta(k, n-k+1), 1-a/2 of Beta(k+1, n-k).
    C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413. Raises ValueError where the whole
    is 0.
    """
    k, n = rate.events, _whole(rate)
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(k, n - k + 1, tail)) if k else 0.0
    high = float(special.betainccinv(k + 1, n - k, tail)) if k < n else 1.0
    return Interval(low, high, confidence)


Verdict = Literal["above", "within", "cannot be said"]


@dataclass(frozen=True)
class Ceiling:
    """`observed_within`: the rate itself is at most 1 in `one_in`. `verdict`: what the exact
    interval shows beyond chance."""

    one_in: int
    observed_within: bool
    verdict: Verdict


def ceiling(rate: Rate, *, one_in: int, confidence: float) -> Ceiling:
    """Hold `rate` against the most that is tolerated. Raises ValueError where the whole is 0."""
    most = Fraction(1, one_in)
    interval = clopper_pearson(rate, confidence=confidence)
    verdict: Verdict = "cannot be said"
    if interval.low > most:
        verdict = "above"
    elif interval.high <= most:
        verdict = "within"
    return Ceiling(one_in, Fraction(rate.events, rate.of) <= most, verdict)


def one_in_words(rate: Rate, *, unit: str, confidence: float) -> str:
    """For rare things: `1 in 4,200 faces; 95 % interval 1 in 1,900 to 1 in 11,600`, by the exact
    interval. `unit` in the plural."""
    if not rate.of:
        return f"no {unit}"
    interval = clopper_pearson(rate, confidence=confidence)
    often = _one_in(1 / interval.high, floor)
    if not rate.events:
        return f"none in {rate.of:,} {unit}; at most 1 in {often} ({_level(interval)} interval)"
    seldom = _one_in(1 / interval.low, ceil)
    said = _one_in(Fraction(rate.of, rate.events), round)
    return f"1 in {said} {unit}; {_level(interval)} interval 1 in {often} to 1 in {seldom}"


def share_words(rate: Rate, *, unit: str, confidence: float) -> str:
    """For common things: `47 of 50 alerts, 94.0 %; 95 % interval 83.7 % to 98.0 %`, by Wilson's
    interval. `unit` in the plural."""
    if not rate.of:
        return f"no {unit}"
    interval = wilson(rate, confidence=confidence)
    digits = _digits(rate, interval)
    unit_of = 10 ** (digits + 2)
    low, high = floor(interval.low * unit_of), ceil(interval.high * unit_of)
    return (
        f"{rate.events:,} of {rate.of:,} {unit}, {100 * rate.events / rate.of:.{digits}f} %; "
        f"{_level(interval)} interval {100 * low / unit_of:.{digits}f} % to "
        f"{100 * high / unit_of:.{digits}f} %"
    )


def _whole(rate: Rate) -> int:
    if not rate.of:
        raise ValueError("There is no interval of a rate in nothing")
    return rate.of


def _one_in(number: float | Fraction, rounded: Callable[[float | Fraction], int]) -> str:
    """Whole from 10 on, and in tenths below, where a whole number would be too coarse."""
    if number >= 10:
        return f"{rounded(number):,}"
    return f"{rounded(number * 10) / 10:g}"


def _digits(rate: Rate, interval: Interval) -> int:
    """After the point: one, or as many as keep an end apart from 0 and from all."""
    apart = [1.0]
    if rate.events:
        apart.append(interval.low)
    if rate.events < rate.of:
        apart.append(1 - interval.high)
    return max(1, ceil(-log10(min(apart))) - 2)


def _level(interval: Interval) -> str:
    return f"{100 * interval.confidence:g} %"
