"""A verb for tests, and a short way to append."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from pydantic import BaseModel, ConfigDict

from overt.ledger import services, triggers, verbs
from overt.ledger.models import Entry

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)


class Noted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    number: int = 0


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "_registered", dict(verbs._registered))
    verbs.register("test.noted", label="Something noted", schema=Noted)


@pytest.fixture
def append() -> Callable[..., Entry]:
    def append(text: str = "as agreed", **changes: Any) -> Entry:
        fields: dict[str, Any] = {
            "actor": "user:ann",
            "verb": "test.noted",
            "subject": "note:1",
            "payload": {"text": text},
            "now": NOW,
        }
        with transaction.atomic():
            return services.append(**(fields | changes))

    return append


@pytest.fixture
def triggers_off(transactional_db: None) -> Iterator[None]:
    """As for an attacker who owns the database."""
    triggers.remove(connection)
    yield
    triggers.install(connection)
