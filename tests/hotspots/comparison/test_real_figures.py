"""What is known of Croydon from the real tables, to the last digit that was published."""

import pytest

from overt.hotspots.areas import facts
from overt.hotspots.comparison import claim_text, claims, words
from overt.hotspots.comparison.counts import Counts, CountTable, from_lsoa_tables, from_mps_tables
from overt.hotspots.comparison.rates import Comparison, Period, Places, compare

YEAR = Period("2024-01", "2024-12")


def count_table(table) -> CountTable:
    return CountTable(table.name, table.sha256, table.report["level"], table.month_to, table.frame)


@pytest.fixture(scope="module")
def counts(real_counts) -> Counts:
    return from_lsoa_tables([count_table(table) for table in real_counts.values()])


@pytest.fixture(scope="module")
def residents(real_table) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    frame = real_table("population/london-borough-mid-year-2019-2024.csv").frame
    for year, borough, people in frame.select("year", "borough", "residents").iter_rows():
        found.setdefault(year, {})[borough] = people
    return found


@pytest.fixture(scope="module")
def places() -> Places:
    london = facts.boroughs()
    inner = frozenset(name for name, known in london.items() if known.inner)
    return Places("London", tuple(london), inner)


@pytest.fixture
def of(counts, residents, places):
    def run(period: Period, category: str | None = None, **more) -> Comparison:
        return compare(
            counts, residents=residents, places=places, period=period, category=category, **more
        )

    return run


def test_croydon_in_2024_is_below_the_rate_of_london_and_above_that_of_outer_london(of):
    found = of(YEAR)
    croydon = found.figure("Croydon")
    assert (found.year, croydon.count, croydon.gaps) == (2024, 43_936, ())
    assert words.difference(croydon.rate / found.group("London").rate - 1) == "15.7% below"
    assert words.difference(croydon.rate / found.group("Outer London").rate - 1) == "8.6% above"


def test_possession_of_weapons_is_first_by_number_and_fifth_by_rate(of):
    croydon = of(Period("2024-01", "2024-01"), "Possession of weapons").figure("Croydon")
    assert (croydon.count, croydon.count_rank, croydon.rate_rank) == (30, 1, 5)


def test_shoplifting_is_second_by_number_and_seventh_by_rate(of):
    croydon = of(Period("2024-05", "2024-05"), "Shoplifting").figure("Croydon")
    assert (croydon.count, croydon.count_rank, croydon.rate_rank) == (396, 2, 7)


def test_violence_leads_with_28_per_cent(of, counts):
    shares = {name: of(YEAR, name).figure("Croydon").share for name in counts.categories}
    assert max(shares, key=shares.get) == "Violence and sexual offences"
    assert words.per_cent(shares["Violence and sexual offences"]) == "28.0%"


def test_without_allowing_for_missing_lsoas_the_figures_hardly_move(of):
    found = of(YEAR, as_collected=True)
    croydon = found.figure("Croydon")
    assert words.difference(croydon.rate / found.group("London").rate - 1) == "15.5% below"
    assert words.difference(croydon.rate / found.group("Outer London").rate - 1) == "8.6% above"


def test_gaps_are_shown_and_none_is_filled_with_zeros(of):
    gaps = {figure.borough: figure.gaps for figure in of(YEAR).figures if figure.gaps}
    assert set(gaps) == {
        *("Hammersmith and Fulham", "Hounslow", "Kensington and Chelsea", "Lambeth", "Merton"),
        *("Southwark", "Wandsworth"),
    }
    assert set(gaps.values()) == {("2024-09", "2024-10")}


def test_a_claim_is_read_each_way(counts, residents, places):
    claim = claim_text.parse(
        "Croydon has the highest rate for shoplifting in May 2024",
        places=places,
        categories=counts.categories,
    )
    check = claims.check(claim, sources=[counts], residents=residents, places=places)
    (worded,) = check.worded
    assert (worded.holds, worded.rank, worded.of) == (False, 7, 33)
    assert worded.leader == "City of London"
    by_scope = {
        (reading.basis.value, reading.scope): (reading.holds, reading.rank)
        for reading in check.readings
        if reading.year in (2024, None) and not reading.as_collected
    }
    assert by_scope == {
        ("rate", "London"): (False, 7),
        ("count", "London"): (False, 2),
        ("rate", "London without City of London"): (False, 6),
        ("count", "London without City of London"): (False, 2),
        ("rate", "Outer London"): (True, 1),
        ("count", "Outer London"): (True, 1),
    }


def test_the_mps_tables_are_a_second_opinion(real_table, residents, places):
    files = ("recorded-crime-borough.parquet", "recorded-crime-borough-historical.parquet")
    counts = from_mps_tables([count_table(real_table(f"mps/{name}")) for name in files])
    found = compare(
        counts,
        residents=residents,
        places=places,
        period=Period("2024-01", "2024-01"),
        category="Possession of weapons",
    )
    assert found.figure("Croydon").count == 31
    assert found.figure("Croydon").count_rank == 1
    assert found.figure("City of London").rate is None
