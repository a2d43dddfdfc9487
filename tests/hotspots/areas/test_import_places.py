"""Importing named points: both coordinate systems, both formats, one clear error."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.hotspots.areas.places import NamedPoint, read_places
from overt.hotspots.areas.source import SourceError
from overt.hotspots.geo import bng
from overt.hotspots.models import Place
from overt.hotspots.services.places import import_places
from overt.ledger.models import Entry

FIELDS = {"name_field": "NAME", "lon_field": "x", "lat_field": "y"}


def read(path: Path, text: str, **fields: str) -> tuple[NamedPoint, ...]:
    path.write_text(text)
    return read_places(path, **{**FIELDS, **fields}).points


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "places.csv"


def test_degrees_and_metres_are_told_apart(path):
    (easting,), (northing,) = bng.to_bng_cm(-0.278, 51.502)
    assert read(path, "NAME,x,y\nActon Town,-0.278,51.502\n") == (
        NamedPoint("Acton Town", int(easting), int(northing)),
    )
    metres = "NAME,x,y\nActon Town,519478,179592\nActon Town,519478,179592\n"
    assert read(path, metres) == (NamedPoint("Acton Town", 51947800, 17959200),)


def test_geojson_points_need_no_columns(tmp_path):
    path = tmp_path / "schools.geojson"
    point = '{"type": "Point", "coordinates": [519478, 179592]}'
    feature = f'{{"type": "Feature", "properties": {{"NAME": "A"}}, "geometry": {point}}}'
    assert read(path, feature) == (NamedPoint("A", 51947800, 17959200),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NAME,lon,y\nA,1,2\n", "line 1: has no column 'x'.*NAME, lon, y"),
        ("title,x,y\nA,519478,179592\n", "line 2: has no property 'NAME'"),
        ("NAME,x,y\n", "no rows"),
        ("NAME,x,y\nA,519478,179592\nB,here,51\n", "line 3: 'here', '51' is not a position"),
        ("NAME,x,y\nA,519478,179592\nB,,\n", "line 3"),
        ("NAME,x,y\nA,519478,179592\nB,1\n", "line 3: has more or fewer fields"),
        ("NAME,x,y\nA,nan,51.5\n", "line 2: has a coordinate that is not a number"),
        ("NAME,x,y\nA,51.5,-0.2\n", "line 2: has latitude before longitude"),
        ("NAME,x,y\nA,2.35,48.85\n", "line 2: lies outside Great Britain"),
        ("NAME,x,y\nA,519478,179592\nB,-0.2,51.5\n", "line 3: is in longitude"),
        ('NAME,x,y\nA,"519478,179592\n', "not CSV"),
        ("<!doctype html>", "web page"),
        ("", "empty"),
    ],
)
def test_each_error_names_the_line(path, text, words):
    with pytest.raises(SourceError, match=rf"^places\.csv: .*{words}"):
        read(path, text)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_real_stations_import_once(shared_data):
    arguments = {
        "path": shared_data / "places" / "tfl-stations-2022-02.csv",
        "kind": "station",
        **FIELDS,
        "actor": Actor(label="user:ann", roles=frozenset({roles.ANALYST})),
        "now": datetime(2026, 3, 1, tzinfo=UTC),
    }
    first = import_places(**arguments)
    assert len(first.added) == Place.objects.count() > 400
    croydon = Place.objects.get(name="East Croydon (Tramlink)")
    assert (croydon.easting // 100_000, croydon.northing // 100_000) == (532, 165)
    assert import_places(**arguments).added == ()
    assert [entry.verb for entry in Entry.objects.all()] == ["places.imported"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_bad_line_leaves_nothing(path):
    path.write_text("NAME,x,y\nA,519478,179592\nB,here,51\n")
    with pytest.raises(CommandError, match="line 3"):
        call_command("import_places", path, kind="station", quiet=True, **FIELDS)
    assert not Place.objects.exists()
    assert not Entry.objects.exists()
