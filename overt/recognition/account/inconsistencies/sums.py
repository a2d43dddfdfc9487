"""What has to sum, and what follows from sums (rules 4, 5, 7, 10 and 13)."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from ..published import (
    ALERTS,
    ARRESTS,
    COUNTS,
    FACES,
    FALSE_ALL,
    FALSE_CONFIRMED,
    FALSE_UNCONFIRMED,
    NO_ACTION,
    OTHER,
    RATE,
    TRUE_CONFIRMED,
    TRUE_UNCONFIRMED,
    WATCHLIST,
    Row,
    shown,
)
from .finding import Found, Severity


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


def faces_fewer_than_alerts(rows: Sequence[Row]) -> Found:
    for row in rows:
        faces, alerts = row.count(FACES), row.count(ALERTS)
        if faces is not None and alerts is not None and faces < alerts:
            said = f"{alerts:,} alerts among {faces:,} faces seen."
            yield "faces-fewer-than-alerts", "wrong", [row], [FACES, ALERTS], said


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
