"""A Celery broker that is a folder: `OVERT_BROKER_URL=folder://`, the embedded default.

kombu's own folder transport (`filesystem://`) creates a message's file and then writes it, and
takes it by moving it to the system's temporary folder. A reader that comes in between finds an
empty file: with two processes writing and three reading, 3 in 100 messages were lost to a
JSONDecodeError, which also stops the worker. Here a message appears and is taken by a rename
inside one folder, so it is there whole or not at all, and one reader has it. kombu's tables of
queues have the same gap when they are first made; here a lock closes it.

A message that a worker has taken is gone with the worker. docs/adr/0002-folder-broker.md says
why that is enough.
"""

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    @contextmanager
    def _tables_locked(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def get_table(self, exchange: str) -> Any:
        with self._tables_locked():
            return super().get_table(exchange)

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        with self._tables_locked():
            super()._queue_bind(exchange, *binding)

    def _delete(self, queue: str, *args: Any, **kwargs: Any) -> None:
        with self._tables_locked():
            super()._delete(queue, *args, **kwargs)

    # kombu's own classes disagree on the second argument's name.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"
        draft.write_text(dumps(payload))
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = path.with_name(f"{path.name}.taken")
            try:
                path.rename(taken)
            except FileNotFoundError:
                continue  # another worker was first
            message = loads(taken.read_text())
            taken.unlink()
            return message
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel
    global_state = virtual.BrokerState()
    # A folder has no host, and nobody is to be warned that none was named.
    default_connection_params = {}
