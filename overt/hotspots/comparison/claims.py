"""The claim check: one claim about a borough, and the figure under each reasonable reading.

"Croydon has the highest rate for shoplifting in May 2024" sounds like one statement. It leaves
open whether it is about the number of crimes or the rate, whose residents, among which boroughs,
and whose figures. Each reading here answers one of those ways, says whether the claim holds under
it, and whether it is the claim as worded. No reading is left out because it disagrees.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from overt.hotspots.areas import facts

from .counts import MPS, Counts
from .rates import (
    Comparison,
    Figure,
    Period,
    Places,
    among,
    compare,
    inner_name,
    outer_name,
    pooled,
)

Residents = Mapping[int, Mapping[str, int]]

# Residents of longer ago than this are no reasonable reading of a rate.
YEARS_AWAY = 5
# More months than this are counted rather than named.
_NAMED = 4


class Measure(Enum):
    """What is claimed of the borough's figure."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    RANK = "rank"
    ABOVE = "above"
    BELOW = "below"


class Basis(Enum):
    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True)
class Claim:
    """`rank` goes with Measure.RANK (2 = second highest). `basis` None: the claim does not say.
    `category` None: all crime. `against` names the group of ABOVE and BELOW, as "London"."""

    area: str
    measure: Measure
    period: Period
    category: str | None
    basis: Basis | None = None
    rank: int | None = None
    against: str | None = None


@dataclass(frozen=True)
class Reading:
    """The claim read in one way. `holds` is None where there are no figures to say.

    `value` is the count of the period or the rate per 1,000. For ranks, `tied` counts the others
    with the same figure, and `leader` is who comes first. For averages, `benchmark` is the average
    and `difference` = value / benchmark - 1. `as_collected`: without allowing for coverage.
    """

    source: str
    basis: Basis
    scope: str
    year: int | None
    as_collected: bool
    as_worded: bool
    holds: bool | None
    value: Fraction | None
    rank: int | None = None
    tied: int = 0
    of: int | None = None
    leader: str | None = None
    leader_value: Fraction | None = None
    benchmark: Fraction | None = None
    difference: Fraction | None = None


@dataclass(frozen=True)
class ClaimCheck:
    """`notes` say in sentences what the figures rest on: months left out, gaps, other years."""

    claim: Claim
    readings: tuple[Reading, ...]
    notes: tuple[str, ...]

    @property
    def worded(self) -> tuple[Reading, ...]:
        return tuple(reading for reading in self.readings if reading.as_worded)


def check(
    claim: Claim, *, sources: Sequence[Counts], residents: Residents, places: Places
) -> ClaimCheck:
    """Every reading of `claim`, those of the first source first.

    sources: counts that know the category, the one to prefer first. The claim's area must be in
    `places`.
    """
    readings: list[Reading] = []
    notes: list[str] = []
    for number, counts in enumerate(sources):
        if claim.category is not None and claim.category not in counts.categories:
            notes.append(f"{counts.source} has no figures for {claim.category.lower()}.")
            continue
        main = compare(
            counts,
            residents=residents,
            places=places,
            period=claim.period,
            category=claim.category,
        )
        found = list(_of_main(claim, main, places, is_first=number == 0))
        if number == 0:
            found += _of_variants(claim, counts, residents, places, main)
        readings += found
        notes += _notes(claim, main)
    return ClaimCheck(claim, tuple(readings), tuple(dict.fromkeys(notes)))


def _of_main(
    claim: Claim, main: Comparison, places: Places, *, is_first: bool
) -> Iterator[Reading]:
    for scope, boroughs in _scopes(claim, places):
        for basis in _bases(claim):
            yield _reading(
                claim,
                main,
                basis,
                scope,
                boroughs,
                as_worded=is_first
                and claim.basis in (basis, None)
                and scope == (claim.against or places.region),
            )
        if not is_first:
            return


def _of_variants(
    claim: Claim, counts: Counts, residents: Residents, places: Places, main: Comparison
) -> Iterator[Reading]:
    """The rate with the residents of other years, and without allowing for coverage."""
    scope, boroughs = next(iter(_scopes(claim, places)))

    def variant(year: int | None, *, as_collected: bool) -> Reading:
        comparison = compare(
            counts,
            residents=residents,
            places=places,
            period=claim.period,
            category=claim.category,
            year=year,
            as_collected=as_collected,
        )
        return _reading(
            claim,
            comparison,
            Basis.RATE,
            scope,
            boroughs,
            as_worded=False,
            as_collected=as_collected,
        )

    if main.year is not None:
        yield variant(main.year, as_collected=True)
    for year in sorted(residents, reverse=True):
        is_near = abs(year - claim.period.middle_year) <= YEARS_AWAY
        if is_near and year != main.year and set(places.boroughs) <= set(residents[year]):
            yield variant(year, as_collected=False)


def _bases(claim: Claim) -> tuple[Basis, ...]:
    return (Basis.COUNT, Basis.RATE) if claim.basis is not Basis.RATE else (Basis.RATE, Basis.COUNT)


