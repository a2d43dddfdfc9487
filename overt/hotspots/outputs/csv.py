"""The cells of an analysis as CSV (RFC 4180), one row each, most crimes first.

A spreadsheet runs a cell that begins with = + - or @ as a formula, and names come from files that
somebody else wrote. Text that begins like a formula gets an apostrophe in front; numbers do not.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

from overt.hotspots.outputs.geojson import Record, cell_properties

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

COLUMNS = (
    "area",
    "rank",
    "class",
    "count",
    "easting",
    "northing",
    "q",
    "r",
    "edge",
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
    """Header and one row for each cell, ordered by rank, then q, then r."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for cell in sorted(record["cells"], key=lambda cell: (cell["rank"], cell["q"], cell["r"])):
        row: Mapping[str, Any] = cell_properties(cell) | {
            "area": record["area"]["name"],
            "analysis": record["digest"],
        }
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
