"""A profile in words: its sections, and in each one row per value.

Pure: no Django. The words stand beside the fields, in `sections`; here they are put together
with the value, its source and its certainty.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .document import Profile
from .sections.deployments import Community, Retention, Threshold, UseCase
from .values import CERTAINTIES, Certainty, Section, Sourced, Words

_GROUPS: dict[str, type[Section]] = {"use_cases": UseCase, "retention": Retention}


@dataclass(frozen=True)
class Row:
    """One value. `field` is its path in the profile, as `hotspots.quantile`."""

    field: str
    label: str
    value: str
    source: str
    status: Certainty
    note: str | None


@dataclass(frozen=True)
class Described:
    """One section. `key` is its name in the profile."""

    key: str
    heading: str
    rows: tuple[Row, ...]


def describe(profile: Profile) -> list[Described]:
    """Every section of `profile` in the order of the schema, with every value in it."""
    sections = []
    for key in type(profile).model_fields:
        content = getattr(profile, key)
        if isinstance(content, Section):
            sections.append(Described(key, content.heading(), tuple(_rows(key, content))))
        elif key in _GROUPS:
            rows = tuple(
                row for name, group in content.items() for row in _group(f"{key}.{name}", group)
            )
            sections.append(Described(key, _GROUPS[key].heading(), rows))
    return sections


def certainties(sections: Iterable[Described]) -> dict[Certainty, int]:
    """How many values are confirmed, reported and assumed; all three keys are there."""
    found = Counter(row.status for section in sections for row in section.rows)
    return {certainty: found[certainty] for certainty in CERTAINTIES}


def _rows(key: str, section: Section) -> Iterator[Row]:
    if isinstance(section, Threshold):
        for number, entry in enumerate(section.floors):
            since = shown(entry.from_day) if entry.from_day else "the beginning"
            words = Words(f"Floor from {since}")
            yield _row(f"{key}.floors.{number}.floor", words, entry.floor)
    for name, field in type(section).model_fields.items():
        content = getattr(section, name)
        if isinstance(content, Sourced):
            yield _row(f"{key}.{name}", _words(field.metadata), content)
    if isinstance(section, Community):
        for number, council in enumerate(section.councils):
            year = f", {council.year}" if council.year else ""
            words = Words(f"Council: {council.council}{year}")
            yield _row(f"{key}.councils.{number}.stance", words, council.stance)


def _group(key: str, section: Section) -> Iterator[Row]:
    """The rows of one of several: the first names it, the others carry that name."""
    rows = list(_rows(key, section))
    title = rows[0].value
    yield rows[0]
    for row in rows[1:]:
        label = f"{title}: {row.label[0].lower()}{row.label[1:]}"
        yield Row(row.field, label, row.value, row.source, row.status, row.note)


def _words(metadata: list[Any]) -> Words:
    return next(item for item in metadata if isinstance(item, Words))


def _row(field: str, words: Words, content: Sourced[Any]) -> Row:
    return Row(
        field=field,
        label=words.label,
        value=shown(content.value, words),
        source=content.source,
        status=content.status,
        note=content.note,
    )


def shown(value: object, words: Words | None = None) -> str:
    """`value` for people: 0.75 as 75%, 18800 as 18,800, a day in full, True as yes."""
    unit = words.unit if words else ""
    if words and str(value) in words.choices:
        return words.choices[str(value)]
    if isinstance(value, str) and unit == "share":
        return f"{(Decimal(value) * 100).normalize():f}%"
    match value:
        case bool():
            text = "yes" if value else "no"
        case int():
            text = f"{value:,}"
        case date():
            text = f"{value.day} {value:%B %Y}"
        case tuple():
            items = [shown(item) for item in value]
            text = ("; " if any("," in item for item in items) else ", ").join(items)
        case _:
            text = str(value)
    return f"{text} {unit}" if unit else text
