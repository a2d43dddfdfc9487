"""Loading what was imported, and what there is of it."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from overt.hotspots.crimes.coverage import Status
from overt.hotspots.crimes.table import CrimeTable
from overt.hotspots.geo import bng
from overt.hotspots.models import CrimeFile, CrimeRelease
from overt.hotspots.selectors import crimes as selectors
from overt.hotspots.selectors.crimes import ForcePresence
from overt.hotspots.storage import StoredFileChanged

from .importing import import_all
from .street import CROYDON, ORKNEY, WEST_CROYDON, crime, write

pytestmark = pytest.mark.django_db

EVERYWHERE = (0, 0, bng.EAST_END_CM, bng.NORTH_END_CM)


def position(place: tuple[str, str]) -> tuple[int, int]:
    easting, northing = bng.to_bng_cm([float(place[0])], [float(place[1])])
    return int(easting[0]), int(northing[0])


def around(*places: tuple[str, str]) -> selectors.Bounds:
    """The smallest bounds that hold the places."""
    eastings, northings = zip(*map(position, places), strict=True)
    return min(eastings), min(northings), max(eastings), max(northings)


def counted(table: CrimeTable) -> dict[tuple[str, str, int, int], int]:
    """Crimes by month, category and position."""
    counts: dict[tuple[str, str, int, int], int] = {}
    for month in table.months:
        for category in table.categories:
            at = table.counts(months=[month], categories=[category])
            for point in np.flatnonzero(at):
                where = int(table.easting[point]), int(table.northing[point])
                counts[month, category, *where] = int(at[point])
    return counts


@pytest.fixture
def imported(tmp_path: Path, crime_store: Path) -> Path:
    """Two months of Surrey, one of Kent."""
    folder = tmp_path / "files"
    write(folder, [crime(), crime(), crime(at=WEST_CROYDON, category="Drugs")])
    february = [crime(month="2024-02"), crime(month="2024-02", at=ORKNEY, category="Robbery")]
    write(folder, february, name="2024-02-surrey-street.csv")
    write(folder, [crime()], name="2024-01-kent-street.csv")
    import_all(folder)
    return crime_store


def test_a_table_holds_every_crime_of_its_releases_once(imported: Path) -> None:
    table = selectors.load_table(releases=selectors.current_releases(forces=["surrey"]))
    assert table.months == ("2024-01", "2024-02")
    assert table.categories == ("Burglary", "Drugs", "Robbery")
    assert counted(table) == {
        ("2024-01", "Burglary", *position(CROYDON)): 2,
        ("2024-01", "Drugs", *position(WEST_CROYDON)): 1,
        ("2024-02", "Burglary", *position(CROYDON)): 1,
        ("2024-02", "Robbery", *position(ORKNEY)): 1,
    }
    assert table.easting.size == 3


def test_the_same_point_of_two_forces_is_one_point(imported: Path) -> None:
    table = selectors.load_table(releases=selectors.current_releases())
    assert counted(table)["2024-01", "Burglary", *position(CROYDON)] == 3
    assert table.easting.size == 3


def test_bounds_leave_out_what_is_outside_and_keep_their_edges(imported: Path) -> None:
    releases = selectors.current_releases(forces=["surrey"])
    whole = selectors.load_table(releases=releases)
    bounds = around(CROYDON, WEST_CROYDON)
    part = selectors.load_table(releases=releases, bounds_cm=bounds)
    assert part.months == whole.months
    assert part.categories == whole.categories
    assert counted(part) == {
        key: n for key, n in counted(whole).items() if key[2:] != position(ORKNEY)
    }
    west, south, east, north = bounds
    smaller = selectors.load_table(releases=releases, bounds_cm=(west, south, east, north - 1))
    assert smaller.point.size == part.point.size - 1


def test_a_table_does_not_depend_on_the_order_of_its_releases(imported: Path) -> None:
    releases = selectors.current_releases()
    one = selectors.load_table(releases=releases)
    two = selectors.load_table(releases=releases[::-1])
    for field in ("easting", "northing", "point", "start"):
        np.testing.assert_array_equal(getattr(one, field), getattr(two, field))


def test_no_releases_and_no_crimes_inside_give_an_empty_table(imported: Path) -> None:
    assert selectors.load_table(releases=[]).months == ()
    table = selectors.load_table(releases=selectors.current_releases(), bounds_cm=(0, 0, 1, 1))
    assert table.months == ("2024-01", "2024-02")
    assert table.point.size == table.easting.size == 0
    assert table.by_month_and_category().sum() == 0


def test_two_releases_of_one_month_are_not_added_up(imported: Path, tmp_path: Path) -> None:
    import_all(write(tmp_path / "revised", [crime(category="Drugs")]))
    releases = selectors.releases_of(force="surrey", month="2024-01")
    assert len(releases) == 2
    with pytest.raises(ValueError, match="counted twice"):
        selectors.load_table(releases=releases)


def test_current_releases_can_be_asked_for_by_force_and_month(imported: Path) -> None:
    def found(**wanted: list[str]) -> list[tuple[str, str]]:
        return [(r.force, r.month) for r in selectors.current_releases(**wanted)]

    assert found() == [("kent", "2024-01"), ("surrey", "2024-01"), ("surrey", "2024-02")]
    assert found(forces=["surrey"], months=["2024-02", "2024-03"]) == [("surrey", "2024-02")]
    assert selectors.forces() == ["kent", "surrey"]


def test_a_stored_file_with_one_changed_byte_is_not_used(imported: Path) -> None:
    release = CrimeRelease.objects.get(force="kent")
    path = imported / release.stored_as
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoredFileChanged) as changed:
        selectors.load_table(releases=[release])
    assert changed.value.name == release.stored_as
    assert str(changed.value).startswith(f"{release.stored_as} in the crime store is not what was")


def test_a_stored_file_that_is_gone_is_named(imported: Path) -> None:
    release = CrimeRelease.objects.get(force="kent")
    (imported / release.stored_as).unlink()
    with pytest.raises(StoredFileChanged, match="cannot be read"):
        selectors.load_table(releases=[release])


def test_forces_in_bounds_are_listed_with_the_one_that_has_most_first(imported: Path) -> None:
    assert selectors.forces_in(around(CROYDON)) == [
        ForcePresence("surrey", 3, "2024-01", "2024-02"),
        ForcePresence("kent", 1, "2024-01", "2024-01"),
    ]
    assert selectors.forces_in(around(ORKNEY)) == [ForcePresence("surrey", 1, "2024-02", "2024-02")]
    assert selectors.forces_in((0, 0, 1, 1)) == []


def test_the_coverage_of_a_force_spans_the_months_between_its_files(
    crime_store: Path, tmp_path: Path
) -> None:
    for month, crimes in (("2023-12", 10), ("2024-01", 4), ("2024-03", 10)):
        rows = [crime(month=month)] * crimes
        write(tmp_path / "files", rows, name=f"{month}-surrey-street.csv")
    import_all(tmp_path / "files")
    limits = {"absent_min_median": 7, "suspect_share": Fraction(1, 2)}
    coverage = selectors.coverage_table("surrey", **limits)
    assert coverage.months == ("2023-12", "2024-01", "2024-02", "2024-03")
    assert coverage.by_category == (
        (Status.PRESENT,),
        (Status.SUSPECT,),
        (Status.ABSENT,),
        (Status.PRESENT,),
    )
    assert coverage.absent_months == ("2024-02",)
    assert selectors.coverage_table("kent", **limits) is None


def test_a_file_is_found_with_its_report(imported: Path) -> None:
    file = CrimeFile.objects.first()
    assert selectors.file_with_report(file.pk) == file
    assert selectors.file_with_report(file.pk + 100) is None
