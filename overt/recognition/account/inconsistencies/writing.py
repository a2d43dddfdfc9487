"""What is written: cells, dates and spellings (rules 1 to 3), and rows that stand twice (11)."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from ..published import COUNTS, DATE, DURATION, RATE, THRESHOLD, Row, shown
from .finding import Found

# A table is in order of its dates when at most one row in so many is not.
OUT_OF_ORDER_ONE_IN = 10


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


def row_twice(rows: Sequence[Row]) -> Found:
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[tuple(cell.strip() for cell in row.line)].append(row)
    for several in alike.values():
        if len(several) > 1:
            said = f"{len(several):,} rows are alike in every cell."
            yield "row-twice", "suspect", several, [], said


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
