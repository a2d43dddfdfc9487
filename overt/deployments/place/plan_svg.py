"""The place of a deployment as SVG, for pages and paper.

Pure: no Django. Positions are British National Grid, integer centimetres; a ring may be closed or
open.

Rules
1. The frame holds zone, footprint, cameras, signs and sensitive places, with a margin. Roads, hot
   hexagons and the boundary are cut off at it.
2. What things are is told by line and form, never by colour alone: it is read in black and white.
3. A label stands beside its point, on the first of eight sides where it covers nothing, else where
   it covers least. The name of a road, or of a place that is not a point, is left out rather than
   put over another.
4. The same place gives the same bytes. Looks are presentation attributes (see `outputs.svg`).
"""

import hashlib
import itertools
import math
from collections.abc import Iterator, Sequence
from html import escape

import shapely

from overt.hotspots.outputs import svg

from .plan_labels import Box, Labels, haloed, short, width_of
from .reading import Position

Points = Sequence[tuple[float, float]]

# The picture's units: at 170 mm, 12 of them are a letter of 8 points.
_PER_MM = 720 / 170
_FLATTEST, _TALLEST = 0.5, 0.9
_LEAST_SIDE_CM = 120_00
_KEY_LINE = 20
_EDGE = 8
_ROAD = "#8a9696"


def plan_svg(
    *,
    zone: Sequence[Position],
    footprint: Sequence[Position] = (),
    cameras: Sequence[tuple[str, Position]] = (),
    signs: Sequence[tuple[str, Position]] = (),
    roads: Sequence[tuple[str, Sequence[Position]]] = (),
    sensitive: Sequence[tuple[str, str, Position]] = (),
    hot_cells: Sequence[Points] = (),
    boundary: Sequence[Points] | None = None,
    title: str,
    width_mm: int = 170,
) -> str:
    """The plan, `width_mm` wide on paper; "" where there is no zone.

    `cameras`: label and position; `signs`: code and position; `roads`: name ("" for none) and
    line; `sensitive`: name, kind and position; `hot_cells` and `boundary`: rings.
    """
    if not zone:
        return ""
    points = [*zone, *footprint]
    points += [at for _, at in (*cameras, *signs)]
    points += [at for _, _, at in sensitive]
    sheet = _Sheet(points, width_mm * _PER_MM)
    lines = [(name, sheet.cut(shapely.LineString(line))) for name, line in roads if len(line) > 1]
    parts = [
        svg.element("rect", x=0, y=0, width=sheet.width, height=sheet.height, fill="#fff"),
        *_roads(lines, sheet),
        *(_hot(cell, sheet) for cell in hot_cells),
        *(_boundary(ring, sheet) for ring in boundary or ()),
    ]
    if footprint:
        parts.append(_outline(sheet.path(footprint), **_FOOTPRINT))
    parts.append(_outline(sheet.path(zone), **_ZONE))
    drawn = [
        *((name, _place, sheet.at(*at)) for name, _, at in sensitive),
        *((code, _sign, sheet.at(*at)) for code, at in signs),
        *((label, _camera, sheet.at(*at)) for label, at in cameras),
    ]
    parts += [shape(x, y) for _, shape, (x, y) in drawn]
    labels = Labels(sheet.width, sheet.height, [at for _, _, at in drawn])
    parts += [
        labels.beside(text, at, bold=shape is not _place) for text, shape, at in reversed(drawn)
    ]
    parts += _road_names(lines, sheet, labels)
    parts.append(
        svg.element(
            "rect",
            **{"x": 0.5, "y": 0.5, "width": sheet.width - 1, "height": sheet.height - 1},
            fill="none",
            stroke=svg.INK,
        )
    )
    parts.append(_north(sheet))
    shown = {
        "zone": True,
        "footprint": bool(footprint),
        "camera": bool(cameras),
        "sign": bool(signs),
        "place": bool(sensitive),
        "hot": bool(hot_cells),
        "road": any(sheet.lines(line) for _, line in lines),
        "boundary": bool(boundary),
    }
    foot, height = _foot(shown, sheet)
    parts.append(foot)
    desc = _in_words(cameras, signs, sensitive, hot_cells)
    return _picture("".join(parts), sheet.width, height, title, desc, width_mm)


