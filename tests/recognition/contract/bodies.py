"""Bodies that hold to the contract, as JSON content, and what a system could hide in them.

Nothing here is a picture: there are the first bytes by which a picture's file is known, and
numbers drawn by a seed after them.
"""

import base64
import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

from overt.recognition.contract import Batch, Manifest, PermitRequest
from overt.recognition.contract.fields import Closed

BATCH: dict[str, Any] = {
    "alerts": [
        {
            "at": "2026-05-01T12:03:11Z",
            "camera": "van-north-1",
            "decided_at": "2026-05-01T12:03:40Z",
            "decision": "true",
            "engaged": True,
            "ethnicity": "NS",
            "id": "1",
            "outcome": "arrest",
        },
        {
            "at": "2026-05-01T12:04:11Z",
            "camera": "van-south-2",
            "decided_at": None,
            "decision": None,
            "engaged": None,
            "ethnicity": None,
            "id": "2",
            "outcome": None,
        },
    ],
    "counters": [
        {"camera": "van-north-1", "faces_seen": 41, "minute": "2026-05-01T12:03:00Z"},
        {"camera": "van-south-2", "faces_seen": 0, "minute": "2026-05-01T12:03:00Z"},
        {"camera": "van-north-1", "faces_seen": 38, "minute": "2026-05-01T12:04:00Z"},
    ],
    "deletions": [
        {
            "asset": "templates_without_alert",
            "at": "2026-05-01T12:05:00Z",
            "count": 77,
            "method": "never_stored",
        },
        {
            "asset": "watchlist",
            "at": "2026-05-01T12:05:00Z",
            "count": 3210,
            "method": "key_destroyed",
        },
    ],
    "heartbeat": {
        "alerts_total": 2,
        "at": "2026-05-01T12:05:02Z",
        "faces_total": 79,
        "state": "running",
    },
    "number": 7,
    "sent_at": "2026-05-01T12:05:02.250Z",
    "stopped": {"at": "2026-05-01T12:05:01Z", "reason": "operator"},
}
MANIFEST: dict[str, Any] = {
    "built_at": "2026-05-01T08:00:00Z",
    "categories": [
        {"count": 3000, "name": "Wanted on warrant"},
        {"count": 210, "name": "Wanted on recall to prison"},
    ],
    "digest": "5d41402abc4b2a76b9719d911017c592ae3a1c1b9cd1f0c0d8a1a7c4b3e2f100",
    "number": 1,
    "total": 3210,
    "under_18": 4,
}
MANIFEST["categories"].sort(key=lambda one: one["name"])
PERMIT_REQUEST: dict[str, Any] = {
    "manifest": MANIFEST["digest"],
    "request": 12,
    "sent_at": "2026-05-01T12:05:02.250Z",
    "threshold": "0.64",
}
REQUESTS: tuple[tuple[type[Closed], dict[str, Any]], ...] = (
    (Batch, BATCH),
    (Manifest, MANIFEST),
    (PermitRequest, PERMIT_REQUEST),
)

Place = tuple[str | int, ...]


def written(content: Any) -> bytes:
    """As RFC 8785 has it, for what bodies hold; also for what they must not."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def leaves(content: Any, place: Place = ()) -> Iterator[Place]:
    """The places of all values that are neither objects nor lists."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from leaves(value, (*place, name))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from leaves(value, (*place, position))
    else:
        yield place


def objects(content: Any, place: Place = ()) -> Iterator[Place]:
    """The places of all objects."""
    if isinstance(content, dict):
        yield place
        for name, value in content.items():
            yield from objects(value, (*place, name))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from objects(value, (*place, position))


def at(content: Any, place: Place) -> Any:
    for part in place:
        content = content[part]
    return content


def replaced(content: Any, place: Place, value: Any) -> Any:
    """A copy of `content` with `value` at `place`."""
    if not place:
        return value
    changed = copy.deepcopy(content)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def path(place: Place) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def noise(length: int) -> bytes:
    """As good as random, the same each time."""
    return random.Random(20260501).randbytes(length)


def file_of(beginning: bytes, length: int = 600) -> bytes:
    return beginning + noise(length - len(beginning))


# What stands at the beginning of the files of each kind.
PICTURES = {
    "JPEG": file_of(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"),
    "JPEG with Exif": file_of(b"\xff\xd8\xff\xe1\x1f\xfeExif\0\0"),
    "PNG": file_of(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "GIF": file_of(b"GIF89a\x40\x01\xf0\x00"),
    "WebP": file_of(b"RIFF\x9a\x12\x00\x00WEBPVP8 "),
    "BMP": file_of(b"BM\x36\x84\x03\x00\x00\x00\x00\x00\x36\x00\x00\x00"),
    "TIFF, Intel": file_of(b"II*\x00\x08\x00\x00\x00"),
    "TIFF, Motorola": file_of(b"MM\x00*\x00\x00\x00\x08"),
    "HEIC": file_of(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"),
    "AVIF": file_of(b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00"),
}
ENCODINGS = {
    "base64": lambda raw: base64.b64encode(raw).decode(),
    "base64url": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
    "hexadecimal": lambda raw: raw.hex(),
    "capital hexadecimal": lambda raw: raw.hex().upper(),
    "0x": lambda raw: f"0x{raw.hex()}",
    "data URL": lambda raw: f"data:image/x;base64,{base64.b64encode(raw).decode()}",
}


def place_of(path: str) -> Place:
    """`alerts[0].id` as a place."""
    parts = re.findall(r"[A-Za-z_0-9]+", path)
    return tuple(int(part) if part.isdigit() else part for part in parts)
