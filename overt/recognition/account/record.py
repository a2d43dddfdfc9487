"""The published record of a session: one canonical JSON document, and its row in a table.

Form `overt/record/1`:

    {format, reference, session, number, replaces,
     columns: [{name, value}, ...],
     figures: {faces_seen, alerts, ... as in figures.py},
     seeded: {passes, correct_alerts} or null,
     minutes, authority: {reference, sha256},
     place: {name, borough, square: {easting, northing, side} or null},
     times: {starts_at, ends_at, live_since, stopped_at, notice_at,
             signs: [{placed_at, removed_at}, ...]}}

Rules
1. `columns` are those that the policy publishes (`records.columns`), under its names and in its
   order. A name that is not known is an error, never an empty column: `UnknownColumns`.
2. What forces do not publish is added: the authority that it rested on, by reference and digest,
   when the notice was published, when each sign stood, clock times, and a coarse square.
3. Duration is from the first permit until the system stopped, in whole minutes begun and ended, in
   one spelling: `5h 04m`.
4. A rate is written with two digits that count, so that it is 0 only where it is 0.
5. Totals are sums, and rates are computed from the sums, never averaged.
6. In CSV (RFC 4180) a text that a spreadsheet would run as a formula gets an apostrophe in front.

Times are UTC in the document, London in columns. `square` is one of the National Grid (EPSG:27700),
by its south-west corner and its side in metres. `replaces` is the digest of the record before, or
null.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from .figures import Figures
from .metrics import Rate, Rates, Seeded, rates

FORMAT = "overt/record/1"
LONDON = ZoneInfo("Europe/London")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class UnknownColumns(ValueError):
    """The policy publishes columns of which nobody has said what belongs in them."""


@dataclass(frozen=True)
class Sign:
    """When one sign stood; `removed_at` is None where nobody said."""

    placed_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True)
class Facts:
    """What is published of one session. `square`: {easting, northing, side}, or None."""

    reference: str
    session: str
    use_case: str
    place: str
    borough: str
    square: Mapping[str, int] | None
    watchlist_size: int
    threshold: str
    figures: Figures
    authority_reference: str
    authority_sha256: str
    starts_at: datetime
    ends_at: datetime
    live_since: datetime
    stopped_at: datetime
    notice_at: datetime | None
    signs: Sequence[Sign]
    seeded: Seeded | None = None

    @property
    def minutes(self) -> int:
        return int((self.stopped_at - self.live_since).total_seconds() // 60)


Cell = str | int

# By the names of the published columns, in small letters.
_COLUMNS: Mapping[str, Callable[[Facts], Cell]] = {
    "deployment location": lambda facts: facts.place,
    "place": lambda facts: facts.place,
    "date": lambda facts: facts.live_since.astimezone(LONDON).date().isoformat(),
    "start": lambda facts: facts.live_since.astimezone(LONDON).strftime("%H:%M"),
    "end": lambda facts: facts.stopped_at.astimezone(LONDON).strftime("%H:%M"),
    "duration": lambda facts: duration(facts.minutes),
    "lfr use case": lambda facts: facts.use_case,
    "use case": lambda facts: facts.use_case,
    "watchlist size": lambda facts: facts.watchlist_size,
    "min threshold setting": lambda facts: facts.threshold,
    "threshold": lambda facts: facts.threshold,
    "total alerts": lambda facts: facts.figures.alerts,
    "alerts": lambda facts: facts.figures.alerts,
    "true alerts confirmed": lambda facts: facts.figures.true_confirmed,
    "true alerts unconfirmed": lambda facts: facts.figures.true_unconfirmed,
    "false alerts confirmed": lambda facts: facts.figures.false_confirmed,
    "false alerts unconfirmed": lambda facts: facts.figures.false_unconfirmed,
    "false alerts": lambda facts: facts.figures.false_alerts,
    "false alert rate": lambda facts: percent(rates(facts.figures).false_of_faces),
    "outcome - arrest": lambda facts: facts.figures.arrests,
    "arrests": lambda facts: facts.figures.arrests,
    "outcome - other": lambda facts: facts.figures.other,
    "no action": lambda facts: facts.figures.no_action,
    "faces seen (estimate)": lambda facts: facts.figures.faces_seen,
    "faces seen": lambda facts: facts.figures.faces_seen,
}


def document(
    facts: Facts, *, columns: Sequence[str], number: int, replaces: str | None
) -> dict[str, Any]:
    """The record, as version `number`. Raises UnknownColumns."""
    unknown = [name for name in columns if name.casefold() not in _COLUMNS]
    if unknown:
        raise UnknownColumns(f"Nothing is known to publish as: {', '.join(unknown)}")
    return {
        "format": FORMAT,
        "reference": facts.reference,
        "session": facts.session,
        "number": number,
        "replaces": replaces,
        "columns": [{"name": name, "value": _COLUMNS[name.casefold()](facts)} for name in columns],
        "figures": asdict(facts.figures),
        "seeded": asdict(facts.seeded) if facts.seeded else None,
        "minutes": facts.minutes,
        "authority": {
            "reference": facts.authority_reference,
            "sha256": facts.authority_sha256,
        },
        "place": {
            "name": facts.place,
            "borough": facts.borough,
            "square": dict(facts.square) if facts.square else None,
        },
        "times": {
            "starts_at": stamp(facts.starts_at),
            "ends_at": stamp(facts.ends_at),
            "live_since": stamp(facts.live_since),
            "stopped_at": stamp(facts.stopped_at),
            "notice_at": stamp(facts.notice_at),
            "signs": [
                {"placed_at": stamp(sign.placed_at), "removed_at": stamp(sign.removed_at)}
                for sign in facts.signs
            ],
        },
    }


def canonical(made: Mapping[str, Any]) -> str:
    """RFC 8785."""
    return rfc8785.dumps(dict(made)).decode()


def digest(text: str) -> str:
    """The sha256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def duration(minutes: int) -> str:
    """64 -> "1h 04m"."""
    return f"{minutes // 60}h {minutes % 60:02}m"


