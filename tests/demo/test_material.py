"""Which property of a boundary file holds the names."""

import gzip
import json
from pathlib import Path

import pytest

from overt.config.demo import material
from overt.hotspots.areas.source import SourceError

SQUARE = {"type": "Polygon", "coordinates": [[[0.1, 51], [0.2, 51], [0.2, 51.1], [0.1, 51]]]}


@pytest.fixture
def boundaries(tmp_path: Path):
    def write(*properties: dict[str, object]) -> Path:
        features = [
            {"type": "Feature", "properties": each, "geometry": SQUARE} for each in properties
        ]
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({"LAD22NM": "Croydon", "LAD22CD": "E09000008", "name": "x"}, ("LAD22NM", "LAD22CD")),
        ({"lad23nm": "Croydon", "lad23cd": "E09000008"}, ("lad23nm", "")),
        ({"NAME": "Croydon", "GSS_CODE": "E09000008"}, ("NAME", "")),
        ({"WD24NM": "Addiscombe", "WD24CD": "E05", "LAD22NM": "Croydon"}, ("LAD22NM", "")),
        ({"lad_name": "Croydon"}, ("lad_name", "")),
    ],
)
def test_usual_properties_are_found(boundaries, properties, found):
    assert material.name_fields(boundaries(properties)) == found


def test_a_property_that_repeats_does_not_name_the_areas(boundaries):
    path = boundaries(
        {"LAD22NM": "Croydon", "WD24NM": "Addiscombe"}, {"LAD22NM": "Croydon", "WD24NM": "Norbury"}
    )
    assert material.name_fields(path) == ("WD24NM", "")


@pytest.mark.parametrize("value", ["", "  ", None, 7])
def test_a_property_that_names_nothing_is_passed_over(boundaries, value):
    path = boundaries({"LAD22NM": value, "name": "Croydon"})
    assert material.name_fields(path)[0] == "name"


def test_without_a_usual_property_the_error_lists_those_there_are(boundaries):
    with pytest.raises(SourceError) as raised:
        material.name_fields(boundaries({"id": "1", "shape_area": "3.5"}))
    assert str(raised.value) == (
        "areas.geojson: no property is known to hold the areas' names (it has: id, shape_area): "
        "rename one to 'name'"
    )


def test_a_packed_file_is_read_as_well(boundaries, tmp_path):
    packed = tmp_path / "areas.geojson.gz"
    packed.write_bytes(gzip.compress(boundaries({"LAD22NM": "Croydon"}).read_bytes()))
    assert material.name_fields(packed) == ("LAD22NM", "")


def test_the_real_boundaries_are_understood(shared_data):
    boroughs = shared_data / "boundaries" / "london-boroughs-2022-bgc-wgs84.geojson.gz"
    assert material.name_fields(boroughs) == ("LAD22NM", "LAD22CD")
