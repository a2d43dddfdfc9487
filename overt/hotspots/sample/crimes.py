"""How many crimes of each category each month, and at which snap point each one stands.

A month's total in a category is drawn around its expected value; its crimes are then spread over
the snap points by weight. A weight is what the place is like (homes, main road, shops, town
centre, nights out, station) times how much that draws the category, times the point's own luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from overt.hotspots.sample import plan
from overt.hotspots.sample.draws import Draws, Integers
from overt.hotspots.sample.land import Lsoa
from overt.hotspots.sample.streets import SnapPoints

# Crimes in a month over the three boroughs, before season and trend.
MONTHLY = 2150


@dataclass(frozen=True)
class Category:
    """`share`: of all crimes, per mille. `pull`: how much homes, main roads, shops, the middle of
    a town, nights out and stations draw it. `season`: by month from January, per mille.
    `trend`: change a year, per mille."""

    name: str
    share: int
    pull: tuple[int, int, int, int, int, int]
    season: tuple[int, ...]
    trend: int


def _season(*quarters: int) -> tuple[int, ...]:
    """Twelve values from four: winter (December to February), spring, summer, autumn."""
    winter, spring, summer, autumn = quarters
    return (winter, winter, *[spring] * 3, *[summer] * 3, *[autumn] * 3, winter)


CATEGORIES = (
    Category(
        "Anti-social behaviour", 193, (8, 5, 6, 30, 25, 8), _season(820, 1010, 1190, 980), -20
    ),
    Category("Bicycle theft", 9, (5, 3, 8, 30, 5, 60), _season(700, 970, 1240, 1090), -60),
    Category("Burglary", 52, (12, 3, 6, 4, 2, 0), _season(1080, 950, 920, 1050), -40),
    Category(
        "Criminal damage and arson", 57, (11, 5, 5, 12, 10, 2), _season(950, 1030, 1020, 1000), -30
    ),
    Category("Drugs", 42, (5, 6, 2, 25, 50, 20), _season(970, 1050, 990, 990), 10),
    Category("Other crime", 12, (10, 3, 2, 8, 4, 1), _season(1000, 1000, 1000, 1000), 20),
    Category("Other theft", 80, (8, 4, 10, 35, 20, 12), _season(980, 980, 1050, 990), 0),
    Category("Possession of weapons", 6, (5, 4, 2, 20, 45, 20), _season(930, 1060, 1030, 980), 0),
    Category("Public order", 56, (7, 5, 8, 35, 40, 12), _season(900, 1030, 1080, 990), -20),
    Category("Robbery", 27, (4, 7, 5, 30, 40, 25), _season(1060, 960, 940, 1040), 30),
    Category("Shoplifting", 82, (0, 2, 90, 60, 0, 0), _season(1010, 1000, 960, 1030), 80),
    Category(
        "Theft from the person", 32, (1, 4, 10, 70, 60, 40), _season(1030, 950, 980, 1040), 50
    ),
    Category("Vehicle crime", 90, (13, 6, 3, 3, 1, 4), _season(1010, 980, 970, 1040), -50),
    Category(
        "Violence and sexual offences",
        262,
        (10, 5, 4, 24, 32, 6),
        _season(940, 1020, 1060, 980),
        10,
    ),
)

# The land's own share of each pull, thousandths: homes and shops by what stands on the square.
_HOMES = {"-": 1000, "c": 900, "#": 500, "r": 150, "i": 100, "p": 0}
_SHOPS = {"-": 0, "c": 350, "#": 1000, "r": 900, "i": 60, "p": 0}
# A point's own luck: most are quiet, a few are not.
_LUCK = (4, 5, 6, 7, 8, 9, 10, 11, 13, 16, 20, 28, 40)
_CATEGORY_LUCK = (3, 6, 8, 9, 10, 11, 12, 14, 17)


@dataclass(frozen=True)
class Month:
    """The crimes of one month, shape (rows,): position in CATEGORIES, and snap point."""

    label: str
    category: Integers
    point: Integers


def months() -> list[str]:
    """Every month from the first to the last, as YYYY-MM, the missing one too."""
    year, month = (int(part) for part in plan.FIRST_MONTH.split("-"))
    labels = [plan.FIRST_MONTH]
    while labels[-1] != plan.LAST_MONTH:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        labels.append(f"{year}-{month:02d}")
    return labels


def weights(seed: int, lsoas: Sequence[Lsoa], points: SnapPoints) -> Integers:
    """How much each point draws each category, shape (categories, points), before any rise."""
    squares = [lsoas[number] for number in points.lsoa.tolist()]
    homes = np.array([_HOMES[square.land] for square in squares], np.int64)
    shops = np.array([_SHOPS[square.land] for square in squares], np.int64)
    level = np.array([square.borough.crime_per_mille for square in squares], np.int64)
    town = _nearness(points, [_middle(lsoa) for lsoa in lsoas if lsoa.land == "#"], 280)
    nights = _nearness(points, [plan.NIGHT_CENTRE_M], 150)
    stations = _nearness(points, [(east, north) for _, east, north in plan.STATIONS], 120)
    places = np.stack([homes, points.main_road * 1000, shops, town, nights, stations])
    luck = np.array(_LUCK)[Draws(seed, "luck").below(len(_LUCK), points.size)]
    drawn = np.empty((len(CATEGORIES), points.size), np.int64)
    for number, category in enumerate(CATEGORIES):
        pull = (np.array(category.pull, np.int64)[:, None] * places).sum(axis=0) + 200
        own = Draws(seed, f"luck {category.name}").below(len(_CATEGORY_LUCK), points.size)
        drawn[number] = pull * luck * np.array(_CATEGORY_LUCK)[own] * level // 1000
    return drawn


def rising_points(points: SnapPoints) -> npt.NDArray[np.bool_]:
    """Which points belong to the place where crime really rises, shape (points,)."""
    east = points.easting // 100 - plan.WEST_M - plan.RISING.east_m
    north = points.northing // 100 - plan.SOUTH_M - plan.RISING.north_m
    return np.asarray(east**2 + north**2 <= plan.RISING.radius_m**2)


def generate(seed: int, points: SnapPoints, drawn: Integers) -> list[Month]:
    """Every month's crimes, without the missing month and the category that one month lacks."""
    raised = drawn.copy()
    rising = rising_points(points)
    raised[:, rising] = raised[:, rising] * plan.RISING.per_mille // 1000
    made: list[Month] = []
    for number, label in enumerate(months()):
        if label == plan.MISSING_MONTH:
            continue
        now = raised if label >= plan.RISING.from_month else drawn
        parts: list[tuple[int, Integers]] = []
        for position, category in enumerate(CATEGORIES):
            if (label, category.name) == plan.ABSENT_CATEGORY:
                continue
            draws = Draws(seed, f"crimes {label} {category.name}")
            usual, weight = int(drawn[position].sum()), int(now[position].sum())
            expected = _expected_millis(category, number, label) * weight // usual
            parts.append((position, draws.choose(now[position], draws.count(expected))))
        made.append(
            Month(
                label=label,
                category=np.concatenate([np.full(at.size, c, np.int64) for c, at in parts]),
                point=np.concatenate([at for _, at in parts]),
            )
        )
    return made


def _expected_millis(category: Category, number: int, label: str) -> int:
    """Thousandths of a crime expected over the three boroughs, in the sample's month `number`."""
    season = category.season[int(label[5:]) - 1]
    trend = 1000 + category.trend * number // 12
    return MONTHLY * category.share * season * trend // 1_000_000


def _middle(lsoa: Lsoa) -> tuple[int, int]:
    """The middle of an LSOA's corners, in metres from the corner of the sheet."""
    east = sum(corner[0] for corner in lsoa.corners) // 400 - plan.WEST_M
    north = sum(corner[1] for corner in lsoa.corners) // 400 - plan.SOUTH_M
    return east, north


def _nearness(points: SnapPoints, middles: Sequence[tuple[int, int]], half_m: int) -> Integers:
    """1,000 at the nearest of `middles`, half of that `half_m` metres away, and falling fast."""
    east = points.easting // 100 - plan.WEST_M
    north = points.northing // 100 - plan.SOUTH_M
    distances = [(east - e) ** 2 + (north - n) ** 2 for e, n in middles]
    nearest = np.minimum.reduce(distances)
    half = half_m**2
    return np.asarray(1000 * half**2 // (half**2 + nearest**2), np.int64)
