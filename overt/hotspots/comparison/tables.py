"""One area table from one file, with its data-quality report."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from overt.hotspots.areas import facts
from overt.hotspots.areas.source import SourceError
from overt.hotspots.crimes.categories import CATEGORIES

from . import layouts
from .containers import Contents
from .coverage import COMPLETE, USABLE, coverage


@dataclass(frozen=True)
class AreaTableFile:
    """`frame` is in the form that `layouts` gives its kind; months are "" for residents."""

    name: str
    sha256: str
    kind: str
    frame: pl.DataFrame
    month_from: str
    month_to: str
    report: dict[str, Any]


def read_table(contents: Contents) -> AreaTableFile:
    """The table in the contents of a file (see `layouts` for the columns).

    Raises SourceError, one line that names file, line and column; nothing is read by halves.
    """
    parts = [layouts.normalise(member) for member in contents.members]
    if len({(part.kind, part.level) for part in parts}) > 1:
        raise SourceError(f"{contents.name}: holds tables of different kinds: import them apart")
    kind, level = parts[0].kind, parts[0].level
    frame = pl.concat([part.frame for part in parts])
    if len(parts) > 1 and kind == layouts.LSOA_COUNTS:
        twice = frame.select(
            pl.struct("area_code", "month", "category").is_duplicated().any()
        ).item()
        if twice:
            raise SourceError(f"{contents.name}: two of its files speak of the same LSOA and month")
    months = sorted(frame["month"].unique()) if "month" in frame.columns else []
    report = {
        "rows": frame.height,
        "files": len(parts),
        "level": level,
        "months": months,
        "missing_months": _missing(months),
        "boroughs": sorted(frame["borough"].unique()),
        "unknown_boroughs": [
            name for name in sorted(frame["borough"].unique()) if facts.borough(name) is None
        ],
        "notes": [note for part in parts for note in part.notes],
        **_by_kind(kind, frame),
    }
    return AreaTableFile(
        name=contents.name,
        sha256=contents.sha256,
        kind=kind,
        frame=frame,
        month_from=months[0] if months else "",
        month_to=months[-1] if months else "",
        report=report,
    )


def _by_kind(kind: str, frame: pl.DataFrame) -> dict[str, Any]:
    if kind == layouts.POPULATION:
        return {"years": sorted(frame["year"].unique())}
    if kind == layouts.COVERAGE:
        gaps = (
            frame.filter(pl.col("share") < float(COMPLETE)).group_by("source").len().sort("source")
        )
        return {"incomplete_borough_months": dict(gaps.iter_rows())}
    counted: dict[str, Any] = {"crimes": int(frame["count"].sum())}
    if kind == layouts.LSOA_COUNTS:
        found = coverage(frame)
        counted |= {
            "unknown_categories": sorted(set(frame["category"].unique()) - set(CATEGORIES)),
            "borough_months": len(found),
            "gaps": [
                {"borough": borough, "month": month, "lsoas": part.lsoas, "present": part.present}
                for (borough, month), part in sorted(found.items())
                if part.share < COMPLETE
            ],
            "unusable": sum(part.share < USABLE for part in found.values()),
        }
    return counted


def _missing(months: list[str]) -> list[str]:
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (months[0], months[-1]))
    every = [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, last + 1)]
    return [month for month in every if month not in months]
