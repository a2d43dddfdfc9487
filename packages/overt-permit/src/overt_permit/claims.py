"""What a permit says: closed, every claim required, each in one form only."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import Refused

TYPE = "overt-permit+jwt"
# No permit of honest life has more; it bounds what is read before anything is verified.
TOKEN_LIMIT = 4096
TEXT_LIMIT = 200
NUMBER_LIMIT = 2**53 - 1
# The end of the year 9999, after which not everything can write a time.
TIME_LIMIT = 253_402_300_799

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
SYSTEM = re.compile(r"system:[1-9][0-9]{0,18}", re.ASCII)
_SESSION = re.compile(
    r"session:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII
)
_REFERENCE = re.compile(r"[A-Z0-9-]{1,20}", re.ASCII)
DECIMAL = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?", re.ASCII)


def _number(value: object) -> bool:
    return type(value) is int and 0 <= value <= NUMBER_LIMIT


def is_time(value: object) -> bool:
    """Whether it is a time as permits and key sets have it."""
    return type(value) is int and 0 <= value <= TIME_LIMIT


def _text(pattern: "re.Pattern[str] | None" = None) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        if type(value) is not str or not value.isprintable() or not 0 < len(value) <= TEXT_LIMIT:
            return False
        return pattern is None or pattern.fullmatch(value) is not None

    return fits


@dataclass(frozen=True)
class Permit:
    """Times are whole seconds since 1970 in UTC. `threshold_floor` is a decimal as text, from 0 to
    1. `authority`, `zone`, `manifest` and `policy` are sha256 in hexadecimal. There is no other
    than a well-formed one: raises Refused."""

    iss: str
    aud: str
    sub: str
    seq: int
    iat: int
    nbf: int
    exp: int
    deployment: str
    authority: str
    zone: str
    threshold_floor: str
    manifest: str
    policy: str

    def __post_init__(self) -> None:
        for name, fits in _FORMS.items():
            if not fits(getattr(self, name)):
                raise Refused("claim-malformed", f"The claim {name} has the wrong form.")
        if not self.nbf < self.exp or self.seq < 1:
            raise Refused("claim-malformed", "The permit ends before it begins, or has no number.")

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "Permit":
        """Read claims. Raises Refused for an unknown, missing or malformed one."""
        known = {field.name for field in fields(cls)}
        if set(claims) - known:
            raise Refused("claim-unknown", "The permit has a claim that is not known.")
        if known - set(claims):
            raise Refused("claim-missing", "The permit lacks a claim.")
        return cls(**claims)

    def payload(self) -> bytes:
        """The claims as they are signed."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True).encode()


_FORMS: Mapping[str, Callable[[object], bool]] = {
    "iss": _text(),
    "aud": _text(SYSTEM),
    "sub": _text(_SESSION),
    "seq": _number,
    "iat": is_time,
    "nbf": is_time,
    "exp": is_time,
    "deployment": _text(_REFERENCE),
    "authority": _text(SHA256),
    "zone": _text(SHA256),
    "threshold_floor": _text(DECIMAL),
    "manifest": _text(SHA256),
    "policy": _text(SHA256),
}
