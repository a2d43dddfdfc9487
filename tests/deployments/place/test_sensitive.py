"""Places near a zone that need a thought."""

import math
from pathlib import Path

import pytest
import shapely

from overt.deployments.checks import sensitive_kinds_are_known
from overt.deployments.place import reading, sensitive
from overt.hotspots.areas.places import read_places
from overt.hotspots.models.areas import PlaceKind
from overt.policy import profiles

from .streets import E0, N0, square


def test_places_count_within_the_distance_and_of_the_kinds_named() -> None:
    places = [
        (1, "Inside School", "school", (E0 + 50_00, N0 + 50_00)),
        (2, "Edge Hospital", "hospital", (E0 + 300_00, N0)),
        (3, "Far School", "school", (E0 + 300_01, N0)),
        (4, "Station", "station", (E0, N0)),
        (5, "Corner School", "school", (E0 - 120_00, N0 - 160_00)),
        (6, "Beyond the Corner", "school", (E0 - 120_00, N0 - 160_01)),
        (7, "A School", "school", (E0, N0)),
    ]
    found = sensitive.near(square(), places, within_m=200, kinds=("school", "hospital"))
    assert [(one.id, one.distance_m) for one in found] == [(7, 0), (1, 0), (5, 200), (2, 200)]
    assert {one.kind for one in found} == {"school", "hospital"}


@pytest.mark.parametrize("name", profiles.available())
def test_every_kind_of_the_profiles_can_be_imported(name: str) -> None:
    kinds = profiles.load(name).place.sensitive_kinds.value
    assert {sensitive.KINDS[kind] for kind in kinds} <= set(PlaceKind.values)
    assert [sensitive.KINDS[kind] for kind in kinds]


def test_a_profile_with_another_kind_is_told_before_anything_is_missed(
    tmp_path: Path, settings
) -> None:
    text = (Path(settings.POLICY_DIR) / "example-force.toml").read_text()
    (tmp_path / "example-force.toml").write_text(text.replace("advice centre", "prison"))
    (tmp_path / "broken.toml").write_text("name = 5")
    assert sensitive_kinds_are_known() == []
    settings.POLICY_DIR = tmp_path
    (error,) = sensitive_kinds_are_known()
    assert error.id == "deployments.E002"
    assert "'prison' is none of school, hospital" in error.msg


def test_a_kind_that_nobody_knows_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="prison"):
        sensitive.near(square(), [], within_m=200, kinds=("prison",))


def test_the_first_look_in_the_database_misses_nothing() -> None:
    west, south, east, north = sensitive.around(square(), 200)
    assert (west, south) == (E0 - 200_00, N0 - 200_00)
    assert (east, north) == (E0 + 300_00, N0 + 300_00)


def test_real_schools_and_stations_of_croydon_are_found(shared_data) -> None:
    folder = shared_data / "places"
    schools = read_places(
        folder / "croydon-schools-2022-12.geojson",
        name_field="school_name",
        lon_field="",
        lat_field="",
    ).points
    stations = read_places(
        folder / "tfl-stations-2022-02.csv", name_field="NAME", lon_field="x", lat_field="y"
    ).points
    kinds = [("school", one) for one in schools] + [("station", one) for one in stations]
    places = [
        (number, one.name, kind, (one.easting, one.northing))
        for number, (kind, one) in enumerate(kinds)
    ]
    # Before East Croydon station.
    zone = reading.read_circle("51.3755, -0.0930", 120)
    found = sensitive.near(zone, places, within_m=200, kinds=("school", "station"))
    assert any("East Croydon" in one.name and one.kind == "station" for one in found)
    assert [one.distance_m for one in found] == sorted(one.distance_m for one in found)
    shape = shapely.Polygon(zone)
    near = {key for key, _, _, at in places if shape.distance(shapely.Point(at)) <= 200_00}
    assert {one.id for one in found} == near
    for one in found:
        assert one.distance_m == math.ceil(shape.distance(shapely.Point(one.position)) / 100)
    wide = sensitive.near(zone, places, within_m=1_000, kinds=("school", "station"))
    assert len(wide) > len(found)
    assert {one.kind for one in wide} == {"school", "station"}
