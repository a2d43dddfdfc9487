"""A layer of areas, served, and a loader for it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from overt.hotspots.areas import facts
from overt.hotspots.fetch import boundaries
from overt.hotspots.fetch.boundaries import FetchedAreas

from .feature_server import Layer, refusal, serving

# Requests in their order: the description, the count, the pages, then both again.
DESCRIPTION, COUNT, FIRST_PAGE, SECOND_PAGE, THIRD_PAGE = range(5)


def rows(count: int) -> list[dict[str, str]]:
    """London's boroughs as long as there are any, then places elsewhere."""
    named = [(borough.code, name) for name, borough in facts.boroughs().items()]
    named += [(f"E06{number:06d}", f"Elsewhere {number}") for number in range(count)]
    return [{"LAD22CD": code, "LAD22NM": name} for code, name in named[:count]]


def errors_as(code: int, message: str) -> bytes:
    return json.dumps(refusal(code, message)).encode()


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Layer]:
    monkeypatch.setattr(boundaries, "PAGE", 15)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = Layer(rows=rows(40))
    with serving(found):
        yield found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "borough.geojson"


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """One for all tests: setting up TLS, which no test needs, takes longer than a test."""
    with httpx.Client(trust_env=False, follow_redirects=True) as found:
        yield found


@pytest.fixture
def load(
    client: httpx.Client, layer: Layer, out: Path, pauses: list[float]
) -> Callable[..., FetchedAreas]:
    def run(where: str = "1=1", service: str = "", path: Path = out) -> FetchedAreas:
        return boundaries.fetch(
            client=client,
            service=service or layer.url,
            where=where,
            fields=("LAD22NM", "LAD22CD"),
            out=path,
            sleep=pauses.append,
        )

    return run


def loaded(out: Path) -> list[str]:
    return [
        feature["properties"]["LAD22NM"] for feature in json.loads(out.read_bytes())["features"]
    ]


def files(out: Path) -> set[str]:
    return {path.name for path in out.parent.iterdir()}
