"""The small borough, imported."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from overt.accounts.actors import Actor
from overt.hotspots.models import Analysis, Area
from overt.hotspots.services import analyses
from overt.hotspots.services.analyses import Request
from overt.hotspots.services.areas import import_areas
from overt.hotspots.services.crimes import import_files
from overt.policy import profiles

from ..crimes.conftest import crime_store
from .material import write_boundary, write_crimes

__all__ = ["crime_store"]

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
ACTOR = Actor.of_command("test")


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """A folder with boundary.geojson and crimes/."""
    write_boundary(tmp_path / "boundary.geojson")
    write_crimes(tmp_path / "crimes")
    return tmp_path


@pytest.fixture
def borough(db: None, crime_store: Path, material: Path) -> Area:
    """Testham, with eighteen months of crimes."""
    import_areas(
        path=material / "boundary.geojson",
        kind="borough",
        name_field="NAME",
        code_field="CODE",
        actor=ACTOR,
        now=NOW,
    )
    import_files(
        paths=[material / "crimes"], mapping=None, force=None, actor=ACTOR, now=NOW, progress=None
    )
    return Area.objects.get(name="Testham")


@pytest.fixture
def queued(borough: Area) -> Analysis:
    """An analysis of Testham that waits for a worker."""
    return analyses.request(
        area=borough, wanted=Request(), profile=profiles.load(), actor=ACTOR, now=NOW
    )


@pytest.fixture
def done(queued: Analysis) -> Analysis:
    """The same, run."""
    answer = analyses.run(analysis_id=queued.pk, actor=ACTOR, clock=lambda: NOW)
    assert answer is not None
    return answer
