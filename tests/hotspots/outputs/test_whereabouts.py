"""A place is told by its ward and a station in walking distance."""

import shapely

from overt.hotspots.outputs.geojson import Base
from overt.hotspots.outputs.whereabouts import of_points, with_places

RECORD = {"area": {"name": "Croydon"}}
WEST_WARD, EAST_WARD = (
    shapely.box(0, 0, 100_000, 100_000),
    shapely.box(100_000, 0, 200_000, 100_000),
)
BASE = Base(
    wards=[
        ("Croydon, Fairfield", shapely.MultiPolygon([WEST_WARD])),
        ("Shirley", shapely.MultiPolygon([EAST_WARD])),
    ],
    stations=[("East Croydon", 50_000, 50_000), ("Sandilands", 90_000, 50_000)],
)


def test_the_borough_is_not_said_again_and_the_nearest_station_is():
    assert of_points(RECORD, [60_000], [50_000], BASE) == ["Fairfield, near East Croydon"]
    assert of_points(RECORD, [80_000], [50_000], BASE) == ["Fairfield, near Sandilands"]


def test_a_station_is_near_up_to_five_hundred_metres():
    assert of_points(RECORD, [140_000], [50_000], BASE) == ["Shirley, near Sandilands"]
    assert of_points(RECORD, [140_001], [50_000], BASE) == ["Shirley"]


def test_a_place_on_the_line_between_two_wards_is_told_by_one():
    assert of_points(RECORD, [100_000], [0], BASE) == ["Fairfield"]


def test_nothing_is_said_where_nothing_is_known():
    assert of_points(RECORD, [900_000], [0], BASE) == [""]
    assert of_points(RECORD, [0], [0], Base()) == [""]


def test_cells_are_in_metres_and_circles_in_centimetres():
    found = [{"easting": 600, "northing": 500}, {"easting_cm": 60_000, "northing_cm": 50_000}]
    places = [item["place"] for item in with_places(RECORD, found, BASE)]
    assert places == ["Fairfield, near East Croydon"] * 2
