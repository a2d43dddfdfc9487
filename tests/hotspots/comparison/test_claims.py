"""Claims as people type them, and what becomes of them."""

from fractions import Fraction

import pytest

from overt.hotspots.comparison import words
from overt.hotspots.comparison.claim_text import ClaimNotUnderstood, parse
from overt.hotspots.comparison.claims import Basis, Claim, Measure, check
from overt.hotspots.comparison.rates import Period, Places
from overt.hotspots.crimes.categories import CATEGORIES

from .tables import PLACES, RESIDENTS, counts_of

LONDON = Places(
    "London",
    ("Camden", "City of London", "Croydon", "Kingston upon Thames"),
    frozenset({"Camden", "City of London"}),
)
MAY = Period("2024-05", "2024-05")
YEAR = Period("2024-01", "2024-12")


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Croydon has the highest rate for shoplifting in May 2024",
            Claim("Croydon", Measure.HIGHEST, MAY, "Shoplifting", Basis.RATE),
        ),
        (
            "highest number of burglaries, burglary 2024-05",
            Claim("Camden", Measure.HIGHEST, MAY, "Burglary", Basis.COUNT),
        ),
        (
            "Kingston upon Thames is SECOND HIGHEST for violence per 1,000 in 2024",
            Claim(
                "Kingston upon Thames",
                Measure.RANK,
                YEAR,
                "Violence and sexual offences",
                Basis.RATE,
                rank=2,
            ),
        ),
        ("3rd lowest in 2024", Claim("Camden", Measure.LOWEST, YEAR, None, rank=3)),
        ("ranks 5 for weapons in 2024", Claim("Camden", Measure.RANK, YEAR, CATEGORIES[7], rank=5)),
        ("most crime of London in 2024", Claim("Camden", Measure.HIGHEST, YEAR, None)),
        (
            "City of London has the most robbery of Inner London, Jan 2024 to December 2024",
            Claim("City of London", Measure.HIGHEST, YEAR, "Robbery", against="Inner London"),
        ),
        (
            "Croydon's rate is above the Outer London average in 2024",
            Claim("Croydon", Measure.ABOVE, YEAR, None, Basis.RATE, against="Outer London"),
        ),
        (
            "drugs below the London average, 2024-01 - 2024-12",
            Claim("Camden", Measure.BELOW, YEAR, "Drugs", against="London"),
        ),
    ],
)
def test_a_typed_claim_is_understood(text, claim):
    assert parse(text, places=LONDON, categories=CATEGORIES, area="Camden") == claim


@pytest.mark.parametrize(
    ("text", "words_"),
    [
        ("highest burglary", "Say when"),
        ("highest burglary in 2024 and in May 2023", "one period"),
        ("highest burglary from 2024 to 2023", "ends before it begins"),
        ("theft is highest in 2024", "Say which category"),
        ("burglary in 2024", "Say what is claimed"),
        ("", "Say when"),
    ],
)
def test_what_is_not_understood_is_said_in_one_sentence(text, words_):
    with pytest.raises(ClaimNotUnderstood, match=words_):
        parse(text, places=LONDON, categories=CATEGORIES, area="Camden")
    with pytest.raises(ClaimNotUnderstood, match="Name a borough"):
        parse("highest in 2024", places=LONDON, categories=CATEGORIES)


def january(**counts: int):
    return counts_of({(name, "2024-01"): {"Drugs": count} for name, count in counts.items()})


def readings(claim: Claim, counts) -> dict[tuple[str, str], tuple[bool | None, int | None]]:
    found = check(claim, sources=[counts], residents=RESIDENTS, places=PLACES)
    return {
        (reading.basis.value, reading.scope): (reading.holds, reading.rank)
        for reading in found.readings
        if not reading.as_collected
    }


JAN = Period("2024-01", "2024-01")


def test_ranks_count_among_the_boroughs_of_the_scope():
    counts = january(Camden=50, Croydon=80, Sutton=30)
    found = readings(Claim("Sutton", Measure.HIGHEST, JAN, "Drugs"), counts)
    assert found["count", "London"] == (False, 3)
    assert found["rate", "London"] == (True, 1)
    assert found["count", "Outer London"] == (False, 2)
    assert ("count", "Inner London") not in found


def test_lowest_counts_from_the_other_end():
    counts = january(Camden=50, Croydon=80, Sutton=30)
    found = readings(Claim("Sutton", Measure.LOWEST, JAN, None), counts)
    assert found["count", "London"] == (True, 1)
    assert found["rate", "London"] == (False, 3)


def test_a_shared_first_place_is_first_and_says_so():
    counts = january(Camden=80, Croydon=80, Sutton=30)
    found = check(
        Claim("Croydon", Measure.HIGHEST, JAN, None, Basis.COUNT),
        sources=[counts],
        residents=RESIDENTS,
        places=PLACES,
    )
    (worded,) = found.worded
    assert (worded.holds, worded.rank, worded.tied) == (True, 1, 1)
    assert words.standing(worded) == "1 of 3, with 1 other the same"


def test_an_average_is_that_of_the_people_and_equal_is_neither_above_nor_below():
    counts = january(Camden=20, Croydon=40, Sutton=10)
    for measure in (Measure.ABOVE, Measure.BELOW):
        claim = Claim("Croydon", measure, JAN, None, Basis.RATE, against="London")
        (worded,) = check(claim, sources=[counts], residents=RESIDENTS, places=PLACES).worded
        assert (worded.holds, worded.benchmark, worded.difference) == (False, Fraction(1, 10), 0)


def test_a_borough_without_figures_gets_no_verdict():
    counts = january(Camden=20, Sutton=10)
    found = check(
        Claim("Croydon", Measure.HIGHEST, JAN, None),
        sources=[counts],
        residents=RESIDENTS,
        places=PLACES,
    )
    assert {reading.holds for reading in found.readings} == {None}
    assert any("Croydon has a gap" in note for note in found.notes)


def test_a_source_without_the_category_is_named_and_not_taken_as_zero():
    found = check(
        Claim("Camden", Measure.HIGHEST, JAN, "Robbery"),
        sources=[january(Camden=20)],
        residents=RESIDENTS,
        places=PLACES,
    )
    assert found.readings == ()
    assert found.notes == ("test has no figures for robbery.",)


def test_a_period_in_no_table_gives_no_verdict_and_says_so():
    found = check(
        Claim("Camden", Measure.HIGHEST, Period("2020-01", "2020-01"), None),
        sources=[january(Camden=20)],
        residents=RESIDENTS,
        places=PLACES,
    )
    assert {reading.holds for reading in found.readings} == {None}
    assert "no table has a month of this period" in found.notes[0]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(1, 3), 3, "0.333"),
        (Fraction(12345675, 10000), 3, "1,234.568"),
        (Fraction(-1, 1000), 1, "0.0"),
    ],
)
def test_numbers_are_rounded_exactly(value, places, text):
    assert words.fixed(value, places) == text
