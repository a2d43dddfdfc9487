"""From CSV files to the upper-quartile hexagons of a borough: Overt and a notebook.

The notebook is what an analyst would write with pandas and geopandas: it reads only the columns it
needs, makes points of all crimes, projects them, joins them with the borough and then with the
hexagons. `notebook_with_box` first drops what lies outside the borough's bounding box.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import polars as pl
import shapely

from benchmarks import streets
from benchmarks.figures import Figure, medians
from benchmarks.generate import street_files
from overt.hotspots.analysis import level, quartile
from overt.hotspots.crimes import read, sources

WIDTH_CM = 350_00
Counts = dict[tuple[int, int], int]


def overt(paths: Sequence[Path], shape: shapely.MultiPolygon) -> tuple[Counts, int]:
    """Crimes by hexagon (q, r), and how many are hot."""
    table = streets.read_table(paths, near=shape)
    crimes = level.AreaCrimes.within(table, shape, width_cm=WIDTH_CM)
    counts = crimes.cell_counts(table.months, table.categories)
    judged = level.judge(crimes, counts, quantile=Fraction(3, 4))
    hot = int((judged.classes("B") == quartile.HOT).sum())
    cells = zip(crimes.cells.q.tolist(), crimes.cells.r.tolist(), strict=True)
    return dict(zip(cells, counts.tolist(), strict=True)), hot


def notebook(
    paths: Sequence[Path], shape: shapely.MultiPolygon, *, box: bool = False
) -> tuple[Counts, int]:
    """The same with pandas and geopandas; `shape` is turned to metres first."""
    borough = gpd.GeoDataFrame(geometry=[shapely.transform(shape, lambda xy: xy / 100)], crs=27700)
    crimes = pd.concat(
        [pd.read_csv(path, usecols=list(streets.WANTED)) for path in paths], ignore_index=True
    ).dropna(subset=["Longitude", "Latitude"])
    if box:
        west, south, east, north = borough.to_crs(4326).total_bounds
        crimes = crimes[
            crimes.Longitude.between(west, east) & crimes.Latitude.between(south, north)
        ]
    points = gpd.GeoDataFrame(
        crimes, geometry=gpd.points_from_xy(crimes.Longitude, crimes.Latitude), crs=4326
    ).to_crs(27700)
    inside = gpd.sjoin(points, borough, predicate="within").drop(columns="index_right")
    hexagons = _hexagons(borough)
    joined = gpd.sjoin(inside, hexagons, predicate="within")
    counts = joined.groupby(["q", "r"]).size()
    hexagons["crimes"] = counts.reindex(
        pd.MultiIndex.from_frame(hexagons[["q", "r"]]), fill_value=0
    ).to_numpy()
    reference = hexagons.crimes[hexagons.crimes > 0]
    threshold = np.quantile(reference, 0.75, method="inverted_cdf")
    hot = int((hexagons.crimes > threshold).sum())
    cells = zip(hexagons.q.tolist(), hexagons.r.tolist(), strict=True)
    return dict(zip(cells, hexagons.crimes.tolist(), strict=True)), hot


def _hexagons(borough: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    width = WIDTH_CM / 100
    high = width * np.sqrt(3) / 2
    west, south, east, north = borough.total_bounds
    found = []
    for r in range(int(south // high) - 1, int(north // high) + 2):
        for q in range(int(west // width - r / 2) - 2, int(east // width - r / 2) + 3):
            x, y = width * (q + r / 2), high * r
            angles = np.radians(np.arange(30, 390, 60))
            reach = width / np.sqrt(3)
            corners = np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)])
            found.append((q, r, x, y, shapely.Polygon(corners)))
    frame = pd.DataFrame(found, columns=["q", "r", "x", "y", "geometry"])
    centred = gpd.GeoSeries.from_xy(frame.x, frame.y, crs=27700).within(borough.geometry.iloc[0])
    return gpd.GeoDataFrame(frame[centred.to_numpy()].reset_index(drop=True), crs=27700)


def checked(paths: Sequence[Path]) -> int:
    """All that the import does to the same files up to storing: hashes, checks, quality report."""
    limits = sources.Limits(file_bytes=1 << 30, archive_bytes=1 << 32, ratio=200)
    found = sources.find(paths, limits=limits, any_csv=False)
    with sources.Opener(limits) as opener:
        return sum(
            read.read(opener.read(source), mapping=None, force=None).rows_read
            for source in found.sources
        )


def run(*, months: int = 12, rows: int = 100_000, repetitions: int = 5) -> dict[str, Any]:
    """Files of `rows` rows each. Raises AssertionError when the cell counts are not identical."""
    shape = streets.borough()
    with tempfile.TemporaryDirectory(prefix="overt-bench-") as folder:
        paths = street_files(Path(folder), months=months, rows=rows)
        ours, theirs = overt(paths, shape), notebook(paths, shape)
        assert ours[0] == theirs[0], "Overt and the notebook count differently"
        assert ours[0] == notebook(paths, shape, box=True)[0]
        taken = medians(
            {
                "overt": lambda: overt(paths, shape),
                "notebook": lambda: notebook(paths, shape),
                "notebook_with_box": lambda: notebook(paths, shape, box=True),
                "checked": lambda: checked(paths),
                "bytes": lambda: [path.read_bytes() for path in paths],
                "scan": lambda: (
                    pl.scan_csv([str(p) for p in paths]).select(streets.WANTED).collect()
                ),
            },
            repetitions=repetitions,
        )
    crimes = f"{months} files of {rows:,} rows"
    figures = [
        Figure(
            "CSV to quartile hexagons: notebook / Overt, same cell counts",
            taken["notebook"] / taken["overt"],
            "x",
            f"{crimes}: {taken.note('notebook')} / {taken.note('overt')}",
            target=7,
        ),
        Figure(
            "the same, notebook with a bounding box first",
            taken["notebook_with_box"] / taken["overt"],
            "x",
            f"{taken.note('notebook_with_box')}",
        ),
        Figure(
            "the same, against only scanning the four columns",
            taken["overt"] / taken["scan"],
            "x",
            f"{taken.note('scan')}; reading the bytes {taken.note('bytes')}",
        ),
        Figure(
            "notebook / Overt's reading with hashes, checks and quality report",
            taken["notebook"] / taken["checked"],
            "x",
            f"{taken.note('checked')}, once per file ever",
        ),
    ]
    return {
        "figures": figures,
        "detail": {
            "seconds": asdict(taken),
            "cells": len(ours[0]),
            "crimes_in_cells": sum(ours[0].values()),
            "hot": {"overt": ours[1], "notebook": theirs[1]},
        },
    }
