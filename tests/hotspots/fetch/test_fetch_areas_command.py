"""manage.py fetch_areas: what it writes imports, and what it refuses is one line."""

import gzip
import json
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.hotspots.areas import facts
from overt.hotspots.areas.boundary import read_boundaries
from overt.hotspots.fetch import boundaries, published
from overt.hotspots.models import Area

from .conftest import (
    loaded,
)


def publish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **urls: str) -> None:
    """The real table of published layers, with other addresses."""
    text = published.PATH.read_text()
    for kind, url in urls.items():
        text = text.replace(tomllib.loads(text)["layer"][kind]["service"], url)
    table = tmp_path / "table" / "ons.toml"
    table.parent.mkdir()
    table.write_text(text)
    monkeypatch.setattr(published, "PATH", table)


@pytest.mark.django_db
def test_what_the_command_wrote_imports_by_the_command_that_it_prints(layer, tmp_path, monkeypatch):
    publish(monkeypatch, tmp_path, borough=layer.url)
    monkeypatch.chdir(tmp_path)
    said = StringIO()
    call_command("fetch_areas", kind="borough", stdout=said)
    path = Path("boundaries/borough.geojson")
    assert f"{path}: 33 areas loaded\n" in said.getvalue()
    assert "Contains OS data © Crown copyright and database right 2022." in said.getvalue()
    line = "Next: manage.py import_areas boundaries/borough.geojson --kind borough "
    line += "--name-field LAD22NM --code-field LAD22CD\n"
    assert said.getvalue().endswith(line)
    call_command(*line.split()[2:], stdout=StringIO())
    assert set(Area.objects.values_list("kind", "name", "code")) == {
        ("borough", name, borough.code) for name, borough in facts.boroughs().items()
    }


def test_wards_of_the_same_name_in_two_boroughs_are_told_apart(layer, tmp_path, monkeypatch):
    boroughs = [("E09000002", "Barking and Dagenham"), ("E09000024", "Merton")]
    layer.rows = [
        {"WD22CD": f"E0500000{number}", "WD22NM": "Abbey", "LAD22CD": code, "LAD22NM": name}
        for number, (code, name) in enumerate([*boroughs, ("E06000038", "Reading")])
    ]
    publish(monkeypatch, tmp_path, ward=layer.url)
    out = tmp_path / "ward.geojson"
    call_command("fetch_areas", kind="ward", out=out, quiet=True)
    wards = published.read().layers["ward"]
    found = read_boundaries(out, name_field=wards.name_field, code_field=wards.code_field)
    assert [area.name for area in found.boundaries] == [
        "Abbey, Barking and Dagenham",
        "Abbey, Merton",
    ]


def test_another_service_is_loaded_whole_with_the_fields_that_are_given(layer, out):
    said = StringIO()
    call_command(
        "fetch_areas",
        kind="bcu",
        service=layer.url,
        name_field="LAD22NM",
        out=out,
        stdout=said,
    )
    assert len(loaded(out)) == 40
    assert said.getvalue().splitlines()[1:] == [
        f"Next: manage.py import_areas {out} --kind bcu --name-field LAD22NM"
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"service": "file:///etc"}, "--service must begin with https://"),
        ({"name_field": None}, "--service needs --name-field"),
        ({"service": None, "kind": "bcu"}, "no published layer of kind 'bcu'"),
        ({"name_field": "LAD24NM"}, r"no field 'LAD24NM'.*\(FID, LAD22CD, LAD22NM\)"),
        ({"where": "no SQL"}, "refuses the query"),
        ({"path": "areas.shp"}, r"must end in \.geojson or \.json"),
    ],
)
def test_the_command_refuses_with_one_line(layer, tmp_path, changed, words):
    options = {"kind": "borough", "service": layer.url, "name_field": "LAD22NM"} | changed
    path = tmp_path / options.pop("path", "areas.geojson")
    with pytest.raises(CommandError, match=words) as refused:
        call_command("fetch_areas", **options, out=path, quiet=True)
    assert "\n" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_the_condition_for_lsoas_names_every_borough_and_no_other_place(load, layer, out):
    elsewhere = ["Brentwood 001A", "Bexleyheath 001A", "Richmondshire 001A", "Kingston upon Hull 1"]
    names = [f"{name} 001A" for name in facts.boroughs()]
    layer.rows = [
        {"LAD22CD": f"E0100{number:04d}", "LAD22NM": "", "LSOA21NM": name}
        for number, name in enumerate([*elsewhere, *names])
    ]
    assert load(published.read().layers["lsoa"].where).count == len(names)


def test_every_real_lsoa_of_london_meets_the_condition(load, layer, shared_data, monkeypatch):
    monkeypatch.setattr(boundaries, "PAGE", 500)
    path = shared_data / "boundaries" / "london-lsoa-2021-bgc-wgs84.geojson.gz"
    features = json.loads(gzip.decompress(path.read_bytes()))["features"]
    layer.rows = [feature["properties"] for feature in features]
    layer.geometries = [feature["geometry"] for feature in features]
    assert load(published.read().layers["lsoa"].where).count == 4994
