"""Reads for the data pages: forces, imports, and coverage as a table of months and categories."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Sum

from overt.hotspots.crimes.coverage import Coverage, Status, months_between
from overt.hotspots.models import Area, CrimeFile, CrimeRelease
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.selectors import crimes
from overt.policy.document import Profile

FILES_PER_PAGE = 40

# Shades of the heat table: the highest share of the category's busiest month for each.
SHADES = (0.5, 0.65, 0.8, 0.9)


@dataclass(frozen=True)
class ForceSummary:
    """What there is of one force. `missing`: months between first and last without a file."""

    force: str
    first: str
    last: str
    months: int
    missing: tuple[str, ...]
    crimes: int


@dataclass(frozen=True)
class HeatCell:
    """One month of one category. `shade` is 1 to 5, within the category; 0 for none."""

    count: int
    status: Status
    shade: int


@dataclass(frozen=True)
class HeatRow:
    month: str
    status: Status
    total: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatTable:
    """Coverage of one force, the latest month first."""

    force: str
    categories: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True)
class AreaSummary:
    kind: str
    label: str
    count: int
    sources: tuple[str, ...]


def forces() -> list[ForceSummary]:
    """Every force with at least one current release, by name."""
    months: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    for release in crimes.current_releases():
        months.setdefault(release.force, []).append(release.month)
        rows[release.force] = rows.get(release.force, 0) + release.rows
    return [
        ForceSummary(
            force=force,
            first=min(held),
            last=max(held),
            months=len(held),
            missing=tuple(sorted(set(months_between(min(held), max(held))) - set(held))),
            crimes=rows[force],
        )
        for force, held in sorted(months.items())
    ]


def heat_table(force: str, *, profile: Profile) -> HeatTable | None:
    """Coverage of `force`, judged by the policy's quality section. None without data."""
    coverage = crimes.coverage_table(
        force,
        absent_min_median=profile.quality.absent_min_median.value,
        suspect_share=Fraction(profile.quality.suspect_share.value),
    )
    return None if coverage is None else _heat_table(force, coverage)


def files_page(number: str | int | None) -> Page[Any]:
    """Imported files, the latest import first, without their reports, each with the `first` and
    `last` month of its releases."""
    found = (
        CrimeFile.objects.select_related("imported_by")
        .defer("report")
        .annotate(
            months=Count("releases"), first=Min("releases__month"), last=Max("releases__month")
        )
        .order_by("-imported_by__at", "-imported_by_id", "name", "pk")
    )
    return Paginator(found, FILES_PER_PAGE).get_page(number)


def import_totals() -> dict[str, int]:
    """Files and rows over all imports, replaced releases included."""
    found = CrimeFile.objects.aggregate(
        files=Count("pk"), read=Sum("rows_read", default=0), kept=Sum("rows_kept", default=0)
    )
    return found | {"releases": CrimeRelease.objects.count()}


def areas() -> list[AreaSummary]:
    """Current boundaries by kind, with the files they came from."""
    return [
        AreaSummary(
            kind=kind,
            label=label,
            count=Area.objects.filter(kind=kind, is_current=True).count(),
            sources=tuple(
                Area.objects.filter(kind=kind, is_current=True)
                .order_by("source_name")
                .values_list("source_name", flat=True)
                .distinct()
            ),
        )
        for kind, label in AreaKind.choices
    ]


def _heat_table(force: str, coverage: Coverage) -> HeatTable:
    busiest = coverage.counts.max(axis=0).tolist()
    rows = [
        HeatRow(
            month=month,
            status=coverage.by_month[m],
            total=int(coverage.counts[m].sum()),
            cells=tuple(
                HeatCell(int(n), status, _shade(int(n), most))
                for n, status, most in zip(
                    coverage.counts[m], coverage.by_category[m], busiest, strict=True
                )
            ),
        )
        for m, month in enumerate(coverage.months)
    ]
    return HeatTable(force, coverage.categories, tuple(reversed(rows)))


def _shade(count: int, most: int) -> int:
    if not count:
        return 0
    return 1 + sum(count > limit * most for limit in SHADES)
