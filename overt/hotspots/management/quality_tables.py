"""What an import says on a terminal: the summary, the data-quality report, the gaps."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.crimes.coverage import Coverage, Status, classify, months_between
from overt.hotspots.crimes.read import Reason
from overt.hotspots.services.crimes import FileResult, ImportResult

_ASIDE = {
    Reason.BAD_MONTH: "bad month",
    Reason.UNKNOWN_CATEGORY: "unknown category",
    Reason.NO_LOCATION: "no location",
    Reason.OUTSIDE: "outside Britain",
}
_MARKS = {Status.PRESENT: "", Status.SUSPECT: "?", Status.ABSENT: "!"}


def summary(result: ImportResult, *, dry_run: bool) -> str:
    """Three lines at most: files, rows, what was left alone."""
    reports = [file.report for file in result.files if file.report is not None]
    if not reports:
        lines = [f"Nothing new: {_files(len(result.files))} imported before."]
    else:
        read = sum(report.rows_read for report in reports)
        kept = sum(report.rows_kept for report in reports)
        verb = "would be imported" if dry_run else "imported"
        lines = [
            f"{_files(len(reports))} {verb}, {len(result.unchanged):,} unchanged.",
            f"{read:,} rows read, {kept:,} kept, {read - kept:,} set aside.",
        ]
    if result.ignored:
        lines.append(f"{_files(result.ignored)} of outcomes or stop and search left alone.")
    return "\n".join(lines)


def full_report(
    result: ImportResult, *, absent_min_median: int, suspect_share: Fraction
) -> Iterator[RenderableType]:
    """Tables: one row for each file, then months by categories for each force, then warnings."""
    yield _table_of_files(result)
    for force in result.forces:
        counts_of = {
            release.month: release.category_counts
            for file in result.new
            for release in file.releases
            if release.force == force
        }
        months = months_between(min(counts_of), max(counts_of))
        categories = [name for name in CATEGORIES if any(name in c for c in counts_of.values())]
        counts = np.array(
            [[counts_of.get(month, {}).get(name, 0) for name in categories] for month in months],
            np.int64,
        ).reshape(len(months), len(categories))
        coverage = classify(
            counts,
            months,
            categories,
            absent_min_median=absent_min_median,
            suspect_share=suspect_share,
            without_file=frozenset(months) - counts_of.keys(),
        )
        yield f"{force}: crimes kept by month and category (! absent, ? suspect)"
        yield _table_of_months(coverage)
    for file in result.new:
        for warning in file.report.warnings if file.report else ():
            yield escape(f"{file.name}: {warning}")


def gaps(force: str, coverage: Coverage) -> Iterator[RenderableType]:
    """One line for each kind of gap in all that is now there of a force."""
    span = f"{force}: {coverage.months[0]} to {coverage.months[-1]}"
    categories = coverage.category_gaps()
    if not (coverage.absent_months or coverage.suspect_months or categories):
        yield f"{span}, no gaps."
        return
    yield f"{span}, with gaps:"
    if coverage.absent_months:
        yield f"  absent months: {', '.join(coverage.absent_months)}"
    for month in coverage.suspect_months:
        total = int(coverage.counts[coverage.months.index(month)].sum())
        usual = float(coverage.month_median)
        yield f"  suspect month: {month} ({total:,} crimes, median {usual:,.0f})"
    if categories:
        yield f"  categories absent or suspect in a month that is there: {len(categories)}"


def _table_of_files(result: ImportResult) -> Table:
    table = Table()
    table.add_column("File", overflow="fold")
    for heading in ("Read", "Kept", *_ASIDE.values(), "sharing an ID", "no LSOA", "new points"):
        table.add_column(heading, justify="right")
    for file in result.files:
        table.add_row(escape(file.name), *_figures(file))
    return table


def _figures(file: FileResult) -> list[str]:
    report = file.report
    if report is None:
        return ["unchanged"]
    points = sum(month.points for month in report.new_points)
    new = sum(month.new for month in report.new_points)
    return [
        f"{report.rows_read:,}",
        f"{report.rows_kept:,}",
        *(f"{report.set_aside[reason.value]:,}" for reason in _ASIDE),
        f"{report.rows_sharing_id:,}",
        f"{report.blank_lsoa:,}",
        f"{100 * new / points:.1f} %" if points else "all",
    ]


def _table_of_months(coverage: Coverage) -> Table:
    table = Table()
    table.add_column("Month", no_wrap=True)
    for name in (*coverage.categories, "All"):
        table.add_column(name, justify="right", overflow="fold")
    for m, month in enumerate(coverage.months):
        statuses = (*coverage.by_category[m], coverage.by_month[m])
        counts = (*coverage.counts[m], coverage.counts[m].sum())
        table.add_row(
            month, *(f"{n:,}{_MARKS[status]}" for n, status in zip(counts, statuses, strict=True))
        )
    return table


def _files(n: int) -> str:
    return f"{n:,} file" if n == 1 else f"{n:,} files"
