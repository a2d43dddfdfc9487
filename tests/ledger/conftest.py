"""A verb for tests, and a short way to append."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from pydantic import BaseModel, ConfigDict

from overt.ledger import services, triggers, verbs
from overt.ledger.models import Checkpoint, Entry

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)


class Noted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    number: int = 0


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "_registered", dict(verbs._registered))
    verbs.register("test.noted", label="Something noted", schema=Noted)


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER_KEY_FOLDER = tmp_path / "keys"


@pytest.fixture
def checkpoint() -> Callable[[], Checkpoint]:
    """Signs what there is."""

    def sign() -> Checkpoint:
        made = services.make_checkpoint(actor="command:test", now=NOW)
        assert made is not None
        return made

    return sign


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
    for each in (triggers.ENTRIES, triggers.CHECKPOINTS):
        each.remove(connection)
    yield
    for each in (triggers.ENTRIES, triggers.CHECKPOINTS):
        each.install(connection)
