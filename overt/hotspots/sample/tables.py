"""Boundaries, stations and area tables, in the forms in which the real ones are published."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from overt.hotspots.geo import bng
from overt.hotspots.sample import plan
from overt.hotspots.sample.draws import Draws
from overt.hotspots.sample.land import Lsoa, Position, outline

_NOTE = "Invented. No such place exists."
_YEARS = (2021, 2022, 2023, 2024)
# Residents of an LSOA: least and most, by what stands on it.
_RESIDENTS = {
    "-": (1250, 2150),
    "c": (1300, 2000),
    "#": (1050, 1500),
    "r": (1000, 1200),
    "i": (1000, 1150),
    "p": (1000, 1080),
}


def boroughs_geojson(lsoas: Sequence[Lsoa]) -> str:
    return _geojson(
        ({"LAD22NM": borough.name, "LAD22CD": borough.code}, outline(_of(lsoas, borough.wards)))
        for borough in plan.BOROUGHS
    )


def wards_geojson(lsoas: Sequence[Lsoa]) -> str:
    return _geojson(
        (
            {
                "WD24NM": name,
                "WD24CD": f"E05{990_001 + number}",
                "LAD22NM": next(b.name for b in plan.BOROUGHS if letter in b.wards),
            },
            outline(_of(lsoas, letter)),
        )
        for number, (letter, name) in enumerate(plan.WARDS.items())
    )


def lsoas_geojson(lsoas: Sequence[Lsoa]) -> str:
    return _geojson(
        (
            {
                "LSOA21CD": lsoa.code,
                "LSOA21NM": lsoa.name,
                "LAD22NM": lsoa.borough.name,
                "LAD22CD": lsoa.borough.code,
            },
            lsoa.ring,
        )
        for lsoa in lsoas
    )


def stations_csv() -> str:
    return places_csv(
        [
            (name, ((plan.WEST_M + east) * 100, (plan.SOUTH_M + north) * 100))
            for name, east, north in plan.STATIONS
        ]
    )


def places_csv(found: Sequence[tuple[str, Position]]) -> str:
    """Named points in BNG centimetres, as longitude and latitude."""
    lon, lat = bng.to_wgs84([east for _, (east, _) in found], [north for _, (_, north) in found])
    return _csv(
        "name,lat,lon",
        (
            f"{name},{y:.6f},{x:.6f}"
            for (name, _), x, y in zip(found, lon.tolist(), lat.tolist(), strict=True)
        ),
    )


def residents(seed: int, lsoas: Sequence[Lsoa]) -> list[dict[int, int]]:
    """The residents of each LSOA in each year."""
    answer: list[dict[int, int]] = []
    for lsoa in lsoas:
        draws = Draws(seed, f"residents {lsoa.code}")
        people = int(draws.between(*_RESIDENTS[lsoa.land], 1)[0])
        by_year: dict[int, int] = {}
        for year in _YEARS:
            by_year[year] = people
            people += int(draws.between(-15, 30, 1)[0])
        answer.append(by_year)
    return answer


def lsoa_population_csv(lsoas: Sequence[Lsoa], people: Sequence[dict[int, int]]) -> str:
    columns = ",".join(f"pop_mid_{year}" for year in _YEARS)
    return _csv(
        f"LSOA21CD,LSOA21NM,{columns}",
        (
            f"{lsoa.code},{lsoa.name}," + ",".join(str(by_year[year]) for year in _YEARS)
            for lsoa, by_year in zip(lsoas, people, strict=True)
        ),
    )


def borough_population_csv(lsoas: Sequence[Lsoa], people: Sequence[dict[int, int]]) -> str:
    total: Counter[tuple[str, int]] = Counter()
    for lsoa, by_year in zip(lsoas, people, strict=True):
        for year, residents_then in by_year.items():
            total[lsoa.borough.name, year] += residents_then
    return _csv(
        "borough,year,population",
        (f"{name},{year},{count}" for (name, year), count in sorted(total.items())),
    )


def lsoa_counts_csv(lsoas: Sequence[Lsoa], counts: Counter[tuple[str, str, str]]) -> str:
    """`counts`: crimes by LSOA name, category and month (YYYY-MM). Other LSOAs are left out."""
    by_name = {lsoa.name: lsoa for lsoa in lsoas}
    return _csv(
        "lsoa_code,lsoa_name,borough,category,year,month,crime_count",
        (
            f"{by_name[name].code},{name},{by_name[name].borough.name},{category},"
            f"{month[:4]},{int(month[5:])},{count}"
            for (name, category, month), count in sorted(counts.items())
            if name in by_name
        ),
    )


def _of(lsoas: Sequence[Lsoa], wards: str) -> list[Lsoa]:
    return [lsoa for lsoa in lsoas if lsoa.ward in wards]


def _geojson(shapes: Iterable[tuple[dict[str, str], Sequence[Position]]]) -> str:
    """A FeatureCollection in WGS84, six decimals, one feature to a line."""
    features: list[str] = []
    for properties, ring in shapes:
        lon, lat = bng.to_wgs84([east for east, _ in ring], [north for _, north in ring])
        closed = [*zip(lon.tolist(), lat.tolist(), strict=True)]
        closed.append(closed[0])
        feature = {
            "type": "Feature",
            "properties": properties | {"note": _NOTE},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[round(x, 6), round(y, 6)] for x, y in closed]],
            },
        }
        features.append(json.dumps(feature, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _csv(header: str, rows: Iterable[str]) -> str:
    return "\n".join([header, *rows]) + "\n"
