"""One sample of the default seed for all tests here."""

from pathlib import Path

import pytest

from overt.hotspots.sample import folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = folder.write(tmp_path_factory.mktemp("sample") / "sample")
    return written.folder
