"""What somebody might push at Overt, and how it would be found again.

Nothing here is of a person: the pictures are the first bytes by which a file of a picture is known,
and numbers drawn by a seed; the templates are numbers drawn by a seed; the names are made up.
"""

import base64
import random
import zlib
from collections.abc import Iterator, Mapping

from tests.recognition.contract.bodies import PICTURES

NAME = "Quintessa Obafemi-Marchbanks"
_WINDOW = 28


def _noise(seed: int, count: int) -> bytes:
    return random.Random(seed).randbytes(count)


JPEG = PICTURES["JPEG"][:4] + _noise(1, 1500)
PNG = PICTURES["PNG"][:8] + _noise(2, 1500)
TEMPLATE = _noise(3, 1024)
MEASUREMENTS = ", ".join(f"{random.Random(4 + n).uniform(-1, 1):.6f}" for n in range(128))

# As text, one for each way in which bytes are commonly written.
TEXTS: Mapping[str, str] = {
    "picture in base64": base64.b64encode(JPEG).decode(),
    "picture as an address": "data:image/png;base64," + base64.b64encode(PNG).decode(),
    "picture in lines of base64": base64.encodebytes(JPEG).decode(),
    "picture in hexadecimal": PNG.hex(),
    "template in base64url": base64.urlsafe_b64encode(TEMPLATE).decode(),
    "template in hexadecimal": TEMPLATE.hex(),
    "template as numbers": MEASUREMENTS,
}
FILES: Mapping[str, bytes] = {"jpeg": JPEG, "png": PNG, "template": TEMPLATE}


def needles(text: str | bytes) -> Iterator[bytes]:
    """Parts of it, each long enough to be found by no chance; where one is, it was kept."""
    raw = text.encode() if isinstance(text, str) else text
    whole = raw.replace(b"\n", b"")
    for at in range(60, min(len(whole) - _WINDOW, 1200), 200):
        yield whole[at : at + _WINDOW]


def everything() -> Mapping[bytes, str]:
    """Each needle, and what it is a part of."""
    found = {
        part: f"name: {part.decode()}"
        for part in (NAME.encode(), NAME.split(maxsplit=1)[0].encode())
    }
    for label, text in TEXTS.items():
        found |= dict.fromkeys(needles(text), label)
    for label, raw in FILES.items():
        forms = (raw, raw.hex().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw))
        for form in forms:
            found |= dict.fromkeys(needles(form), f"file: {label}")
    return found


def found_in(where: str, content: bytes) -> list[str]:
    """What of it `content` holds. Line ends are ignored, and streams of PDFs are opened."""
    parts = [content, content.replace(b"\n", b"").replace(b"\r", b"")]
    if content.startswith(b"%PDF"):
        parts += _streams(content)
    return sorted(
        {f"{label} in {where}" for part, label in everything().items() if _in(part, parts)}
    )


def _in(part: bytes, parts: list[bytes]) -> bool:
    return any(part in content for content in parts)


def _streams(content: bytes) -> list[bytes]:
    opened = []
    for piece in content.split(b"stream\n")[1:]:
        try:
            opened.append(zlib.decompressobj().decompress(piece))
        except zlib.error:
            continue
    return opened
