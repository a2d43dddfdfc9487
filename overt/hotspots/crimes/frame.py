"""From the bytes of a CSV to the columns that are wanted of it.

What is not a CSV in UTF-8 with the wanted columns, the same number of fields in every row and
numbers for coordinates is refused here, with the line where the trouble starts.
"""

import csv
import io
from collections.abc import Mapping as Labels
from collections.abc import Sequence

import polars as pl

from .errors import BadValue, EmptyFile, MissingColumn, NotCsv, RaggedRow, WrongEncoding
from .mapping import Mapping
from .rows import count_rows

_WHITESPACE = b" \t\r\n"
_AXES = {"longitude": "x", "easting": "x", "latitude": "y", "northing": "y"}


def read_frame(content: bytes, layout: Mapping, label: str) -> pl.DataFrame:
    """The columns of `layout` by role: x and y as finite numbers, all else as text, blank as null.

    Raises a CrimeFileError that names `label`.
    """
    text = _checked_text(content, label)
    places, fields = _places_of(text, layout, label)
    rows = count_rows(text, fields=fields, name=label) - 1
    if rows < 1:
        raise EmptyFile(label, "there is no row below the header", "Download it again")
    frame = _columns(text, places, fields, label)
    if frame.height != rows:
        raise RaggedRow(
            label,
            f"it has {rows:,} rows by its line ends and {frame.height:,} by its quotation marks",
            "Export the file again",
        )
    return frame


def _checked_text(content: bytes, label: str) -> bytes:
    """The content without a UTF-8 byte order mark and without blank lines at its end."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongEncoding(label, "it is UTF-16, not UTF-8", "Save it as CSV UTF-8")
    text = content.removeprefix(b"\xef\xbb\xbf")
    head = text[:2048].lstrip(_WHITESPACE)
    if not head and not text.strip(_WHITESPACE):
        raise EmptyFile(label, "it is empty", "Download it again")
    if b"\0" in text:
        first = text.index(b"\0")
        if first < 4:
            raise WrongEncoding(label, "it is UTF-16 or UTF-32, not UTF-8", "Save it as CSV UTF-8")
        raise NotCsv(
            label, "there is a NUL byte", "Download it again", line=text.count(b"\n", 0, first) + 1
        )
    if head.startswith(b"<"):
        raise NotCsv(
            label, "it is a web page, not a CSV", "Download it again; see what the page says"
        )
    if head.startswith((b"{", b"[")):
        raise NotCsv(label, "it is JSON, not a CSV", "Give the CSV")
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise WrongEncoding(
                label,
                f"the byte 0x{text[error.start]:02X} is not UTF-8",
                "Save it as CSV UTF-8",
                line=text.count(b"\n", 0, error.start) + 1,
            ) from error
    if text.endswith((b"\n\n", b"\n\r\n")):
        return text.rstrip(b"\r\n")
    return text


def _places_of(text: bytes, layout: Mapping, label: str) -> tuple[dict[str, int], int]:
    """Where each wanted column stands, and how many columns there are."""
    first = text[: text.find(b"\n") if b"\n" in text else len(text)].decode()
    try:
        header = [name.strip() for name in next(csv.reader(io.StringIO(first)), [])]
    except csv.Error as error:
        raise NotCsv(label, "its header cannot be read", "Export the file again", line=1) from error
    wanted = {role: name for role, name in layout.columns.model_dump().items() if name is not None}
    missing = [name for name in wanted.values() if name not in header]
    if missing:
        raise MissingColumn(
            label,
            f"column{'s' if len(missing) > 1 else ''} missing: {', '.join(missing)}",
            "Give the file as published, or a mapping that names its columns",
            line=1,
        )
    twice = [name for name in wanted.values() if header.count(name) > 1]
    if twice:
        raise MissingColumn(
            label, f"column {twice[0]} is there twice", "Remove or rename one of them", line=1
        )
    return {role: header.index(name) for role, name in wanted.items()}, len(header)


def _columns(text: bytes, places: Labels[str, int], fields: int, label: str) -> pl.DataFrame:
    names = [f"unused {place}" for place in range(fields)]
    for role, place in places.items():
        names[place] = _AXES.get(role, role)
    wanted = [_AXES.get(role, role) for role in places]
    try:
        frame = _scan(text, names, wanted, numbers=("x", "y"))
    except pl.exceptions.PolarsError:
        # Something is not a number, or it is no CSV: as text it reads, or polars says why not.
        _refuse_bad_numbers(text, names, wanted, label)
        raise
    if not all(frame[axis].is_finite().all() for axis in ("x", "y")):
        _refuse_bad_numbers(text, names, wanted, label)
    return frame


def _scan(
    text: bytes, names: Sequence[str], wanted: Sequence[str], *, numbers: Sequence[str]
) -> pl.DataFrame:
    schema = {name: pl.Float64 if name in numbers else pl.String for name in names}
    rows = pl.scan_csv(text, has_header=False, skip_lines=1, schema=schema)
    return rows.select(wanted).collect()


def _refuse_bad_numbers(
    text: bytes, names: Sequence[str], wanted: Sequence[str], label: str
) -> None:
    try:
        frame = _scan(text, names, wanted, numbers=())
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise NotCsv(label, f"it is not a valid CSV ({reason})", "Export the file again") from error
    numbers = frame.select(pl.col("x", "y").cast(pl.Float64, strict=False))
    for axis in ("x", "y"):
        bad = frame[axis].is_not_null() & ~numbers[axis].is_finite().fill_null(False)
        row = bad.arg_max()
        if row is not None and bad[row]:
            raise BadValue(
                label,
                f"the coordinate {frame[axis][row]!r} is not a number",
                "Correct it, or leave both coordinates blank",
                line=row + 2,
            )
