"""Days that matter to whoever plans: polling days, festivals, bank holidays, from data/dates.

Each file is a table `dates` of entries: name, kind, first day, last day (left out for one day),
source, status as in a policy profile, and a note where one is needed. Pure: no Django.
"""

import datetime
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from overt.policy.values import Certainty, Strict, Text

Kind = Literal["bank holiday", "polling day", "festival"]


class KnownDate(Strict):
    """One day, or several in a row."""

    name: Text
    kind: Kind
    date: datetime.date
    until: datetime.date | None = None
    source: Text
    status: Certainty
    note: Text | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until <= self.date:
            raise ValueError("until must come after date; leave it out for a single day")
        return self

    def is_on(self, day: datetime.date) -> bool:
        return self.date <= day <= (self.until or self.date)

    def touches(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether any day from `first` to `last`, both included, is one of its days."""
        return self.date <= last and first <= (self.until or self.date)


class _File(Strict):
    dates: Annotated[tuple[KnownDate, ...], Field(min_length=1)]


class DatesError(Exception):
    """A file of dates cannot be read; the text names the file and what is wrong."""


def read(folder: Path) -> tuple[KnownDate, ...]:
    """Every date of the folder's .toml files, in order. Raises DatesError."""
    found: list[KnownDate] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            stored = tomllib.loads(path.read_text(encoding="utf-8"))
            # TOML has arrays where the models have tuples; its own date type is kept.
            found += _File.model_validate(stored | {"dates": tuple(stored.get("dates", ()))}).dates
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise DatesError(f"{path.name} cannot be read: {error}") from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise DatesError(f"{path.name}: {where}: {first['msg']}") from error
    return tuple(sorted(found, key=lambda one: (one.date, one.name)))


def on(known: Iterable[KnownDate], day: datetime.date) -> Sequence[KnownDate]:
    """What is on that day."""
    return [one for one in known if one.is_on(day)]
