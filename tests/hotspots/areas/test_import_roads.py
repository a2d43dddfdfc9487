"""Import roads: all of a file's or none, and nothing twice."""

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from overt.hotspots.models import Road
from overt.hotspots.selectors.roads import roads_in
from overt.ledger.models import Entry

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

HIGH = [[533_000, 165_000], [533_400, 165_000]]
LANE = [[[533_100, 165_000], [533_100, 165_300]], [[533_100, 165_400], [533_100, 165_500]]]


def feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path: Path, *features: dict[str, Any]) -> Path:
    text = json.dumps({"type": "FeatureCollection", "features": features})
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_roads", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    return write(
        tmp_path / "roads.geojson",
        feature("LineString", HIGH, name="High Street"),
        feature("MultiLineString", LANE),
    )


def test_lines_come_in_with_their_names_in_centimetres(roads: Path) -> None:
    assert "3 added, 0 there already" in run(roads)
    high = Road.objects.get(name="High Street")
    assert json.loads(high.line) == [[533_000_00, 165_000_00], [533_400_00, 165_000_00]]
    assert Entry.objects.filter(verb="roads.imported").count() == 1


def test_a_second_import_changes_nothing(roads: Path) -> None:
    run(roads)
    assert "0 added, 3 there already" in run(roads)
    assert Entry.objects.filter(verb="roads.imported").count() == 1


def test_a_line_drawn_the_other_way_is_the_same_road(roads: Path) -> None:
    run(roads)
    back = write(roads, feature("LineString", [*reversed(HIGH)], name="High Street"))
    assert "0 added, 1 there already" in run(back)


def test_a_new_name_for_an_old_line_is_not_lost(roads: Path) -> None:
    run(roads)
    run(write(roads, feature("LineString", HIGH, name="Station Approach")))
    assert set(Road.objects.values_list("name", flat=True)) == {
        "",
        "High Street",
        "Station Approach",
    }


def test_nobody_walks_on_a_motorway(roads: Path) -> None:
    lines = [feature("LineString", HIGH, name="M23", class_="Motorway")]
    lines.append(feature("LineString", LANE[0], name="Path", class_="footway"))
    run(write(roads, *lines), "--kind-field", "class_")
    assert Road.objects.get(name="M23").kind == "Motorway"
    found = roads_in(533_000_00, 165_000_00, 533_400_00, 165_400_00)
    assert [(road.name, road.kind) for road in found] == [("Path", "footway")]


def test_a_dry_run_writes_nothing(roads: Path) -> None:
    assert "would be added" in run(roads, "--dry-run")
    assert not Road.objects.exists()


def test_roads_are_found_by_their_box(roads: Path) -> None:
    run(roads, "--quiet")
    found = roads_in(533_090_00, 165_350_00, 533_110_00, 165_450_00)
    assert [len(road.positions) for road in found] == [2]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (feature("Point", [533_000, 165_000]), "is a Point, not a line"),
        (feature("LineString", [[533_000, 165_000]]), "one point or none"),
        (feature("LineString", [[0.5, 0.5], [0.6, 0.6]]), "outside Great Britain"),
        (feature("LineString", HIGH, name="x" * 201), "longer than 200"),
        (feature("MultiLineString", [7]), "position|line without points"),
        (feature("MultiLineString", []), "line without points"),
        (feature("LineString", [[HIGH, HIGH]]), "line is not a list of positions"),
        (feature("LineString", [[533_000, 165_000]] * 3), "one point or none"),
        (feature("LineString", [[10**400, 165_000], [1, 2]]), "far too large"),
        (feature("LineString", HIGH * 10_001), "at most 20,000"),
        (feature("LineString", HIGH, title="A"), r"no road has a property 'name'.*\(title\)"),
    ],
)
def test_one_bad_feature_stops_the_whole_file(
    tmp_path: Path, bad: dict[str, Any], said: str
) -> None:
    path = write(tmp_path / "bad.geojson.gz", feature("LineString", HIGH), bad)
    with pytest.raises(CommandError, match=said) as caught:
        run(path)
    assert "\n" not in str(caught.value)
    assert not Road.objects.exists()
