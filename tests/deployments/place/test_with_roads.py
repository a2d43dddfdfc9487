"""From imported roads to the words on an application."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from overt.deployments.application import tasks
from overt.deployments.selectors import facts, places
from overt.policy import profiles
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def high_street(tmp_path: Path) -> tasks.Ring:
    """The zone of a complete draft, with one street through it from west to east."""
    zone = making.zone_inside(making.borough())
    west, south = zone[0]
    metres = [[(west - 400_00) / 100, south / 100 + 50], [(west + 500_00) / 100, south / 100 + 50]]
    geometry = {"type": "LineString", "coordinates": metres}
    feature = {"type": "Feature", "properties": {"name": "High Street"}, "geometry": geometry}
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    call_command("import_roads", str(path), quiet=True)
    return zone


def test_signs_are_proposed_where_an_imported_road_comes_in(high_street: tasks.Ring) -> None:
    profile = profiles.load()
    planned = places.propose(high_street, profile, by_roads=True)
    assert [one.code for one in planned] == ["S1", "S2"]
    (west, north), (east, other) = sorted(one.position for one in planned)
    assert west < high_street[0][0] < high_street[1][0] < east
    assert north == other == high_street[0][1] + 50_00


def test_an_application_names_the_road_that_passes_no_sign(high_street: tasks.Ring) -> None:
    profile = profiles.load()
    draft = making.complete_draft(making.people(), zone=high_street)
    planned = places.propose(high_street, profile, by_roads=True)
    for signs, count in ((planned, 0), (planned[1:], 1), (planned[:1], 1)):
        changed = replace(draft, signs=tasks.Signs(zone=high_street, signs=tuple(signs)))
        found = facts.gather(changed, profile=profile).facts.uncovered
        assert len(found) == count
        assert all(said.startswith("no sign by High Street from the ") for said in found)
