"""Where people live, for a second line beside the counts; never for the rank.

Rules
1. The residents of a small area (LSOA) are spread evenly over the pixels of a lattice, anchored at
   BNG (0, 0), whose centres lie in it; an area too thin for any keeps them at a point inside it.
   Whole people only: the first pixels, south-west first, take one more until none is left over.
2. A cell's residents are those of the pixels in it. That is an estimate: LSOAs are drawn to hold
   alike numbers of people, not to be evenly built.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Integers = npt.NDArray[np.int64]

PIXEL_CM = 100_00


@dataclass(frozen=True)
class Residents:
    """Estimated residents at pixels: int64 (pixels,) each, positions in BNG centimetres.

    `table` and `table_sha256` name the population table, `year` the mid-year estimate taken from
    it; `boundaries_sha256` is over the lines `code TAB boundary_sha256` of the small areas used.
    """

    table: str
    table_sha256: str
    year: int
    boundaries_sha256: str
    areas: int
    easting: Integers
    northing: Integers
    people: Integers


def spread(
    shapes: Sequence[BaseGeometry], people: Sequence[int], *, pixel_cm: int = PIXEL_CM
) -> tuple[Integers, Integers, Integers]:
    """(easting, northing, people), int64 (pixels,): the people of each shape (BNG cm) by rule 1."""
    eastings, northings, numbers = [], [], []
    for shape, total in zip(shapes, people, strict=True):
        x, y = _pixels(shape, pixel_cm)
        share, left = divmod(int(total), x.size)
        number = np.full(x.size, share, np.int64)
        number[:left] += 1
        eastings.append(x)
        northings.append(y)
        numbers.append(number)
    if not numbers:
        empty = np.empty(0, np.int64)
        return empty, empty, empty
    return np.concatenate(eastings), np.concatenate(northings), np.concatenate(numbers)


def _pixels(shape: BaseGeometry, pixel: int) -> tuple[Integers, Integers]:
    west, south, east, north = shape.bounds
    half = pixel // 2
    columns = np.arange((west - half) // pixel, (east - half) // pixel + 1, dtype=np.int64)
    rows = np.arange((south - half) // pixel, (north - half) // pixel + 1, dtype=np.int64)
    y, x = (axis.ravel() * pixel + half for axis in np.meshgrid(rows, columns, indexing="ij"))
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, x.astype(float), y.astype(float))
    if inside.any():
        return x[inside], y[inside]
    point = shape.representative_point()
    return np.array([round(point.x)], np.int64), np.array([round(point.y)], np.int64)
