"""A month's crimes as a street-level file in the format of data.police.uk, defects and all.

As in the real files: rows are sorted by LSOA, those without a location come last; anti-social
behaviour has neither a crime ID nor an outcome; some IDs stand on two rows; some rows lie far
outside the force; some street names are blank.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from overt.hotspots.geo import bng
from overt.hotspots.sample import plan
from overt.hotspots.sample.crimes import CATEGORIES, Month, months
from overt.hotspots.sample.draws import Draws
from overt.hotspots.sample.land import Lsoa
from overt.hotspots.sample.streets import SnapPoints

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
NO_LOCATION_PER_MILLE = 13
OUTSIDE_PER_MILLE = 4
REPEATED_ID_PER_MILLE = 17

# Rows that the force recorded but that lie far away: position in BNG metres, LSOA code and name.
# Invented too, and in the sea.
OUTSIDE = (
    (612_000, 398_000, "E01995001", "Farholme 003B"),
    (598_000, 421_000, "E01995002", "Otherham 011A"),
    (641_000, 377_000, "E01995003", "Outwold 007D"),
)

_OUTCOMES = (
    ("Investigation complete; no suspect identified", 440),
    ("Unable to prosecute suspect", 270),
    ("Status update unavailable", 110),
    ("Awaiting court outcome", 60),
    ("Court result unavailable", 50),
    ("Local resolution", 35),
    ("Offender given a caution", 20),
    ("Further investigation is not in the public interest", 15),
)
_OPEN = "Under investigation"
# Of the newest month this many in a thousand are still open, of the one before half as many, ...
_OPEN_PER_MILLE = 800
_WITHOUT_ID = "Anti-social behaviour"


@dataclass(frozen=True)
class Position:
    """How a snap point is written in a row: everything between the forces and the category."""

    lsoa_name: str
    text: str


def positions(lsoas: Sequence[Lsoa], points: SnapPoints) -> list[Position]:
    """The written form of every snap point, then of every place in OUTSIDE."""
    lon, lat = bng.to_wgs84(
        [*points.easting.tolist(), *(east * 100 for east, _, _, _ in OUTSIDE)],
        [*points.northing.tolist(), *(north * 100 for _, north, _, _ in OUTSIDE)],
    )
    places = [
        (street, lsoas[lsoa].code, lsoas[lsoa].name)
        for street, lsoa in zip(points.street, points.lsoa.tolist(), strict=True)
    ]
    places += [("Parking Area", code, name) for _, _, code, name in OUTSIDE]
    return [
        Position(name, f"{x:.6f},{y:.6f},On or near {street},{code},{name}")
        for x, y, (street, code, name) in zip(lon.tolist(), lat.tolist(), places, strict=True)
    ]


def street_csv(seed: int, month: Month, written: Sequence[Position]) -> str:
    """One month's file. `written` is what `positions` returns."""
    size = month.point.size
    draws = Draws(seed, f"rows {month.label}")
    nowhere = draws.chance(NO_LOCATION_PER_MILLE, size).tolist()
    outside = draws.chance(OUTSIDE_PER_MILLE, size).tolist()
    where_else = (draws.below(len(OUTSIDE), size) + (len(written) - len(OUTSIDE))).tolist()
    repeats = draws.chance(REPEATED_ID_PER_MILLE, size).tolist()
    outcomes = draws.choose([share for _, share in _OUTCOMES], size).tolist()
    still_open = draws.chance(_open_per_mille(month.label), size).tolist()
    order = draws.below(1 << 31, size).tolist()

    rows: list[tuple[bool, str, str, int, int]] = []
    for number, (point, category) in enumerate(
        zip(month.point.tolist(), month.category.tolist(), strict=True)
    ):
        at = where_else[number] if outside[number] else point
        lost = nowhere[number]
        name = "" if lost else written[at].lsoa_name
        rows.append((lost, name, CATEGORIES[category].name, order[number], at))

    lines = [HEADER]
    crime_id = ""
    for number, (lost, _, category, _, at) in enumerate(sorted(rows)):
        text = ",,No Location,," if lost else written[at].text
        shown_id = outcome = ""
        if category != _WITHOUT_ID:
            if not crime_id or not repeats[number]:
                crime_id = _crime_id(seed, month.label, number)
            shown_id = crime_id
            outcome = _OPEN if still_open[number] else _OUTCOMES[outcomes[number]][0]
        lines.append(
            f"{shown_id},{month.label},{plan.FORCE},{plan.FORCE},{text},{category},{outcome},"
        )
    return "\n".join(lines) + "\n"


def _open_per_mille(label: str) -> int:
    return _OPEN_PER_MILLE >> (months()[::-1].index(label))


def _crime_id(seed: int, label: str, number: int) -> str:
    return hashlib.sha256(f"overt sample {seed} {label} {number}".encode()).hexdigest()