def _scopes(claim: Claim, places: Places) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Whom the borough is compared with: name and boroughs, the claim's own first."""
    inner = tuple(name for name in places.boroughs if name in places.inner)
    outer = tuple(name for name in places.boroughs if name not in places.inner)
    groups = {places.region: places.boroughs}
    if inner and outer:
        groups |= {outer_name(places.region): outer, inner_name(places.region): inner}
    own = claim.against if claim.against and claim.against in groups else places.region
    yield own, groups.pop(own)
    same_force = _same_force(claim.area, places.boroughs)
    if own == places.region and 1 < len(same_force) < len(places.boroughs):
        left_out = [name for name in places.boroughs if name not in same_force]
        yield f"{places.region} without {' and '.join(left_out)}", same_force
    for name, boroughs in groups.items():
        if claim.area in boroughs or claim.measure in (Measure.ABOVE, Measure.BELOW):
            yield name, boroughs


def _same_force(area: str, boroughs: Iterable[str]) -> tuple[str, ...]:
    """The boroughs that the same force polices: the City of London has a force, and few residents,
    of its own, so that its rates say little about those of the others."""
    known = facts.borough(area)
    return tuple(
        name
        for name in boroughs
        if known is not None
        and (other := facts.borough(name)) is not None
        and other.force == known.force
    )


def _reading(
    claim: Claim,
    comparison: Comparison,
    basis: Basis,
    scope: str,
    boroughs: Sequence[str],
    *,
    as_worded: bool,
    as_collected: bool = False,
) -> Reading:
    months = len(comparison.months)
    values = {
        figure.borough: value
        for figure in among(comparison, {*boroughs, claim.area})
        if (value := _value(figure, basis, months)) is not None
    }
    own = values.get(claim.area)
    empty = Reading(
        source=comparison.source,
        basis=basis,
        scope=scope,
        year=comparison.year if basis is Basis.RATE else None,
        as_collected=as_collected,
        as_worded=as_worded,
        holds=None,
        value=own,
    )
    if own is None:
        return empty
    if claim.measure in (Measure.ABOVE, Measure.BELOW):
        group = among(comparison, boroughs)
        average = _average(group, basis, months)
        return _against(empty, claim.measure, own, average)
    return _ranked(empty, claim, own, {name: values[name] for name in boroughs if name in values})


def _ranked(empty: Reading, claim: Claim, own: Fraction, values: Mapping[str, Fraction]) -> Reading:
    """Rank 1 is the most, or for a claim of the lowest the least; equal figures share a rank."""
    sign = -1 if claim.measure is Measure.LOWEST else 1
    rank = 1 + sum(sign * value > sign * own for value in values.values())
    leader = min(values, key=lambda name: (-sign * values[name], name))
    return replace(
        empty,
        holds=rank == (claim.rank or 1),
        rank=rank,
        tied=sum(value == own for value in values.values()) - 1,
        of=len(values),
        leader=leader,
        leader_value=values[leader],
    )


def _against(empty: Reading, measure: Measure, own: Fraction, average: Fraction | None) -> Reading:
    if average is None:
        return empty
    return replace(
        empty,
        holds=own > average if measure is Measure.ABOVE else own < average,
        benchmark=average,
        difference=own / average - 1 if average else None,
    )


def _value(figure: Figure, basis: Basis, months: int) -> Fraction | None:
    """The rate, or the count of the period: of one with gaps, at the mean of its usable months."""
    if basis is Basis.RATE:
        return figure.rate
    return None if figure.monthly is None else figure.monthly * months


def _average(group: Sequence[Figure], basis: Basis, months: int) -> Fraction | None:
    """The rate of all the people of the group, or the mean count of its boroughs."""
    if basis is Basis.RATE:
        return pooled("", group).rate
    counts = [value for figure in group if (value := _value(figure, basis, months)) is not None]
    return sum(counts, Fraction(0)) / len(counts) if counts else None


def _notes(claim: Claim, main: Comparison) -> Iterator[str]:
    source = main.source
    if not main.months:
        yield f"{source}: no table has a month of this period."
        return
    if source == MPS and claim.category is None:
        yield f"{source}: anti-social behaviour is not among its categories, and fraud is left out."
    if main.absent:
        yield f"{source}: no table has {_months(main.absent)}; left out for every borough."
    if main.year is None:
        yield "No table of residents is imported, so there are no rates."
    elif main.year != main.period.middle_year:
        yield (
            f"The rates use the residents of mid-{main.year}, the nearest year there is to the "
            "period."
        )
    for figure in main.figures:
        if figure.borough == claim.area and figure.gaps:
            yield f"{source}: {figure.borough} has a gap in {_months(figure.gaps)}."
    gaps = [f for f in main.figures if f.borough != claim.area and f.gaps]
    used = [f"{f.borough} ({len(f.gaps)})" for f in gaps if f.monthly is not None]
    unused = [f.borough for f in gaps if f.monthly is None]
    if used:
        yield (
            f"{source}: some months are missing, and taken at the mean of the others, in "
            f"{_listed(used)}."
        )
    if unused:
        yield f"{source}: left out, with too few usable months: {_listed(unused)}."
    partial = [f"{f.borough} ({_months(f.partial)})" for f in main.figures if f.partial]
    if partial:
        yield f"{source}: used although not complete: {_listed(partial)}."


def _months(months: Sequence[str]) -> str:
    return f"{len(months)} months" if len(months) > _NAMED else _listed(months)


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
