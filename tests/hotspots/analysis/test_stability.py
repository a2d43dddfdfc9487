"""Every variant is the same test on another grid."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.hotspots.analysis import grid, quartile, stability
from overt.hotspots.geo.mask import BoundaryMask

from .builders import SOUTH, WEST, square

QUARTER = Fraction(3, 4)
BANDS = stability.Bands(Fraction("0.95"), Fraction("0.75"), Fraction("0.25"))


def scattered(seed: int, points: int = 120) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = WEST + rng.choice(2000_00, points, replace=False)
    y = SOUTH + rng.choice(2000_00, points, replace=False)
    return x, y, rng.poisson(rng.gamma(0.5, 8, points))


def measured(x, y, counts, places, *, shape, widths=(350_00,), origins=6):
    return stability.measure(
        easting_cm=x,
        northing_cm=y,
        counts_by_window={12: counts // 2, 18: counts},
        places_easting_cm=places[0],
        places_northing_cm=places[1],
        mask=BoundaryMask(shape),
        widths_cm=widths,
        origins=origins,
        quantile=QUARTER,
        governing=stability.Family(350_00, 18, "B", True),
    )


def by_hand(x, y, counts, places, shape, family, origin):
    """One variant, written out cell by cell."""
    q, r = grid.assign(x, y, width_cm=family.width_cm, origin_cm=origin)
    inside: dict[tuple[int, int], int] = {}
    for a in range(int(q.min()) - 12, int(q.max()) + 13):
        for b in range(int(r.min()) - 3, int(r.max()) + 4):
            cx, cy = grid.centres([a], [b], width_cm=family.width_cm)
            if shapely.intersects_xy(shape, cx + origin[0], cy + origin[1]).all():
                inside[a, b] = 0
    everywhere: dict[tuple[int, int], int] = {}
    pointed = set()
    for cell, n in zip(zip(q.tolist(), r.tolist(), strict=True), counts.tolist(), strict=True):
        everywhere[cell] = everywhere.get(cell, 0) + n
        pointed.add(cell)
    members = {
        "A": list(inside),
        "B": [cell for cell in inside if everywhere.get(cell, 0) > 0],
        "C": [cell for cell in inside if cell in pointed],
    }[family.population]
    limit = quartile.threshold(np.array([everywhere.get(c, 0) for c in members]), QUARTER)
    pq, pr = grid.assign(*places, width_cm=family.width_cm, origin_cm=origin)
    found = [everywhere.get(c, 0) for c in zip(pq.tolist(), pr.tolist(), strict=True)]
    if limit is None:
        return [False] * len(found)
    return [n > limit if family.strict else n >= limit and n > 0 for n in found]


@settings(max_examples=6)
@given(st.integers(0, 10_000))
def test_each_variant_is_the_test_done_by_hand(seed):
    x, y, counts = scattered(seed)
    shape = shapely.Point(WEST + 1000_00, SOUTH + 1000_00).buffer(1000_00)
    keep = shapely.intersects_xy(shape, x.astype(float), y.astype(float))
    x, y, counts = x[keep], y[keep], counts[keep]
    places = x[:15], y[:15]
    answer = measured(x, y, counts, places, shape=shape, widths=(300_00, 350_00), origins=3)
    assert answer.variants == 3 * len(answer.families) == 3 * 2 * 2 * 3 * 2
    for number, family in enumerate(answer.families):
        windowed = counts if family.window_months == 18 else counts // 2
        expected = np.zeros(15, int)
        for origin in grid.halton_origins(3, width_cm=family.width_cm):
            expected += by_hand(x, y, windowed, places, shape, family, origin)
        assert answer.hits[number].tolist() == expected.tolist(), family


def test_a_place_that_towers_over_all_is_hot_everywhere_and_an_empty_one_nowhere():
    x, y, counts = scattered(3)
    counts[0] = 10_000
    places = np.array([x[0], WEST + 2900_00]), np.array([y[0], SOUTH + 2900_00])
    answer = measured(x, y, counts, places, shape=square(), origins=20)
    assert answer.governing_hits.tolist() == [20, 0]
    assert answer.all_hits[0] == answer.variants
    assert answer.families[answer.governing] == stability.Family(350_00, 18, "B", True)


def test_not_strict_is_never_stricter():
    x, y, counts = scattered(4)
    answer = measured(x, y, counts, (x, y), shape=square(), origins=10)
    for strict, loose in zip(answer.hits[::2], answer.hits[1::2], strict=True):
        assert (loose >= strict).all()


def test_the_worst_family_has_the_fewest_hits():
    x, y, counts = scattered(5)
    answer = measured(x, y, counts, (x, y), shape=square(), origins=10)
    worst = answer.worst()
    assert (answer.hits[worst, np.arange(x.size)] == answer.hits.min(axis=0)).all()


@pytest.mark.parametrize(
    ("hits", "band"),
    [
        (200, "robust"),
        (190, "robust"),
        (189, "mostly"),
        (150, "mostly"),
        (149, "depends"),
        (50, "depends"),
        (49, "not"),
        (0, "not"),
    ],
)
def test_bands_start_exactly_at_their_share(hits, band):
    assert BANDS.of(hits, 200) == band


def test_the_lower_of_the_two_shares_decides_the_band():
    assert BANDS.of_place(200, 200, 5_000, 9_600) == "depends"
    assert BANDS.of_place(40, 200, 9_600, 9_600) == "not"
    assert BANDS.of_place(200, 200, 9_600, 9_600) == "robust"


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_mask_answers_as_the_polygon_does(seed):
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 300_000, (12, 2))
    shape = shapely.convex_hull(shapely.multipoints(corners)).difference(
        shapely.Point(150_000, 150_000).buffer(30_000)
    )
    x, y = rng.uniform(-50_000, 350_000, (2, 3000))
    mask = BoundaryMask(shape)
    assert (mask.inside(x, y) == shapely.intersects_xy(shape, x, y)).all()
    rim = shapely.get_coordinates(shape.boundary)
    assert mask.inside(rim[:, 0], rim[:, 1]).all()
