"""The kinds of value that a body is made of; each has one spelling only.

Text is short and of a narrow alphabet. Times are RFC 3339 in UTC, written with `T` and `Z`, from
2020 to 2099: in whole minutes, in seconds, or with three digits of milliseconds. There are no
floats: a threshold is a decimal as text.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from . import limits


class Closed(BaseModel):
    """Unknown members are errors, nothing is coerced, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def refused(reason: str, field: str = "") -> PydanticCustomError:
    """For validators: `field` of the model at hand is refused, for a reason of REASONS."""
    return PydanticCustomError("contract", "refused", {"reason": reason, "field": field})


_DAY = "20[2-9][0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TO_THE_SECOND = re.compile(f"^{_DAY}T{_HOUR}:[0-5][0-9]Z$", re.ASCII)


@dataclass(frozen=True)
class Written:
    """How a moment is written, and read. `example` has the length of all.

    Moments that our own code brings are cut to the precision of the form.
    """

    form: "re.Pattern[str]"
    precision: Literal["minutes", "seconds", "milliseconds"]
    example: str

    def read(self, value: object) -> datetime:
        if isinstance(value, datetime):
            value = self.write(value)
        if not isinstance(value, str):
            raise refused("wrong-type")
        if not self.form.fullmatch(value):
            timed = self.precision == "minutes" and _TO_THE_SECOND.fullmatch(value)
            raise refused("not-whole-minute" if timed else "not-a-time")
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # the thirtieth of February
            raise refused("not-a-time") from None

    def write(self, moment: datetime) -> str:
        if moment.utcoffset() != timedelta(0):
            raise refused("not-a-time")
        text = moment.replace(tzinfo=None).isoformat(timespec=self.precision)
        return f"{text}:00Z" if self.precision == "minutes" else f"{text}Z"

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.write, return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": self.form.pattern,
            "maxLength": len(self.example),
            "examples": [self.example],
        }


Minute = Annotated[
    datetime,
    Written(re.compile(f"^{_DAY}T{_HOUR}:00Z$", re.ASCII), "minutes", "2026-05-01T12:34:00Z"),
]
Second = Annotated[datetime, Written(_TO_THE_SECOND, "seconds", "2026-05-01T12:34:56Z")]
Millisecond = Annotated[
    datetime,
    Written(
        re.compile(rf"^{_DAY}T{_HOUR}:[0-5][0-9]\.[0-9]{{3}}Z$", re.ASCII),
        "milliseconds",
        "2026-05-01T12:34:56.789Z",
    ),
]

BatchNumber = Annotated[int, Field(ge=1, le=limits.BATCHES)]
ManifestNumber = Annotated[int, Field(ge=1, le=limits.MANIFESTS)]
RequestNumber = Annotated[int, Field(ge=1, le=limits.REQUESTS)]
People = Annotated[int, Field(ge=0, le=limits.PEOPLE)]

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", max_length=limits.TEXT)]
Decimal = Annotated[str, Field(pattern=r"^0\.[0-9]{1,4}$", max_length=6)]
# One or two words and a number: enough to tell cameras apart, too little to describe anybody.
CameraLabel = Annotated[
    str, Field(pattern="^[a-z]{1,12}(?:-[a-z]{1,12})?(?:-?[0-9]{1,2})?$", max_length=24)
]
AlertId = Annotated[str, Field(pattern="^[1-9][0-9]{0,4}$", max_length=5)]
Asset = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$", max_length=60)]
# Plain words: small, with a capital first, or an abbreviation; each may have one number after it.
# So no digits among letters, no capitals inside a word, and no dates of birth.
_WORD = r"(?:[A-Z]?[a-z]{1,19}|[A-Z]{1,6}s?)(?:[ -][0-9]{1,4}(?:\.[0-9]|s)?)?"
CategoryName = Annotated[
    str,
    Field(
        pattern=rf"^{_WORD}(?:(?: |, | & |-){_WORD}| \({_WORD}(?: {_WORD})*\))*$",
        max_length=60,
    ),
]
