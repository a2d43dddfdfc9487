"""Counts and rates of boroughs over a period, their ranks, and the rates of the region.

For one borough, one category and one period of months:

1. Only usable borough-months count (see `coverage`). A month that no table speaks of is left out
   for every borough; a gap of one borough is left out for that borough.
2. A borough needs usable months for at least `MONTHS_NEEDED` of the months that are counted;
   below that it has no figure, is in no rank and in no average, and is named as left out.
3. `count` is what was counted in the usable months, as collected.
4. `expected` makes boroughs comparable: each month's count is divided by the share of LSOAs that
   were collected (LSOAs are drawn to hold about the same number of people, so this is the same as
   counting only the residents of the LSOAs that were collected), and the mean of the usable months
   is taken for each month of the period. Without gaps it is the count, to within the few LSOAs
   that had no crime.
5. rate = 1,000 * expected / residents: per 1,000 residents over the whole period, not by year.
6. The rate of a group of boroughs is that of its people: 1,000 * sum(expected) / sum(residents),
   over the boroughs that have a figure. It is not the mean of their rates.
7. Ranks count from 1 for the most; equal figures share a rank. By count: mean count of a usable
   month. By rate: rate. Figures are exact fractions, so no rounding decides a rank.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .counts import Counts

MONTHS_NEEDED = Fraction(3, 4)


@dataclass(frozen=True)
class Period:
    """Months from `first` to `last`, both "YYYY-MM" and included."""

    first: str
    last: str

    @property
    def months(self) -> tuple[str, ...]:
        first, last = (
            int(month[:4]) * 12 + int(month[5:]) - 1 for month in (self.first, self.last)
        )
        return tuple(f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1))

    @property
    def middle_year(self) -> int:
        """The year of the middle month: whose mid-year residents fit best."""
        months = self.months
        return int(months[len(months) // 2][:4])


@dataclass(frozen=True)
class Places:
    """The boroughs of a region. `inner` is empty where it is not divided."""

    region: str
    boroughs: tuple[str, ...]
    inner: frozenset[str]


@dataclass(frozen=True)
class Figure:
    """One borough. Ranks, rate and expected are None where it has no figure (rules 2 and 5).

    `partial`: months used although not complete. `gaps`: months not used.
    `share`: of the borough's crimes of all categories, in the usable months.
    """

    borough: str
    is_inner: bool
    count: int
    months: int
    partial: tuple[str, ...]
    gaps: tuple[str, ...]
    residents: int | None
    monthly: Fraction | None
    expected: Fraction | None
    rate: Fraction | None
    share: Fraction | None
    count_rank: int | None = None
    rate_rank: int | None = None


@dataclass(frozen=True)
class Group:
    """The region, or its inner or outer part. `left_out` boroughs have no figure."""

    name: str
    boroughs: int
    left_out: tuple[str, ...]
    residents: int
    expected: Fraction
    rate: Fraction | None


@dataclass(frozen=True)
class Comparison:
    """`months` are those counted, `absent` those of the period that no table speaks of.

    `year` is that of the residents, None where there are none for any year.
    """

    source: str
    period: Period
    category: str | None
    year: int | None
    months: tuple[str, ...]
    absent: tuple[str, ...]
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]

    def figure(self, borough: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.borough == borough), None)

    def group(self, name: str) -> Group | None:
        return next((group for group in self.groups if group.name == name), None)


def compare(
    counts: Counts,
    *,
    residents: Mapping[int, Mapping[str, int]],
    places: Places,
    period: Period,
    category: str | None,
    year: int | None = None,
    as_collected: bool = False,
) -> Comparison:
    """The boroughs of `places` over `period`, by name, and their groups.

    residents: by year and borough. `year` chooses one; by default the one nearest to the middle
    of the period, the earlier of two. `category` None is all of them. `as_collected` leaves out
    the division by coverage of rule 4.
    """
    if year is None:
        year = min(residents, key=lambda y: (abs(y - period.middle_year), y), default=None)
    people = residents.get(year, {}) if year is not None else {}
    months = tuple(month for month in period.months if month in counts.months)
    figures = [
        _figure(counts, borough, places, months, category, people.get(borough), as_collected)
        for borough in places.boroughs
    ]
    count_rank = _ranks(figure.monthly for figure in figures)
    rate_rank = _ranks(figure.rate for figure in figures)
    ranked = tuple(
        replace(figure, count_rank=count_rank(figure.monthly), rate_rank=rate_rank(figure.rate))
        for figure in figures
    )
    return Comparison(
        source=counts.source,
        period=period,
        category=category,
        year=year,
        months=months,
        absent=tuple(month for month in period.months if month not in counts.months),
        figures=ranked,
        groups=tuple(_groups(places, ranked)),
    )


def among(comparison: Comparison, boroughs: Iterable[str]) -> tuple[Figure, ...]:
    """The figures of some of the boroughs, ranked among themselves."""
    chosen = set(boroughs)
    figures = [figure for figure in comparison.figures if figure.borough in chosen]
    count_rank = _ranks(figure.monthly for figure in figures)
    rate_rank = _ranks(figure.rate for figure in figures)
    return tuple(
        replace(figure, count_rank=count_rank(figure.monthly), rate_rank=rate_rank(figure.rate))
        for figure in figures
    )


def pooled(name: str, figures: Sequence[Figure]) -> Group:
    """The rate of several boroughs together (rule 6)."""
    used = [figure for figure in figures if figure.rate is not None]
    people = sum(figure.residents or 0 for figure in used)
    expected = sum((figure.expected or Fraction(0) for figure in used), Fraction(0))
    return Group(
        name=name,
        boroughs=len(used),
        left_out=tuple(figure.borough for figure in figures if figure.rate is None),
        residents=people,
        expected=expected,
        rate=1000 * expected / people if people else None,
    )


def inner_name(region: str) -> str:
    return f"Inner {region}"


def outer_name(region: str) -> str:
    return f"Outer {region}"


def _figure(
    counts: Counts,
    borough: str,
    places: Places,
    months: Sequence[str],
    category: str | None,
    residents: int | None,
    as_collected: bool,
) -> Figure:
    cells = {
        month: cell
        for month in months
        if (cell := counts.cells.get((borough, month))) is not None and cell.is_usable
    }
    monthly = expected = share = None
    count = sum(cell.count(category) for cell in cells.values())
    if months and len(cells) >= MONTHS_NEEDED * len(months):
        monthly = Fraction(count, len(cells))
        adjusted = sum(
            (
                cell.count(category) / (Fraction(1) if as_collected else cell.share)
                for cell in cells.values()
            ),
            Fraction(0),
        )
        expected = adjusted * len(months) / len(cells)
        everything = sum(cell.count(None) for cell in cells.values())
        share = Fraction(count, everything) if everything else None
    return Figure(
        borough=borough,
        is_inner=borough in places.inner,
        count=count,
        months=len(cells),
        partial=tuple(month for month, cell in cells.items() if not cell.is_complete),
        gaps=tuple(month for month in months if month not in cells),
        residents=residents,
        monthly=monthly,
        expected=expected,
        rate=1000 * expected / residents if expected is not None and residents else None,
        share=share,
    )


def _ranks(values: Iterable[Fraction | None]) -> Callable[[Fraction | None], int | None]:
    known = [value for value in values if value is not None]

    def rank(value: Fraction | None) -> int | None:
        return None if value is None else 1 + sum(other > value for other in known)

    return rank


def _groups(places: Places, figures: Sequence[Figure]) -> Iterable[Group]:
    yield pooled(places.region, figures)
    if places.inner:
        yield pooled(inner_name(places.region), [f for f in figures if f.is_inner])
        yield pooled(outer_name(places.region), [f for f in figures if not f.is_inner])
