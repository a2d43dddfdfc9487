"""The clock of Overt's interface, held still."""

from datetime import datetime

import pytest

from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.api.wire import Wire


class Clock:
    def __init__(self) -> None:
        self.now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """What the interface takes for the time; tests move it."""
    held = Clock()
    monkeypatch.setattr("overt.recognition.api.views.timezone.now", held)
    return held


@pytest.fixture
def own_keys(settings, tmp_path) -> None:
    settings.PERMIT_KEY_FOLDER = tmp_path / "permits"


@pytest.fixture
def desk(db, own_keys) -> making.Desk:
    """An armed session."""
    return making.armed()


@pytest.fixture
def wire(desk) -> Wire:
    """The system of that session, with a key of its own."""
    private, _ = making.system_key(desk.session.system)
    return Wire(private, desk.session_id)
