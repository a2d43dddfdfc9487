"""What people type and paste: read exactly, or refused with the place and what to do."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.deployments.papers.grid_reference import grid_reference
from overt.deployments.place import checks, reading
from overt.deployments.place.reading import PlaceProblem
from overt.hotspots.geo import bng

from .streets import E0, N0, square

# One position


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("532345.5 165432", (532_345_50, 165_432_00)),
        ("532345, 165432", (532_345_00, 165_432_00)),
        ("532345.675;165432.", (532_345_68, 165_432_00)),
        ("  532345\t165432 ", (532_345_00, 165_432_00)),
        ("TQ 32345 65432", (532_345_00, 165_432_00)),
        ("tq3234565432", (532_345_00, 165_432_00)),
        ("NN 16600 71200", (216_600_00, 771_200_00)),
        ("SV 90000 10000", (90_000_00, 10_000_00)),
    ],
)
def test_a_position_is_read_in_each_of_its_forms(text: str, position: tuple[int, int]) -> None:
    assert reading.read_points(text) == (position,)


def test_degrees_are_read_by_the_pinned_projection() -> None:
    ((easting,), (northing,)) = bng.to_bng_cm(-0.0982, 51.3762)
    for text in ("51.3762, -0.0982", "51.3762 -0.0982", "51.3762, \N{MINUS SIGN}0.0982"):
        assert reading.read_points(text) == ((easting, northing),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-0.0982, 51.3762", "longitude before latitude, swap them"),
        ("48.85, 2.35", "outside Great Britain"),
        ("1900000 100", "outside the National Grid$"),
        ("1165432 232345", "northing before easting, swap them"),
        ("-1 165432", "outside the National Grid"),
        ("532345 165432\n\nhere", "line 3: 'here' is no position"),
        ("1 2 3", "is no position"),
        ("51,3762, -0,0982", "is no position"),
        ("51.3762N, 0.0982W", "is no position"),
        ("nan, nan", "is no position"),
        ("inf 1", "is no position"),
        ("1e9 5", "is no position"),
        ("9999999999 1", "is no position"),
        ("٥٣٢٣٤٥ 165432", "is no position"),
        ("51.3\x00, 0", "is no position"),
        ("TQ 323 654", "five figures each way"),
        ("TQ 3234 6543", "five figures each way"),
        ("TQ 32345 6543", "five figures each way"),
        ("TQ 323456 654321", "five figures each way"),
        ("ZZ 32345 65432", "ZZ is no square"),
        ("II 32345 65432", "II is no square"),
        ("\n".join(["532345 165432"] * 1_001), "1,001 positions"),
        ("x" * 200_001, "too long"),
        ("5" * 40_000_000, "too long"),
    ],
)
def test_what_is_no_position_is_refused_with_the_line(text: str, said: str) -> None:
    with pytest.raises(PlaceProblem, match=said) as caught:
        reading.read_points(text)
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


positions = st.tuples(
    st.integers(80_000_00, 655_000_00), st.integers(10_000_00, 1_210_000_00)
).filter(lambda at: _in_great_britain(*at))


def _in_great_britain(easting: int, northing: int) -> bool:
    """Whether its degrees are read too: the grid's corners lie in the sea."""
    (lon,), (lat,) = bng.to_wgs84(easting, northing)
    return -8.9 < lon < 2.0 and 49.8 < lat < 60.9


@given(positions)
def test_a_grid_reference_is_read_as_the_metre_that_it_names(at: tuple[int, int]) -> None:
    metre = tuple(value // 100 * 100 for value in at)
    assert reading.read_points(grid_reference(*at)) == (metre,)


@given(st.lists(positions, min_size=1, max_size=30))
def test_points_that_are_written_and_read_again_are_the_same(
    points: list[tuple[int, int]],
) -> None:
    assert reading.read_points(reading.write_points(points)) == tuple(points)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    for read in (reading.read_points, reading.read_ring, reading.read_geojson):
        try:
            read(text)
        except PlaceProblem as problem:
            assert str(problem)


# Rings

corner = st.tuples(st.integers(0, 600_000_00), st.integers(0, 1_000_000_00))


@given(st.lists(positions, min_size=3, max_size=30, unique=True))
def test_a_ring_that_is_written_and_read_again_is_the_same(
    corners: list[tuple[int, int]],
) -> None:
    ring = reading.normal(corners)
    assert reading.read_ring(reading.write_ring(ring)) == ring


@given(st.lists(corner, min_size=3, max_size=12, unique=True), st.integers(0, 11), st.booleans())
def test_equal_rings_are_equal_wherever_they_begin(
    corners: list[tuple[int, int]], start: int, back: bool
) -> None:
    turned = corners[start % len(corners) :] + corners[: start % len(corners)]
    given_ = list(reversed(turned)) if back else turned
    following = [*given_[1:], given_[0]]
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(given_, following, strict=True))
    # A bow whose halves cancel runs neither way.
    if twice:
        assert reading.normal(given_) == reading.normal(corners)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "532345 165432",
        "532345 165432\n532346 165432",
        "\n".join(["532345 165432"] * 5),
        "532345 165432\n532346 165432\n532345 165432",
    ],
)
def test_fewer_than_three_corners_are_no_ring(text: str) -> None:
    with pytest.raises(PlaceProblem, match="at least three different corners"):
        reading.read_ring(text)


