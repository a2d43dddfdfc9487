"""Loading the demo's material: everything once, nothing twice."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.config.demo import material, setup
from overt.hotspots.crimes.coverage import Status
from overt.hotspots.models import Analysis, Area, AreaTable, CrimeRelease, Place, Road
from overt.hotspots.models.areas import PlaceKind
from overt.hotspots.sample import folder
from overt.hotspots.selectors.crimes import coverage_table
from overt.hotspots.services import analyses
from overt.ledger.models import Entry
from overt.policy import profiles

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder.write(tmp_path_factory.mktemp("demo") / "sample").folder


def load(shown: material.Material) -> tuple[setup.Ready, list[str]]:
    said: list[str] = []
    ready = setup.load(shown, say=said.append, progress=lambda done, total, name: None)
    return ready, said


def state_of_the_database() -> str:
    """A digest of every row of every table of Overt's."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            if table.startswith(("hotspots_", "ledger_", "policy_", "accounts_")):
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                digest.update(repr((table, cursor.fetchall())).encode())
    return digest.hexdigest()


def test_the_sample_loads_without_a_complaint(sample_folder):
    ready, said = load(material.sample(sample_folder))

    assert ready == setup.Ready(("Sampleford", "Exampleton", "Mockham"), fresh=3)
    assert Area.objects.count() == 3 + 19 + 280
    assert Place.objects.filter(kind="station").count() == 7
    assert set(Place.objects.values_list("kind", flat=True)) == {
        PlaceKind.STATION,
        PlaceKind.SCHOOL,
        PlaceKind.HOSPITAL,
        PlaceKind.WORSHIP,
    }
    assert Road.objects.count() > 1_500
    assert AreaTable.objects.count() == 3
    assert CrimeRelease.objects.count() == 39
    assert Analysis.objects.count() == 3
    assert said == [
        "Boundaries, borough: 3 new, 0 there already",
        "Boundaries, ward: 19 new, 0 there already",
        "Boundaries, lsoa: 280 new, 0 there already",
        "Places, station: 7 new, 0 there already",
        "Places, school: 73 new, 0 there already",
        "Places, hospital: 3 new, 0 there already",
        "Places, worship: 54 new, 0 there already",
        "Roads: 1,958 new, 0 there already",
        "Area tables: 3 new, 0 there already",
        "Crime files: 39 new, 0 there already",
        "Analyses: 3 asked for, 0 there already",
    ]


def test_loading_the_sample_twice_changes_nothing(sample_folder):
    load(material.sample(sample_folder))
    before = state_of_the_database()

    ready, _ = load(material.sample(sample_folder))

    assert ready == setup.Ready(("Sampleford", "Exampleton", "Mockham"), fresh=0)
    assert state_of_the_database() == before


def test_the_import_reports_the_samples_defects_and_no_others(sample_folder):
    load(material.sample(sample_folder))
    quality = profiles.load().quality

    coverage = coverage_table(
        "sample-force",
        absent_min_median=quality.absent_min_median.value,
        suspect_share=Fraction(quality.suspect_share.value),
    )

    absent = [(m, c) for m, c, status in coverage.category_gaps() if status is Status.ABSENT]
    assert absent == [("2024-03", "Shoplifting")]
    assert coverage.absent_months == ("2023-11",)


def test_the_analysis_finds_the_place_that_really_rises(sample_folder):
    load(material.sample(sample_folder))
    truth = json.loads((sample_folder / folder.TRUTH).read_text())["rising"]
    asked = Analysis.objects.get(area__name="Sampleford")

    done = analyses.run(analysis_id=asked.pk, actor=Actor.of_command("worker"), clock=timezone.now)

    record = json.loads(done.record)
    rising = [cell for cell in record["cells"] if (cell["rise"] or {}).get("class") == "rising"]
    strongest = min(rising, key=lambda cell: float(cell["rise"]["p_exact"]))
    off_e = strongest["easting"] - truth["easting_m"]
    off_n = strongest["northing"] - truth["northing_m"]
    assert off_e**2 + off_n**2 < truth["radius_m"] ** 2
    assert float(strongest["rise"]["q_bh"]) < 0.05
    assert record["window"]["absent"] == ["2023-11"]
    assert record["bcu"]["name"] == "Sample"
    assert record["bcu"]["missing"] == []


def test_of_given_files_only_boroughs_with_more_than_stray_rows_are_analysed(shared_data):
    shown = material.given(
        shared_data / "police" / "street-city-of-london",
        shared_data / "boundaries" / "london-boroughs-2022-bgc-wgs84.geojson.gz",
    )

    ready, said = load(shown)

    assert ready.analysed == ("City of London",)
    assert "Boroughs with most crimes: City of London (18,471 crimes)" in said


def test_files_that_lie_elsewhere_than_the_boundaries_are_said_to(shared_data):
    shown = material.given(
        shared_data / "police" / "street-surrey",
        shared_data / "boundaries" / "london-boroughs-2022-bgc-wgs84.geojson.gz",
    )

    ready, said = load(shown)

    assert ready == setup.Ready((), fresh=0)
    assert Entry.objects.filter(verb="analysis.requested").count() == 0
    assert said[-1].endswith("is it the right boundary file?")
