"""A policy profile as a document: read from TOML or from its pinned form, checked, digested.

Pure: no Django, no clock, no files. Both ways in go through the same strict JSON reading, so a
profile read from a file and one read from what was pinned are the same object.

The canonical document is the RFC 8785 form of every field that is set; its sha256 is the digest.
Comments, order and layout of the TOML do not change it; any change of a value, a source, a
status or a note does.
"""

import hashlib
import json
import tomllib
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import rfc8785
from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from .sections.analysis import Hotspots, Quality, Rise, Siting, Stability
from .sections.deployments import (
    Alerts,
    Authorising,
    Calendar,
    Community,
    Notice,
    Place,
    Records,
    Retention,
    Sessions,
    Signs,
    Slug,
    Threshold,
    UseCase,
    Validity,
    Watchlist,
)
from .values import CERTAINTIES, FieldProblem, Strict, Text


class Profile(Strict):
    """One version of one force's policy."""

    schema_: Annotated[Literal["overt/policy/1"], Field(alias="schema")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    title: Text
    force: Text
    example: bool
    summary: Text
    validity: Validity
    hotspots: Hotspots
    rise: Rise
    stability: Stability
    siting: Siting
    quality: Quality
    use_cases: Annotated[dict[Slug, UseCase], Field(min_length=1)]
    place: Place
    authorising: Authorising
    watchlist: Watchlist
    threshold: Threshold
    alerts: Alerts
    sessions: Sessions
    calendar: Calendar
    notice: Notice
    signs: Signs
    retention: Annotated[dict[Slug, Retention], Field(min_length=1)]
    community: Community
    records: Records

    @model_validator(mode="after")
    def _rise_periods_are_covered(self) -> Self:
        needed = self.rise.baseline_months.value + self.rise.recent_months.value
        if self.hotspots.min_months_rise.value < needed:
            raise FieldProblem(
                "hotspots.min_months_rise",
                f"{self.hotspots.min_months_rise.value} months do not hold both periods of "
                f"section rise, which need {needed}",
            )
        return self

    @cached_property
    def document(self) -> str:
        """Canonical JSON (RFC 8785)."""
        content = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return rfc8785.dumps(content).decode()

    @cached_property
    def digest(self) -> str:
        """sha256 of `document`, in hexadecimal."""
        return hashlib.sha256(self.document.encode()).hexdigest()


class ProfileError(ValueError):
    """A profile that cannot be used. `problems` holds one line each; the text names the first."""

    def __init__(self, origin: str, problems: list[str]) -> None:
        self.origin = origin
        self.problems = problems
        more = len(problems) - 1
        also = f" (and {more} more problem{'s' if more > 1 else ''})" if more else ""
        super().__init__(f"{origin}: {problems[0]}{also}")


def from_toml(text: str, *, origin: str) -> Profile:
    """The profile that `text` holds; `origin` names the file in errors.

    Raises ProfileError.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(origin, [f"not valid TOML: {error}"]) from None
    return _read(json.dumps(content, default=_as_text), origin)


def from_document(document: str) -> Profile:
    """The profile that was pinned as `document` (canonical JSON).

    Raises ProfileError, also where `document` is not byte for byte what the profile would write.
    """
    origin = "pinned profile"
    profile = _read(document, origin)
    if profile.document != document:
        raise ProfileError(origin, ["is not in canonical form; it was changed after pinning"])
    return profile


def _as_text(value: object) -> str:
    # TOML knows dates; JSON does not. Times have no place in a profile, and fail as dates.
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _read(text: str, origin: str) -> Profile:
    try:
        return Profile.model_validate_json(text)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        raise ProfileError(origin, problems) from None


_SENTENCES = {
    "extra_forbidden": "is not a known field; correct its spelling or remove it",
    "int_type": "must be a whole number",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table with value, source and status",
    "date_type": "must be a day such as 2024-09-01",
    "date_parsing": "must be a day such as 2024-09-01",
    "date_from_datetime_parsing": "must be a day such as 2024-09-01",
    "date_from_datetime_inexact": "must be a day such as 2024-09-01, without a time",
}

_ADD = {
    "source": "say where the value comes from",
    "status": f"write one of: {', '.join(CERTAINTIES)}",
}


def _problem(detail: ErrorDetails) -> str:
    """One line: section, field, what is wrong, what to do."""
    # A name that would break the line, which JSON allows, is shown as it would be written.
    path = [part if part.isprintable() else repr(part) for part in map(str, detail["loc"])]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, FieldProblem):
        path += cause.field.split(".")
    message = _message(detail, path)
    return f"{_place(path)} {message}" if path else message


def _place(path: list[str]) -> str:
    # `value` is where the content of a field lies; people look for the field.
    named = [part for part in path if part != "value"] or path
    named = ["schema" if part == "schema_" else part for part in named]
    if len(named) == 1:
        return f"field {named[0]}:"
    return f"section {named[0]}, field {'.'.join(named[1:])}:"


def _message(detail: ErrorDetails, path: list[str]) -> str:
    given: Any = detail["input"]
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            message = str(context["error"])
        case "missing":
            message = f"is missing; {_ADD.get(path[-1], 'add it')}"
        case "literal_error" if path[-1] == "status":
            message = f"{given!r} is not one of: {', '.join(CERTAINTIES)}"
        case "literal_error":
            message = f"{given!r} is not allowed; write {context['expected']}"
        case "string_pattern_mismatch" if context["pattern"].startswith("^[0-9]"):
            message = f'{given!r} is not a decimal in quotes, such as "0.75"'
        case "string_pattern_mismatch" if context["pattern"] == r"\S":
            message = f"is empty; {_ADD.get(path[-1], 'fill it in')}"
        case kind:
            message = _SENTENCES.get(kind, detail["msg"][0].lower() + detail["msg"][1:])
    return message