class _Sheet:
    """BNG centimetres to the picture's units, one scale for both axes, north up."""

    def __init__(self, points: Sequence[Position], width: float) -> None:
        west, east = min(e for e, _ in points), max(e for e, _ in points)
        south, north = min(n for _, n in points), max(n for _, n in points)
        middle_e, middle_n = (west + east) / 2, (south + north) / 2
        # A margin of a sixth on each side, for labels and for what lies round it.
        across = max(east - west, _LEAST_SIDE_CM) * 4 / 3
        up = max(north - south, _LEAST_SIDE_CM) * 4 / 3
        across, up = max(across, up / _TALLEST), max(up, across * _FLATTEST)
        self.width, self.scale = width, width / across
        self.height = up * self.scale
        self.west, self.north = middle_e - across / 2, middle_n + up / 2
        self._frame = shapely.box(self.west, self.north - up, self.west + across, self.north)

    def at(self, easting: float, northing: float) -> tuple[float, float]:
        return (easting - self.west) * self.scale, (self.north - northing) * self.scale

    def cut(self, shape: shapely.Geometry) -> shapely.Geometry:
        """What of `shape` lies in the frame."""
        return shapely.intersection(shape, self._frame)

    def path(self, points: Points, *, close: bool = True) -> str:
        places = [self.at(e, n) for e, n in points]
        drawn = "L".join(f"{svg.number(float(x))} {svg.number(float(y))}" for x, y in places)
        return f"M{drawn}{'z' if close else ''}"

    def lines(self, shape: shapely.Geometry) -> str:
        """The lines of `shape`, as one path."""
        return "".join(
            self.path([(c[0], c[1]) for c in line.coords], close=False) for line in _lines(shape)
        )


def _lines(shape: shapely.Geometry) -> list[shapely.LineString]:
    parts = shapely.get_parts(shape).tolist()
    return [
        part
        for part in parts
        if part.geom_type in ("LineString", "LinearRing") and not part.is_empty
    ]


_ZONE: dict[str, svg.Value] = {
    "fill": svg.ACCENT,
    "fill_opacity": 0.14,
    "stroke": svg.INK,
    "stroke_width": 2.6,
}
_FOOTPRINT: dict[str, svg.Value] = {
    "fill": "none",
    "stroke": svg.INK,
    "stroke_width": 1.3,
    "stroke_dasharray": "7 4",
}
_BOUNDARY: dict[str, svg.Value] = {
    "fill": "none",
    "stroke": svg.INK,
    "stroke_width": 1.2,
    "stroke_dasharray": "12 4 2 4",
}
_HOT: dict[str, svg.Value] = {
    "fill": "none",
    "stroke": svg.ACCENT_MIDDLE,
    "stroke_width": 0.8,
}


def _outline(path: str, **look: svg.Value) -> str:
    return svg.element("path", d=path, stroke_linejoin="round", **look) if path else ""


def _roads(lines: Sequence[tuple[str, shapely.Geometry]], sheet: _Sheet) -> Iterator[str]:
    """Two fine lines each: all edges first, so that crossings are open."""
    for colour, wide in ((_ROAD, 7), ("#fff", 5)):
        for _, line in lines:
            path = sheet.lines(line)
            if path:
                yield svg.element("path", d=path, fill="none", stroke=colour, stroke_width=wide)


def _hot(ring: Points, sheet: _Sheet) -> str:
    """A hexagon as slanted lines, cut off at its edge and at the frame."""
    cell = sheet.cut(shapely.Polygon(ring))
    edge = sheet.cut(shapely.LinearRing(ring))
    return _outline(sheet.lines(edge), **_HOT) + _outline(
        sheet.lines(shapely.intersection(_hatch(_bounds(cell), sheet.scale), cell)), **_HOT
    )


