"""An empty crime store for each test."""

from pathlib import Path

import pytest


@pytest.fixture
def crime_store(settings, tmp_path: Path) -> Path:
    """The folder that stands behind the `crimes` storage."""
    folder = tmp_path / "crime store"
    settings.STORAGES = settings.STORAGES | {
        "crimes": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        }
    }
    return folder
