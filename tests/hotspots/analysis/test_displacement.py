"""Moving crimes within catchments: what is kept, what is drawn, and from where."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.analysis.displacement import catchments, displaced_counts

coordinate = st.integers(-3_000, 12_000)
positions = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=12, unique=True)


def members(found, point: int) -> set[tuple[int, int]]:
    pixels = slice(found.start[point], found.start[point + 1])
    return set(zip(found.easting[pixels].tolist(), found.northing[pixels].tolist(), strict=True))


@given(positions, st.sampled_from([0, 2_000, 9_000]), st.sampled_from([1_000, 2_500]))
def test_a_pixel_belongs_to_the_nearest_point_within_the_radius(
    points: list[tuple[int, int]], radius: int, pixel: int
) -> None:
    x, y = np.array(points).T
    found = catchments(easting=x, northing=y, radius_cm=radius, pixel_cm=pixel)
    expected: list[set[tuple[int, int]]] = [set() for _ in points]
    for column in range(-14, 24):
        for row in range(-14, 24):
            a, b = column * pixel + pixel // 2, row * pixel + pixel // 2
            near = (x - a) ** 2 + (y - b) ** 2
            owner = min(range(len(points)), key=lambda i: (near[i], points[i]))
            if near[owner] <= radius**2:
                expected[owner].add((a, b))
    for i, own in enumerate(expected):
        assert members(found, i) == (own or {points[i]})


def test_a_tie_goes_to_the_lowest_easting_then_northing_in_any_order() -> None:
    for order in ([0, 1], [1, 0]):
        x, y = np.array([[1_250, 1_250], [3_750, 1_250]])[order].T
        found = catchments(easting=x, northing=y, radius_cm=1_250, pixel_cm=2_500)
        assert members(found, order.index(0)) == {(1_250, 1_250)}
    x, y = np.array([2_500, 0]), np.array([1_250, 1_250])
    found = catchments(easting=x, northing=y, radius_cm=1_250, pixel_cm=2_500)
    assert (1_250, 1_250) in members(found, 1)
    assert (1_250, 1_250) not in members(found, 0)


def test_with_a_radius_of_zero_no_crime_moves() -> None:
    x, y = np.array([100, 7_000, 300]), np.array([5, 60, 90_000])
    found = catchments(easting=x, northing=y, radius_cm=0)
    assert found.easting.tolist() == x.tolist()
    counts = displaced_counts(
        weight=[4, 0, 9], catchments=found, pixel_cell=[2, 1, 0], cells=3, runs=5, seed=1
    )
    assert counts.tolist() == [[9, 0, 4]] * 5


@given(positions, st.lists(st.integers(0, 20), min_size=12, max_size=12), st.integers(0, 2**32))
def test_no_crime_is_lost_or_made(
    points: list[tuple[int, int]], weights: list[int], seed: int
) -> None:
    x, y = np.array(points).T
    weight = np.array(weights[: x.size])
    found = catchments(easting=x, northing=y)
    cell = np.arange(found.easting.size) % 7
    counts = displaced_counts(
        weight=weight, catchments=found, pixel_cell=cell, cells=7, runs=3, seed=seed
    )
    assert counts.sum(axis=1).tolist() == [weight.sum()] * 3
    fewer = displaced_counts(
        weight=weight,
        catchments=found,
        pixel_cell=np.where(cell < 5, cell, -1),
        cells=5,
        runs=3,
        seed=seed,
    )
    assert (fewer == counts[:, :5]).all()


def one_catchment(crimes: int, runs: int, seed: int) -> np.ndarray:
    found = catchments(easting=[52_000_000], northing=[16_000_000])
    pixels = found.easting.size
    assert pixels == 52
    return displaced_counts(
        weight=[crimes],
        catchments=found,
        pixel_cell=np.arange(pixels),
        cells=pixels,
        runs=runs,
        seed=seed,
    )


def test_every_pixel_of_a_catchment_is_as_likely_as_the_next() -> None:
    counts = one_catchment(4_001, 50, seed=7)
    assert scipy.stats.chisquare(counts.sum(axis=0)).pvalue > 0.001
    spread = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert 0.001 < scipy.stats.chi2.sf(spread, 50 * 51) < 0.999


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    first = one_catchment(500, 4, seed=3)
    assert (first == one_catchment(500, 4, seed=3)).all()
    assert (first != one_catchment(500, 4, seed=4)).any()
    assert (first[0] != first[1]).any()


def test_the_stream_is_the_one_written_down() -> None:
    """PCG64 seeded with 11, low half of each 64 bits first: from numpy's raw stream by hand."""
    raw = np.random.PCG64(11).random_raw(2)
    halves = [int(raw[0]) & 0xFFFFFFFF, int(raw[0]) >> 32, int(raw[1]) & 0xFFFFFFFF]
    expected = np.bincount([half * 52 >> 32 for half in halves], minlength=52)
    assert (one_catchment(3, 1, seed=11)[0] == expected).all()


def test_a_position_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        catchments(easting=[5, 6, 5], northing=[8, 8, 8])
    with pytest.raises(ValueError, match="even width"):
        catchments(easting=[5], northing=[8], pixel_cm=25)
