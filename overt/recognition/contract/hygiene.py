"""What looks like a picture, or like bytes written as text.

This names what was tried; it is not what keeps it out. That is done by the fields: none of them
takes free text, and what each takes is short and of a narrow alphabet (`fields.py`), so that a
picture which no rule here knows is refused all the same, as `unknown-field`, `wrong-form` or
`value-too-long`.

Known are JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC and AVIF, as bytes, as bytes in escapes, in base64
and base64url, in hexadecimal, and any `data:` address. A sha256 in small hexadecimal is no such
thing, however it begins.
"""

import math
import re
from collections import Counter

# How the files begin. HEIC and AVIF are boxes: a length below 256, then `ftyp`.
_BYTES = rb"\xff\xd8\xff|\x89PNG|GIF8[79]a|RIFF.{4}WEBP|BM.{4}\0{4}|II\*\0|MM\0\*|\0\0\0.ftyp"
_AS_TEXT = (
    rb"data:"
    # base64: JPEG, PNG, GIF, RIFF, BMP, TIFF in both orders, ftyp
    rb"|[/_]9j[/_]|iVBORw0K|R0lGOD[dl]h|UklGR|Qk[0-3][A-Za-z0-9+/_-]{8}|SUkqA|TU0AK"
    rb"|AAAA[A-Za-z0-9+/_-]{2}Z0eXB"
    # hexadecimal, of the same
    rb"|(?![0-9a-f]{64}(?:\"|\Z))(?i:(?:0x|\\x)?(?:ffd8ff|89504e47|47494638|52494646|424d[0-9a-f]{8}"
    rb"|49492a00|4d4d002a|000000[0-9a-f]{2}66747970))"
    # escapes, and UTF-8 of the same numbers
    rb"|(?i:\\u00ff\\u00d8|\\u0089PNG)|\xc3\xbf\xc3\x98|\xc2\x89PNG"
)
_PICTURE = re.compile(_BYTES + rb"|" + _AS_TEXT, re.DOTALL)
# The first of any of these: a batch has thousands of texts, and few begin so.
_FIRST = rb"(?=[\xff\x89\xc3\xc2\0\\/_0458ABFGIMQRSTUdfi])"
_TEXT_OF_A_PICTURE = re.compile(rb'"' + _FIRST + rb"(?:" + _PICTURE.pattern + rb")", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}", re.ASCII)
_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]{2}){12,}", re.ASCII | re.IGNORECASE)
_CLASSES = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))
# Bits a character: words have about 4 with spaces, base64 of anything compressed nearly 6, and of
# its first characters, few of which repeat, hardly less than words.
_BITS = 3.0


def holds_a_picture(body: bytes) -> bool:
    """Whether a body is a picture, or a text of it (a name or a value) begins as one."""
    return bool(_PICTURE.match(body) or _TEXT_OF_A_PICTURE.search(body))


def seems(text: str) -> str | None:
    """The reason to refuse `text` for what it looks like, or None. For texts that no field took."""
    if _PICTURE.match(text.encode("utf-8", "surrogatepass")):
        return "looks-like-image"
    if _HEX.fullmatch(re.sub("[ :-]", "", text)):
        return "looks-like-hex"
    mixed = text.endswith("=") or all(one.search(text) for one in _CLASSES)
    if mixed and _BASE64.fullmatch(text) and _bits_a_character(text) >= _BITS:
        return "looks-like-base64"
    return None


def _bits_a_character(text: str) -> float:
    """Shannon's entropy of the characters of `text`."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)
