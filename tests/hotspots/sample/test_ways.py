"""The roads of the sample lead somewhere, and the places of the sample are in it."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from overt.hotspots.areas.boundary import read_boundaries
from overt.hotspots.areas.places import read_places
from overt.hotspots.areas.roads import RoadFile, read_roads
from overt.hotspots.sample import folder, land, plan, ways


@pytest.fixture(scope="module")
def roads(sample: Path) -> RoadFile:
    return read_roads(sample / folder.ROADS, name_field="name", kind_field="highway")


@pytest.fixture(scope="module")
def boroughs(sample: Path) -> shapely.Geometry:
    file = read_boundaries(sample / folder.BOROUGHS, name_field="LAD22NM")
    return shapely.union_all(
        [
            shapely.MultiPolygon([(rings[0], rings[1:]) for rings in one.coordinates])
            for one in file.boundaries
        ]
    )


def test_the_roads_are_read_by_the_importer_with_names_and_classes(roads: RoadFile) -> None:
    assert len(roads.roads) > 1_500
    assert {road.kind for road in roads.roads} == {
        "residential",
        "tertiary",
        "primary",
        "footway",
    }
    assert {name for name, _ in plan.MAIN_ROADS} <= {road.name for road in roads.roads}
    assert all(road.name for road in roads.roads if road.kind != "footway")


def test_nearly_all_roads_hang_together(roads: RoadFile) -> None:
    crossed = shapely.union_all(
        [shapely.LineString(road.positions) for road in roads.roads], grid_size=1.0
    )
    lines = shapely.get_parts(crossed)
    ends = np.array([(line.coords[0], line.coords[-1]) for line in lines])
    nodes, number = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    edges = number.reshape(-1, 2)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (len(nodes),) * 2)
    _, piece = connected_components(graph, directed=False)
    length = np.bincount(piece[edges[:, 0]], shapely.length(lines))
    assert length.max() / length.sum() > 0.95


def test_only_main_roads_and_paths_cross_the_river() -> None:
    river = shapely.LineString(
        [((plan.WEST_M + e) * 100, (plan.SOUTH_M + n) * 100) for e, n in plan.RIVER]
    )
    crossing = {
        way.kind
        for way in ways.ways(folder.DEFAULT_SEED, land.lsoas(folder.DEFAULT_SEED))
        if river.intersects(shapely.LineString(way.line))
    }
    assert "primary" in crossing
    assert crossing <= {"primary", "footway"}


@pytest.mark.parametrize("file", [folder.SCHOOLS, folder.HOSPITALS, folder.WORSHIP])
def test_places_have_names_of_their_own_and_lie_in_a_borough(
    sample: Path, boroughs: shapely.Geometry, file: str
) -> None:
    found = read_places(sample / file, name_field="name", lon_field="lon", lat_field="lat").points
    assert len({one.name for one in found}) == len(found) >= 3
    assert all(boroughs.covers(shapely.Point(one.easting, one.northing)) for one in found)


def test_every_road_and_boundary_says_that_it_is_invented(sample: Path) -> None:
    document = json.loads((sample / folder.ROADS).read_text())
    assert {one["properties"]["note"] for one in document["features"]} == {
        "Invented. No such place exists."
    }
    with (sample / folder.SCHOOLS).open() as file:
        assert next(csv.reader(file)) == ["name", "lat", "lon"]
