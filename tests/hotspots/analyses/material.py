"""A small borough on disk: a boundary and eighteen months of street files, all invented."""

import csv
import json
from pathlib import Path

import numpy as np

from overt.hotspots.analysis.window import months_until
from overt.hotspots.geo import bng
from tests.hotspots.analysis.builders import SOUTH, WEST

from ..crimes.street import HEADER

SIDE_M = 2800
MONTHS = months_until("2025-12", 18)
CATEGORIES = ("Burglary", "Drugs", "Shoplifting", "Vehicle crime")


def write_boundary(path: Path, name: str = "Testham") -> Path:
    """A square borough, GeoJSON in WGS84."""
    side = SIDE_M * 100
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side], [0, 0]])
    lon, lat = bng.to_wgs84(WEST + corners[:, 0], SOUTH + corners[:, 1])
    ring = [[round(x, 6), round(y, 6)] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    feature = {
        "type": "Feature",
        "properties": {"NAME": name, "CODE": "E09999999"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def write_crimes(folder: Path, *, months: tuple[str, ...] = MONTHS, per_month: int = 250) -> Path:
    """One street file a month, unevenly spread over the square and a little beyond it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20)
    position = rng.integers(-200_00, SIDE_M * 100 + 200_00, (240, 2))
    lon, lat = bng.to_wgs84(WEST + position[:, 0], SOUTH + position[:, 1])
    weight = rng.pareto(1.1, 240) + 0.2
    for month in months:
        with (folder / f"{month}-test-force-street.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, HEADER)
            writer.writeheader()
            for point in rng.choice(240, per_month, p=weight / weight.sum()):
                writer.writerow(
                    dict.fromkeys(HEADER, "")
                    | {
                        "Month": month,
                        "Reported by": "Test Force",
                        "Falls within": "Test Force",
                        "Longitude": f"{lon[point]:.6f}",
                        "Latitude": f"{lat[point]:.6f}",
                        "Location": "On or near Invented Street",
                        "Crime type": CATEGORIES[rng.integers(0, len(CATEGORIES))],
                    }
                )
    return folder
