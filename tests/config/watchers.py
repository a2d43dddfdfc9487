"""What watches Overt, in tests: answers that are not kept, and servers that never answer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from overt.config import health, metrics

ASKED = (health.DATABASE, health.BROKER, metrics.DATABASE, metrics.SLOW, metrics.BROKER)


def keep_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question is asked anew, with patience enough for a busy machine."""
    for asked in ASKED:
        monkeypatch.setattr(asked, "fresh_s", 0)
        monkeypatch.setattr(asked, "patience_s", 60)


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()[1]
