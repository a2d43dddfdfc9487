"""Signs round a zone: proposed, and held against everybody's way in."""

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.deployments.application import tasks
from overt.deployments.place import exact, signs
from overt.deployments.place.signs import Road, Terms

from .streets import E0, N0, TERMS, roads, shifted, square, street

HIGH_STREET = street("High Street", (-300, 50), (400, 50))


def at(east_m: float, north_m: float) -> tuple[int, int]:
    return E0 + round(east_m * 100), N0 + round(north_m * 100)


def names(found: list[signs.Approach]) -> list[str]:
    return [way.road for way in found]


# What is proposed


def test_a_street_through_the_zone_gets_a_sign_at_either_end() -> None:
    west, east = sorted(signs.propose(square(), [HIGH_STREET], TERMS))
    assert -22 * 100 < west[0] - E0 <= -20 * 100
    assert 120 * 100 <= east[0] - E0 < 122 * 100
    assert {west[1], east[1]} == {N0 + 50_00}


def test_streets_that_lead_nowhere_near_the_zone_get_none() -> None:
    passing = street("Bypass", (-300, -40), (400, -40))
    blind = street("Blind Alley", (-300, 80), (-10, 80))
    found = signs.propose(square(), [HIGH_STREET, passing, blind], TERMS)
    assert len(found) == 2
    assert all(north == N0 + 50_00 for _, north in found)


def test_approaches_side_by_side_share_a_sign() -> None:
    lanes = [street(f"Lane {n}", (-300, 50 + n), (50, 50 + n)) for n in (-10, 0, 10)]
    assert signs.propose(square(), lanes, TERMS) == [(at(-21, 50)[0], at(0, 50)[1])]


def test_without_a_road_they_stand_evenly_and_at_most_the_spacing_apart() -> None:
    found = signs.propose(square(), (), TERMS)
    edge = shapely.LineString(signs.ring(square(), TERMS))
    along = sorted(edge.project(shapely.Point(one)) for one in found)
    gaps = [b - a for a, b in zip(along, [*along[1:], along[0] + edge.length], strict=True)]
    assert max(gaps) <= 50_00 + 2
    assert len(found) == math.ceil(edge.length / 50_00)


def test_they_are_numbered_clockwise_from_the_north() -> None:
    ways = [street(name, to, (50, 50)) for name, to in (("W", (-300, 50)), ("E", (400, 50)))]
    ways += [street(name, to, (50, 50)) for name, to in (("S", (50, -300)), ("N", (50, 400)))]
    found = signs.propose(square(), ways, TERMS)
    sides = [way.side for gone in found for way in _without(gone, found, ways)]
    assert sides == ["north", "east", "south", "west"]


def _without(gone: signs.Position, found: list[signs.Position], ways: list[Road]):
    return signs.uncovered(square(), [one for one in found if one != gone], ways, TERMS)


@given(roads())
@settings(max_examples=60)
def test_any_proposal_covers_every_way_in_and_holds_no_sign_too_many(ways: list[Road]) -> None:
    zone = square()
    found = signs.propose(zone, ways, TERMS)
    assert found
    assert signs.uncovered(zone, found, ways, TERMS) == []
    assert signs.too_near(zone, [("S", one) for one in found], TERMS) == []
    if signs.approaches(zone, ways, TERMS):
        for gone in found:
            assert _without(gone, found, ways)


corners = st.lists(
    st.tuples(st.integers(0, 400_00), st.integers(0, 400_00)), min_size=3, max_size=9, unique=True
)


@given(corners, st.integers(10, 120), st.integers(1, 60))
def test_the_ring_keeps_its_distance_and_is_covered_by_its_own_proposal(
    points: list[tuple[int, int]], spacing: int, distance: int
) -> None:
    hull = shapely.MultiPoint([(E0 + e, N0 + n) for e, n in points]).convex_hull
    if hull.geom_type != "Polygon":
        return
    terms = Terms(spacing, distance)
    zone = [(int(e), int(n)) for e, n in hull.exterior.coords]
    least = min(exact.squared_distance(zone, point) for point in signs.ring(zone, terms))
    assert (distance * 100) ** 2 <= least
    found = signs.propose(zone, (), terms)
    assert signs.uncovered(zone, found, (), terms) == []
    assert signs.too_near(zone, [("S", one) for one in found], terms) == []


