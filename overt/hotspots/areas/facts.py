"""What is known of each borough besides its boundary: force, BCU, inner or outer.

The facts are data, with their sources: one file in `data/areas` for each region, `london.toml` and
`sample.toml`, the invented one. (`ons.toml` beside them says where boundaries can be fetched, and
lists no boroughs.) Boroughs are compared within their region only. Areas that no file
lists are not an error: they have no BCU and are neither inner nor outer.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "data" / "areas"
LONDON = "London"


@dataclass(frozen=True)
class BoroughFacts:
    """`code` is the ONS local-authority code, `force` the data.police.uk slug of the force that
    polices it, `bcu` the name of its Basic Command Unit ("" where the force has none).
    `lsoas_2011` and `lsoas_2021` count the LSOAs of each census, 0 where they are not given."""

    name: str
    code: str
    force: str
    bcu: str
    inner: bool
    lsoas_2011: int = 0
    lsoas_2021: int = 0


@dataclass(frozen=True)
class InnerDefinition:
    """Which boroughs count as inner London is a convention; this says which one is in use."""

    name: str
    source: str
    note: str


@dataclass(frozen=True)
class Region:
    """Boroughs that are compared with one another, by name, in alphabetical order."""

    name: str
    inner: InnerDefinition
    boroughs: dict[str, BoroughFacts]


def regions() -> dict[str, Region]:
    """Every region that there is a file of, by name."""
    return _read()


def region_of(name: str) -> Region | None:
    """The region of the borough of this name, or None for an area that is not listed."""
    return next((region for region in _read().values() if name in region.boroughs), None)


def borough(name: str) -> BoroughFacts | None:
    """The facts about the borough of this name, or None for an area that is not listed."""
    region = region_of(name)
    return None if region is None else region.boroughs[name]


def boroughs(region: str = LONDON) -> dict[str, BoroughFacts]:
    """Every listed borough of a region, by name, in alphabetical order."""
    return _read()[region].boroughs


def bcus() -> dict[str, tuple[str, ...]]:
    """The boroughs of each Basic Command Unit of every region, both in alphabetical order."""
    members: dict[str, list[str]] = {}
    for region in _read().values():
        for facts in region.boroughs.values():
            if facts.bcu:
                members.setdefault(facts.bcu, []).append(facts.name)
    return {name: tuple(members[name]) for name in sorted(members)}


def inner_definition(region: str = LONDON) -> InnerDefinition:
    """The convention that `BoroughFacts.inner` follows in a region, with its source."""
    return _read()[region].inner


@cache
def _read() -> dict[str, Region]:
    found: dict[str, Region] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        with path.open("rb") as file:
            document = tomllib.load(file)
        if "borough" not in document:
            continue
        rows = sorted(document["borough"], key=lambda row: row["name"])
        found[document["region"]] = Region(
            name=document["region"],
            inner=InnerDefinition(**document["inner"]),
            boroughs={row["name"]: BoroughFacts(**row) for row in rows},
        )
    return found
