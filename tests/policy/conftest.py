"""The texts of the profiles that come with Overt."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "data" / "policy"


@pytest.fixture(scope="session")
def met() -> str:
    return (FOLDER / "met-2024-09.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def example() -> str:
    return (FOLDER / "example-force.toml").read_text(encoding="utf-8")
