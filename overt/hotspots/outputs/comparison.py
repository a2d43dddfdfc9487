"""The borough comparison as a chart and as CSV."""

import csv
import io
from fractions import Fraction

from overt.hotspots.comparison import words
from overt.hotspots.comparison.rates import Comparison
from overt.hotspots.outputs import svg
from overt.hotspots.outputs.csv import guarded

WIDTH = 720
_LEFT, _RIGHT, _TOP, _ROW = 172, 66, 30, 20

COLUMNS = (
    "source",
    "from",
    "to",
    "category",
    "borough",
    "inner",
    "count",
    "count_rank",
    "months_used",
    "months_counted",
    "partial_months",
    "gaps",
    "residents_year",
    "residents",
    "expected_count",
    "rate_per_1000",
    "rate_rank",
    "share_of_all_crime",
)


def to_csv(comparison: Comparison) -> str:
    """One row for each borough and each group. What has no figure is empty, never zero."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in _rows(comparison):
        writer.writerow([guarded(value) for value in row])
    return text.getvalue()


def _rows(comparison: Comparison) -> list[list[object]]:
    months = len(comparison.months)
    head = [
        comparison.source,
        comparison.period.first,
        comparison.period.last,
        comparison.category or "All crime",
    ]
    rows: list[list[object]] = [
        [
            *head,
            figure.borough,
            figure.is_inner,
            figure.count if figure.months else None,
            figure.count_rank,
            figure.months,
            months,
            " ".join(figure.partial),
            " ".join(figure.gaps),
            comparison.year,
            figure.residents,
            _decimal(figure.expected, 2),
            _decimal(figure.rate, 6),
            figure.rate_rank,
            _decimal(figure.share, 6),
        ]
        for figure in comparison.figures
    ]
    for group in comparison.groups:
        figures = [*head, group.name, None, None, None, None, months, "", ""]
        people = [comparison.year, group.residents, _decimal(group.expected, 2)]
        rows.append([*figures, *people, _decimal(group.rate, 6), None, None])
    return rows


def _decimal(value: Fraction | None, places: int) -> str:
    return "" if value is None else words.fixed(value, places, comma="")


def bars(comparison: Comparison, *, ident: str, title: str, chosen: str = "") -> str:
    """Rates by borough, the highest first, with the rates of the groups as lines.

    Boroughs without a figure are hatched, at the end. `chosen` is drawn in the full accent.
    """
    figures = sorted(
        comparison.figures, key=lambda figure: (-(figure.rate or Fraction(-1)), figure.borough)
    )
    rates = [figure.rate for figure in figures if figure.rate is not None]
    high = _axis_end(rates)
    span = WIDTH - _LEFT - _RIGHT
    bottom = _TOP + _ROW * len(figures)
    parts = [svg.hatch(f"{ident}-absent")]
    for i, figure in enumerate(figures):
        y = _TOP + i * _ROW
        weight = "bold" if figure.borough == chosen else "normal"
        look = {"fill": svg.INK, "font_weight": weight}
        parts.append(svg.text(figure.borough, x=_LEFT - 8, y=y + 14, text_anchor="end", **look))
        if figure.rate is None:
            box = {"x": _LEFT, "y": y + 3, "width": span, "height": _ROW - 6}
            parts.append(svg.element("rect", **box, fill=f"url(#{ident}-absent)"))
            parts.append(svg.text("no figure", x=_LEFT + span + 6, y=y + 14))
            continue
        long = span * float(min(figure.rate / high, Fraction(1)))
        colour = svg.ACCENT if figure.borough == chosen else svg.ACCENT_MIDDLE
        box = {"x": _LEFT, "y": y + 3, "height": _ROW - 6}
        parts.append(svg.element("rect", **box, width=long, fill=colour))
        if figure.rate > high:
            cut = f"M{svg.number(_LEFT + long - 14)} {y + _ROW - 1}l5 {2 - _ROW}"
            parts.append(svg.element("path", d=cut, stroke="#fff", stroke_width=4))
        parts.append(svg.text(words.rate(figure.rate), x=_LEFT + span + 6, y=y + 14, **look))
    parts += _lines(comparison, high, span, bottom)
    desc = "; ".join(
        f"{figure.borough} {words.rate(figure.rate) or 'no figure'}" for figure in figures
    )
    return svg.picture(
        "".join(parts), ident=ident, width=WIDTH, height=bottom + 22, title=title, desc=f"{desc}."
    )


def _lines(comparison: Comparison, high: Fraction, span: int, bottom: int) -> list[str]:
    """The rate of the region named above, those of its parts below, away from each other."""
    below = sorted(
        (group for group in comparison.groups[1:] if group.rate is not None),
        key=lambda group: group.rate or 0,
    )
    placed = [(group, _TOP - 10, "middle") for group in comparison.groups[:1]]
    placed += [(group, bottom + 15, "end") for group in below[:1]]
    placed += [(group, bottom + 15, "start") for group in below[1:]]
    parts = []
    for group, y, anchor in placed:
        if group.rate is None or group.rate > high:
            continue
        x = _LEFT + span * float(group.rate / high)
        parts.append(
            svg.element(
                "line", x1=x, x2=x, y1=_TOP - 4, y2=bottom, stroke=svg.INK, stroke_dasharray="3 3"
            )
        )
        label = f"{group.name} {words.rate(group.rate)}"
        parts.append(svg.text(label, x=x, y=y, text_anchor=anchor))
    return parts


def _axis_end(rates: list[Fraction]) -> Fraction:
    """The highest rate, but at most three times the median: one borough where few live would
    flatten all the others. A longer bar is cut, and its figure stands beside it."""
    if not any(rates):
        return Fraction(1)
    ordered = sorted(rates)
    return min(ordered[-1], 3 * ordered[len(ordered) // 2] or ordered[-1])
