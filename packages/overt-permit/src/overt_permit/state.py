"""What a verifier must not forget: a file, replaced at once and durably, or nothing runs.

Rules
1. The file is written whole beside itself, made durable, and renamed: killed at any moment, the old
   content or the new is there (`durable`).
2. It is made once, on purpose (`init`). Where it is missing, unreadable or malformed, or is not
   what its digest says, that is an error: to start afresh would accept every old permit again.
3. Who changes it holds its lock, and reads it under that lock first: two processes cannot take one
   permit twice.
4. A pinned key set never becomes older, by hand neither. The moment at which another may follow it
   is the later one of the clock and the latest that was seen: to set the clock back makes no key
   valid again.
5. The latest moment goes back only where a person says that a clock was wrong (`believe`).

Who can write the file can make it forget. It belongs where only the system's account can.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from . import durable, keys
from .claims import NUMBER_LIMIT, TEXT_LIMIT
from .errors import Refused
from .keys import KeySet
from .signing import read_json

# A permit of an older session has ended a thousand sessions ago.
_SESSIONS_KEPT = 1000


@dataclass(frozen=True)
class State:
    """`latest`: the latest moment that the clock showed, in seconds since 1970. `sessions`: the
    highest number that was accepted of each, the last one last. `key_set`: the pinned set, as it
    was signed; empty where the system keeps it elsewhere. `set_version`: the highest that counted.
    """

    latest: int = 0
    sessions: tuple[tuple[str, int], ...] = ()
    key_set: str = ""
    set_version: int = 0

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "State":
        """Raises Refused."""
        if set(content) != {field.name for field in fields(cls)}:
            raise _unreadable()
        rows, token = content["sessions"], content["key_set"]
        if not isinstance(rows, list) or not isinstance(token, str):
            raise _unreadable()
        if not all(_is_row(row) for row in rows) or not all(
            type(content[name]) is int and 0 <= content[name] <= NUMBER_LIMIT
            for name in ("latest", "set_version")
        ):
            raise _unreadable()
        sessions = tuple((name, seq) for name, seq in rows)
        return cls(content["latest"], sessions, token, content["set_version"])

    @classmethod
    def read(cls, content: bytes) -> "State":
        """From a file's content. Raises Refused."""
        first, _, second = content.partition(b"\n")
        if hashlib.sha256(first).hexdigest().encode() + b"\n" != second:
            raise _unreadable()
        return cls.of(read_json(first))

    def written(self) -> bytes:
        """As a file's content: a line of JSON, and the digest of that line."""
        line = json.dumps(asdict(self), separators=(",", ":"), sort_keys=True).encode()
        return b"%s\n%s\n" % (line, hashlib.sha256(line).hexdigest().encode())

    def highest(self, session: str) -> int:
        """The highest number accepted for `session`; 0 before the first."""
        return dict(self.sessions).get(session, 0)

    def accepting(self, session: str, seq: int, *, set_version: int) -> "State":
        """After a permit of `session` with `seq` was accepted, under that key set."""
        others = tuple(row for row in self.sessions if row[0] != session)
        kept = (*others, (session, seq))[-_SESSIONS_KEPT:]
        return replace(self, sessions=kept, set_version=max(self.set_version, set_version))

    def seeing(self, at: int) -> "State":
        """After the clock showed `at`."""
        return replace(self, latest=max(self.latest, at))

    def follows(self, before: "State") -> bool:
        """Whether it forgets nothing of `before` that was written last."""
        return (
            self.latest >= before.latest
            and self.set_version >= before.set_version
            and all(self.highest(session) >= seq for session, seq in before.sessions[-1:])
        )

    def pinned(self) -> KeySet:
        """The pinned key set. Raises Refused."""
        if not self.key_set:
            raise Refused("set-missing", "No key set is pinned.", 12)
        found = keys.kept(self.key_set)
        if found.version < self.set_version:
            raise Refused("set-rolled-back", "A newer key set than the pinned one counted.", 12)
        return found


class StateFile:
    """At `path`. Every method raises Refused where the file cannot be read, written or locked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def init(self) -> None:
        """Make the file, once."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Refused("state-unwritable", "The state cannot be written.", 1) from error
        with self.locked():
            if self.path.exists():
                raise Refused("state-exists", "There is a state already; it is kept.", 1)
            self.write(State())

    def read(self) -> State:
        """What is known."""
        try:
            return State.read(self.path.read_bytes())
        except (OSError, Refused) as error:
            raise _unreadable() from error

    def write(self, state: State) -> None:
        """Replace the content; by who holds the lock."""
        try:
            durable.replace(self.path, state.written())
        except OSError as error:
            raise Refused("state-unwritable", "The state cannot be written.", 1) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from changing it."""
        try:
            file = self.path.with_name(f"{self.path.name}.lock").open("ab")
        except OSError as error:
            raise Refused("state-unwritable", "The state cannot be locked.", 1) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def believe(self, at: int) -> None:
        """Take `at` as the latest moment, where a wrong clock showed a later one. For a person to
        decide: whoever can do this can use permits that were saved up. A guard that runs refuses
        everything until it is started again."""
        with self.locked():
            self.write(replace(self.read(), latest=at))

    def pin(self, token: str) -> KeySet:
        """Pin a key set that was brought by hand."""
        found = keys.pin(token)
        with self.locked():
            state = self.read()
            is_other = found.version == state.set_version and state.key_set not in ("", token)
            if found.version < state.set_version or is_other:
                raise Refused("set-rolled-back", "The set is not newer than the pinned one.", 12)
            self.write(replace(state, key_set=token, set_version=found.version))
        return found

    def follow(self, pinned: KeySet, token: str, *, at: int) -> KeySet:
        """Pin the set in `token`, where it may follow `pinned` at `at`."""
        with self.locked():
            state = self.read()
            found = keys.follow(pinned, token, at=max(at, state.latest))
            if found.version < state.set_version:
                raise Refused("set-rolled-back", "A newer key set counted already.", 12)
            if found.version > pinned.version:
                self.write(replace(state, key_set=token, set_version=found.version))
        return found


def _is_row(row: object) -> bool:
    if not isinstance(row, list) or len(row) != 2:
        return False
    name, seq = row
    is_name = type(name) is str and 0 < len(name) <= TEXT_LIMIT
    return is_name and type(seq) is int and 0 < seq <= NUMBER_LIMIT


def _unreadable() -> Refused:
    return Refused("state-unreadable", "The state is missing, or was not written here.", 1)
