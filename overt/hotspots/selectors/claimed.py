"""The parts of an analysis.json from which it is computed again, held to their form.

A record comes from a stranger, and a digest that fits says no more than that it is whole. What is
read of it before the findings are compared is checked here. The findings need no check: they are
only compared.
"""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from overt.hotspots.analysis import record as records
from overt.hotspots.analysis.window import MONTH, MOST_MONTHS
from overt.hotspots.crimes.categories import CATEGORIES

Json = dict[str, Any]


def _known(category: str) -> str:
    if category not in CATEGORIES:
        raise ValueError(f"{category!r} is no crime category")
    return category


_Name = Annotated[str, StringConstraints(max_length=300)]
_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Month = Annotated[str, StringConstraints(pattern=MONTH.pattern)]
_Category = Annotated[str, AfterValidator(_known)]
# On the British National Grid, 700 km by 1,300 km: room for all of it, and not for the world.
_Centimetres = Annotated[int, Field(strict=True, ge=0, le=130_000_000)]
_Ring = Annotated[list[tuple[_Centimetres, _Centimetres]], Field(min_length=4)]
_Polygon = Annotated[list[_Ring], Field(min_length=1)]


class NotVerifiable(Exception):
    """The record cannot be recomputed here; the message says what is missing or changed."""


class _Source(BaseModel):
    name: _Name
    sha256: _Sha256


class _Area(BaseModel):
    kind: _Name
    name: _Name
    code: _Name
    boundary: Annotated[list[_Polygon], Field(min_length=1)]
    boundary_sha256: _Sha256
    source: _Source


class _Input(_Source):
    force: _Name
    month: _Month


class _Policy(BaseModel):
    name: _Name
    digest: _Sha256


class _Parameters(BaseModel):
    forces: Annotated[list[_Name], Field(min_length=1)]
    categories: Annotated[list[_Category], Field(min_length=1)]
    until: _Month
    months: Annotated[int, Field(strict=True, ge=1, le=MOST_MONTHS)]


class _Residents(BaseModel):
    table: _Name
    sha256: _Sha256
    boundaries_sha256: _Sha256


class _Borough(BaseModel):
    name: _Name
    boundary_sha256: _Sha256


class _Bcu(BaseModel):
    name: _Name
    boroughs: Annotated[list[_Borough], Field(min_length=1)]
    missing: list[_Name]


class _Record(BaseModel):
    area: _Area
    inputs: Annotated[list[_Input], Field(min_length=1)]
    policy: _Policy
    parameters: _Parameters
    residents: _Residents | None
    bcu: _Bcu | None
    software: dict[str, str]


def read(content: bytes) -> Json:
    """The record in `content`, the bytes of an analysis.json, whole and well-formed.

    Raises NotVerifiable.
    """
    try:
        claimed = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise NotVerifiable(f"not a JSON file: {problem}") from None
    if not isinstance(claimed, dict) or claimed.get("schema") != records.SCHEMA:
        raise NotVerifiable(f"not an analysis record: schema should be {records.SCHEMA!r}")
    try:
        found = records.digest_of(claimed)
    except (ValueError, RecursionError) as problem:
        raise NotVerifiable(f"not canonical JSON: {problem}") from None
    if found != claimed.get("digest"):
        raise NotVerifiable(
            f"the record was changed after it was written: its digest is {found}, "
            f"it claims {claimed.get('digest')}"
        )
    try:
        _Record.model_validate(claimed)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise NotVerifiable(f"not an analysis record: {place}: {first['msg']}") from None
    return claimed
