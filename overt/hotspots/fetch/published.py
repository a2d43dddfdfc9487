"""Which published layer holds the boundaries of each kind of area: `data/areas/ons.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).resolve().parents[3] / "data" / "areas" / "ons.toml"


@dataclass(frozen=True)
class PublishedLayer:
    """`service` is the layer's address, `where` the SQL condition that selects the areas wanted,
    `name_field` one or several fields, with commas between, that name an area. `year` is that of
    the boundaries."""

    title: str
    year: int
    service: str
    where: str
    name_field: str
    code_field: str


@dataclass(frozen=True)
class Publisher:
    """`attribution` is what the licence asks to be shown. `layers` are by kind of area."""

    name: str
    attribution: str
    layers: dict[str, PublishedLayer]


def read() -> Publisher:
    """The Office for National Statistics and its layers."""
    with PATH.open("rb") as file:
        document = tomllib.load(file)
    return Publisher(
        name=document["publisher"],
        attribution=document["attribution"],
        layers={
            kind: PublishedLayer(**row | {"where": " ".join(row["where"].split())})
            for kind, row in document["layer"].items()
        },
    )
