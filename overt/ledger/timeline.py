"""One entry as a step of a timeline: what its payload says, in words and short enough to read.

Rules
1. Names lose their underscores. Yes and no stand for true and false; nothing is said of null and
   of empty texts and lists.
2. A digest is shown by its first 12 characters; a moment as a time; a list of plain values with
   commas; a list of anything else, or an object, by how many it holds.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_DIGEST_SHOWN = 12


@dataclass(frozen=True)
class Figure:
    """`value` is a text, a number or an aware datetime; `is_digest` where it was cut short."""

    name: str
    value: str | int | float | datetime
    is_digest: bool = False

    @property
    def is_moment(self) -> bool:
        return isinstance(self.value, datetime)


@dataclass(frozen=True)
class Step:
    """Entry `seq`, for people."""

    seq: int
    at: datetime
    actor: str
    label: str
    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, *, seq: int, at: datetime, actor: str, label: str, payload: str) -> "Step":
        """A payload that is no JSON object any more gives no figures."""
        try:
            content = json.loads(payload)
        except (TypeError, ValueError):
            content = None
        found = content.items() if isinstance(content, dict) else ()
        figures = (_figure(name.replace("_", " "), value) for name, value in found)
        return cls(seq, at, actor, label, tuple(each for each in figures if each is not None))


def _figure(name: str, value: Any) -> Figure | None:
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        value = ", ".join(str(each) for each in value)
    elif isinstance(value, list | dict):
        value = f"{len(value)} items" if len(value) > 1 else "1 item"
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    return Figure(name, value)


def _text(name: str, value: str) -> Figure:
    if _DIGEST.fullmatch(value):
        return Figure(name, value[:_DIGEST_SHOWN], is_digest=True)
    if _MOMENT.fullmatch(value):
        try:
            return Figure(name, datetime.fromisoformat(value))
        except ValueError:
            pass
    return Figure(name, value)
