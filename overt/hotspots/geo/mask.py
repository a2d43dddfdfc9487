"""Whether many positions lie inside one boundary, exactly and fast.

Most positions are far from the boundary. A coarse raster answers for those; only positions in
pixels that the boundary comes near are put to the polygon itself.
"""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

_OUTSIDE, _INSIDE, _ASK = 0, 1, 2


class BoundaryMask:
    """Answers `inside` for one boundary: a polygon in centimetres. A point on it is inside."""

    def __init__(self, boundary_cm: BaseGeometry, *, pixel_cm: int = 10_000) -> None:
        self._boundary = boundary_cm
        shapely.prepare(boundary_cm)
        west, south, east, north = boundary_cm.bounds
        self._pixel = pixel_cm
        self._west, self._south = west - pixel_cm, south - pixel_cm
        columns = int((east - self._west) // pixel_cm) + 2
        rows = int((north - self._south) // pixel_cm) + 2
        x = self._west + (np.arange(columns) + 0.5) * pixel_cm
        y = self._south + (np.arange(rows) + 0.5) * pixel_cm
        across, up = np.meshgrid(x, y)
        self._raster: npt.NDArray[np.uint8] = np.where(
            shapely.intersects_xy(boundary_cm, across, up), _INSIDE, _OUTSIDE
        ).astype(np.uint8)
        self._mark_near_boundary()

    def inside(
        self, easting_cm: npt.NDArray[np.number], northing_cm: npt.NDArray[np.number]
    ) -> npt.NDArray[np.bool_]:
        """Whether each position, shape (n,), lies in or on the boundary: bool (n,)."""
        rows, columns = self._raster.shape
        column = np.floor((easting_cm - self._west) / self._pixel).astype(np.int64)
        row = np.floor((northing_cm - self._south) / self._pixel).astype(np.int64)
        # Beyond the raster clips to its rim, which lies a whole pixel outside the boundary.
        answer = self._raster[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
        ask = np.flatnonzero(answer == _ASK)
        if ask.size:
            answer[ask] = shapely.intersects_xy(
                self._boundary, easting_cm[ask].astype(float), northing_cm[ask].astype(float)
            )
        inside: npt.NDArray[np.bool_] = answer == _INSIDE
        return inside

    def _mark_near_boundary(self) -> None:
        """Mark every pixel the boundary may touch: those of points a quarter pixel apart along
        it, and their neighbours, since a line can cut a corner between two such points."""
        line = shapely.segmentize(shapely.boundary(self._boundary), self._pixel / 4)
        x, y = shapely.get_coordinates(line).T
        column = ((x - self._west) // self._pixel).astype(np.int64)
        row = ((y - self._south) // self._pixel).astype(np.int64)
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                self._raster[
                    np.clip(row + up, 0, self._raster.shape[0] - 1),
                    np.clip(column + across, 0, self._raster.shape[1] - 1),
                ] = _ASK
