"""Reading a body: bytes to a model, or a refusal that repeats nothing of it.

The steps, each of which only sees what the ones before let through:
1. no more bytes than are allowed;
2. nothing that looks like a picture (`hygiene.py`);
3. printable ASCII without escapes: so no NUL, no BOM, no surrogate, nothing invisible;
4. objects and lists no deeper than a batch;
5. JSON (RFC 8259), no member twice, no NaN and no Infinity;
6. the model: closed, strict, every number, text and list within its bounds;
7. the canonical form of what was read is what was sent, byte for byte.
"""

import json
import re
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from . import hygiene, limits
from .fields import Closed
from .refusals import ContractRefused
from .requests import Batch

M = TypeVar("M", bound=Closed)

# Line ends and tabs are JSON, and refused at the end for not being canonical.
_ALLOWED = bytes(set(range(0x20, 0x7F)) - set(b"\\")) + b"\t\n\r"
_UNMARKED = bytes(set(range(0x80)) - set(b'"[]{}'))
_TEXTS = re.compile(rb'"[^"]*"')


def read(model: type[M], body: bytes) -> M:
    """The `model` that `body` holds. Raises ContractRefused."""
    if len(body) > (limits.BATCH_BYTES if model is Batch else limits.OTHER_BYTES):
        raise ContractRefused("too-large")
    if hygiene.holds_a_picture(body):
        raise ContractRefused("looks-like-image")
    _check_characters(body)
    _check_depth(body)
    content = _json(body)
    found = _validated(model, body)
    if isinstance(found, ContractRefused):
        # Outside of `except`, so that what was refused does not hang on it as its context.
        raise found
    if _written(content) != body:
        raise ContractRefused("not-canonical")
    return found


def canonical(model: Closed) -> bytes:
    """How `model` is sent: canonical JSON (RFC 8785)."""
    return _written(model.model_dump(mode="json"))


def _written(content: Any) -> bytes:
    # RFC 8785, for what a body can hold: ASCII and whole numbers. Twenty times faster than rfc8785.
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _check_characters(body: bytes) -> None:
    if not body.translate(None, _ALLOWED):
        return
    reason = "character-not-allowed"
    try:
        body.decode("utf-8", "strict")
    except UnicodeDecodeError:
        reason = "not-utf8"
    raise ContractRefused(reason)


def _check_depth(body: bytes) -> None:
    # Before any parser sees it: without escapes, a text runs from quote to quote.
    marks = body.translate(None, _UNMARKED).replace(b'""', b"")
    depth = 0
    for bracket in _TEXTS.sub(b"", marks):
        depth += 1 if bracket in b"[{" else -1
        if depth > limits.DEPTH:
            raise ContractRefused("too-deep")


def _json(body: bytes) -> Any:
    try:
        return json.loads(
            body,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
        )
    except ValueError:
        pass
    raise ContractRefused("not-json")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ContractRefused("duplicate-member")
    return content


def _constant(_text: str) -> NoReturn:
    raise ContractRefused("not-json")


def _whole(text: str) -> int:
    # Before Python, or the model, tries to read thousands of digits.
    if len(text) > 18:
        raise ContractRefused("out-of-range")
    return int(text)


def _validated(model: type[M], body: bytes) -> M | ContractRefused:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        return _refusal(error.errors(include_url=False)[0])


_BY_TYPE = {
    "extra_forbidden": "unknown-field",
    "missing": "missing-field",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    "string_too_long": "value-too-long",
    "string_pattern_mismatch": "wrong-form",
    "literal_error": "not-a-choice",
    "too_long": "too-many-items",
    "too_short": "too-few-items",
}


def _refusal(wrong: ErrorDetails) -> ContractRefused:
    kind, place, given = wrong["type"], wrong["loc"], wrong["input"]
    reason = _BY_TYPE.get(kind, "wrong-type")
    if kind == "contract":
        context = wrong["ctx"]
        reason = context["reason"]
        place = (*place, context["field"]) if context["field"] else place
    if kind == "extra_forbidden":
        # Its name is from outside.
        place = place[:-1]
    elif isinstance(given, str):
        reason = hygiene.seems(given) or reason
    elif kind == "literal_error":
        reason = "wrong-type"
    return ContractRefused(reason, _path(place))


def _path(place: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")
