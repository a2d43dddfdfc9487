"""Files with signing keys: one key in each, `ID.key`, readable by its owner alone. No Django.

Rules
1. A key's file is made once, with mode 0600, and never written again.
2. What a file holds is never shown: not by a command, an error or the ledger.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .notes import MalformedNote, SigningKey

SUFFIX = ".key"


class KeyFileError(Exception):
    """What is wrong with a key's file, in one sentence."""


def generate(folder: Path, name: str) -> tuple[SigningKey, Path]:
    """Make a key of this name and its file. Raises KeyFileError."""
    try:
        key = SigningKey.generate(name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{key.verifier.id}{SUFFIX}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{key.secret_text()}\n")
            file.flush()
            os.fsync(file.fileno())
    except (OSError, MalformedNote) as error:
        raise KeyFileError(f"No key was made in {folder}: {error}") from error
    return key, path


def read(path: Path) -> SigningKey:
    """Raises KeyFileError, which names the file and never what it holds."""
    try:
        return SigningKey.of_secret_text(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, MalformedNote):
        raise KeyFileError(
            f"{path} holds no signing key of the form that ledger_keys makes."
        ) from None


def files(folder: Path) -> Iterator[Path]:
    """The files of keys in `folder`, by name; nothing where there is no such folder."""
    yield from sorted(folder.glob(f"*{SUFFIX}"))


def open_to_others(path: Path) -> bool:
    """Whether anybody but the file's owner may read or write it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