def _hatch(bounds: Box, scale: float) -> shapely.MultiLineString:
    """Lines from south-west to north-east over `bounds`, on one raster for all hexagons."""
    if math.isnan(bounds[0]):
        return shapely.MultiLineString()
    west, south, east, north = bounds
    step = 12 / scale
    first, last = math.floor((south - east) / step), math.ceil((north - west) / step)
    return shapely.MultiLineString(
        [[(west, west + i * step), (east, east + i * step)] for i in range(first, last + 1)]
    )


def _bounds(shape: shapely.Geometry) -> Box:
    west, south, east, north = shapely.bounds(shape).tolist()
    return west, south, east, north


def _boundary(ring: Points, sheet: _Sheet) -> str:
    return _outline(sheet.lines(sheet.cut(shapely.LinearRing(ring))), **_BOUNDARY)


def _camera(x: float, y: float) -> str:
    corners = f"M{svg.number(x)} {svg.number(y - 7)}l7 12h-14z"
    return svg.element("path", d=corners, fill=svg.INK, stroke="#fff", stroke_width=1)


def _sign(x: float, y: float) -> str:
    return svg.element("circle", cx=x, cy=y, r=5, fill="#fff", stroke=svg.INK, stroke_width=2)


def _place(x: float, y: float) -> str:
    corners = f"M{svg.number(x)} {svg.number(y - 7)}l7 7l-7 7l-7 -7z"
    return svg.element("path", d=corners, fill="#fff", stroke=svg.WARNING, stroke_width=2)


def _road_names(
    lines: Sequence[tuple[str, shapely.Geometry]], sheet: _Sheet, labels: Labels
) -> Iterator[str]:
    """Each name once, along the longest straight piece that is in the frame and free."""
    named: set[str] = set()
    for name, line in lines:
        shown = short(name)
        if not shown or shown in named:
            continue
        wide, size = width_of(shown, 10), 10
        for (x, y), (to_x, to_y) in _pieces(line, sheet):
            long = math.hypot(to_x - x, to_y - y)
            if long < wide:
                break
            slope = math.degrees(math.atan2(to_y - y, to_x - x))
            turned = math.radians((slope + 90) % 180 - 90)
            half_x = (wide * abs(math.cos(turned)) + size * abs(math.sin(turned))) / 2
            half_y = (wide * abs(math.sin(turned)) + size * abs(math.cos(turned))) / 2
            for part in (0.5, 0.25, 0.75):
                at_x, at_y = x + (to_x - x) * part, y + (to_y - y) * part
                if labels.free((at_x - half_x, at_y - half_y, at_x + half_x, at_y + half_y)):
                    yield _along(shown, at_x, at_y, math.degrees(turned))
                    named.add(shown)
                    break
            if shown in named:
                break


def _along(text: str, x: float, y: float, degrees: float) -> str:
    """A name with its middle at (x, y), turned."""
    turned = f"rotate({svg.number(degrees)} {svg.number(x)} {svg.number(y)})"
    return haloed(text, x=x, y=y + 3.5, font_size=10, text_anchor="middle", transform=turned)


