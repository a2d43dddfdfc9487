"""Asks what may hang, and waits only so long: for what watches Overt.

Rules
1. The question is asked in a thread of its own. `patience_s` after it was asked, whoever waits for
   its answer is told NoAnswer, and so is at once whoever comes later.
2. One thread asks at a time. While it hangs no other is started, however often one asks.
3. An answer is good for `fresh_s`: whoever asks more often is told the same, at no cost.
4. What goes wrong while asking is raised to everyone who waits for that answer.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from threading import Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

Answer = TypeVar("Answer")

# libpq gives up a server that is gone, and so ends the thread that asked it. In seconds, the last
# in milliseconds; they count for TCP alone.
_IMPATIENT: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 2,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 4000,
}


class NoAnswer(Exception):
    """It takes longer than one can wait."""


class Asked(Generic[Answer]):
    """`ask` is called with nothing; the rules are those of this module."""

    def __init__(
        self, ask: Callable[[], Answer], *, patience_s: float = 3, fresh_s: float = 2
    ) -> None:
        self.ask, self.patience_s, self.fresh_s = ask, patience_s, fresh_s
        self._lock = Lock()
        self._asked: Future[Answer] | None = None
        self._asked_at = self._answered_at = 0.0

    def begin(self) -> "Future[Answer]":
        """Ask, unless the last answer is good or still waited for."""
        with self._lock:
            asked = self._asked
            if asked is None or (asked.done() and monotonic() - self._answered_at >= self.fresh_s):
                self._asked, self._asked_at = Future(), monotonic()
                asked = self._asked
                Thread(target=self._run, args=(asked,), daemon=True).start()
            return asked

    def answer(self) -> Answer:
        """Raises NoAnswer, or whatever asking raises."""
        asked = self.begin()
        left = self._asked_at + self.patience_s - monotonic()
        if not wait([asked], max(left, 0)).done:
            raise NoAnswer
        return asked.result()

    def _run(self, asked: "Future[Answer]") -> None:
        try:
            found = self.ask()
        except Exception as error:
            self._answered_at = monotonic()
            asked.set_exception(error)
        else:
            self._answered_at = monotonic()
            asked.set_result(found)


@contextmanager
def own_connection() -> Iterator[None]:
    """In a thread of its own: queries go over a connection that gives up soon and ends here."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    if connection.vendor == "postgresql":
        options = {**connection.settings_dict["OPTIONS"], **_IMPATIENT}
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    connections[DEFAULT_DB_ALIAS] = connection
    try:
        yield
    finally:
        connection.close()
        del connections[DEFAULT_DB_ALIAS]
