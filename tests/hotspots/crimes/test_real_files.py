"""The shared open data: what its SOURCES.md says of each set is what the reports say."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from overt.hotspots.crimes.coverage import Status
from overt.hotspots.models import CrimeFile
from overt.hotspots.selectors import crimes as selectors

from .importing import import_all, state

pytestmark = pytest.mark.django_db

# files, rows, rows without a location, rows that share a crime ID, blank LSOAs that have a location
SETS = {
    "street-city-of-london": ("city-of-london", 27, 21_408, 1_823, 629, 0),
    "street-metropolitan-burglary-only": ("metropolitan", 26, 116_973, 1_275, 1_958, 0),
    "street-surrey": ("surrey", 4, 28_287, 363, 0, 0),
    "street-btp": ("btp", 4, 25_184, 0, 0, 639),
    "street-south-bcu-reconstructed": ("south-bcu", 35, 250_138, 0, 0, 0),
}


def test_every_set_is_imported_as_its_source_describes_it(
    shared_data: Path, crime_store: Path
) -> None:
    folders = [shared_data / "police" / name for name in SETS]
    import_all(*folders)
    found: dict[str, Counter[str]] = {}
    for file in CrimeFile.objects.all():
        report = file.report
        of_force = found.setdefault(report["force"], Counter())
        of_force.update({"files": 1, "rows": report["rows_read"], **report["set_aside"]})
        of_force.update({key: report[key] for key in ("rows_sharing_id",)})
        of_force["blank_lsoa"] += report["blank_lsoa_with_location"]
    for force, files, rows, no_location, sharing, blank in SETS.values():
        seen = found[force]
        assert (seen["files"], seen["rows"]) == (files, rows)
        assert (seen["no_location"], seen["rows_sharing_id"]) == (no_location, sharing)
        assert seen["blank_lsoa"] == blank
        assert seen["bad_month"] == seen["unknown_category"] == 0
        assert seen["outside_great_britain"] == 0

    coverage = selectors.coverage_table(
        "south-bcu", absent_min_median=7, suspect_share=Fraction(1, 2)
    )
    assert coverage.suspect_months == ("2023-06",)
    assert coverage.absent_months == ()
    june = coverage.by_category[coverage.months.index("2023-06")]
    assert Status.ABSENT in june or Status.SUSPECT in june

    before = state(crime_store)
    again = import_all(*folders)
    assert (len(again.new), len(again.unchanged)) == (0, 96)
    assert state(crime_store) == before
