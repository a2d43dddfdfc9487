"""What one row shows only beside others, or beside the policy (rules 6, 8, 9 and 12)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from statistics import median

from ..published import DATE, NO_ACTION, OTHER, THRESHOLD, WATCHLIST, Row, shown
from .finding import Floors, Found

# So many rows that say something before two columns that are alike are no chance.
ALIKE_ROWS = 5
# Sizes of neighbouring days agree within this factor; a size beyond the other one is far from them.
AGREE, FAR = Fraction(11, 10), Fraction(5, 4)


def other_equals_no_action(rows: Sequence[Row]) -> Found:
    for year, of_year in _by_year(rows):
        both = [
            (row, other, none)
            for row in of_year
            if (other := row.count(OTHER)) is not None
            and (none := row.count(NO_ACTION)) is not None
        ]
        saying = [row for row, other, none in both if other or none]
        if len(saying) >= ALIKE_ROWS and all(other == none for _, other, none in both):
            said = (
                f"In all {len(both):,} rows of {year} the two columns are alike, "
                f"{len(saying):,} of them not 0: one was copied from the other."
            )
            alike = [row for row, _, _ in both]
            yield "other-equals-no-action", "wrong", alike, [OTHER, NO_ACTION], said


def watchlist_suspect(rows: Sequence[Row]) -> Found:
    days: dict[date, list[tuple[Row, int]]] = defaultdict(list)
    for row in rows:
        day, size = row.date, row.count(WATCHLIST)
        if day is not None and size is not None:
            days[day].append((row, size))
    ordered = [days[day] for day in sorted(days)]
    usual = [median(size for _, size in of_day) for of_day in ordered]
    for place in range(2, len(ordered) - 2):
        near = [*usual[place - 2 : place], *usual[place + 1 : place + 3]]
        low, high = min(near), max(near)
        if high > AGREE * Fraction(low):
            continue
        for row, size in ordered[place]:
            if size > FAR * Fraction(high) or size * FAR < Fraction(low):
                said = (
                    f"A watchlist of {size:,}; those of the two days before and after are "
                    f"{low:,.0f} to {high:,.0f}."
                )
                yield "watchlist-suspect", "suspect", [row], [WATCHLIST], said


def threshold_below_floor(rows: Sequence[Row], floors: Floors) -> Found:
    for row in rows:
        day, threshold = row.date, row.threshold
        lowest = floors(day) if day else None
        if threshold is not None and lowest is not None and threshold < lowest:
            said = (
                f"The threshold {shown(row.cells[THRESHOLD])} is below {float(lowest):g}, the "
                f"floor on {day}."
            )
            yield "threshold-below-floor", "wrong", [row], [THRESHOLD, DATE], said


def one_watchlist_for_all(rows: Sequence[Row]) -> Found:
    for year, of_year in _by_year(rows):
        days: dict[date | None, list[tuple[Row, int]]] = defaultdict(list)
        for row in of_year:
            size = row.count(WATCHLIST)
            if size is not None:
                days[row.date].append((row, size))
        several = [of_day for of_day in days.values() if len(of_day) > 1]
        same = [of_day for of_day in several if len({size for _, size in of_day}) == 1]
        if same:
            said = (
                f"On {len(same):,} of the {len(several):,} days of {year} with more than one site, "
                "all sites had a watchlist of the same size."
            )
            alike = [row for of_day in same for row, _ in of_day]
            yield "one-watchlist-for-all", "suspect", alike, [WATCHLIST, DATE], said


def _by_year(rows: Sequence[Row]) -> Iterable[tuple[int, list[Row]]]:
    years: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if (day := row.date) is not None:
            years[day.year].append(row)
    return sorted(years.items())
