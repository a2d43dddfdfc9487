"""GeoJSON of an analysis."""

import json

import numpy as np
import pytest
import shapely

from overt.hotspots.geo import bng
from overt.hotspots.outputs import geojson
from overt.hotspots.outputs.geojson import Base
from tests.hotspots import records

RECORD = records.record()


def features(kind: str) -> list[dict]:
    return [f for f in geojson.hotspots(RECORD)["features"] if f["properties"]["kind"] == kind]


def test_every_cell_edge_cell_and_circle_is_there_once() -> None:
    for kind, expected in (("cell", "cells"), ("edge cell", "edge_cells")):
        found = [(f["properties"]["q"], f["properties"]["r"]) for f in features(kind)]
        assert found == [(cell["q"], cell["r"]) for cell in RECORD[expected]]
    assert [f["properties"]["rank"] for f in features("circle")] == [
        circle["rank"] for circle in RECORD["circles"]
    ]


@pytest.mark.parametrize("kind", ["cell", "edge cell"])
def test_a_hexagon_lies_round_its_centre_on_the_ground(kind: str) -> None:
    for feature in features(kind):
        ring = np.array(feature["geometry"]["coordinates"][0])
        easting, northing = bng.to_bng_cm(ring[:, 0], ring[:, 1])
        hexagon = shapely.Polygon(np.column_stack([easting, northing]))
        centre = shapely.Point(
            feature["properties"]["easting"] * 100, feature["properties"]["northing"] * 100
        )
        # Six decimals of a degree are about 0.1 m; the centre is given to the metre.
        assert hexagon.centroid.distance(centre) < 100
        assert hexagon.area == pytest.approx(350**2 * 3**0.5 / 2 * 1e4, rel=2e-3)


def test_a_circle_has_its_diameter() -> None:
    for feature in features("circle"):
        ring = np.array(feature["geometry"]["coordinates"][0])
        easting, northing = bng.to_bng_cm(ring[:, 0], ring[:, 1])
        assert np.ptp(easting) == pytest.approx(40_000, abs=100)
        assert np.ptp(northing) == pytest.approx(40_000, abs=100)


def test_rings_are_closed_and_run_as_the_standard_says() -> None:
    base = geojson.base(RECORD, Base())["features"]
    for feature in [*geojson.hotspots(RECORD)["features"], *base]:
        shape = shapely.geometry.shape(feature["geometry"])
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_positions_have_six_decimals_and_the_bytes_are_the_same_twice() -> None:
    written = geojson.dumps(geojson.hotspots(RECORD))
    assert written == geojson.dumps(geojson.hotspots(records.record()))
    for feature in json.loads(written)["features"]:
        for longitude, latitude in feature["geometry"]["coordinates"][0]:
            assert (round(longitude, 6), round(latitude, 6)) == (longitude, latitude)


def test_a_refused_analysis_has_no_features() -> None:
    assert geojson.hotspots(records.refused())["features"] == []


def test_the_base_holds_what_is_near_and_leaves_out_what_is_not() -> None:
    inside = shapely.MultiPolygon([shapely.box(53_200_000, 16_500_000, 53_300_000, 16_600_000)])
    away = shapely.MultiPolygon([shapely.box(60_000_000, 16_500_000, 60_100_000, 16_600_000)])
    base = geojson.base(
        RECORD,
        Base(
            wards=[("Here", inside), ("There", away)],
            stations=[("Near", 53_300_000, 16_580_000), ("Far", 60_000_000, 16_580_000)],
        ),
    )
    named = [(f["properties"]["kind"], f["properties"].get("name")) for f in base["features"]]
    assert named == [("boundary", None), ("ward", "Here"), ("station", "Near")]
