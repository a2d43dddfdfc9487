"""Charts as inline SVG, made on the server: they work without JavaScript, on paper and offline.

Each has a title and a description that say the same as the picture. A month that is missing is
hatched, never drawn as a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overt.hotspots.crimes.coverage import months_between
from overt.hotspots.outputs import summary, svg
from overt.hotspots.outputs.geojson import Record

WIDTH = 720
LEFT, RIGHT = 46, 10


@dataclass(frozen=True)
class Share:
    """One bar of a stability strip: `hit` of `of` variants."""

    label: str
    hit: int
    of: int


def trend(
    window: Mapping[str, Any],
    counts: Sequence[int],
    *,
    ident: str,
    title: str,
    recent: Sequence[str] = (),
) -> str:
    """Crimes by month. `counts` are in the order of `window["by_month"]`, the counted months.

    The months of `recent` are drawn in the full accent.
    """
    counted = [entry["month"] for entry in window["by_month"]]
    by_month = dict(zip(counted, counts, strict=True))
    months = months_between(window["from"], window["to"])
    top, bottom, height = 12, 172, 214
    high = _round_up(max(counts, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(months), 1)
    parts = [svg.hatch(f"{ident}-absent"), _grid_lines(high, top, bottom)]
    for i, month in enumerate(months):
        x = LEFT + i * step
        if month in by_month:
            tall = (bottom - top) * by_month[month] / high
            name = svg.element("title", f"{month}: {by_month[month]:,}")
            colour = svg.ACCENT if month in recent or not recent else svg.ACCENT_MIDDLE
            parts.append(
                svg.element(
                    "rect",
                    name,
                    x=x + step * 0.12,
                    y=bottom - tall,
                    width=step * 0.76,
                    height=tall,
                    fill=colour,
                )
            )
        else:
            parts.append(
                svg.element(
                    "rect",
                    svg.element("title", f"{month}: no data"),
                    x=x,
                    y=top,
                    width=step,
                    height=bottom - top,
                    fill=f"url(#{ident}-absent)",
                )
            )
        if month.endswith("-01") or i == 0:
            parts.append(_tick(x, bottom))
            parts.append(svg.text(_label(month), x=x + 3, y=bottom + 17))
    parts.append(_base_line(bottom))
    absent = [month for month in months if month not in by_month]
    if absent:
        parts.append(_key(f"{ident}-absent", "no data for this month, not zero", height - 6))
    desc = f"Crimes in each month from {window['from']} to {window['to']}: "
    desc += ", ".join(f"{month} {by_month[month]}" for month in counted)
    desc += f". No data: {', '.join(absent)}." if absent else "."
    return svg.picture(
        "".join(parts), ident=ident, width=WIDTH, height=height, title=title, desc=desc
    )


def stability(
    shares: Sequence[Share], *, bands: Mapping[str, float], ident: str, title: str
) -> str:
    """One bar for each family of variants, 0 to 100 %, with the limits of the bands marked.

    bands: the lower limit of each band as a share, e.g. {"robust": 0.95}.
    """
    left, row, top = 210, 22, 26
    span = WIDTH - left - 96
    bottom = top + row * len(shares)
    parts = []
    for name, limit in bands.items():
        x = left + span * limit
        parts.append(
            svg.element(
                "line", x1=x, x2=x, y1=top - 6, y2=bottom, stroke=svg.MUTED, stroke_dasharray="2 3"
            )
        )
        anchor = "start" if limit > 0.9 else "middle"
        parts.append(svg.text(f"{name} {limit * 100:.0f}%", x=x, y=top - 10, text_anchor=anchor))
    for i, share in enumerate(shares):
        y = top + i * row
        part = share.hit / share.of if share.of else 0.0
        parts.append(svg.text(share.label, x=left - 8, y=y + 16, text_anchor="end", fill=svg.INK))
        parts.append(svg.element("rect", x=left, y=y + 4, width=span, height=15, fill="#eef3f3"))
        parts.append(
            svg.element("rect", x=left, y=y + 4, width=span * part, height=15, fill=svg.ACCENT)
        )
        parts.append(
            svg.text(f"{share.hit:,} of {share.of:,}", x=left + span + 8, y=y + 16, fill=svg.INK)
        )
    desc = "; ".join(f"{share.label}: hot in {share.hit} of {share.of}" for share in shares)
    return svg.picture(
        "".join(parts), ident=ident, width=WIDTH, height=bottom + 8, title=title, desc=f"{desc}."
    )


def ranks(record: Record, *, ident: str, title: str, cell: Mapping[str, Any] | None = None) -> str:
    """The area's cells by falling count, with the threshold as a line. `cell` is marked.

    Edge cells are drawn as they are compared: by density, brought to a whole cell.
    """
    ruling = summary.ruling(record)
    listed = sorted(record["cells"], key=lambda c: (c["rank"], c["q"], c["r"]))
    top, bottom, height = 12, 172, 214
    high = _round_up(max((c["compared"] for c in listed), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(listed), 1)
    parts = [_grid_lines(high, top, bottom)]
    for name, colour in (
        ("hot", svg.ACCENT),
        ("tied", svg.ACCENT_MIDDLE),
        ("not hot", svg.ACCENT_PALE),
    ):
        bars = "".join(
            f"M{svg.number(LEFT + i * step)} {bottom}"
            f"v{svg.number(-(bottom - top) * c['compared'] / high)}h{svg.number(step)}V{bottom}z"
            for i, c in enumerate(listed)
            if c["class"] == name
        )
        if bars:
            parts.append(svg.element("path", d=bars, fill=colour))
    if ruling["threshold"] is not None:
        y = bottom - (bottom - top) * ruling["threshold"] / high
        parts.append(svg.element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, stroke=svg.WARNING))
        parts.append(
            svg.text(
                f"threshold {ruling['threshold']:,}: hot is above it",
                x=WIDTH - RIGHT,
                y=y - 5,
                text_anchor="end",
                fill=svg.WARNING,
            )
        )
    if cell is not None:
        places = [i for i, c in enumerate(listed) if (c["q"], c["r"]) == (cell["q"], cell["r"])]
        for i in places:
            x = LEFT + (i + 0.5) * step
            y = bottom - (bottom - top) * cell["compared"] / high
            parts.append(
                svg.element("circle", cx=x, cy=y, r=5, fill="#fff", stroke=svg.INK, stroke_width=2)
            )
            parts.append(svg.text("this cell", x=x + 9, y=y + 4, fill=svg.INK, font_weight="bold"))
    parts.append(_base_line(bottom))
    parts.append(svg.text("most crimes", x=LEFT, y=bottom + 17))
    parts.append(svg.text("fewest", x=WIDTH - RIGHT, y=bottom + 17, text_anchor="end"))
    desc = (
        f"{len(listed):,} cells by falling count, "
        f"{sum(c['class'] == 'hot' for c in listed):,} of them above the threshold of "
        f"{ruling['threshold']}."
    )
    return svg.picture(
        "".join(parts), ident=ident, width=WIDTH, height=height - 14, title=title, desc=desc
    )


def _label(month: str) -> str:
    return month[:4] if month.endswith("-01") else month


def _round_up(value: int) -> int:
    """The end of an axis that is split in four: four times a round number, at or above `value`."""
    scale = 1
    while True:
        for tenths in (10, 15, 20, 25, 30, 40, 50, 60, 80):
            if scale * tenths % 10 == 0 and scale * tenths * 4 >= value * 10:
                return scale * tenths * 4 // 10
        scale *= 10


def _grid_lines(high: int, top: int, bottom: int) -> str:
    parts = []
    for quarter in range(1, 5):
        y = bottom - (bottom - top) * quarter / 4
        parts.append(svg.element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, stroke="#e4eaea"))
        parts.append(svg.text(f"{high * quarter // 4:,}", x=LEFT - 6, y=y + 4, text_anchor="end"))
    parts.append(svg.text("0", x=LEFT - 6, y=bottom + 4, text_anchor="end"))
    return "".join(parts)


def _base_line(bottom: int) -> str:
    return svg.element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=bottom, y2=bottom, stroke=svg.MUTED)


def _tick(x: float, bottom: int) -> str:
    return svg.element("line", x1=x, x2=x, y1=bottom, y2=bottom + 6, stroke=svg.MUTED)


def _key(pattern: str, label: str, y: int) -> str:
    box = svg.element(
        "rect", x=LEFT, y=y - 10, width=14, height=11, fill=f"url(#{pattern})", stroke=svg.WARNING
    )
    return box + svg.text(label, x=LEFT + 20, y=y)
