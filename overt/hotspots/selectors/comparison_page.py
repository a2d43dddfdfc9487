"""What the comparison page shows: one comparison, its coverage, and a checked claim."""

from dataclasses import dataclass

from overt.hotspots.areas import facts
from overt.hotspots.comparison import claim_text, claims, words
from overt.hotspots.comparison.claims import ClaimCheck
from overt.hotspots.comparison.counts import Counts
from overt.hotspots.comparison.rates import Comparison, Figure, Group, Period, Places, compare
from overt.hotspots.selectors import comparison as tables


@dataclass(frozen=True)
class CoverageRow:
    """A borough with a month that is not complete: for each month counted, the share of its LSOAs
    in per cent (None: in no table), and "complete", "partial" or "gap"."""

    borough: str
    months: tuple[tuple[str, int | None, str], ...]


@dataclass(frozen=True)
class Difference:
    """How far the marked borough is from a group, in words."""

    group: Group
    words: str


@dataclass(frozen=True)
class OffenceRow:
    """One category in the marked borough."""

    category: str
    figure: Figure


@dataclass(frozen=True)
class ComparisonPage:
    """`ranked`: the figures, the highest rate first, those without one last. `marked` is None
    while no borough is marked, or where the marked one has no figure. `offences` of the marked
    borough, the most frequent first, only where all crime is compared."""

    comparison: Comparison
    ranked: tuple[Figure, ...]
    coverage: tuple[CoverageRow, ...]
    marked: Figure | None
    differences: tuple[Difference, ...]
    offences: tuple[OffenceRow, ...]


def sources() -> list[Counts]:
    """The figures that there are, those of data.police.uk first. Raises StoredFileChanged."""
    return [counts for counts in (tables.police_counts(), tables.mps_counts()) if counts.months]


def regions(counts: list[Counts]) -> list[Places]:
    """The regions that some of the figures are about."""
    named = {borough for found in counts for borough, _ in found.cells}
    return [
        tables.places(region)
        for region, known in facts.regions().items()
        if named & set(known.boroughs)
    ]


def comparison_page(
    counts: Counts, *, places: Places, period: Period, category: str | None, area: str
) -> ComparisonPage:
    """The boroughs of `places` over `period`, with `area` marked. Raises StoredFileChanged."""
    people = tables.residents()
    found = compare(counts, residents=people, places=places, period=period, category=category)
    marked = found.figure(area)
    if marked is not None and marked.rate is None:
        marked = None
    offences: list[OffenceRow] = []
    if marked is not None and category is None:
        for offence in counts.categories:
            figure = compare(
                counts, residents=people, places=places, period=period, category=offence
            ).figure(area)
            if figure is not None:
                offences.append(OffenceRow(offence, figure))
    return ComparisonPage(
        comparison=found,
        ranked=tuple(
            sorted(
                found.figures,
                key=lambda f: (f.rate_rank or 1000, f.count_rank or 1000, f.borough),
            )
        ),
        coverage=tuple(_coverage(counts, found)),
        marked=marked,
        differences=tuple(_differences(found, marked)),
        offences=tuple(sorted(offences, key=lambda row: (-row.figure.count, row.category))),
    )


def check_claim(
    text: str, *, chosen: Counts, others: list[Counts], places: Places, area: str
) -> ClaimCheck:
    """The claim as typed, under every reading, by the chosen figures first.

    Raises ClaimNotUnderstood, StoredFileChanged.
    """
    claim = claim_text.parse(text, places=places, categories=chosen.categories, area=area)
    return claims.check(
        claim, sources=[chosen, *others], residents=tables.residents(), places=places
    )


def _differences(found: Comparison, marked: Figure | None) -> list[Difference]:
    if marked is None or marked.rate is None:
        return []
    return [
        Difference(group, words.difference(marked.rate / group.rate - 1))
        for group in found.groups
        if group.rate
    ]


def _coverage(counts: Counts, found: Comparison) -> list[CoverageRow]:
    rows = []
    for figure in found.figures:
        if not figure.gaps and not figure.partial:
            continue
        cells = []
        for month in found.months:
            cell = counts.cells.get((figure.borough, month))
            status = "gap"
            if month not in figure.gaps:
                status = "partial" if month in figure.partial else "complete"
            cells.append((month, None if cell is None else int(100 * cell.share), status))
        rows.append(CoverageRow(figure.borough, tuple(cells)))
    return rows