@given(roads(), st.integers(-20_000_000, 20_000_000), st.integers(-10_000_000, 20_000_000))
@settings(max_examples=40)
def test_the_same_streets_elsewhere_get_the_same_signs(
    ways: list[Road], east: int, north: int
) -> None:
    here = signs.propose(square(), ways, TERMS)
    there = signs.propose(
        square(east=E0 + east, north=N0 + north),
        [shifted(way, east, north) for way in ways],
        TERMS,
    )
    if signs.approaches(square(), ways, TERMS):
        assert there == [(e + east, n + north) for e, n in here]
    else:
        assert len(there) == len(here)


@given(roads(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_the_roads_changes_nothing(ways: list[Road], chance) -> None:
    mixed = [Road(way.name, list(reversed(way.line))) for way in ways]
    chance.shuffle(mixed)
    assert signs.propose(square(), mixed, TERMS) == signs.propose(square(), ways, TERMS)
    assert signs.uncovered(square(), (), mixed, TERMS) == signs.uncovered(square(), (), ways, TERMS)


# What is covered


def test_a_way_in_without_a_sign_is_named_with_its_road_side_and_place() -> None:
    (way,) = signs.uncovered(square(), [at(-21, 50)], [HIGH_STREET], TERMS)
    assert (way.road, way.side) == ("High Street", "east")
    assert way.words.startswith("by High Street from the east, at TQ 3312")


def test_the_words_fit_a_line_of_the_application() -> None:
    long = street("x" * 200, (-300, 50), (50, 50))
    (way,) = signs.uncovered(square(), [], [long], TERMS)
    assert tasks.Signs(uncovered=(way.words,)).uncovered == (way.words,)
    (nameless,) = signs.uncovered(square(), [], [Road("", long.line)], TERMS)
    assert nameless.words.startswith("by a road without a name from the west, at TQ ")


def test_what_lies_far_away_changes_nothing() -> None:
    here = [HIGH_STREET, street("Lane", (50, 400), (50, 50))]
    far = [street(f"Far {n}", (n, 500), (n, 90_000)) for n in range(0, 2_000, 100)]
    far.append(street("Ring Road", (-900, -900), (900, -900), (900, 900), (-900, 900)))
    assert signs.propose(square(), [*here, *far], TERMS) == signs.propose(square(), here, TERMS)


def test_a_sign_further_out_counts_while_no_way_in_begins_behind_it() -> None:
    out = [at(-65, 50), at(165, 50)]
    assert signs.uncovered(square(), out, [HIGH_STREET], TERMS) == []
    side_street = street("Side Street", (-30, 400), (-30, 50))
    (way,) = signs.uncovered(square(), out, [HIGH_STREET, side_street], TERMS)
    assert way.side == "west"
    beyond = [at(-120, 50), at(165, 50)]
    assert names(signs.uncovered(square(), beyond, [HIGH_STREET], TERMS)) == ["High Street"]


def test_a_way_round_past_the_sign_is_found() -> None:
    detour = street("Mews", (-200, 50), (-200, 130), (-15, 130), (-15, 50))
    planned = signs.propose(square(), [HIGH_STREET], TERMS)
    assert signs.uncovered(square(), planned, [HIGH_STREET], TERMS) == []
    assert names(signs.uncovered(square(), planned, [HIGH_STREET, detour], TERMS)) == ["Mews"]


def test_whoever_lives_at_the_end_of_a_blind_street_walks_in_too() -> None:
    close = street("Close", (-80, 90), (50, 90))
    assert names(signs.uncovered(square(), [], [close], TERMS)) == ["Close"]


def test_whoever_comes_from_far_away_begins_where_the_streets_are_last_looked_at() -> None:
    # A loop that leaves what is looked at has no end of its own within it.
    loop = street("Crescent", (50, 50), (50, 400), (400, 400), (400, 90), (50, 90))
    assert len(signs.uncovered(square(), [], [loop], TERMS)) == 2
    (north,) = [p for p in signs.propose(square(), [loop], TERMS) if p[1] > N0 + 110_00]
    assert [way.side for way in signs.uncovered(square(), [north], [loop], TERMS)] == ["north-east"]


def test_a_blind_street_off_the_way_past_a_sign_is_a_beginning_too() -> None:
    stub = street("Yard", (-25, 50), (-25, 85))
    out = [at(-62, 50), at(121, 50)]
    assert signs.uncovered(square(), out, [HIGH_STREET], TERMS) == []
    assert len(signs.uncovered(square(), out, [HIGH_STREET, stub], TERMS)) == 1


def test_a_sign_that_is_passed_only_close_to_the_zone_is_passed_too_late() -> None:
    past = street("Bypass", (-300, -19), (150, -19), (150, 50), (50, 50))
    (way,) = signs.uncovered(square(), [at(50, -40)], [past], TERMS)
    assert way.side == "east"


def test_a_loop_without_an_end_is_a_way_in_at_both_its_arms() -> None:
    loop = street("Crescent", (20, 50), (20, 140), (80, 140), (80, 50))
    assert len(signs.uncovered(square(), [], [loop], Terms(30, 20))) == 2


def test_a_sign_too_near_the_zone_covers_nobody() -> None:
    near = [at(-19.9, 50), at(-19.9, 51), at(121, 50)]
    (way,) = signs.uncovered(square(), near, [HIGH_STREET], TERMS)
    assert way.side == "west"
    said = signs.too_near(square(), [("S1", near[0]), ("S2", at(-20, 50))], TERMS)
    assert said == [
        "Sign S1 stands 19 m from the zone; it has to be passed 20 m before it",
    ]


def test_a_sign_in_the_zone_is_too_near() -> None:
    (said,) = signs.too_near(square(), [("S1", at(50, 50))], TERMS)
    assert said.startswith("Sign S1 stands 0 m from the zone")


def test_a_road_inside_from_end_to_end_brings_nobody_in() -> None:
    inside = street("Yard", (10, 10), (50, 50))
    assert signs.approaches(square(), [inside], TERMS) == []


def test_roads_that_cross_without_a_common_point_meet() -> None:
    over = street("Cross Street", (-60, -300), (-60, 400))
    planned = signs.propose(square(), [HIGH_STREET, over], TERMS)
    assert len(planned) == 2
    stub = street("Stub", (-60, 50), (50, 50))
    (sign,) = signs.propose(square(), [over, stub], TERMS)
    assert abs(sign[0] - at(-21, 0)[0]) < 200


def test_without_roads_each_gap_is_given_by_its_middle_and_length() -> None:
    planned = signs.propose(square(), (), TERMS)
    (gap,) = signs.uncovered(square(), planned[1:], (), TERMS)
    assert 40 <= gap.gap_m <= 50
    assert math.dist(gap.position, planned[0]) < 200
    assert gap.words.startswith(f"for {gap.gap_m} m round the zone from the north")


def test_without_any_sign_the_whole_ring_is_open() -> None:
    (gap,) = signs.uncovered(square(), (), (), TERMS)
    assert gap.gap_m == math.ceil(shapely.LineString(signs.ring(square(), TERMS)).length / 100)


@pytest.mark.parametrize("line", [[], [(E0, N0)], [(E0, N0), (E0, N0)]])
def test_a_line_that_is_none_is_no_road(line: list[tuple[int, int]]) -> None:
    assert signs.approaches(square(), [Road("", line)], TERMS) == []
