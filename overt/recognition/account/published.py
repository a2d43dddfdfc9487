"""A force's own published table of deployments, read from CSV without changing what it says.

Rules
1. Columns go by their names: those of the published records, and those of tables made from them.
   A table has at least a date, a place and the number of alerts; unknown columns are left alone.
2. A row is numbered as a spreadsheet shows it: the header is row 1.
3. A cell that is empty or says `N/A` is not known. A cell that cannot be read is not an error here:
   it stays as text, and `inconsistencies` names it.
4. A row whose date or place says so, as `Total` or `2024 total`, is a total and no deployment.
5. Text is UTF-8, or else Windows-1252, which spreadsheets write without saying so.
6. A file that is no such table is refused whole, with one sentence: `Unreadable`.

Dates may be written 2024-09-01, 01/09/2024 (the day first), 1 September 2024 or 01-Sep-24,
durations 5h 04m, 5 hours 4 minutes or 5:04, thousands 1,012 or 1 012.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

# Far above any published table; below what would fill the memory.
MOST_BYTES = 10_000_000

DATE, PLACE, DURATION, WATCHLIST, THRESHOLD = "date", "place", "duration", "watchlist", "threshold"
ALERTS, FACES, RATE = "alerts", "faces", "rate"
TRUE_CONFIRMED, TRUE_UNCONFIRMED = "true confirmed", "true unconfirmed"
FALSE_CONFIRMED, FALSE_UNCONFIRMED = "false confirmed", "false unconfirmed"
FALSE_ALL = "false all"
ARRESTS, OTHER, NO_ACTION = "arrests", "other", "no action"

COUNTS = (
    WATCHLIST,
    ALERTS,
    TRUE_CONFIRMED,
    TRUE_UNCONFIRMED,
    FALSE_CONFIRMED,
    FALSE_UNCONFIRMED,
    FALSE_ALL,
    ARRESTS,
    OTHER,
    NO_ACTION,
    FACES,
)
NEEDED = (DATE, PLACE, ALERTS)

_NAMES = {
    "date": DATE,
    "deployment location": PLACE,
    "location": PLACE,
    "place": PLACE,
    "duration": DURATION,
    "duration raw": DURATION,
    "watchlist size": WATCHLIST,
    "min threshold setting": THRESHOLD,
    "threshold": THRESHOLD,
    "total alerts": ALERTS,
    "alerts": ALERTS,
    "true alerts confirmed": TRUE_CONFIRMED,
    "true alerts unconfirmed": TRUE_UNCONFIRMED,
    "false alerts confirmed": FALSE_CONFIRMED,
    "false alerts unconfirmed": FALSE_UNCONFIRMED,
    "false alerts": FALSE_ALL,
    "false alerts all": FALSE_ALL,
    "false alert rate": RATE,
    "false alert rate raw": RATE,
    "outcome - arrest": ARRESTS,
    "arrests": ARRESTS,
    "outcome - other": OTHER,
    "other disposal": OTHER,
    "no action": NO_ACTION,
    "outcome - no action": NO_ACTION,
    "faces seen (estimate)": FACES,
    "faces seen estimate": FACES,
    "faces seen": FACES,
}

_UNKNOWN = {"", "n/a", "-"}
# A group of thousands is set off by a comma, or by one of the blanks.
_COUNT = re.compile("\\d{1,3}(?:[, \u00a0\u202f]\\d{3})+|\\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,6}(?:\.\d{1,12})?", re.ASCII)
_MINUTES = r"m(?:in(?:ute)?s?)?"
_DURATION = re.compile(
    rf"(\d{{1,3}})\s*h(?:(?:ou)?rs?)?(?:\s*([0-5]?\d)\s*(?:{_MINUTES})?)?"
    rf"|(\d{{1,3}}):([0-5]\d)|(\d{{1,4}})\s*{_MINUTES}",
    re.ASCII | re.IGNORECASE,
)
# What stands between the parts of a date is read as one blank.
_DATES = ("%Y %m %d", "%d %m %Y", "%d %B %Y", "%d %b %Y", "%d %m %y", "%d %b %y")
_TOTAL = re.compile(
    r"(?:(?:grand|annual) )?(?:(\d{4}) )?totals?(?: (?:for )?(\d{4}))?", re.ASCII | re.IGNORECASE
)


def shown(text: str) -> str:
    """Text of a file as it can be shown: on one line, short, and nothing that steers a terminal."""
    line = " ".join(text.split())[:200]
    return "".join(letter if letter.isprintable() else "?" for letter in line)


class Unreadable(ValueError):
    """The file is no table of deployments; the text says why, in one sentence."""


@dataclass(frozen=True)
class Row:
    """One deployment. `cells`: the text of each known column, without blanks around it; `line`: of
    all columns, as they stand. What is not there, not known or not readable is None."""

    number: int
    cells: Mapping[str, str]
    line: tuple[str, ...]

    def text(self, column: str) -> str | None:
        found = self.cells.get(column, "")
        return None if found.casefold() in _UNKNOWN else found

    def count(self, column: str) -> int | None:
        found = self.text(column)
        return int(re.sub(r"\D", "", found)) if found and _COUNT.fullmatch(found) else None

    @property
    def is_total(self) -> bool:
        return self._total is not None

    @property
    def total_year(self) -> int | None:
        """The year that a total says it is of."""
        year = self._total and (self._total[1] or self._total[2])
        return int(year) if year else None

    @property
    def _total(self) -> re.Match[str] | None:
        named = (" ".join((self.text(column) or "").split()) for column in (DATE, PLACE))
        return next((found for one in named if (found := _TOTAL.fullmatch(one))), None)

    @property
    def date(self) -> date | None:
        """Of a deployment; a total has none."""
        if self.is_total:
            return None
        found = re.sub(r"[-/.\s]+", " ", self.text(DATE) or "")
        for form in _DATES:
            try:
                return datetime.strptime(found, form).date()
            except ValueError:
                continue
        return None

    @property
    def minutes(self) -> int | None:
        found = _DURATION.fullmatch(self.text(DURATION) or "")
        if not found:
            return None
        return int(found[1] or found[3] or 0) * 60 + int(found[2] or found[4] or found[5] or 0)

    @property
    def threshold(self) -> Fraction | None:
        found = self.text(THRESHOLD) or ""
        return Fraction(found) if _DECIMAL.fullmatch(found) else None

    @property
    def rate(self) -> Fraction | None:
        """In percent, as it is written."""
        found = (self.text(RATE) or "").removesuffix("%").rstrip()
        return Fraction(found) if _DECIMAL.fullmatch(found) else None

    @property
    def rate_decimals(self) -> int:
        """Digits after the point of the written rate."""
        return len((self.text(RATE) or "").removesuffix("%").rstrip().partition(".")[2])


@dataclass(frozen=True)
class Table:
    """`headings`: the names that the file gives the columns it has."""

    headings: Mapping[str, str]
    rows: tuple[Row, ...]


def read(content: bytes) -> Table:
    """The table in `content`, a CSV file. Raises Unreadable."""
    text = _text(content)
    try:
        lines = [
            (number, line)
            for number, line in enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
            if any(cell.strip() for cell in line)
        ]
    except csv.Error as error:
        raise Unreadable(f"It is not CSV: {error}.") from None
    if not lines:
        raise Unreadable("It is empty; save the table as CSV in UTF-8.")
    (_, header), *body = lines
    columns = [_NAMES.get(_plain(name)) for name in header]
    _require_columns(header, columns)
    if not body:
        raise Unreadable("It has a header and no rows.")
    rows = []
    for number, line in body:
        if len(line) != len(header):
            raise Unreadable(
                f"Row {number} has {len(line)} cells where the header has {len(header)}."
            )
        cells = {
            column: cell.strip()
            for column, cell in zip(columns, line, strict=True)
            if column is not None
        }
        rows.append(Row(number, cells, tuple(line)))
    headings = {column: name for column, name in zip(columns, header, strict=True) if column}
    return Table(headings, tuple(rows))


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable(f"It is larger than {MOST_BYTES:,} bytes; save the table alone.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("It is UTF-16; save it as CSV in UTF-8.")
    if b"\0" in content:
        raise Unreadable("It is not a text file; save the table as CSV in UTF-8.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start + 1
    raise Unreadable(
        f"It is neither UTF-8 nor Windows-1252, from byte {at}; save it as CSV in UTF-8."
    )


def _plain(name: str) -> str:
    """The name of a column in small letters, with one kind of blank and one kind of dash."""
    return " ".join(re.sub("[_\\s]", " ", name).replace("\u2013", "-").split()).casefold()


def _require_columns(header: list[str], columns: list[str | None]) -> None:
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Unreadable(
            f"It has no column for: {', '.join(missing)}. "
            f"Its columns are: {shown(', '.join(header))}."
        )
    for column in columns:
        if column is not None and columns.count(column) > 1:
            twice = [name for name, known in zip(header, columns, strict=True) if known == column]
            raise Unreadable(
                f"It has more than one column for the same: {shown(', '.join(twice))}."
            )
