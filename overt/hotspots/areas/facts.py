"""What is known of each London borough besides its boundary: force, BCU, inner or outer London.

The facts are data, with their sources, in `data/areas/london.toml`. Areas that the file does not
list are not an error: they have no BCU and are in neither inner nor outer London.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "data" / "areas" / "london.toml"


@dataclass(frozen=True)
class BoroughFacts:
    """`code` is the ONS local-authority code, `force` the data.police.uk slug of the force that
    polices it, `bcu` the name of its Basic Command Unit ("" where the force has none)."""

    name: str
    code: str
    force: str
    bcu: str
    inner: bool


@dataclass(frozen=True)
class InnerDefinition:
    """Which boroughs count as inner London is a convention; this says which one is in use."""

    name: str
    source: str
    note: str


def borough(name: str) -> BoroughFacts | None:
    """The facts about the borough of this name, or None for an area that is not listed."""
    return boroughs().get(name)


def boroughs() -> dict[str, BoroughFacts]:
    """Every listed borough, by name, in alphabetical order."""
    return _read()[0]


def bcus() -> dict[str, tuple[str, ...]]:
    """The boroughs of each Basic Command Unit, by its name, both in alphabetical order."""
    members: dict[str, list[str]] = {}
    for facts in boroughs().values():
        if facts.bcu:
            members.setdefault(facts.bcu, []).append(facts.name)
    return {name: tuple(members[name]) for name in sorted(members)}


def inner_definition() -> InnerDefinition:
    """The convention that `BoroughFacts.inner` follows, with its source."""
    return _read()[1]


@cache
def _read() -> tuple[dict[str, BoroughFacts], InnerDefinition]:
    with FILE.open("rb") as file:
        document = tomllib.load(file)
    rows = sorted(document["borough"], key=lambda row: row["name"])
    return {row["name"]: BoroughFacts(**row) for row in rows}, InnerDefinition(**document["inner"])
