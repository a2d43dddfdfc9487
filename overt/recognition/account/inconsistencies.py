"""What in a published table cannot be true, is unlikely, or is written in two ways.

Rules, each one check; `Finding.name` names it
1. cell-unreadable: a cell that is there is a date, a duration, a number, or a rate.
2. date-out-of-order: in a table that is in order of its dates, up or down, but for a few rows,
   those have a wrong date. Where the year of a neighbour would put it in order, the year is wrong.
3. duration-spellings: all durations are written in one way.
4. alerts-do-not-sum: true and false alerts sum to the alerts.
5. outcomes-do-not-sum: arrests, other and no action sum to the alerts. Tables differ in what they
   leave out: it is also enough that they sum to the true alerts, or to the confirmed ones; and
   where other equals no action, that the arrests do so with one of the two.
6. other-equals-no-action: in a year in which it says something, the two are not alike in every row.
7. rate-disagrees: the false alert rate is false alerts by faces seen (or by alerts, in a table in
   which that is what most rates are), rounded. rate-truncated where it was cut off instead, and
   rate-zero where nothing is left of a rate that is not 0.
8. watchlist-suspect: a size is not far from those of the two days before and the two days after
   where those agree.
9. threshold-below-floor: the threshold is at or above the floor of its day, which is passed in.
10. faces-fewer-than-alerts: every alert is a face that was seen.
11. row-twice: no two rows are alike in all cells.
12. one-watchlist-for-all: not all sites of a day have a watchlist of the same size. One list may
    well serve them all, but then it was not made for each of them.
13. total-disagrees: a row that is a total holds the sums of its rows: those of the year it names,
    those since the total before it, or all. Sizes of watchlists have no sum.

What is not known is not held against anybody. Severity: `wrong` cannot be true, `suspect` can be,
`form` is a matter of writing.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from statistics import median
from typing import Literal

from .published import (
    ALERTS,
    ARRESTS,
    COUNTS,
    DATE,
    DURATION,
    FACES,
    FALSE_ALL,
    FALSE_CONFIRMED,
    FALSE_UNCONFIRMED,
    NO_ACTION,
    OTHER,
    RATE,
    THRESHOLD,
    TRUE_CONFIRMED,
    TRUE_UNCONFIRMED,
    WATCHLIST,
    Row,
    Table,
    shown,
)

# A table is in order of its dates when at most one row in so many is not.
OUT_OF_ORDER_ONE_IN = 10
# So many rows that say something before two columns that are alike are no chance.
ALIKE_ROWS = 5
# Sizes of neighbouring days agree within this factor; a size beyond the other one is far from them.
AGREE, FAR = Fraction(11, 10), Fraction(5, 4)

Severity = Literal["wrong", "suspect", "form"]
Floors = Callable[[date], Fraction | None]


@dataclass(frozen=True)
class Finding:
    """`rows` as a spreadsheet numbers them; `columns` by the names that the file gives them."""

    name: str
    severity: Severity
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    sentence: str


Found = Iterator[tuple[str, Severity, Sequence[Row], Sequence[str], str]]


def inconsistencies(table: Table, floors: Floors) -> tuple[Finding, ...]:
    """All of them, in the order of the rules and then of the rows. `floors`: the lowest threshold
    that was allowed on a day, or None."""
    checks: Sequence[Callable[[Sequence[Row]], Found]] = (
        cell_unreadable,
        date_out_of_order,
        duration_spellings,
        alerts_do_not_sum,
        outcomes_do_not_sum,
        other_equals_no_action,
        rate_disagrees,
        watchlist_suspect,
        lambda rows: threshold_below_floor(rows, floors),
        faces_fewer_than_alerts,
        row_twice,
        one_watchlist_for_all,
        total_disagrees,
    )
    return tuple(
        Finding(
            name,
            severity,
            tuple(row.number for row in rows),
            tuple(shown(table.headings[one]) for one in columns if one in table.headings),
            sentence,
        )
        for check in checks
        for name, severity, rows, columns, sentence in check(table.rows)
    )


def cell_unreadable(rows: Sequence[Row]) -> Found:
    readings: dict[str, Callable[[Row], object]] = {
        DATE: lambda row: row.date,
        DURATION: lambda row: row.minutes,
        THRESHOLD: lambda row: row.threshold,
        RATE: lambda row: row.rate,
    }
    for row in rows:
        for column in (*readings, *COUNTS):
            text = row.text(column)
            read = readings[column](row) if column in readings else row.count(column)
            if text is not None and read is None and not (row.is_total and column == DATE):
                said = f'"{shown(text)}" cannot be read as what the column holds.'
                yield "cell-unreadable", "wrong", [row], [column], said


def date_out_of_order(rows: Sequence[Row]) -> Found:
    dated = [(row, day) for row in rows if (day := row.date) is not None]
    ordinals = [day.toordinal() for _, day in dated]
    upwards = _longest_rise(ordinals)
    downwards = _longest_rise([-ordinal for ordinal in ordinals])
    kept = max(upwards, downwards, key=len)
    if (len(dated) - len(kept)) * OUT_OF_ORDER_ONE_IN > len(dated):
        return
    in_order = sorted(kept)
    for place, (row, day) in enumerate(dated):
        if place in kept:
            continue
        after = bisect_right(in_order, place)
        near = [dated[one][1] for one in in_order[max(after - 1, 0) : after + 1]]
        fitting = sorted({one.year for one in near if _fits(day, one.year, near)})
        said = f"The date {day} stands next to {' and '.join(map(str, near))}"
        if fitting:
            yield (
                "date-out-of-order",
                "wrong",
                [row],
                [DATE],
                f"{said}; with the year {fitting[0]} it would be in order.",
            )
        else:
            yield "date-out-of-order", "suspect", [row], [DATE], f"{said}."


def duration_spellings(rows: Sequence[Row]) -> Found:
    spelt: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.minutes is not None:
            spelt[re.sub(r"\d+", "0", row.cells[DURATION])].append(row)
    usual = max(spelt.values(), key=len, default=[])
    for other in spelt.values():
        if other is not usual:
            said = (
                f'Written as "{shown(other[0].cells[DURATION])}" in {len(other):,} rows, and as '
                f'"{shown(usual[0].cells[DURATION])}" in {len(usual):,}.'
            )
            yield "duration-spellings", "form", other, [DURATION], said


def alerts_do_not_sum(rows: Sequence[Row]) -> Found:
    for row in rows:
        alerts, true, false = row.count(ALERTS), _true(row), _false(row)
        if alerts is None or true is None or false is None or true + false == alerts:
            continue
        columns = [ALERTS, TRUE_CONFIRMED, TRUE_UNCONFIRMED, *_false_columns(row)]
        said = f"{true:,} true and {false:,} false alerts make {true + false:,}, not {alerts:,}."
        yield "alerts-do-not-sum", "wrong", [row], columns, said


def outcomes_do_not_sum(rows: Sequence[Row]) -> Found:
    for row in rows:
        arrests, other, none = row.count(ARRESTS), row.count(OTHER), row.count(NO_ACTION)
        alerts = row.count(ALERTS)
        if arrests is None or other is None or none is None or alerts is None:
            continue
        enough = {alerts, _true(row), row.count(TRUE_CONFIRMED)}
        sums = {arrests + other + none} | ({arrests + other} if other == none else set())
        if sums & enough:
            continue
        said = f"Arrests {arrests:,}, other {other:,}, no action {none:,}; alerts {alerts:,}."
        columns = [ARRESTS, OTHER, NO_ACTION, ALERTS]
        yield "outcomes-do-not-sum", "wrong", [row], columns, said


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


def rate_disagrees(rows: Sequence[Row]) -> Found:
    rated = [(row, rate) for row in rows if (rate := row.rate) is not None]
    # By faces first, as `max` keeps the first of equals.
    base = max(
        (FACES, ALERTS),
        key=lambda whole: sum(
            _rate_fault(row, rate, whole) == "" for row, rate in rated if _false(row)
        ),
    )
    severities: dict[str, Severity] = {
        "rate-disagrees": "wrong",
        "rate-truncated": "form",
        "rate-zero": "wrong",
    }
    for row, rate in rated:
        fault = _rate_fault(row, rate, base)
        if fault:
            false, whole = _false(row) or 0, row.count(base) or 1
            said = (
                f"False alerts: {false:,} in {whole:,} {base} is {100 * false / whole:.3g} %, "
                f"not {shown(row.cells[RATE])}."
            )
            columns = [RATE, *_false_columns(row), base]
            yield fault, severities[fault], [row], columns, said


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


def faces_fewer_than_alerts(rows: Sequence[Row]) -> Found:
    for row in rows:
        faces, alerts = row.count(FACES), row.count(ALERTS)
        if faces is not None and alerts is not None and faces < alerts:
            said = f"{alerts:,} alerts among {faces:,} faces seen."
            yield "faces-fewer-than-alerts", "wrong", [row], [FACES, ALERTS], said


def row_twice(rows: Sequence[Row]) -> Found:
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[tuple(cell.strip() for cell in row.line)].append(row)
    for several in alike.values():
        if len(several) > 1:
            said = f"{len(several):,} rows are alike in every cell."
            yield "row-twice", "suspect", several, [], said


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


def total_disagrees(rows: Sequence[Row]) -> Found:
    deployments = [row for row in rows if not row.is_total]
    since: list[Row] = []
    for row in rows:
        if not row.is_total:
            since.append(row)
            continue
        year = row.total_year
        whole = [one for one in deployments if year is None or (one.date and one.date.year == year)]
        for column in COUNTS:
            if column == WATCHLIST:
                continue
            total = row.count(column)
            sums = [made for of in (since, whole) if (made := _sum(of, column)) is not None]
            if total is not None and sums and total not in sums:
                said = f"The total is {total:,}, but its rows make {sums[0]:,}."
                yield "total-disagrees", "wrong", [row], [column], said
        since = []


def _sum(rows: Sequence[Row], column: str) -> int | None:
    """None where there are no rows, or one does not say its count."""
    counts = [count for row in rows if (count := row.count(column)) is not None]
    return sum(counts) if counts and len(counts) == len(rows) else None


def _true(row: Row) -> int | None:
    confirmed = row.count(TRUE_CONFIRMED)
    return None if confirmed is None else confirmed + (row.count(TRUE_UNCONFIRMED) or 0)


def _false_columns(row: Row) -> tuple[str, ...]:
    """The parts where both are there, otherwise the column for all."""
    parts = (FALSE_CONFIRMED, FALSE_UNCONFIRMED)
    return parts if all(row.count(part) is not None for part in parts) else (FALSE_ALL,)


def _false(row: Row) -> int | None:
    counts = [row.count(column) for column in _false_columns(row)]
    return None if None in counts else sum(count or 0 for count in counts)


def _by_year(rows: Sequence[Row]) -> Iterable[tuple[int, list[Row]]]:
    years: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if (day := row.date) is not None:
            years[day.year].append(row)
    return sorted(years.items())


def _fits(day: date, year: int, near: Sequence[date]) -> bool:
    try:
        return min(near) <= day.replace(year=year) <= max(near)
    except ValueError:
        return False


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The places of a longest part that never falls (patience sorting)."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_right(ends, number)
        before.append(at[length - 1] if length else None)
        ends[length : length + 1] = [number]
        at[length : length + 1] = [place]
    found: set[int] = set()
    place_of_last = at[-1] if at else None
    while place_of_last is not None:
        found.add(place_of_last)
        place_of_last = before[place_of_last]
    return found


def _rate_fault(row: Row, rate: Fraction, whole: str) -> str:
    """The name of what is wrong with the rate, or nothing."""
    false, of = _false(row), row.count(whole)
    if false is None or not of:
        return ""
    exact, unit = Fraction(100 * false, of), Fraction(1, 10**row.rate_decimals)
    if false and not rate:
        return "rate-zero"
    if abs(rate - exact) <= unit / 2:
        return ""
    return "rate-truncated" if rate == floor(exact / unit) * unit else "rate-disagrees"
