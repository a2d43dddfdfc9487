"""The interface's own fixtures, and the stage of an attack."""

import pytest

from tests.attacks.world import Stage
from tests.recognition.api.conftest import clock, desk, own_keys, wire

__all__ = ["clock", "desk", "own_keys", "stage", "wire"]


@pytest.fixture
def stage(desk, wire, clock) -> Stage:
    return Stage(desk, wire, clock)
