"""The map as SVG for paper: British National Grid, north up, with a scale bar."""

from collections.abc import Mapping
from typing import Any

import shapely

from overt.hotspots.analysis import grid
from overt.hotspots.outputs import svg
from overt.hotspots.outputs.geojson import Base, Record, boundary_of

WIDTH, HEIGHT, MARGIN = 720, 620, 14
OPACITY = {"robust": 0.85, "mostly": 0.65, "depends": 0.45, "not": 0.3}
NUMBERED = 10


class _Frame:
    """BNG centimetres to the picture's units, one scale for both axes."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        west, south, east, north = bounds
        self.scale = min(
            (WIDTH - 2 * MARGIN) / (east - west), (HEIGHT - 2 * MARGIN - 24) / (north - south)
        )
        self.west, self.north = west, north
        self.height = int((north - south) * self.scale + 2 * MARGIN + 24)
        self.left = (WIDTH - (east - west) * self.scale) / 2

    def at(self, easting: float, northing: float) -> tuple[float, float]:
        return (
            self.left + (easting - self.west) * self.scale,
            MARGIN + (self.north - northing) * self.scale,
        )

    def path(self, shape: shapely.Geometry) -> str:
        tolerance = 0.4 / self.scale
        rings = [
            ring
            for part in shapely.get_parts(shapely.simplify(shape, tolerance))
            for ring in (part.exterior, *part.interiors)
        ]
        return "".join(self.ring(ring.coords) for ring in rings)

    def ring(self, points: Any) -> str:
        places = [self.at(x, y) for x, y in points]
        return (
            "M"
            + "L".join(f"{svg.number(float(x))} {svg.number(float(y))}" for x, y in places)
            + "z"
        )


def plan(record: Record, beneath: Base, *, ident: str, title: str) -> str:
    """Boundary, wards, hexagons (the highest ranks numbered), circles and stations."""
    boundary = boundary_of(record)
    frame = _Frame(boundary.bounds)
    near = boundary.buffer(50_000)
    parts = [
        svg.element("rect", x=0, y=0, width=WIDTH, height=frame.height, fill="#f7f9f9"),
        svg.element("path", d=frame.path(boundary), fill="#fff"),
        _cells(record, frame),
    ]
    for _, shape in beneath.wards:
        if shape.intersection(boundary).area > 0:
            parts.append(
                svg.element(
                    "path", d=frame.path(shape), fill="none", stroke="#9aa8a8", stroke_width=0.6
                )
            )
    parts.append(
        svg.element("path", d=frame.path(boundary), fill="none", stroke=svg.INK, stroke_width=1.5)
    )
    parts += [_circle(circle, frame) for circle in record["circles"]]
    for name, easting, northing in beneath.stations:
        if near.contains(shapely.Point(easting, northing)):
            x, y = frame.at(easting, northing)
            parts.append(svg.element("circle", cx=x, cy=y, r=2.5, fill=svg.INK, stroke="#fff"))
            # A white edge first: names lie on any colour.
            for look in ({"stroke": "#fff", "stroke_width": 2.5}, {"fill": svg.INK}):
                parts.append(svg.text(name, x=x + 4, y=y + 3, font_size=8, **look))
    parts.append(_numbers(record, frame))
    parts.append(_scale_bar(frame))
    hot = [cell for cell in record["cells"] if cell["class"] == "hot"]
    desc = f"{len(hot)} hot cells of {len(record['cells'])}, with the boundary and the circles."
    return svg.picture(
        "".join(parts), ident=ident, width=WIDTH, height=frame.height, title=title, desc=desc
    )


def _cells(record: Record, frame: _Frame) -> str:
    cells = record["cells"]
    if not cells:
        return ""
    corners = grid.corners(
        [cell["q"] for cell in cells],
        [cell["r"] for cell in cells],
        width_cm=record["grid"]["width_cm"],
    )
    # Rising cells last, so that no neighbour covers their edge.
    drawn = sorted(zip(cells, corners.tolist(), strict=True), key=lambda pair: _is_rising(pair[0]))
    return "".join(svg.element("path", d=frame.ring(ring), **_look(cell)) for cell, ring in drawn)


def _is_rising(cell: Mapping[str, Any]) -> bool:
    return (cell["rise"] or {}).get("class") == "rising"


def _look(cell: Mapping[str, Any]) -> dict[str, svg.Value]:
    look: dict[str, svg.Value] = {"fill": "none", "stroke": "#d5dddd", "stroke_width": 0.4}
    if cell["class"] == "hot":
        band = (cell["stability"] or {"band": "mostly"})["band"]
        look = {
            "fill": svg.ACCENT,
            "fill_opacity": OPACITY[band],
            "stroke": "#fff",
            "stroke_width": 0.5,
        }
    elif cell["class"] == "tied":
        look = {
            "fill": svg.ACCENT_PALE,
            "stroke": svg.ACCENT,
            "stroke_width": 0.8,
            "stroke_dasharray": "3 2",
        }
    if _is_rising(cell):
        look |= {"stroke": svg.WARNING, "stroke_width": 1.8}
    return look


def _circle(circle: Mapping[str, Any], frame: _Frame) -> str:
    x, y = frame.at(circle["easting_cm"], circle["northing_cm"])
    look: dict[str, svg.Value] = {} if circle["touches_hot"] else {"stroke_dasharray": "4 3"}
    return svg.element(
        "circle",
        cx=x,
        cy=y,
        r=circle["diameter_m"] * 50 * frame.scale,
        fill="none",
        stroke=svg.INK,
        stroke_width=1.4,
        **look,
    )


def _numbers(record: Record, frame: _Frame) -> str:
    ranked = [c for c in record["cells"] if c["class"] == "hot" and c["rank"] <= NUMBERED]
    parts = []
    for cell in ranked:
        x, y = frame.at(cell["easting"] * 100, cell["northing"] * 100)
        parts.append(
            svg.text(
                cell["rank"],
                x=x,
                y=y + 3.5,
                text_anchor="middle",
                fill="#fff",
                font_size=10,
                font_weight="bold",
            )
        )
    return "".join(parts)


def _scale_bar(frame: _Frame) -> str:
    long = 100_000 * frame.scale
    y = frame.height - 12
    bar = svg.element(
        "path",
        d=f"M{MARGIN} {y - 4}v4h{svg.number(long)}v-4",
        fill="none",
        stroke=svg.INK,
        stroke_width=1.2,
    )
    return (
        bar
        + svg.text("1 km", x=MARGIN + long + 6, y=y + 1, fill=svg.INK, font_size=10)
        + svg.text(
            "North is up. British National Grid.", x=WIDTH - MARGIN, y=y + 1, text_anchor="end"
        )
    )
