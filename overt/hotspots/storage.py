"""Blobs in the `crimes` storage: written under names never used before, read only if unchanged."""

import errno
import hashlib
from contextlib import suppress
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import OperationalError


class StoredFileChanged(Exception):
    """A stored file is missing or is not what was stored. `name` is its name in the storage."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(
            f"{name} in the crime store {reason}. Restore it from a backup; nothing was computed "
            "from it."
        )


class StorageFull(Exception):
    """There is no room left for what was to be stored."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full: nothing was imported. Free some space and import again."
        )


def crime_storage() -> Storage:
    return storages["crimes"]


def read_blob(name: str, sha256: str) -> bytes:
    """The bytes of a stored blob, checked against the sha256 that the database holds.

    Raises StoredFileChanged.
    """
    try:
        with crime_storage().open(name) as handle:
            data: bytes = handle.read()
    except OSError as error:
        raise StoredFileChanged(name, "cannot be read") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoredFileChanged(name, "is not what was stored (its sha256 differs)")
    return data


def is_full(error: OSError | OperationalError) -> bool:
    """Whether the error says that a disk or a quota is full."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    # SQLite and PostgreSQL (SQLSTATE 53100) only say so in words.
    return "full" in str(error) or "No space left on device" in str(error)


class Shelf:
    """The blobs that one import writes, so that those it does not come to need are removed."""

    def __init__(self) -> None:
        self._storage = crime_storage()
        self._names: set[str] = set()

    def put(self, name: str, data: bytes) -> None:
        """Raises OSError."""
        self._names.add(name)
        self._storage.save(name, ContentFile(data))

    def remove_all_but(self, kept: set[str]) -> None:
        for name in self._names - kept:
            self._remove(name)
        for folder in {str(PurePosixPath(name).parent) for name in self._names}:
            if not any(name.startswith(f"{folder}/") for name in kept):
                self._remove(folder)
        self._names &= kept

    def _remove(self, name: str) -> None:
        # What cannot be removed stays as an orphan that no row names, and does no harm.
        with suppress(OSError):
            self._storage.delete(name)
