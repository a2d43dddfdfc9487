"""Files that survive a power cut. For POSIX: a folder can be made durable there."""

import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Put `content` at `path`: whole beside it, made durable, renamed, and the rename made durable.
    Cut off at any moment, `path` holds what it held before or `content`. Raises OSError."""
    draft = path.with_name(f"{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
