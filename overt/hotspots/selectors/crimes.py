"""Reads of crime data: which releases there are, what they hold, how complete they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from overt.hotspots.crimes import store
from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.crimes.coverage import Coverage, classify, months_between
from overt.hotspots.crimes.table import CrimeTable
from overt.hotspots.crimes.tally import Tally, distinct
from overt.hotspots.models import CrimeFile, CrimeRelease
from overt.hotspots.storage import read_blob

# west, south, east, north: BNG centimetres. West and south are inside, east and north too.
Bounds = tuple[int, int, int, int]


@dataclass(frozen=True)
class ForcePresence:
    """How much of a force's data lies inside some bounds."""

    force: str
    crimes: int
    first_month: str
    last_month: str


def imported_digests() -> set[str]:
    """sha256 of every imported file, as given and unpacked."""
    return {
        digest
        for pair in CrimeFile.objects.values_list("sha256", "content_sha256")
        for digest in pair
    }


def forces() -> list[str]:
    """Every force with at least one release, by name."""
    return sorted(CrimeRelease.objects.order_by().values_list("force", flat=True).distinct())


def current_releases(
    *, forces: Iterable[str] | None = None, months: Iterable[str] | None = None
) -> list[CrimeRelease]:
    """The highest-numbered release of each force and month, in that order, with their files."""
    releases = _current()
    if forces is not None:
        releases = releases.filter(force__in=list(forces))
    if months is not None:
        releases = releases.filter(month__in=list(months))
    return list(releases.select_related("file").order_by("force", "month"))


def releases_of(*, force: str, month: str) -> list[CrimeRelease]:
    """Every release of one force and month, the current one first."""
    return list(
        CrimeRelease.objects.filter(force=force, month=month)
        .select_related("file__imported_by")
        .order_by("-number")
    )


def load_table(*, releases: Sequence[CrimeRelease], bounds_cm: Bounds | None = None) -> CrimeTable:
    """The crimes of `releases` inside `bounds_cm`, in memory.

    The months are those of the releases, also the ones without a crime inside the bounds; the
    categories are those that any of the releases holds anywhere, in alphabetical order. Positions
    are in ascending order, so the same releases and bounds give the same table.

    Raises StoredFileChanged when a stored file is missing or changed, ValueError when two
    releases are of the same force and month.
    """
    if len({(release.force, release.month) for release in releases}) < len(releases):
        raise ValueError("two releases of the same force and month would be counted twice")
    months = sorted({release.month for release in releases})
    held = {name for release in releases for name in release.category_counts}
    categories = [name for name in CATEGORIES if name in held]
    number_of = np.zeros(len(CATEGORIES), np.int64)
    number_of[[CATEGORIES.index(name) for name in categories]] = np.arange(len(categories))

    packed: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    cells: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    crimes: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    for release in releases:
        tally = _inside(_tally(release), bounds_cm)
        packed.append(tally.packed_rows())
        cells.append(months.index(release.month) * len(categories) + number_of[tally.category])
        crimes.append(tally.crimes.astype(np.int64))
    points, point = np.unique(np.concatenate(packed), return_inverse=True)
    repeats = np.concatenate(crimes)
    cell = np.repeat(np.concatenate(cells), repeats)
    width = max(len(categories), 1)
    return CrimeTable.build(
        easting=points >> 32,
        northing=points & 0xFFFFFFFF,
        months=months,
        categories=categories,
        month=cell // width,
        category=cell % width,
        point=np.repeat(point, repeats),
    )


def known_points(force: str) -> npt.NDArray[np.int64] | None:
    """Packed snap points (Tally.packed_points) of the force's current releases, ascending; None
    when there is no release. Raises StoredFileChanged."""
    releases = current_releases(forces=[force])
    if not releases:
        return None
    return distinct(np.concatenate([_tally(release).packed_points for release in releases]))


def forces_in(bounds_cm: Bounds) -> list[ForcePresence]:
    """The forces with crimes inside the bounds, the one with most first.

    Raises StoredFileChanged.
    """
    inside: dict[str, dict[str, int]] = {}
    for release in current_releases():
        crimes = int(_inside(_tally(release), bounds_cm).crimes.sum())
        if crimes:
            inside.setdefault(release.force, {})[release.month] = crimes
    found = [
        ForcePresence(force, sum(months.values()), min(months), max(months))
        for force, months in inside.items()
    ]
    return sorted(found, key=lambda presence: (-presence.crimes, presence.force))


def coverage_table(
    force: str, *, absent_min_median: int, suspect_share: Fraction
) -> Coverage | None:
    """Months by categories of a force's current releases, from the first month to the last, with
    what is absent or suspect. None when the force has no release.

    The limits are policy fields hotspots.quality.absent_min_median and .suspect_share.
    """
    counts_of = dict(_current().filter(force=force).values_list("month", "category_counts"))
    if not counts_of:
        return None
    months = months_between(min(counts_of), max(counts_of))
    held = {name for counts in counts_of.values() for name in counts}
    categories = [name for name in CATEGORIES if name in held]
    counts = np.array(
        [[counts_of.get(month, {}).get(name, 0) for name in categories] for month in months],
        np.int64,
    ).reshape(len(months), len(categories))
    return classify(
        counts,
        months,
        categories,
        absent_min_median=absent_min_median,
        suspect_share=suspect_share,
        without_file=frozenset(months) - counts_of.keys(),
    )


def file_with_report(pk: int) -> CrimeFile | None:
    """One imported file with its data-quality report, its import and its releases."""
    return (
        CrimeFile.objects.select_related("imported_by")
        .prefetch_related("releases")
        .filter(pk=pk)
        .first()
    )


def _current() -> QuerySet[CrimeRelease]:
    highest = (
        CrimeRelease.objects.filter(force=OuterRef("force"), month=OuterRef("month"))
        .order_by()
        .values("force", "month")
        .annotate(highest=Max("number"))
        .values("highest")
    )
    return CrimeRelease.objects.annotate(highest=Subquery(highest)).filter(number=F("highest"))


def _tally(release: CrimeRelease) -> Tally:
    return store.decode(read_blob(release.stored_as, release.stored_sha256))


def _inside(tally: Tally, bounds_cm: Bounds | None) -> Tally:
    if bounds_cm is None:
        return tally
    west, south, east, north = bounds_cm
    return tally.where(
        (tally.easting >= west)
        & (tally.easting <= east)
        & (tally.northing >= south)
        & (tally.northing <= north)
    )
