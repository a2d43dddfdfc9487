"""Batches that wait to be taken, each in a file with what the system knew once it was written.

Rules
1. A batch and the state after it are one file, which appears by a rename: killed at any moment, the
   system knows either both or neither, so no number is given to two contents.
2. A file stays until Overt has answered for its number; the newest always stays, for its state.
3. What was answered is a mark beside the file.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Waiting:
    number: int
    body: bytes


class Outbox:
    """In `folder`, which is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, number: int, body: bytes, state: dict[str, Any]) -> None:
        """Keep batch `number` and the `state` after it, for good, before it is sent."""
        write_whole(
            self._path(number), json.dumps({"body": body.decode(), "state": state}).encode()
        )

    def waiting(self) -> Iterator[Waiting]:
        """What Overt has not answered for, lowest number first."""
        for number in self._numbers():
            if not self._mark(number).exists():
                yield Waiting(number, self._read(number)["body"].encode())

    def answered(self, number: int) -> None:
        """Overt has taken batch `number`."""
        self._mark(number).touch()
        for other in self._numbers()[:-1]:
            if self._mark(other).exists():
                self._path(other).unlink()
                self._mark(other).unlink()

    def last_state(self) -> dict[str, Any] | None:
        """What the system knew after its newest batch; None before the first."""
        numbers = self._numbers()
        state: dict[str, Any] | None = self._read(numbers[-1])["state"] if numbers else None
        return state

    def _numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._folder.glob("*.batch"))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.batch"

    def _mark(self, number: int) -> Path:
        return self._folder / f"{number:08}.answered"

    def _read(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._path(number).read_bytes())
        return found


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` with `content`, at once and durably."""
    draft = path.with_suffix(f"{path.suffix}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
