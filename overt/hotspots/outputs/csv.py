"""The cells of an analysis as CSV (RFC 4180), one row each, most crimes first; then edge cells.

`kind` tells them apart: "cell", or "edge cell", whose centre lies outside the boundary and which
has no rank. With both, the counts add up to the crimes inside the boundary.

A spreadsheet runs a cell that begins with = + - or @ as a formula, and names come from files that
somebody else wrote. Text that begins like a formula gets an apostrophe in front; numbers do not.
"""

import csv
import io
from typing import Any

from overt.hotspots.outputs.geojson import Record, cell_properties

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

COLUMNS = (
    "area",
    "kind",
    "rank",
    "class",
    "count",
    "easting",
    "northing",
    "q",
    "r",
    "edge",
    "inside_ppm",
    "compared",
    "residents",
    "per_1000_residents",
    "class_A",
    "class_B",
    "class_C",
    "class_bcu",
    "count_without_enforcement",
    "class_without_enforcement",
    "origins_hot",
    "variants_share",
    "stability_band",
    "displacement_hot",
    "rise_class",
    "rise_before",
    "rise_recent",
    "rise_ratio",
    "rise_posterior",
    "rise_p_exact",
    "rise_q_bh",
    "analysis",
)


def hotspots(record: Record) -> str:
    """Header and one row for each cell, by rank, q and r; then for each edge cell, by count."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    ranked = sorted(record["cells"], key=lambda cell: (cell["rank"], cell["q"], cell["r"]))
    rows: list[dict[str, Any]] = [
        cell | cell_properties(cell) | {"kind": "cell"} for cell in ranked
    ]
    rim = sorted(record["edge_cells"], key=lambda cell: (-cell["count"], cell["q"], cell["r"]))
    rows += [cell | {"kind": "edge cell", "edge": True} for cell in rim]
    for row in rows:
        row |= {"area": record["area"]["name"], "analysis": record["digest"]}
        writer.writerow([guarded(row.get(column)) for column in COLUMNS])
    return text.getvalue()


def guarded(value: Any) -> Any:
    """`value` in a form that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text == text.strip()
