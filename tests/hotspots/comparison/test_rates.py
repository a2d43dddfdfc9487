"""Counts, rates and ranks: exact, with gaps that are never zeros."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.areas import facts
from overt.hotspots.comparison.counts import CountTable, from_lsoa_tables, from_mps_tables
from overt.hotspots.comparison.coverage import Coverage, coverage
from overt.hotspots.comparison.rates import Comparison, Period, compare

from .tables import PLACES, RESIDENTS, counts_of

JAN = Period("2024-01", "2024-01")
QUARTER = Period("2024-01", "2024-04")


def of(counts, period: Period = JAN, category: str | None = None, **more) -> Comparison:
    return compare(
        counts, residents=RESIDENTS, places=PLACES, period=period, category=category, **more
    )


def one_month(**counts: int):
    return counts_of({(name, "2024-01"): {"Drugs": count} for name, count in counts.items()})


def four_months(name: str, *counts: int):
    return {(name, f"2024-0{n}"): {"Drugs": count} for n, count in enumerate(counts, start=1)}


def test_the_first_by_number_need_not_be_the_first_by_rate():
    found = of(one_month(Camden=50, Croydon=80, Sutton=30))
    assert [f.count_rank for f in found.figures] == [2, 1, 3]
    assert [f.rate_rank for f in found.figures] == [2, 3, 1]
    assert found.figure("Croydon").rate == Fraction(1, 5)


def test_the_rate_of_a_group_is_that_of_its_people_not_the_mean_of_rates():
    found = of(one_month(Camden=50, Croydon=80, Sutton=30))
    assert found.group("London").rate == Fraction(160 * 1000, 700_000)
    assert found.group("Outer London").rate == Fraction(110 * 1000, 500_000)
    assert found.group("Inner London").rate == Fraction(50 * 1000, 200_000)


def test_equal_figures_share_a_rank():
    found = of(one_month(Camden=10, Croydon=20, Sutton=5))
    assert [f.rate_rank for f in found.figures] == [1, 1, 1]
    assert [f.count_rank for f in found.figures] == [2, 1, 3]


def test_a_gap_is_neither_zero_nor_a_low_month():
    cells = four_months("Camden", 10, 10, 10, 10) | four_months("Croydon", 10, 10, 10, 2)
    gap = {("Croydon", "2024-04"): (1, 10)}
    found = of(counts_of(cells, shares=gap), QUARTER)
    croydon = found.figure("Croydon")
    assert (croydon.count, croydon.months, croydon.gaps) == (30, 3, ("2024-04",))
    assert croydon.expected == 40
    assert croydon.rate == Fraction(40 * 1000, 400_000)
    assert found.figure("Camden").count_rank == croydon.count_rank == 1


def test_too_few_months_give_no_figure_and_are_left_out_of_averages():
    cells = four_months("Camden", 10, 10, 10, 10) | four_months("Croydon", 99, 99)
    found = of(counts_of(cells), QUARTER)
    croydon = found.figure("Croydon")
    assert (croydon.rate, croydon.rate_rank, croydon.count_rank) == (None, None, None)
    assert found.group("London").left_out == ("Croydon", "Sutton")
    assert found.group("London").rate == found.figure("Camden").rate


def test_a_month_in_no_table_is_left_out_for_every_borough():
    found = of(counts_of(four_months("Camden", 10, 10, 10, 10)), Period("2024-03", "2024-06"))
    assert found.absent == ("2024-05", "2024-06")
    assert found.figure("Camden").expected == 20


def test_a_category_without_a_row_in_a_covered_month_is_a_true_zero():
    counts = counts_of({("Camden", "2024-01"): {"Drugs": 5}, ("Sutton", "2024-01"): {"Theft": 1}})
    found = of(counts, category="Theft")
    assert found.figure("Camden").rate == 0
    assert found.figure("Croydon").rate is None
    assert found.figure("Camden").share == 0


@pytest.mark.parametrize(
    ("present", "used", "partial"),
    [(100, True, False), (95, True, False), (94, True, True), (90, True, True), (89, False, False)],
)
def test_the_limits_of_coverage_belong_to_the_better_class(present, used, partial):
    counts = counts_of(
        {("Camden", "2024-01"): {"Drugs": 18}}, shares={("Camden", "2024-01"): (present, 100)}
    )
    camden = of(counts).figure("Camden")
    assert (camden.months == 1, bool(camden.partial)) == (used, partial)
    if used:
        assert camden.expected == Fraction(18 * 100, present)
        assert of(counts, as_collected=True).figure("Camden").expected == 18


def test_the_residents_are_those_nearest_to_the_middle_of_the_period():
    people = {2020: {"Camden": 1}, 2022: {"Camden": 2}}
    for period, year in [
        (Period("2021-01", "2021-12"), 2020),
        (Period("2021-08", "2022-12"), 2022),
    ]:
        counts = counts_of({("Camden", month): {"Drugs": 1} for month in period.months})
        found = compare(counts, residents=people, places=PLACES, period=period, category=None)
        assert found.year == year


def test_without_residents_there_are_counts_and_no_rates():
    found = compare(one_month(Camden=3), residents={}, places=PLACES, period=JAN, category=None)
    assert (found.year, found.figure("Camden").count_rank) == (None, 1)
    assert found.figure("Camden").rate is None
    assert found.group("London").rate is None


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(PLACES.boroughs), st.sampled_from(QUARTER.months)),
        st.integers(0, 50),
        min_size=1,
    )
)
def test_groups_and_ranks_agree_with_the_boroughs(cells):
    found = of(counts_of({key: {"Drugs": count} for key, count in cells.items()}), QUARTER)
    with_figure = [f for f in found.figures if f.rate is not None]
    for figure in with_figure:
        assert figure.rate_rank == 1 + sum(other.rate > figure.rate for other in with_figure)
        assert figure.count == sum(
            count for (name, _), count in cells.items() if name == figure.borough
        )
    if with_figure:
        rate = found.group("London").rate
        assert min(f.rate for f in with_figure) <= rate <= max(f.rate for f in with_figure)


def table(name: str, month_to: str, rows: list[tuple[str, str, str, str, int]]) -> CountTable:
    columns = ["borough", "area_code", "month", "category", "count"]
    return CountTable(name, name, "lsoa", month_to, pl.DataFrame(rows, columns, orient="row"))


def lsoas(borough: str, month: str, number: int, count: int):
    return [(borough, f"E01{n:06}", month, "Drugs", count) for n in range(number)]


def test_a_later_table_goes_first_and_an_earlier_one_fills_its_gaps():
    later = table(
        "later",
        "2024-02",
        [*lsoas("Camden", "2024-01", 133, 1), *lsoas("Camden", "2024-02", 13, 1)],
    )
    earlier = table(
        "earlier",
        "2024-01",
        [*lsoas("Camden", "2024-01", 133, 2), *lsoas("Camden", "2024-02", 133, 2)],
    )
    for tables in ([later, earlier], [earlier, later]):
        cells = from_lsoa_tables(tables).cells
        assert cells["Camden", "2024-01"].table == "later"
        assert cells["Camden", "2024-02"].table == "earlier"
    alone = from_lsoa_tables([later]).cells["Camden", "2024-02"]
    assert not alone.is_usable


def test_the_lsoas_of_a_borough_are_those_of_the_census_that_the_table_uses():
    croydon = facts.borough("Croydon")
    assert croydon.lsoas_2011 < croydon.lsoas_2021
    for named, lsoas_there in [
        (croydon.lsoas_2011, croydon.lsoas_2011),
        (croydon.lsoas_2011 + 1, croydon.lsoas_2021),
        # More than any census has: as for a borough without facts, what the median month has.
        (croydon.lsoas_2021 + 1, croydon.lsoas_2021 + 1),
    ]:
        frame = table("t", "2024-01", lsoas("Croydon", "2024-01", named, 1)).frame
        assert coverage(frame)["Croydon", "2024-01"] == Coverage(named, lsoas_there)
    unknown = table("t", "2024-01", lsoas("Narnia", "2024-01", 3, 1)).frame
    assert coverage(unknown)["Narnia", "2024-01"] == Coverage(3, 3)


def test_without_facts_a_month_is_measured_by_the_median_month():
    rows = [
        row
        for month, number in [("2024-01", 40), ("2024-02", 38), ("2024-03", 42), ("2024-04", 12)]
        for row in lsoas("Narnia", month, number, 1)
    ]
    found = coverage(table("t", "2024-04", rows).frame)
    assert [found["Narnia", month] for month in QUARTER.months] == [
        Coverage(38, 38),
        Coverage(38, 38),
        Coverage(38, 38),
        Coverage(12, 38),
    ]


def test_mps_categories_become_those_of_data_police_uk():
    rows = [
        ("Camden", "2024-01", "THEFT", "SHOPLIFTING", 1),
        ("Camden", "2024-01", "THEFT", "SOMETHING NEW", 2),
        ("Camden", "2024-01", "SEXUAL OFFENCES", "RAPE", 4),
        ("Camden", "2024-01", "VIOLENCE AGAINST THE PERSON", "HOMICIDE", 8),
        ("Camden", "2024-01", "NFIB FRAUD", "NFIB", 16),
    ]
    columns = ["borough", "month", "category", "minor", "count"]
    frame = pl.DataFrame(rows, columns, orient="row")
    counts = from_mps_tables([CountTable("t", "t", "borough", "2024-01", frame)])
    assert dict(counts.cells["Camden", "2024-01"].counts) == {
        "Shoplifting": 1,
        "Other theft": 2,
        "Violence and sexual offences": 12,
    }
