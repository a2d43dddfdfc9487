"""People with browsers, and a clock that stands still."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from overt.accounts.models import User
from tests.accounts.signing_in import sign_in
from tests.deployments import making


@dataclass
class Clock:
    """What the pages take for now."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """An hour after everything that `making` does."""
    clock = Clock(making.NOW + timedelta(hours=1))
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def cast(db: None) -> making.People:
    return making.people()


@pytest.fixture
def browser_of(clock: Clock) -> Callable[[User], Client]:
    def opened(user: User) -> Client:
        client = Client()
        sign_in(client, user)
        return client

    return opened
