"""Records for machines and spreadsheets.

JSON has the shapes

`overt/records/1`, a page of the deployments of a year, in the order of their time:

    {format, force, year, count, page, pages, next: address or null, unannounced,
     deployments: [{reference, status, place: {name, borough}, starts_at, ends_at, page: address,
                    record: {number, digest, published_at, reason, document: address,
                             content: the document} or null}, …]}

`overt/totals/1`, the sums of a year:

    {format, force, year, deployments, records, unannounced, by_status: {status: count},
     minutes, figures: {…}, confidence,
     rates: {name: {events, of, low, high, interval}, …},
     demographics: {columns, threshold, withheld, totals: {column: count},
                    groups: [{code, label, counts: {column: count or null}}, …]} or null}

`content` is the record as it was published (`overt/record/1`): its canonical form (RFC 8785) has
the sha256 `digest`. `low` and `high` are null where `of` is 0. In `demographics` a column
is an outcome or `total`, and a count is null where it is hidden. Times are UTC. A field may be
added; none of these changes its meaning under this name.

In CSV a deployment without a record has its place, its date and its status, and is empty otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from overt.deployments.notices.document import stamp
from overt.recognition.account import metrics, record
from overt.recognition.account.demographics import GROUPS, TOTAL, Table
from overt.recognition.account.metrics import Rate
from overt.recognition.account.record import Cell, Totals
from overt.recognition.selectors import demographics
from overt.recognition.selectors.rates import CONFIDENCE

from .selectors.records import Published, Row, Year

_LABELS = {
    "faces_seen": "Faces seen (estimate)",
    "alerts": "Total alerts",
    "true_confirmed": "True alerts confirmed",
    "true_unconfirmed": "True alerts unconfirmed",
    "false_confirmed": "False alerts confirmed",
    "false_unconfirmed": "False alerts unconfirmed",
    "arrests": "Outcome: arrest",
    "other": "Outcome: other",
    "no_action": "No action",
}
_OUTCOMES = {
    "arrest": "Arrest",
    "other": "Other action",
    "no_action": "No action",
    TOTAL: "All",
}
RECORDS, TOTALS = "overt/records/1", "overt/totals/1"


def csv_of_record(published: Published) -> str:
    """One row."""
    return record.table([record.row_of(published.document)])


def csv_of_year(rows: Sequence[Row]) -> str:
    """One row for each deployment."""
    return record.table([_cells(row) for row in rows])


def page_of_records(
    rows: Sequence[Row],
    *,
    force: str,
    year: Year,
    count: int,
    page: int,
    pages: int,
    following: str | None,
    page_of: Callable[[str], str],
    document_of: Callable[[Published], str],
) -> dict[str, Any]:
    """One page of the JSON of a year."""
    return {
        "format": RECORDS,
        "force": force,
        "year": year.number,
        "count": count,
        "page": page,
        "pages": pages,
        "next": following,
        "unannounced": year.unannounced,
        "deployments": [
            {
                "reference": row.reference,
                "status": row.status.text,
                "place": {"name": row.place, "borough": row.borough},
                "starts_at": stamp(row.starts_at),
                "ends_at": stamp(row.ends_at),
                "page": page_of(row.reference),
                "record": {
                    "number": row.published.number,
                    "digest": row.published.digest,
                    "published_at": stamp(row.published.published_at),
                    "reason": row.published.reason,
                    "document": document_of(row.published),
                    "content": row.published.document,
                }
                if row.published
                else None,
            }
            for row in rows
        ],
    }


@dataclass(frozen=True)
class Column:
    name: str
    is_count: bool


@dataclass(frozen=True)
class Sheet:
    """Rows for a page, under the columns that any of them has. `lines`: a row, and each of its
    cells with its column."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[Row, tuple[tuple[Column, Cell], ...]], ...]


def sheet(rows: Sequence[Row]) -> Sheet:
    """Of records under several policies, a column that one of them has is empty in the others."""
    names = dict.fromkeys(name for row in rows for name in row.columns)
    columns = tuple(
        Column(name, any(isinstance(row.columns.get(name), int) for row in rows)) for name in names
    )
    return Sheet(
        columns,
        tuple(
            (row, tuple((column, row.columns.get(column.name, "")) for column in columns))
            for row in rows
        ),
    )