def test_a_circle_has_its_corners_on_it() -> None:
    ring = reading.read_circle("533000 165000", 60)
    assert len(ring) == 33
    assert all(abs(math.dist(p, (E0, N0)) - 60_00) <= 1 for p in ring)
    assert checks.shape_fault(ring) == ""
    for radius in (0, 6_000, math.nan):
        with pytest.raises(PlaceProblem, match="radius"):
            reading.read_circle("533000 165000", radius)
    with pytest.raises(PlaceProblem, match="one position"):
        reading.read_circle("533000 165000\n533000 165001", 60)


# GeoJSON


@given(st.lists(positions, min_size=3, max_size=30, unique=True))
def test_what_maps_are_given_is_read_as_the_same_ring(corners: list[tuple[int, int]]) -> None:
    ring = reading.normal(corners)
    assert reading.read_geojson(json.dumps(reading.to_geojson(ring))) == ring


CORNERS = [[-0.1, 51.37], [-0.099, 51.37], [-0.099, 51.371], [-0.1, 51.37]]
METRES = [[533000, 165000], [533100, 165000], [533100, 165100], [533000, 165000]]


def polygon(**changes: Any) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [CORNERS]} | changes)


def crs(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def test_geojson_is_read_as_polygon_feature_and_collection() -> None:
    shape = json.loads(polygon())
    feature = {"type": "Feature", "properties": None, "geometry": shape, "id": 7}
    collection = {"type": "FeatureCollection", "features": [feature], "name": "zone"}
    high = json.loads(polygon(coordinates=[[[*at, 12.5] for at in CORNERS]]))
    texts = [json.dumps(one) for one in (shape, feature, collection, high)]
    rings = {reading.read_geojson(text) for text in (*texts, "\ufeff" + texts[0])}
    assert len(rings) == 1
    assert rings == {reading.read_ring("\n".join(f"{y}, {x}" for x, y in CORNERS))}


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:EPSG::27700", "EPSG:27700", "http://www.opengis.net/def/crs/EPSG/0/27700"],
)
def test_geojson_on_the_national_grid_says_so(name: str) -> None:
    triangle = ((E0, N0), (E0 + 100_00, N0), (E0 + 100_00, N0 + 100_00), (E0, N0))
    assert reading.read_geojson(polygon(coordinates=[METRES], crs=crs(name))) == triangle


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_geojson_may_say_that_it_is_in_degrees(name: str) -> None:
    assert reading.read_geojson(polygon(crs=crs(name))) == reading.read_geojson(polygon())


def swapped(corners: list[list[float]]) -> list[list[float]]:
    return [[y, x] for x, y in corners]


