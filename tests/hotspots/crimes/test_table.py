"""Counting crimes in a table, against counting them one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.crimes import table
from overt.hotspots.crimes.table import CrimeTable

MONTHS = ("2024-01", "2024-02", "2024-03")
CATEGORIES = ("Burglary", "Drugs", "Robbery", "Shoplifting")
POINTS = 5

rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, POINTS - 1)), max_size=40
)


def build(crimes: list[tuple[int, int, int]]) -> CrimeTable:
    month, category, point = np.array(crimes, np.int64).reshape(-1, 3).T
    return CrimeTable.build(
        easting=np.arange(POINTS) * 100,
        northing=np.arange(POINTS) * 200,
        months=MONTHS,
        categories=CATEGORIES,
        month=month,
        category=category,
        point=point,
    )


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    """So that slices end inside, at and across the ends of blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_BLOCK", 7)
        yield


@given(rows, st.sets(st.sampled_from(MONTHS)), st.sets(st.sampled_from(CATEGORIES)))
def test_counts_are_of_the_wanted_months_and_categories(
    crimes: list[tuple[int, int, int]], months: set[str], categories: set[str]
) -> None:
    expected = [0] * POINTS
    for month, category, point in crimes:
        if MONTHS[month] in months and CATEGORIES[category] in categories:
            expected[point] += 1
    counts = build(crimes).counts(months=months, categories=categories)
    assert counts.tolist() == expected
    assert counts.dtype == np.int64


@given(rows)
def test_all_crimes_count_when_nothing_is_asked_for(crimes: list[tuple[int, int, int]]) -> None:
    counts = build(crimes).counts()
    assert counts.tolist() == [[p for _, _, p in crimes].count(point) for point in range(POINTS)]


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(crimes: list[tuple[int, int, int]], random) -> None:
    shuffled = list(crimes)
    random.shuffle(shuffled)
    one, other = build(crimes), build(shuffled)
    assert (one.point == other.point).all()
    assert (one.start == other.start).all()


@given(rows, st.lists(st.booleans(), min_size=POINTS, max_size=POINTS))
def test_leaving_points_out_keeps_the_counts_of_the_others(
    crimes: list[tuple[int, int, int]], keep: list[bool]
) -> None:
    whole = build(crimes)
    part = whole.restricted(np.array(keep))
    assert part.counts().tolist() == whole.counts()[keep].tolist()
    assert part.counts(months=["2024-02"], categories=["Drugs"]).tolist() == (
        whole.counts(months=["2024-02"], categories=["Drugs"])[keep].tolist()
    )


def test_unknown_labels_count_nothing() -> None:
    assert build([(0, 0, 1)]).counts(months=["1999-01"]).tolist() == [0] * POINTS