def _pieces(
    line: shapely.Geometry, sheet: _Sheet
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of a road on the sheet, the longest first."""
    found = []
    for part in _lines(line):
        places = [sheet.at(e, n) for e, n in part.coords]
        found += list(itertools.pairwise(places))
    return sorted(found, key=lambda ends: -math.dist(*ends))


def _north(sheet: _Sheet) -> str:
    x = sheet.width - 22
    arrow = svg.element(
        "path",
        d=f"M{svg.number(x)} 12l7 22l-7 -5l-7 5z",
        fill=svg.INK,
        stroke="#fff",
        stroke_width=1,
    )
    return arrow + haloed("N", x=x, y=50, font_size=13, font_weight="bold", text_anchor="middle")


# What the key says, in its order.
_KEY = (
    ("zone", "Zone of recognition"),
    ("footprint", "Footprint"),
    ("camera", "Camera"),
    ("sign", "Sign"),
    ("place", "Sensitive place"),
    ("hot", "Hot hexagon"),
    ("road", "Road"),
    ("boundary", "Boundary of the borough"),
)


def _foot(shown: dict[str, bool], sheet: _Sheet) -> tuple[str, float]:
    """The scale bar and the key under the map; and the height of the whole."""
    top = sheet.height + 18
    metres = _round_metres(sheet.width / 4 / sheet.scale / 100)
    long = metres * 100 * sheet.scale
    parts = [
        svg.element(
            "path",
            d=f"M1 {svg.number(top - 6)}v6h{svg.number(long)}v-6",
            fill="none",
            stroke=svg.INK,
            stroke_width=1.4,
        ),
        svg.text(f"{metres:,} m", x=long + 8, y=top + 1, fill=svg.INK),
        svg.text(
            "North is up. British National Grid.",
            x=sheet.width,
            y=top + 1,
            text_anchor="end",
            font_size=10,
        ),
    ]
    x, y = 0.0, top + _KEY_LINE
    for name, words in _KEY:
        if not shown[name]:
            continue
        wide = 30 + width_of(words, 12) + 14
        if x and x + wide > sheet.width:
            x, y = 0.0, y + _KEY_LINE
        parts.append(_sample(name, x + 13, y - 4))
        parts.append(svg.text(words, x=x + 30, y=y, fill=svg.INK))
        x += wide
    return "".join(parts), y + _EDGE


def _sample(name: str, x: float, y: float) -> str:
    """How `name` is drawn, on the middle (x, y)."""
    if name in ("camera", "sign", "place"):
        return {"camera": _camera, "sign": _sign, "place": _place}[name](x, y)
    left, top = svg.number(x - 11), svg.number(y - 6)
    if name == "road":
        lines = f"M{left} {svg.number(y - 3)}h22M{left} {svg.number(y + 3)}h22"
        return svg.element("path", d=lines, stroke=_ROAD, stroke_width=1)
    if name == "boundary":
        return _outline(f"M{left} {svg.number(y)}h24", **_BOUNDARY)
    swatch = f"M{left} {top}h22v12h-22z"
    if name == "hot":
        low = svg.number(y + 6)
        slants = "".join(f"M{svg.number(x - 11 + 5 * i)} {low}l7 -12" for i in range(4))
        return _outline(swatch + slants, **_HOT)
    return _outline(swatch, **(_ZONE if name == "zone" else _FOOTPRINT))


def _round_metres(most: float) -> int:
    """The largest of 1, 2, 5, 10, 20, … m that is at most `most`; 1 at least."""
    steps = [factor * 10**power for power in range(7) for factor in (1, 2, 5)]
    return max([step for step in steps if step <= most], default=1)


def _in_words(
    cameras: Sequence[object],
    signs: Sequence[tuple[str, Position]],
    sensitive: Sequence[tuple[str, str, Position]],
    hot_cells: Sequence[object],
) -> str:
    counted = [
        _count(len(cameras), "camera"),
        _count(len(signs), "sign"),
        _count(len(sensitive), "sensitive place"),
        _count(len(hot_cells), "hot hexagon"),
    ]
    codes = ", ".join(code for code, _ in signs)
    places = ", ".join(f"{name} ({kind})" for name, kind, _ in sensitive)
    said = ["The zone of recognition", *(words for words in counted if words)]
    text = f"Plan, north up: {', '.join(said)}."
    text += f" Signs: {codes}." if codes else ""
    return text + (f" Sensitive places: {places}." if places else "")


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}" if number else ""


def _picture(
    content: str, width: float, height: float, title: str, desc: str, width_mm: int
) -> str:
    # From what it shows, so that two plans on a page have names of their own.
    told = "\x00".join((content, title, desc))
    ident = f"plan-{hashlib.sha256(told.encode()).hexdigest()[:10]}"
    head = svg.element("title", escape(title), id=f"{ident}-title")
    head += svg.element("desc", escape(desc), id=f"{ident}-desc")
    return svg.element(
        "svg",
        head + content,
        xmlns="http://www.w3.org/2000/svg",
        class_="overt-plan",
        width=f"{width_mm}mm",
        viewBox=f"0 0 {svg.number(width)} {svg.number(height)}",
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
    )
