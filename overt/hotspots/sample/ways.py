"""Roads as lines, for finding the ways into a zone: the streets that the crimes are on, joined up.

The streets of a square reach lanes along its sides, which join it to its neighbours. No lane and
no street crosses the river; main roads do. Footways in parks have no name, as in real maps.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from overt.hotspots.geo import bng
from overt.hotspots.sample import plan, streets
from overt.hotspots.sample.draws import Draws
from overt.hotspots.sample.land import Lsoa, Position

_NOTE = "Invented. No such place exists."
# Between two looks whether a road is in the river, in thousandths of a square's side.
_LOOK = 50


@dataclass(frozen=True)
class Way:
    """`kind` is a class of OpenStreetMap. BNG, centimetres."""

    name: str
    kind: str
    line: tuple[Position, ...]


def ways(seed: int, lsoas: Sequence[Lsoa]) -> list[Way]:
    """Every road of the sample."""
    built = [stretch for lsoa in lsoas for stretch in streets.stretches(seed, lsoa)]
    squares = {(lsoa.column, lsoa.row): lsoa for lsoa in lsoas}
    return [
        *_joined(_street(stretch) for stretch in built),
        *_joined(_lanes(seed, lsoas, built)),
        *_paths(lsoas),
        *(
            Way(name, "primary", tuple(streets.place(squares[stop], 500, 500) for stop in stops))
            for name, stops in plan.MAIN_ROADS
        ),
    ]


def roads_geojson(found: Iterable[Way]) -> str:
    """A FeatureCollection in WGS84, seven decimals (about a centimetre), one road to a line."""
    features = []
    for way in found:
        lon, lat = bng.to_wgs84([east for east, _ in way.line], [north for _, north in way.line])
        feature = {
            "type": "Feature",
            "properties": {"name": way.name, "highway": way.kind, "note": _NOTE},
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    [round(x, 7), round(y, 7)]
                    for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
                ],
            },
        }
        features.append(json.dumps(feature, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _street(stretch: streets.Stretch) -> Way:
    start, end = _to_the_sides(stretch)
    is_dry = not any(
        streets.in_river(stretch.at(along)) for along in (*range(start, end, _LOOK), end)
    )
    line = (stretch.at(start), stretch.at(end)) if is_dry else ()
    return Way(stretch.street, "residential", line)


def _to_the_sides(stretch: streets.Stretch) -> tuple[int, int]:
    """The first and last stretch of a street go on to the lanes along the square's sides."""
    start = 0 if stretch.start == streets.FIRST else stretch.start
    return start, 1000 if stretch.end == streets.LAST else stretch.end


def _lanes(seed: int, lsoas: Sequence[Lsoa], built: Iterable[streets.Stretch]) -> Iterator[Way]:
    """Along every side of every square, through the ends of the streets on both of its sides."""
    draws = Draws(seed, "lanes")
    across = [streets.street_name(draws) for _ in range(plan.ROWS + 1)]
    upright = [streets.street_name(draws) for _ in range(plan.COLUMNS + 1)]
    sides: dict[tuple[bool, int, int], set[tuple[int, Position]]] = defaultdict(set)
    for lsoa in lsoas:
        for far in (0, 1):
            for along in (0, 1000):
                place = streets.place(lsoa, 1000 * far, along)
                sides[True, lsoa.column + far, lsoa.row].add((along, place))
                place = streets.place(lsoa, along, 1000 * far)
                sides[False, lsoa.row + 1 - far, lsoa.column].add((along, place))
    for stretch in built:
        lsoa = stretch.lsoa
        for along in set(_to_the_sides(stretch)) & {0, 1000}:
            far = along // 1000
            side = (
                (False, lsoa.row + 1 - far, lsoa.column)
                if stretch.is_upright
                else (True, lsoa.column + far, lsoa.row)
            )
            sides[side].add((stretch.line, stretch.at(along)))
    for (is_upright, number, _), found in sorted(sides.items()):
        name = (upright if is_upright else across)[number]
        for (_, here), (_, there) in pairwise(sorted(found)):
            yield Way(name, "tertiary", () if _is_wet(here, there) else (here, there))


def _is_wet(here: Position, there: Position) -> bool:
    return any(
        streets.in_river(
            (
                here[0] + (there[0] - here[0]) * step // 10,
                here[1] + (there[1] - here[1]) * step // 10,
            )
        )
        for step in range(11)
    )


def _paths(lsoas: Iterable[Lsoa]) -> Iterator[Way]:
    for lsoa in lsoas:
        if lsoa.land == "p":
            south_west, south_east, north_east, north_west = lsoa.corners
            yield Way("", "footway", (south_west, streets.place(lsoa, 480, 520), north_east))
            yield Way("", "footway", (south_east, streets.place(lsoa, 480, 520), north_west))


def _joined(parts: Iterable[Way]) -> Iterator[Way]:
    """Parts that follow one another in one road, as one; parts without a line end it."""
    held: Way | None = None
    for part in parts:
        if held and part.line and held.name == part.name and held.line[-1] == part.line[0]:
            held = Way(held.name, held.kind, (*held.line, *part.line[1:]))
            continue
        if held:
            yield held
        held = part if part.line else None
    if held:
        yield held
