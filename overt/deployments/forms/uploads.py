"""A document that is sent is hashed as it arrives, and never kept.

Nothing of it is written, not even to a temporary file: each chunk goes through SHA-256 and is
gone. The page then holds the hash, as if it had been typed.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

LARGEST_MB = 50


class Hashed(UploadedFile):  # type: ignore[type-arg]  # not generic when it runs
    """A file of which only the name, the size and the hash are left."""

    def __init__(self, name: str | None, size: int, sha256: str) -> None:
        super().__init__(file=None, name=name, size=size)
        self.sha256 = sha256


class HashingHandler(FileUploadHandler):
    """`too_large` holds the fields whose file was larger than LARGEST_MB; they are not read on."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_large: set[str] = set()

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._hash = hashlib.sha256()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > LARGEST_MB * 1_000_000:
            self.too_large.add(str(self.field_name))
            raise SkipFile
        self._hash.update(raw_data)

    def file_complete(self, file_size: int) -> Hashed | None:
        if self.field_name in self.too_large:
            return None
        return Hashed(self.file_name, file_size, self._hash.hexdigest())


def refused(handlers: Sequence[FileUploadHandler]) -> set[str]:
    """The fields whose file was too large."""
    return {
        field
        for handler in handlers
        if isinstance(handler, HashingHandler)
        for field in handler.too_large
    }