WEB = [[-11_000, 6_690_000], [-10_900, 6_690_000], [-10_900, 6_690_100], [-11_000, 6_690_000]]
GRID = crs("EPSG:27700")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{", "line 1, character 2: is not JSON"),
        ("null", "no GeoJSON object"),
        ("[]", "no GeoJSON object"),
        ('"Polygon"', "no GeoJSON object"),
        ('{"type": 5}', "no GeoJSON object"),
        ("{}", "no GeoJSON object"),
        ("<gml/>", "is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"type":"Polygon","coordinates":' + "[" * 90_000 + "]" * 90_000 + "}", "too deeply"),
        ('{"a":' * 30_000, "nested too deeply"),
        (polygon(type="MultiPolygon"), "a MultiPolygon, not a Polygon"),
        (polygon(type="Point"), "a Point, not a Polygon"),
        ('{"type": "GeometryCollection", "geometries": []}', "a GeometryCollection"),
        ('{"type": "Feature", "geometry": null}', "its geometry is no GeoJSON object"),
        ('{"type": "FeatureCollection"}', 'without "features"'),
        ('{"type": "FeatureCollection", "features": []}', "0 features: give one"),
        ('{"type": "FeatureCollection", "features": [1]}', "its feature is no GeoJSON object"),
        (
            json.dumps({"type": "FeatureCollection", "features": [json.loads(polygon())]}),
            "where a Feature belongs",
        ),
        (
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [{"type": "Feature", "geometry": json.loads(polygon())}] * 2,
                }
            ),
            "2 features: give one polygon",
        ),
        (polygon(coordinates=[CORNERS] * 2), "has a hole"),
        (polygon(coordinates=[]), "without corners"),
        (polygon(coordinates=None), "without corners"),
        (polygon(coordinates=CORNERS), "has a hole"),
        (polygon(coordinates=[5]), "not a list"),
        (polygon(coordinates=[[]]), "at least three corners"),
        (polygon(coordinates=[CORNERS[:2]]), "at least three corners"),
        (polygon(coordinates=[[*CORNERS[:3], [-0.1, 51.372]]]), "is not closed"),
        (polygon(coordinates=[[*CORNERS[:2], ["a", 1], *CORNERS[2:]]]), "corner 3: is not"),
        (polygon(coordinates=[[*CORNERS[:2], [True, 51], *CORNERS[2:]]]), "corner 3: is not"),
        (polygon(coordinates=[[*CORNERS[:2], [1], *CORNERS[2:]]]), "corner 3: is not a position"),
        (polygon(coordinates=[[*CORNERS[:2], {}, *CORNERS[2:]]]), "corner 3: is not a position"),
        (polygon(coordinates=[[*CORNERS[:2], [0, None], *CORNERS[2:]]]), "corner 3: is not"),
        (polygon(coordinates=[[[math.nan, 51], *CORNERS]]), "NaN, which is no number"),
        (polygon(coordinates=[[[-math.inf, 51], *CORNERS]]), "-Infinity, which is no number"),
        (polygon().replace("-0.099", "1e999"), "corner 2: holds a number that is too large"),
        (polygon().replace("-0.099", "9" * 50_000), "a number of 50,000 figures"),
        (polygon().replace("-0.099", "9" * 20), "corner 2: .* is no longitude and latitude"),
        (polygon().replace("{", '{"type": "Point", ', 1), "'type' twice in one object"),
        (polygon(coordinates=[[[0.0, 0.0], [1, 0], [1, 1], [0, 0]]]), "outside Great Britain"),
        (polygon(coordinates=[swapped(CORNERS)]), "latitude before longitude.*swap them"),
        (polygon(coordinates=[METRES]), "looks like easting and northing in metres"),
        (polygon(coordinates=[WEB]), r"Web Mercator \(EPSG:3857\)"),
        (polygon(coordinates=[WEB], crs=GRID), "Web Mercator"),
        (polygon(crs=GRID), "looks like longitude and latitude, but its crs is EPSG:27700"),
        (polygon(coordinates=[[[1_900_000, 165_000], *METRES]], crs=GRID), "National Grid$"),
        (
            polygon(coordinates=[[[1_165_000, 233_000], *METRES]], crs=GRID),
            "looks like northing before easting",
        ),
        (polygon(crs=crs("EPSG:3857")), "coordinate system EPSG:3857: export it"),
        (polygon(crs=crs("EPSG:4258")), "coordinate system EPSG:4258"),
        (polygon(crs={"type": "link"}), "coordinate system without a name"),
        (polygon(crs="EPSG:4326"), "coordinate system without a name"),
        (polygon(crs={"properties": {"name": ["EPSG:4326"]}}), "without a name"),
        (
            json.dumps(
                {"type": "Feature", "crs": GRID, "geometry": json.loads(polygon(crs=crs("CRS84")))}
            ),
            "two coordinate systems",
        ),
        (polygon(coordinates=[[[0, 51]] * 10_000]), "10,000 corners"),
        (" " * 200_001, "too long"),
        ("[" * 40_000_000, "too long"),
    ],
    ids=lambda value: value[:40],
)
def test_geojson_that_is_no_zone_is_refused(text: str, said: str) -> None:
    with pytest.raises(PlaceProblem, match=said) as caught:
        reading.read_geojson(text)
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


def test_equal_zones_are_equal_in_whatever_way_they_are_given() -> None:
    zone = square()
    lines = "\n".join(f"{e / 100} {n / 100}" for e, n in zone[2:])
    pasted = polygon(coordinates=[[[e / 100, n / 100] for e, n in reversed(zone)]], crs=GRID)
    references = "\n".join(grid_reference(*at) for at in zone)
    assert {
        reading.read_ring(lines + "\n" + "\n".join(f"{e / 100} {n / 100}" for e, n in zone[1:2])),
        reading.read_geojson(pasted),
        reading.read_ring(references),
        reading.read_ring(reading.write_ring(zone)),
    } == {zone}
