"""The facts about London's boroughs, against themselves and against the real boundaries."""

from overt.hotspots.areas import facts
from overt.hotspots.areas.boundary import read_boundaries


def test_every_borough_is_in_one_bcu_but_the_city_which_has_its_own_force():
    without = [borough.name for borough in facts.boroughs().values() if not borough.bcu]
    assert without == ["City of London"]
    assert facts.borough("City of London").force == "city-of-london"
    bcus = {name: members for name, members in facts.bcus().items() if name != "Sample"}
    in_bcus = [name for members in bcus.values() for name in members]
    assert len(in_bcus) == len(set(in_bcus)) == 32
    assert len(bcus) == 12
    assert facts.bcus()["South"] == ("Bromley", "Croydon", "Sutton")


def test_inner_london_is_the_statistical_one():
    inner = {borough.name for borough in facts.boroughs().values() if borough.inner}
    assert len(inner) == 14
    assert {"Haringey", "Newham", "City of London"} <= inner
    assert "Greenwich" not in inner
    assert facts.inner_definition().source


def test_an_unlisted_area_has_no_facts():
    assert facts.borough("Guildford") is None


def test_names_and_codes_are_those_of_the_boundaries(shared_data):
    file = read_boundaries(
        shared_data / "boundaries" / "london-boroughs-2022-bgc-wgs84.geojson.gz",
        name_field="LAD22NM",
        code_field="LAD22CD",
    )
    assert {(area.name, area.code) for area in file.boundaries} == {
        (borough.name, borough.code) for borough in facts.boroughs().values()
    }