def percent(rate: Rate) -> str:
    """Of 27 in 902,748 "0.0030%"; of none "0%"; nothing where there is no whole."""
    if not rate.of:
        return ""
    return f"{Context(prec=2).divide(Decimal(100 * rate.events), Decimal(rate.of)):f}%"


@dataclass(frozen=True)
class Totals:
    """Several sessions together. `rates` are those of the sums."""

    records: int
    minutes: int
    figures: Figures
    rates: Rates


def figures_of(made: Mapping[str, Any]) -> Figures:
    """The figures of a record, as it was published."""
    return Figures(**made["figures"])


def seeded_in(made: Mapping[str, Any]) -> Seeded | None:
    """The seeded test of a record, as it was published."""
    said = made.get("seeded")
    return Seeded(**said) if said else None


def totals(documents: Iterable[Mapping[str, Any]]) -> Totals:
    """The sums over records of the form above, each of another session."""
    every = list(documents)
    sums = Figures(
        **{
            field.name: sum(one["figures"][field.name] for one in every)
            for field in fields(Figures)
        }
    )
    return Totals(len(every), sum(one["minutes"] for one in every), sums, rates(sums))


@dataclass(frozen=True)
class Difference:
    """`before` and `after` are empty where that version does not have the field."""

    field: str
    before: str
    after: str


# What two versions differ in by their nature.
_OF_THE_VERSION = {"number", "replaces"}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What a correction changed: every field that is not alike, in the order of `after`, then what
    only `before` has. A column goes by its name, the rest by its path, as `times.notice_at`."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return tuple(
        Difference(name, old.get(name, ""), new.get(name, ""))
        for name in [*new, *(name for name in old if name not in new)]
        if old.get(name, "") != new.get(name, "")
    )


def table(rows: Sequence[Mapping[str, Cell]]) -> str:
    """CSV. Rows under several policies share the columns that have one name; the others are empty
    where a row does not have them."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_harmless(name) for name in header])
    writer.writerows([_harmless(row.get(name, "")) for name in header] for row in rows)
    return text.getvalue()


def row_without_record(columns: Sequence[str], *, place: str, day: date) -> dict[str, Cell]:
    """The row of a deployment of which no record is published: place and day, and nothing else of
    what `columns` hold."""
    known: Mapping[str, Cell] = {
        "deployment location": place,
        "place": place,
        "date": day.isoformat(),
    }
    return {name: known.get(name.casefold(), "") for name in columns}


def row_of(made: Mapping[str, Any]) -> dict[str, Cell]:
    """The row of a record: its columns, and what forces do not publish."""
    place, times = made["place"], made["times"]
    square, seeded = place["square"] or {}, made.get("seeded") or {}
    return {column["name"]: column["value"] for column in made["columns"]} | {
        "Reference": made["reference"],
        "Record version": made["number"],
        "Borough": place["borough"],
        "Square easting": square.get("easting", ""),
        "Square northing": square.get("northing", ""),
        "Square side (m)": square.get("side", ""),
        "Planned start (UTC)": times["starts_at"],
        "Planned end (UTC)": times["ends_at"],
        "Live from (UTC)": times["live_since"],
        "Stopped (UTC)": times["stopped_at"],
        "Notice published (UTC)": times["notice_at"] or "",
        "Signs placed (UTC)": " ".join(sign["placed_at"] for sign in times["signs"]),
        "Signs removed (UTC)": " ".join(sign["removed_at"] or "?" for sign in times["signs"]),
        "Seeded test: passes": seeded.get("passes", ""),
        "Seeded test: correct alerts": seeded.get("correct_alerts", ""),
        "Authority": made["authority"]["reference"],
        "Authority SHA-256": made["authority"]["sha256"],
    }


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _flat(value: Any, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if path or key not in _OF_THE_VERSION | {"columns"}:
                yield from _flat(inner, f"{path}.{key}" if path else key)
            elif key == "columns":
                yield from ((column["name"], str(column["value"])) for column in inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path}.{number}")
    else:
        yield path, "" if value is None else str(value)


def stamp(at: datetime | None) -> str | None:
    """UTC, in whole seconds: "2026-07-05T22:50:00Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
