"""The charts of an analysis and of one of its cells, the same on pages and on paper."""

from collections.abc import Mapping
from typing import Any

from overt.hotspots.outputs import charts
from overt.hotspots.outputs.charts import Share
from overt.hotspots.outputs.geojson import Record


def of_area(record: Record) -> dict[str, str]:
    """`trend`, and `ranks` unless the analysis was refused."""
    window = record["window"]
    drawn = {
        "trend": charts.trend(
            window,
            [entry["count"] for entry in window["by_month"]],
            ident="area-trend",
            title=f"Crimes in {record['area']['name']} by month",
        )
    }
    if record["cells"]:
        drawn["ranks"] = charts.ranks(
            record, ident="area-ranks", title="Cells by number of crimes, with the threshold"
        )
    return drawn


def of_cell(record: Record, cell: Mapping[str, Any]) -> dict[str, str]:
    """`ranks`; for hot and tied cells also `trend` and `stability`."""
    ident = f"cell-{cell['q']}-{cell['r']}".replace("--", "-m")
    drawn = {
        "ranks": charts.ranks(
            record, ident=f"{ident}-ranks", title="This cell among all cells", cell=cell
        )
    }
    if cell["months"]:
        drawn["trend"] = charts.trend(
            record["window"],
            cell["months"],
            ident=f"{ident}-trend",
            title="Crimes in this cell by month",
            recent=record["rise"].get("recent", ()),
        )
    if cell["stability"]:
        drawn["stability"] = charts.stability(
            _shares(record, cell["stability"]),
            bands={name: float(limit) for name, limit in record["stability"]["bands"].items()},
            ident=f"{ident}-stability",
            title="How often this place is a hotspot under other choices",
        )
    return drawn


def _shares(record: Record, stability: Mapping[str, Any]) -> list[Share]:
    """The legal test on other grids, all variants, each choice by itself, and moved crimes."""
    trials = record["stability"]
    families = trials["families"]
    hits = stability["families"] or [0] * len(families)

    def where(field: str, value: Any, label: str) -> Share:
        chosen = [n for n, family in zip(hits, families, strict=True) if family[field] == value]
        return Share(label, sum(chosen), len(chosen) * trials["origins"])

    return [
        Share("The test, grid laid elsewhere", stability["origins"], trials["origins"]),
        Share("All variants", stability["variants"], trials["variants"]),
        *(where("width_m", width, f"Width {width} m") for width in trials["widths_m"]),
        *(
            where("window_months", window, f"Window {window} months")
            for window in trials["windows_months"]
        ),
        *(where("population", name, f"Compared with {name}") for name in trials["populations"]),
        where("strict", True, "Above the threshold"),
        where("strict", False, "At or above it"),
        Share("Crimes moved", stability["displacement"], trials["displacement_runs"]),
    ]
