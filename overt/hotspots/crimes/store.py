"""The Parquet form of one release: what one file says about one force and one month.

One row for each distinct (category, easting, northing) with the number of crimes there, sorted so.
That is a few times smaller than a row for each crime and does not depend on the order of the
source. No crime ID, street, LSOA or outcome is kept: a position, a month and a category are all
that an analysis uses, so nothing here leads back to a person's case.

The bytes depend only on the crimes and on the version of polars. Blobs are named under a folder
that is unique to the import, so that two imports at once never write the same name, and a blob
whose name no CrimeRelease holds is left over from an import that did not finish.
"""

import hashlib
import io
from dataclasses import dataclass

import numpy as np
import polars as pl

from .categories import CATEGORIES
from .tally import Tally

_CATEGORY = pl.Enum(CATEGORIES)
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "category": _CATEGORY,
    "easting": pl.Int32,
    "northing": pl.Int32,
    "crimes": pl.UInt32,
}


@dataclass(frozen=True)
class Blob:
    """A release as bytes, with their sha256."""

    data: bytes
    sha256: str


def encode(tally: Tally) -> Blob:
    """Parquet with columns category, easting and northing (BNG centimetres), crimes."""
    labels = pl.Series(CATEGORIES, dtype=_CATEGORY).gather(tally.category)
    frame = pl.DataFrame(
        {
            "category": labels,
            "easting": tally.easting,
            "northing": tally.northing,
            "crimes": tally.crimes,
        },
        schema=_SCHEMA,
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
    data = buffer.getvalue()
    return Blob(data, hashlib.sha256(data).hexdigest())


def decode(data: bytes) -> Tally:
    """The inverse of `encode`; the caller has checked the sha256."""
    frame = pl.read_parquet(io.BytesIO(data), columns=list(_SCHEMA)).cast({"category": _CATEGORY})
    return Tally(
        category=frame["category"].to_physical().to_numpy().astype(np.uint8),
        easting=frame["easting"].to_numpy(),
        northing=frame["northing"].to_numpy(),
        crimes=frame["crimes"].to_numpy(),
    )


def blob_name(*, token: str, force: str, month: str, source_sha256: str) -> str:
    """`token` is unique to the import."""
    return f"releases/{token}/{force}-{month}-{source_sha256[:16]}.parquet"
