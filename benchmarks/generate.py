"""Street-level crime files in the exact data.police.uk format, the same bytes every time.

The volume and the shape are those of the Metropolitan Police: about 230 bytes a row, tens of
thousands of snap points with a long tail, 14 categories, ASB without a Crime ID, one row in a
hundred without a location, rows sorted by LSOA name. The positions, IDs and streets are made up.
"""

from pathlib import Path

import numpy as np
import polars as pl

HEADER = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
CATEGORY_SHARES = {
    "Violence and sexual offences": 23,
    "Anti-social behaviour": 21,
    "Other theft": 11,
    "Vehicle crime": 10,
    "Shoplifting": 7,
    "Theft from the person": 6,
    "Public order": 5,
    "Burglary": 5,
    "Criminal damage and arson": 5,
    "Drugs": 4,
    "Robbery": 3,
    "Bicycle theft": 2,
    "Other crime": 1,
    "Possession of weapons": 1,
}
OUTCOMES = (
    "Investigation complete; no suspect identified",
    "Status update unavailable",
    "Unable to prosecute suspect",
    "Awaiting court outcome",
    "Under investigation",
)
STREETS = ("High Street", "Park/Open Space", "Station Road", "Church Lane", "Victoria Gardens")


def month_labels(first: str, count: int) -> list[str]:
    """`count` months from `first` (YYYY-MM) on."""
    start = np.datetime64(first, "M")
    return [str(start + np.timedelta64(n, "M")) for n in range(count)]


def street_files(
    folder: Path,
    *,
    first: str = "2023-01",
    months: int = 12,
    rows: int = 100_000,
    points: int = 70_000,
    force: str = "metropolitan",
    seed: int = 1,
) -> list[Path]:
    """Write `months` files of `rows` rows each into `folder` and return their paths."""
    rng = np.random.default_rng(seed)
    longitude = np.round(rng.uniform(-0.50, 0.32, points), 6)
    latitude = np.round(rng.uniform(51.29, 51.69, points), 6)
    # Snap points carry crime very unevenly: a few transport hubs hold thousands a year.
    weight = rng.pareto(1.2, points) + 0.05
    cumulative = np.cumsum(weight / weight.sum())
    # A row of a grid of about 5,000 neighbourhoods stands in for an LSOA.
    lsoa = (np.floor((longitude + 0.50) / 0.82 * 72) * 70 + (latitude - 51.29) / 0.40 * 70).astype(
        np.int64
    )
    shares = np.cumsum(np.array(list(CATEGORY_SHARES.values()), np.float64))
    paths: list[Path] = []
    for month in month_labels(first, months):
        point = np.searchsorted(cumulative, rng.random(rows)).clip(max=points - 1)
        category = np.searchsorted(shares, rng.random(rows) * shares[-1], side="right")
        path = folder / f"{month}-{force}-street.csv"
        frame = pl.DataFrame(
            {
                "id": _identifiers(rng, rows),
                "longitude": longitude[point],
                "latitude": latitude[point],
                "lsoa": lsoa[point],
                "category": np.array(list(CATEGORY_SHARES))[category],
                "outcome": np.array(OUTCOMES)[rng.integers(0, len(OUTCOMES), rows)],
                "street": np.array(STREETS)[point % len(STREETS)],
                "located": rng.random(rows) >= 0.011,
            }
        )
        _in_street_format(frame, month).write_csv(path, float_precision=6)
        paths.append(path)
    return paths


def _identifiers(rng: np.random.Generator, rows: int) -> list[str]:
    digits = rng.bytes(32 * rows).hex()
    return [digits[64 * n : 64 * n + 64] for n in range(rows)]


def _in_street_format(frame: pl.DataFrame, month: str) -> pl.DataFrame:
    located = pl.col("located")
    recorded = pl.col("category") != "Anti-social behaviour"
    code = pl.format("E0100{}", pl.col("lsoa").cast(pl.String).str.zfill(4))
    name = pl.format(
        "Neighbourhood {} {}A", pl.col("lsoa") // 150, (pl.col("lsoa") % 150).cast(pl.String)
    )
    return (
        frame.sort(~located, "lsoa", maintain_order=True)
        .select(
            pl.when(recorded).then(pl.col("id")),
            pl.lit(month),
            pl.lit("Metropolitan Police Service").alias("reported"),
            pl.lit("Metropolitan Police Service").alias("falls"),
            pl.when(located).then(pl.col("longitude")),
            pl.when(located).then(pl.col("latitude")),
            pl.when(located)
            .then(pl.format("On or near {}", pl.col("street")))
            .otherwise(pl.lit("No Location"))
            .alias("location"),
            pl.when(located).then(code).alias("code"),
            pl.when(located).then(name).alias("name"),
            pl.col("category"),
            pl.when(recorded).then(pl.col("outcome")),
            pl.lit(None, pl.String).alias("context"),
        )
        .rename(dict(zip(_SELECTED, HEADER, strict=True)))
    )


_SELECTED = (
    "id",
    "literal",
    "reported",
    "falls",
    "longitude",
    "latitude",
    "location",
    "code",
    "name",
    "category",
    "outcome",
    "context",
)
