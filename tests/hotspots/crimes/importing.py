"""Importing into the test's database and store."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from overt.accounts.actors import Actor
from overt.hotspots.models import CrimeFile, CrimeImport, CrimeRelease
from overt.hotspots.services.crimes import ImportResult, import_files
from overt.ledger.models import Entry

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ACTOR = Actor(label="command:import_crimes:tester", is_command=True)


def import_all(*paths: Path, **options: Any) -> ImportResult:
    asked: dict[str, Any] = {"mapping": None, "force": None, "actor": ACTOR, "now": NOW}
    return import_files(paths=paths, **asked | options)


def blobs(store: Path) -> set[str]:
    """Names of all that is in the store."""
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()}


def state(store: Path) -> tuple[object, ...]:
    """Everything that an import could change."""
    return (
        *(list(model.objects.values()) for model in (CrimeImport, CrimeFile, CrimeRelease, Entry)),
        {name: (store / name).read_bytes() for name in blobs(store)},
    )
