"""Codes of an authenticator app: RFC 6238 with HMAC-SHA1, six digits, steps of 30 seconds, which
is what every such app can do.

1. code-of-its-time: a code counts in its own step, and in the one before and the one after it,
   because clocks of phones are not all right.
2. code-once: a code counts once. After the code of a step was accepted, no code of that step or of
   an earlier one is (RFC 6238, section 5.2).

Pure: no Django, no clock. Secrets are base32 text, as apps take them.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

ISSUER = "Overt"
DIGITS = 6
STEP_S = 30
STEPS_AROUND = 1
_SECRET_BYTES = 20


def new_secret() -> str:
    """160 random bits, as long as the hash, in base32."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def code_at(secret: str, at: datetime) -> str:
    """The code that an app with `secret` shows at the aware time `at`."""
    return _code(secret, _step(at))


def address(secret: str, username: str) -> str:
    """What the QR code for an app holds, as an otpauth address."""
    return f"otpauth://totp/{quote(f'{ISSUER}:{username}')}?secret={secret}&issuer={ISSUER}"


def accepted_step(secret: str, code: str, *, at: datetime, last: int | None) -> int | None:
    """The step that `code` is right for at `at`, or None: wrong, too old, or used before.

    `last` is the step of the last code that was accepted.
    """
    typed = "".join(code.split())
    now = _step(at)
    right = [
        step
        for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1)
        if hmac.compare_digest(_code(secret, step).encode(), typed.encode())
        and (last is None or step > last)
    ]
    return max(right, default=None)


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_S


def _code(secret: str, step: int) -> str:
    key = base64.b32decode(secret)
    digest = hmac.digest(key, struct.pack(">Q", step), hashlib.sha1)
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack_from(">L", digest, offset)
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"
