"""Reading a boundary: one normal form for one shape, one clear error for anything else."""

import gzip
import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from overt.hotspots.areas import boundary, geojson, source
from overt.hotspots.areas.boundary import read_boundaries, to_shapely, union
from overt.hotspots.areas.source import SourceError
from overt.hotspots.geo import bng

from .shapes import BNG_CRS, DEGREES, SQUARE, closed, collection, feature, write


def read_one(path: Path, document: object) -> boundary.Boundary:
    (only,) = read_boundaries(write(path, document), name_field="NAME").boundaries
    return only


def error(path: Path, document: object, **fields: str) -> str:
    with pytest.raises(SourceError) as refused:
        read_boundaries(write(path, document), **{"name_field": "NAME", **fields})
    message = str(refused.value)
    assert message.startswith(f"{path.name}: ")
    assert "\n" not in message
    return message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "areas.geojson"


def test_a_square_in_metres_comes_out_in_centimetres_anticlockwise_from_its_least_corner(path):
    found = read_one(path, collection(feature([closed(SQUARE[::-1])])))
    least, *rest = [[int(e * 100), int(n * 100)] for e, n in SQUARE]
    assert found.coordinates == [[[least, *rest, least]]]
    assert found.bbox == (53200000, 16500000, 53300000, 16600000)
    assert to_shapely(found.document).area == 1e10


@given(start=st.integers(0, 3), reverse=st.booleans(), repeat=st.integers(0, 3))
def test_the_same_shape_has_the_same_sha256_however_it_is_written(
    tmp_path_factory, start, reverse, repeat
):
    path = tmp_path_factory.mktemp("same") / "areas.geojson"
    ring = SQUARE[start:] + SQUARE[:start]
    ring = ring[: repeat + 1] + ring[repeat:]
    ring = closed(ring[::-1] if reverse else ring)
    plain = read_one(path, collection(feature([closed(SQUARE)])))
    assert read_one(path, collection(feature([ring]))).sha256 == plain.sha256
    multi = feature([ring])
    multi["geometry"] = {"type": "MultiPolygon", "coordinates": [[ring]]}
    assert read_one(path, multi).sha256 == plain.sha256


def test_polygons_and_holes_may_come_in_any_order(path):
    def hole(e: float) -> list[list[float]]:
        return closed([[e, 165100], [e + 50, 165100], [e + 50, 165200], [e, 165200]])

    far = closed([[e + 5000, n] for e, n in SQUARE])
    parts = [[closed(SQUARE), hole(532100), hole(532300)], [far]]
    one, other = feature([]), feature([])
    one["geometry"] = {"type": "MultiPolygon", "coordinates": parts}
    other["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[far[::-1]], [closed(SQUARE), hole(532300)[::-1], hole(532100)]],
    }
    first = read_one(path, collection(one))
    assert first.sha256 == read_one(path, collection(other)).sha256
    assert to_shapely(first.document).area == 2e10 - 2 * 50 * 100 * 1e4


def test_degrees_are_projected_by_the_pinned_pipeline(path):
    found = read_one(path, collection(feature([closed(DEGREES)])))
    easting, northing = bng.to_bng_cm(*zip(*DEGREES, strict=True))
    assert sorted(found.coordinates[0][0][:-1]) == sorted(
        [e, n] for e, n in zip(easting.tolist(), northing.tolist(), strict=True)
    )


def test_a_third_coordinate_is_ignored(path):
    flat = read_one(path, collection(feature([closed(SQUARE)])))
    tall = read_one(path, collection(feature([[[*p, 41.5] for p in closed(SQUARE)]])))
    assert tall.sha256 == flat.sha256


def test_gzip_and_a_byte_order_mark_are_read(tmp_path):
    document = b"\xef\xbb\xbf" + json.dumps(collection(feature([closed(SQUARE)]))).encode()
    plain = read_one(tmp_path / "a.geojson", document)
    assert read_one(tmp_path / "a.geojson.gz", document).sha256 == plain.sha256


def test_several_fields_are_joined_where_names_repeat(path):
    document = collection(
        feature([closed(SQUARE)], NAME="Abbey", LAD="Camden", CODE="E05000001"),
        feature([closed(SQUARE)], NAME="Abbey", LAD="Merton", CODE="E05000002"),
    )
    assert "same name as feature 1" in error(path, document)
    found = read_boundaries(path, name_field="NAME, LAD", code_field="CODE").boundaries
    assert [(area.name, area.code) for area in found] == [
        ("Abbey, Camden", "E05000001"),
        ("Abbey, Merton", "E05000002"),
    ]


def test_crossing_edges_are_an_error_that_says_where(path):
    bow_tie = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]
    message = error(path, collection(feature([closed(bow_tie)], NAME="Bow tie")))
    assert message.startswith("areas.geojson: feature 1 (Bow tie): edges cross")
    assert "easting 532500.00 m, northing 165500.00 m" in message


