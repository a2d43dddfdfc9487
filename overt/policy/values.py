"""What every value of a policy profile carries: where it comes from, and how sure we are.

Pure: no Django. Decimals are written as text ("0.75") and compared as fractions, so that a
threshold never depends on how a machine stores 0.1. Nothing in a profile is a float.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Certainty = Literal["confirmed", "reported", "assumed"]
CERTAINTIES: tuple[Certainty, ...] = ("confirmed", "reported", "assumed")

T = TypeVar("T")


class Strict(BaseModel):
    """Unknown fields are errors, nothing is coerced, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True)
class Words:
    """How people name a field: its label, the unit its value is in, and its choices in words.

    The unit "share" is for a decimal between 0 and 1, shown as a percentage.
    """

    label: str
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


class FieldProblem(ValueError):
    """A value that is wrong beside another one: names the field to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _between_zero_and_one(text: str) -> str:
    if not 0 < Fraction(text) < 1:
        raise ValueError(f'{text} must lie between 0 and 1, both excluded, such as "0.75"')
    return text


def _no_repeats(items: tuple[T, ...]) -> tuple[T, ...]:
    for position, item in enumerate(items):
        if item in items[:position]:
            raise ValueError(f"{item!r} is listed twice; list it once")
    return items


Text = Annotated[str, StringConstraints(pattern=r"\S", max_length=2000)]
DecimalText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,9})?$")]
Share = Annotated[DecimalText, AfterValidator(_between_zero_and_one)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
AtLeastOne = Annotated[int, Field(ge=1, le=1_000_000_000)]
Metres = Annotated[int, Field(ge=1, le=100_000)]
Months = Annotated[int, Field(ge=1, le=240)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1), AfterValidator(_no_repeats)]
MetreList = Annotated[tuple[Metres, ...], Field(min_length=1), AfterValidator(_no_repeats)]
MonthList = Annotated[tuple[Months, ...], Field(min_length=1), AfterValidator(_no_repeats)]


class Sourced(Strict, Generic[T]):
    """One value of the policy with its source and certainty.

    `confirmed`: an official document says so. `reported`: a court digest, a law firm, the press
    or another force says so. `assumed`: general knowledge, or Overt's own safeguard.
    """

    value: T
    source: Text
    status: Certainty
    note: Text | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.status == "confirmed"


class Section(Strict):
    """A table of the profile; the first line of its docstring is its heading on the page."""

    @classmethod
    def heading(cls) -> str:
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0].rstrip(".")

    def require(self, holds: bool, field: str, message: str) -> Self:
        """For validators: refuse `field` with `message` unless `holds`."""
        if not holds:
            raise FieldProblem(field, message)
        return self
