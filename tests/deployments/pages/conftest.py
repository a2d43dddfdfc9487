"""People with browsers, and a clock that stands still."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from overt.accounts.models import User
from tests.accounts.signing_in import sign_in
from tests.deployments import making

NOW = making.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """An hour after everything that `making` does."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


@pytest.fixture
def cast(db: None) -> making.People:
    return making.people()


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def opened(user: User) -> Client:
        client = Client()
        sign_in(client, user)
        return client

    return opened


@pytest.fixture
def planner(cast: making.People, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.planner)


@pytest.fixture
def auditor(cast: making.People, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.auditor)