@pytest.mark.parametrize(
    ("rings", "words"),
    [
        ([closed([SQUARE[0], SQUARE[1], SQUARE[0]])], "has no area"),
        ([closed([SQUARE[0]] * 4)], "has no area"),
        ([SQUARE], "not closed"),
        ([closed(SQUARE[:2])], "needs at least 4"),
        ([], "empty polygon"),
        ([[]], "needs at least 4"),
        ([closed([[e, "x"] for e, _ in SQUARE])], "not two numbers"),
        ([closed([[e] for e, _ in SQUARE])], "not two numbers"),
        ([closed([[float("nan"), n] for _, n in SQUARE])], "not a number"),
        ([closed([[e, 1e999] for e, _ in SQUARE])], "not a number"),
        ([closed([[n, e] for e, n in DEGREES])], "latitude before longitude"),
        ([closed([[e + 3, n - 3] for e, n in DEGREES])], "outside Great Britain"),
        ([closed([[e - 700_000, n] for e, n in SQUARE])], "neither longitude and latitude"),
        ([closed([[-11131, 6680000], [-8900, 6680000], [-8900, 6690000]])], "EPSG:3857"),
        ([closed(SQUARE), closed([[e + 9000, n] for e, n in SQUARE])], "hole lies outside"),
    ],
)
def test_what_is_no_boundary_is_named(path, rings, words):
    assert words in error(path, collection(feature(rings)))


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": SQUARE[0]},
        {"type": "LineString", "coordinates": SQUARE},
        {"type": "GeometryCollection", "geometries": []},
    ],
)
def test_a_feature_that_is_not_a_polygon_is_named(path, geometry):
    document = collection(feature([closed(SQUARE)]), {**feature([]), "geometry": geometry})
    document["features"][1]["properties"] = {"NAME": "Other"}
    message = error(path, document)
    assert message.startswith("areas.geojson: feature 2 (Other): ")
    assert "not a polygon" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b'{"type": "FeatureCollection",\n "features": [', "line 2: not JSON"),
        (b'{"type":\n"\xe9"}', "line 2 is not in UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b"[1, 2]", "not GeoJSON"),
        (b'{"type": "Topology"}', "holds no boundaries"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no features"),
        (b'{"type": "FeatureCollection"}', 'without "features"'),
        (b'{"type": "FeatureCollection", "features": [1]}', "feature 1 is not"),
    ],
)
def test_what_is_not_geojson_is_named(path, content, words):
    assert words in error(path, content)


def test_a_declared_system_must_be_known_and_agree_with_the_numbers(path):
    metres = feature([closed(SQUARE)])
    degrees = feature([closed(DEGREES)])
    assert read_one(path, collection(metres, crs=BNG_CRS))
    mercator = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert "EPSG::3857" in error(path, collection(metres, crs=mercator))
    message = error(path, collection(degrees, crs=BNG_CRS))
    assert "declares British National Grid" in message
    assert "coordinates are longitude and latitude" in message
    assert "feature 2" in error(path, collection(metres, degrees))


def test_a_missing_name_field_lists_those_there_are(path):
    message = error(path, collection(feature([closed(SQUARE)], LAD22CD="E09")), name_field="name")
    assert "no property 'name'" in message
    assert "(LAD22CD, NAME)" in message


@pytest.mark.parametrize("value", ["", "  ", None, ["x"], "a\nb", "x" * 121])
def test_a_name_must_be_a_short_line_of_text(path, value):
    error(path, collection(feature([closed(SQUARE)], NAME=value)))


def test_a_file_over_the_limit_is_refused_before_and_after_unpacking(path, monkeypatch):
    monkeypatch.setattr(geojson, "FILE_LIMIT", 1 << 20)
    document = b" " * (1 << 20) + json.dumps(collection(feature([closed(SQUARE)]))).encode()
    assert "larger than 1 MiB" in error(path, document)
    packed = path.with_name("areas.geojson.gz")
    packed.write_bytes(gzip.compress(document))
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        source.read_source(packed, limit=1 << 20)


def test_a_damaged_or_truncated_gzip_and_a_missing_file_are_named(tmp_path):
    packed = tmp_path / "areas.geojson.gz"
    whole = gzip.compress(json.dumps(collection(feature([closed(SQUARE)]))).encode())
    for content, words in [(b"text", "damaged"), (whole[:-20], "cut short"), (b"", "empty")]:
        packed.write_bytes(content)
        with pytest.raises(SourceError, match=words):
            read_boundaries(packed, name_field="NAME")
    with pytest.raises(SourceError, match=r"none\.geojson: cannot be read"):
        read_boundaries(tmp_path / "none.geojson", name_field="NAME")


def test_neighbours_merge_exactly_and_in_any_order(path):
    right = closed([[e + 1000, n] for e, n in SQUARE])
    document = collection(feature([closed(SQUARE)], NAME="A"), feature([right], NAME="B"))
    west, east = read_boundaries(write(path, document), name_field="NAME").boundaries
    merged = union("Both", "", [west.document, east.document])
    assert merged.sha256 == union("Both", "", [east.document, west.document]).sha256
    assert merged.bbox == (53200000, 16500000, 53400000, 16600000)
    shape = to_shapely(merged.document)
    assert shape.equals(shapely.box(*merged.bbox))
    assert all(isinstance(c, int) for p in merged.coordinates[0][0] for c in p)


def test_where_edges_cross_between_centimetres_the_union_takes_the_nearest():
    square = "[[[[0,0],[100,0],[100,100],[0,100],[0,0]]]]"
    # Its upper edge leaves the square at (100, 53.75).
    wedge = "[[[[50,50],[250,50],[250,65],[50,50]]]]"
    merged = union("Both", "", [square, wedge])
    assert [100, 54] in merged.coordinates[0][0]
