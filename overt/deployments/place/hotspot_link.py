"""What a pinned hotspot analysis says of a zone.

Rules
1. A zone touches a hexagon when they share area, a square centimetre at least: a shared edge or
   corner alone is no touch, and a hexagon's corners are not on whole centimetres.
2. The zone rests on the hotspot when it touches a hexagon whose class is `hot`: a cell, never an
   edge cell, which the record lists apart and the test does not judge. At the threshold (`tied`)
   is not above it.
3. How stable a hexagon is, is what the record says: its band, by the lower of the share of
   placings of the grid under the legal test, and of all variants (see docs/method.md). Shares are
   rounded down: nothing looks surer than it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from overt.hotspots.analysis import grid, stability
from overt.hotspots.outputs.summary import BAND_WORDS

from .exact import Position

_LEAST_CM2 = 1
_RELIABLE = (stability.ROBUST, stability.MOSTLY)

Record = Mapping[str, Any]


def hot_rings(record: Record) -> list[tuple[Mapping[str, Any], list[tuple[float, float]]]]:
    """Every hot cell of the record with its six corners (BNG cm), closed."""
    hot = [cell for cell in record["cells"] if cell["class"] == "hot"]
    if not hot:
        return []
    width = record["grid"]["width_cm"]
    corners = grid.corners([c["q"] for c in hot], [c["r"] for c in hot], width_cm=width)
    return [
        (cell, [(float(e), float(n)) for e, n in (*ring, ring[0])])
        for cell, ring in zip(hot, corners, strict=True)
    ]


def link(zone: Sequence[Position], record: Record) -> dict[str, Any]:
    """The relation of `zone` (a valid closed ring) to the record's hot cells, as plain JSON:

    {analysis: digest, area, window: {from, to}, touched: [{q, r, count, rank, band, origins,
    variants, share_percent}], hot_share_percent, sentence}

    `touched` is in the order of the share of the zone that lies on the cell, largest first.
    `origins` and `variants` are shares as decimal strings; percentages are whole, rounded down.
    """
    shape = shapely.Polygon(zone)
    touched = []
    for cell, ring in hot_rings(record):
        shared = shape.intersection(shapely.Polygon(ring)).area
        if shared >= _LEAST_CM2:
            touched.append((shared, cell))
    touched.sort(key=lambda item: (-item[0], item[1]["q"], item[1]["r"]))
    on_hot = _percent(sum(shared for shared, _ in touched), shape.area)
    return {
        "analysis": record["digest"],
        "area": record["area"]["name"],
        "window": {"from": record["window"]["from"], "to": record["window"]["to"]},
        "touched": [
            _row(cell, record["stability"]) | {"share_percent": _percent(shared, shape.area)}
            for shared, cell in touched
        ],
        "hot_share_percent": on_hot,
        "sentence": _sentence([cell["stability"]["band"] for _, cell in touched], on_hot),
    }


def _row(cell: Mapping[str, Any], trials: Mapping[str, Any]) -> dict[str, Any]:
    found = cell["stability"]
    return {
        "q": cell["q"],
        "r": cell["r"],
        "count": cell["count"],
        "rank": cell["rank"],
        "band": found["band"],
        "origins": _hundredths(found["origins"], trials["origins"]),
        "variants": _hundredths(found["variants"], trials["variants"]),
    }


def _hundredths(hits: int, out_of: int) -> str:
    whole, rest = divmod(100 * hits // out_of, 100)
    return f"{whole}.{rest:02d}"


def _percent(part: float, whole: float) -> int:
    # A float's last digit must not turn a whole into 99 %.
    return min(100, int(100 * part / whole + 1e-6))


def _sentence(bands: Sequence[str], percent: int) -> str:
    if not bands:
        return "The zone touches no hot hexagon of this analysis."
    many = "hexagon" if len(bands) == 1 else "hexagons"
    words = "; ".join(
        (f"{bands.count(band)} " if len(bands) > 1 else "") + said
        for band, said in BAND_WORDS.items()
        if band in bands
    )
    share = f"{percent} %" if percent else "less than 1 %"
    caution = (
        ""
        if any(band in _RELIABLE for band in bands)
        else " No hexagon that it touches is stable: do not rely on this analysis alone."
    )
    return (
        f"The zone touches {len(bands)} hot {many} ({words}); {share} of it lies on hot "
        f"ground.{caution}"
    )
