"""Nothing here needs Django, a network or the time."""

from pathlib import Path

import pytest
from permit_making import Van


@pytest.fixture
def van(tmp_path: Path) -> Van:
    return Van(tmp_path)
