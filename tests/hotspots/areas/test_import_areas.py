"""Importing boundaries: all or nothing, once, and the old ones stay."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.hotspots.areas.boundary import to_shapely
from overt.hotspots.models import Area
from overt.hotspots.selectors import areas as selectors
from overt.hotspots.services.areas import AreaChanges, import_areas
from overt.ledger.models import Entry

from .shapes import SQUARE, closed, collection, feature, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def moved(by: float) -> list[list[list[float]]]:
    return [closed([[e + by, n] for e, n in SQUARE])]


def run(path: Path, *features: dict, kind: str = "borough") -> AreaChanges:
    return import_areas(
        path=write(path, collection(*features)),
        kind=kind,
        name_field="NAME",
        code_field="",
        actor=Actor(label="user:ann", roles=frozenset({roles.ANALYST})),
        now=NOW,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "areas.geojson"


def test_boundaries_are_stored_with_their_source_and_one_ledger_entry(path):
    changes = run(path, feature(moved(0), NAME="West"), feature(moved(1000), NAME="East"))
    assert changes.added == ("West", "East")
    west = selectors.current_area("borough", "West")
    assert (west.source_name, west.source_sha256) == ("areas.geojson", changes.file.sha256)
    assert (west.west, west.south, west.east, west.north) == (
        53200000,
        16500000,
        53300000,
        16600000,
    )
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor) == ("areas.imported", "user:ann")


def test_the_same_file_twice_changes_nothing(path):
    run(path, feature(moved(0)))
    before = list(Area.objects.values())
    assert run(path, feature(moved(0))).unchanged == ("Square",)
    assert list(Area.objects.values()) == before
    assert Entry.objects.count() == 1


def test_a_changed_boundary_is_a_new_row_and_the_old_one_stays(path):
    run(path, feature(moved(0)), feature(moved(5000), NAME="Other"))
    assert run(path, feature(moved(100))).changed == ("Square",)
    assert Area.objects.filter(name="Square").count() == 2
    assert selectors.current_area("borough", "Square").west == 53210000
    assert selectors.current_area("borough", "Other") is not None
    run(path, feature(moved(0)))
    assert Area.objects.filter(name="Square").count() == 2
    assert selectors.current_area("borough", "Square").west == 53200000
    assert Entry.objects.count() == 3


def test_one_bad_feature_leaves_no_trace_of_the_others(path):
    write(path, collection(feature(moved(0), NAME="Good"), feature([SQUARE], NAME="Bad")))
    with pytest.raises(CommandError, match=r"feature 2 \(Bad\): a ring is not closed"):
        call_command("import_areas", path, kind="ward", name_field="NAME", quiet=True)
    assert not Area.objects.exists()
    assert not Entry.objects.exists()


def test_a_dry_run_says_what_would_change_and_changes_nothing(path):
    write(path, collection(feature(moved(0))))
    out = StringIO()
    call_command("import_areas", path, kind="ward", name_field="NAME", dry_run=True, stdout=out)
    assert "1 would be added, 0 would be changed, 0 unchanged" in out.getvalue()
    assert not Area.objects.exists()


def test_a_bcu_is_the_union_of_its_boroughs_once_all_are_there(path):
    run(path, feature(moved(0), NAME="Camden"))
    partial = selectors.bcu_boundary("Central North")
    assert (partial.missing, partial.boundary) == (("Islington",), None)
    run(path, feature(moved(1000), NAME="Islington"))
    whole = selectors.bcu_boundary("Central North")
    assert whole.missing == ()
    assert to_shapely(whole.boundary.document).area == 2e10
    run(path, feature(moved(0), NAME="Central North"), kind="bcu")
    assert to_shapely(selectors.bcu_boundary("Central North").boundary.document).area == 1e10
    assert selectors.bcu_boundary("Nowhere") is None


def test_the_real_boroughs_import_and_merge_without_gaps(shared_data):
    import_areas(
        path=shared_data / "boundaries" / "london-boroughs-2022-bgc-wgs84.geojson.gz",
        kind="borough",
        name_field="LAD22NM",
        code_field="LAD22CD",
        actor=Actor(label="user:ann", roles=frozenset({roles.ANALYST})),
        now=NOW,
    )
    boroughs = {area.name: to_shapely(area.boundary) for area in selectors.current_areas("borough")}
    assert len(boroughs) == 33
    south = selectors.bcu_boundary("South")
    merged = to_shapely(south.boundary.document)
    assert merged.area == sum(boroughs[name].area for name in south.boroughs)
    assert len(merged.geoms) == 1
    assert not merged.geoms[0].interiors
