"""What the product knows of the sample's boroughs is what the generator draws."""

from overt.hotspots.areas import facts
from overt.hotspots.sample import plan


def test_the_facts_about_the_sample_are_those_of_its_plan():
    listed = facts.boroughs("Sample")

    assert {name: borough.code for name, borough in listed.items()} == {
        borough.name: borough.code for borough in plan.BOROUGHS
    }
    assert {borough.force for borough in listed.values()} == {plan.FORCE_SLUG}
    assert set(facts.bcus()[plan.BCU]) == set(listed)


def test_the_sample_is_no_part_of_london():
    assert facts.region_of("Sampleford").name == "Sample"
    assert facts.region_of("Croydon").name == "London"
    assert not set(facts.boroughs()) & set(facts.boroughs("Sample"))