@dataclass(frozen=True)
class Sums:
    """What the deployments of a year came to. `by_status`: how many have each status."""

    year: Year
    by_status: dict[str, int]
    totals: Totals
    demographics: demographics.Shown

    @property
    def without_record(self) -> int:
        return self.year.deployments - self.totals.records

    @property
    def outcomes(self) -> list[str]:
        """What heads the columns of the table of groups."""
        return list(_OUTCOMES.values())

    @property
    def groups(self) -> list[tuple[str, list[int | None]]]:
        """The rows of the table of groups, in words; none where there is no table."""
        table = self.demographics.table
        if table is None:
            return []
        columns = (*table.columns, TOTAL)
        return [
            *(
                (GROUPS[code], [table.cells[code, column] for column in columns])
                for code in table.codes
            ),
            ("Everyone", [table.totals[column] for column in columns]),
        ]

    @property
    def listed(self) -> list[tuple[str, int]]:
        """Every sum with its name in words."""
        return [(_LABELS[name], count) for name, count in asdict(self.totals.figures).items()]


def json_of_totals(sums: Sums, *, force: str) -> dict[str, Any]:
    """The whole file."""
    return {
        "format": TOTALS,
        "force": force,
        "year": sums.year.number,
        "deployments": sums.year.deployments,
        "records": sums.totals.records,
        "unannounced": sums.year.unannounced,
        "by_status": sums.by_status,
        "minutes": sums.totals.minutes,
        "figures": asdict(sums.totals.figures),
        "confidence": CONFIDENCE,
        "rates": {name: _rate(name, rate) for name, rate in _rates(sums.totals)},
        "demographics": _groups(sums.demographics.table),
    }


def _groups(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    columns = (*table.columns, TOTAL)
    return {
        "columns": columns,
        "threshold": table.threshold,
        "withheld": table.withheld,
        "totals": dict(table.totals),
        "groups": [
            {
                "code": code,
                "label": GROUPS[code],
                "counts": {column: table.cells[code, column] for column in columns},
            }
            for code in table.codes
        ],
    }


def csv_of_totals(sums: Sums) -> str:
    """One row for each sum and each rate."""
    counts: dict[str, int] = {
        "deployments": sums.year.deployments,
        "records": sums.totals.records,
        "unannounced": sums.year.unannounced,
        **{f"status: {name}": count for name, count in sums.by_status.items()},
        "minutes": sums.totals.minutes,
        **asdict(sums.totals.figures),
    }
    empty: dict[str, Cell] = {"of": "", "low": "", "high": "", "interval": ""}
    rows: list[dict[str, Cell]] = [
        {"what": name, "value": count, **empty} for name, count in counts.items()
    ]
    for name, rate in _rates(sums.totals):
        said = _rate(name, rate)
        rows.append(
            {
                "what": name,
                "value": said["events"],
                "of": said["of"],
                "low": "" if said["low"] is None else f"{said['low']:.9f}",
                "high": "" if said["high"] is None else f"{said['high']:.9f}",
                "interval": f"{said['interval']}, {100 * CONFIDENCE:g} %",
            }
        )
    for group, line in sums.groups[:-1]:
        for outcome, count in zip(sums.outcomes, line, strict=True):
            value = "hidden" if count is None else count
            rows.append({"what": f"{group}: {outcome}", "value": value, **empty})
    return record.table(rows)


def _cells(row: Row) -> dict[str, Cell]:
    if row.published:
        return record.row_of(row.published.document) | {"Status": row.status.text}
    return dict(row.columns) | {
        "Reference": row.reference,
        "Borough": row.borough,
        "Planned start (UTC)": record.stamp(row.starts_at) or "",
        "Planned end (UTC)": record.stamp(row.ends_at) or "",
        "Notice published (UTC)": record.stamp(row.notice_at) or "",
        "Status": row.status.text,
    }


def _rates(totals: Totals) -> list[tuple[str, Rate]]:
    return [(field.name, getattr(totals.rates, field.name)) for field in fields(totals.rates)]


def _rate(name: str, rate: Rate) -> dict[str, Any]:
    """Rare things by the exact interval, shares by Wilson's, as pages give them in words."""
    exact = name == "false_of_faces"
    interval = None
    if rate.of:
        method = metrics.clopper_pearson if exact else metrics.wilson
        interval = method(rate, confidence=CONFIDENCE)
    return {
        "events": rate.events,
        "of": rate.of,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "interval": "Clopper-Pearson" if exact else "Wilson",
    }
