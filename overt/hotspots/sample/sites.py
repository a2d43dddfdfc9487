"""Schools, hospitals and places of worship: invented, each in a square that is built on."""

from collections.abc import Iterator, Sequence

from overt.hotspots.sample import plan, streets
from overt.hotspots.sample.draws import Draws
from overt.hotspots.sample.land import Lsoa, Position

Site = tuple[str, Position]

_SCHOOLS = ("Primary School", "Junior School", "Academy", "Infant School", "High School")
_WORSHIP = ("Parish Church", "Mosque", "Gurdwara", "Chapel", "Temple", "Synagogue")
_HOSPITALS = ("General Hospital", "Community Hospital", "Eye Hospital")
# One to this many built squares, and one in every town centre.
_SQUARES_PER_SCHOOL, _SQUARES_PER_WORSHIP = 4, 6


def schools(seed: int, lsoas: Sequence[Lsoa]) -> list[Site]:
    """Named points, in order of name."""
    return _sites(seed, "schools", lsoas, _SCHOOLS, _SQUARES_PER_SCHOOL)


def worship(seed: int, lsoas: Sequence[Lsoa]) -> list[Site]:
    """Likewise."""
    return _sites(seed, "worship", lsoas, _WORSHIP, _SQUARES_PER_WORSHIP)


def hospitals(seed: int, lsoas: Sequence[Lsoa]) -> list[Site]:
    """One in each borough."""
    draws = Draws(seed, "hospitals")
    found = []
    for borough, kind in zip(plan.BOROUGHS, _HOSPITALS, strict=True):
        squares = [lsoa for lsoa in lsoas if lsoa.borough == borough and lsoa.land == "-"]
        chosen = squares[int(draws.below(len(squares), 1)[0])]
        found.append((f"{borough.name} {kind}", _dry_place(draws, chosen)))
    return sorted(found)


def _sites(
    seed: int, purpose: str, lsoas: Sequence[Lsoa], kinds: Sequence[str], squares_per_site: int
) -> list[Site]:
    draws = Draws(seed, purpose)
    taken: dict[str, Position] = {}
    for lsoa in _chosen(draws, lsoas, squares_per_site):
        kind = kinds[int(draws.below(len(kinds), 1)[0])]
        name = f"{streets.street_name(draws)} {kind}"
        taken.setdefault(name, _dry_place(draws, lsoa))
    return sorted(taken.items())


def _chosen(draws: Draws, lsoas: Sequence[Lsoa], squares_per_site: int) -> Iterator[Lsoa]:
    for lsoa in lsoas:
        drawn = int(draws.below(squares_per_site, 1)[0]) == 0
        if lsoa.land == "#" or (drawn and lsoa.land != "p"):
            yield lsoa


def _dry_place(draws: Draws, lsoa: Lsoa) -> Position:
    """Well inside the square, out of the river."""
    while True:
        across, up = draws.between(200, 800, 2).tolist()
        place = streets.place(lsoa, across, up)
        if not streets.in_river(place):
            return place
