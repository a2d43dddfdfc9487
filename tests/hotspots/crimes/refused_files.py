"""Every kind of bad crime file, with the one line that is said about it.

Each maker writes the file into a folder and returns its path. `{path}` in the message stands for
the path as given.
"""

import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .street import CROYDON, HEADER, crime, row, text, write, write_zip

NAME = "2024-01-surrey-street.csv"
GOOD = text([crime(), crime(category="Drugs")])
AGAIN = "Download it again."


@dataclass(frozen=True)
class Case:
    make: Callable[[Path], Path]
    message: str


def _bytes(content: bytes, name: str = NAME) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def _rows(*rows: dict[str, str], name: str = NAME) -> Callable[[Path], Path]:
    return lambda folder: write(folder, rows, name=name)


def _zip(members: dict[str, str]) -> Callable[[Path], Path]:
    return lambda folder: write_zip(folder / "archive.zip", members)


def _folder(folder: Path) -> Path:
    path = folder / "empty folder"
    path.mkdir()
    return path


def _pipe(folder: Path) -> Path:
    path = folder / NAME
    os.mkfifo(path)
    return path


def _patched_zip(flag: int = 0, method: int | None = None) -> Callable[[Path], Path]:
    """An archive whose only member claims to be encrypted, or packed by another method."""

    def make(folder: Path) -> Path:
        path = write_zip(folder / "archive.zip", {f"2024-01/{NAME}": GOOD})
        data = bytearray(path.read_bytes())
        central = data.index(b"PK\x01\x02")
        struct.pack_into("<H", data, central + 8, flag)
        if method is not None:
            struct.pack_into("<H", data, central + 10, method)
        path.write_bytes(data)
        return path

    return make


def _lying_zip(folder: Path) -> Path:
    """A member that declares a hundred bytes and unpacks to many more."""
    path = write_zip(folder / "archive.zip", {f"2024-01/{NAME}": GOOD * 1000})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 100)
    path.write_bytes(data)
    return path


def _damaged_zip(folder: Path) -> Path:
    path = write_zip(folder / "archive.zip", {f"2024-01/{NAME}": GOOD})
    path.write_bytes(path.read_bytes()[:-30])
    return path


def _lost_zip(folder: Path) -> Path:
    path = write_zip(folder / "archive.zip", {f"2024-01/{NAME}": GOOD})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x05\x06") + 12, 1 << 30)
    path.write_bytes(data)
    return path


def _shifted_zip(folder: Path) -> Path:
    """Bytes are missing at the start, so that the member would lie before it."""
    path = write_zip(folder / "archive.zip", {f"2024-01/{NAME}": GOOD})
    path.write_bytes(path.read_bytes()[10:])
    return path


def _new_zip(folder: Path) -> Path:
    path = write_zip(folder / "archive.zip", {f"2024-01/{NAME}": GOOD})
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 6, 121)
    path.write_bytes(data)
    return path


def _damaged_member(folder: Path) -> Path:
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"2024-01/{NAME}", GOOD)
    path.write_bytes(path.read_bytes().replace(b"Burglary", b"burglary"))
    return path


def _bad_checksum(folder: Path) -> Path:
    data = bytearray(gzip.compress(GOOD.encode()))
    data[-8] ^= 0xFF
    return _bytes(bytes(data), NAME + ".gz")(folder)


def _missing(folder: Path) -> Path:
    return folder / NAME


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b"0" * (1 << 20)) for _ in range(16)]
    return b"".join([*parts, packer.flush()])


REFUSED: dict[str, Case] = {
    "a missing file": Case(_missing, "{path}: there is no such file. Check the path."),
    "a device": Case(_pipe, "{path}: it is not a regular file. Give a CSV, .gz or .zip file."),
    "an empty folder": Case(
        _folder,
        "{path}: the folder holds no street-level .csv, .csv.gz or .zip file. "
        "Give a folder with street-level crime files.",
    ),
    "an empty file": Case(_bytes(b""), f"{{path}}: it is empty. {AGAIN}"),
    "a file of blank lines": Case(_bytes(b"\n\n\r\n"), f"{{path}}: it is empty. {AGAIN}"),
    "only a header": Case(_rows(), f"{{path}}: there is no row below the header. {AGAIN}"),
    "a missing column": Case(
        lambda folder: write(
            folder, [crime()], columns=[n for n in HEADER if n not in ("Longitude", "Crime type")]
        ),
        "{path}, line 1: columns missing: Crime type, Longitude. "
        "Give the file as published, or a mapping that names its columns.",
    ),
    "a column that is there twice": Case(
        lambda folder: write(folder, [crime()], columns=[*HEADER, "Month"]),
        "{path}, line 1: column Month is there twice. Remove or rename one of them.",
    ),
    "a web page": Case(
        _bytes(b"\n<!DOCTYPE html>\n<html><body>404</body></html>"),
        "{path}: it is a web page, not a CSV. Download it again; see what the page says.",
    ),
    "JSON": Case(
        _bytes(b'[{"category": "drugs"}]'), "{path}: it is JSON, not a CSV. Give the CSV."
    ),
    "a truncated gzip": Case(
        _bytes(gzip.compress(GOOD.encode())[:-20], NAME + ".gz"),
        f"{{path}}: the gzip file is damaged or cut short. {AGAIN}",
    ),
    "a gzip of two bytes": Case(
        _bytes(b"\x1f\x8b", NAME + ".gz"),
        f"{{path}}: the gzip file is damaged or cut short. {AGAIN}",
    ),
    "a gzip with a wrong checksum": Case(
        _bad_checksum, f"{{path}}: the gzip file is damaged or cut short. {AGAIN}"
    ),
    "a gzip bomb": Case(
        _bytes(_bomb(), NAME + ".gz"),
        "{path}: it unpacks to more than 200 times its size, as no crime file does. "
        "Check where it came from, or raise OVERT_CRIME_MAX_RATIO.",
    ),
    "a zip bomb": Case(
        _zip({f"2024-01/{NAME}": "0" * (16 << 20)}),
        f"{{path}}!2024-01/{NAME}: it unpacks to more than 200 times its size, as no crime file "
        "does. Check where it came from, or raise OVERT_CRIME_MAX_RATIO.",
    ),
    "a zip member that lies about its size": Case(
        _lying_zip, f"{{path}}!2024-01/{NAME}: the zip archive is damaged or cut short. {AGAIN}"
    ),
    "UTF-16": Case(
        _bytes(GOOD.encode("utf-16")),
        "{path}: it is UTF-16, not UTF-8. Save it as CSV UTF-8.",
    ),
    "UTF-16 without a byte order mark": Case(
        _bytes(GOOD.encode("utf-16-le")),
        "{path}: it is UTF-16 or UTF-32, not UTF-8. Save it as CSV UTF-8.",
    ),
    "Latin-1": Case(
        _bytes(text([crime(), row(Location="On or near Café")]).encode("latin-1")),
        "{path}, line 3: the byte 0xE9 is not UTF-8. Save it as CSV UTF-8.",
    ),
    "a NUL byte": Case(
        _bytes(GOOD.replace("Drugs", "Dru\0gs").encode()),
        f"{{path}}, line 3: there is a NUL byte. {AGAIN}",
    ),
    "a month that disagrees with its rows": Case(
        _rows(crime(), crime(month="2024-02")),
        "{path}, line 3: the name says 2024-01 and the row 2024-02. "
        "Rename the file, or get the right one.",
    ),
    "coordinates swapped": Case(
        _rows(crime(at=("", "")), crime(at=(CROYDON[1], CROYDON[0]))),
        "{path}, line 3: longitude and latitude are swapped. Correct the mapping or the file.",
    ),
    "a coordinate that is not a number": Case(
        _rows(crime(), crime(at=("west", "51.3"))),
        "{path}, line 3: the coordinate 'west' is not a number. "
        "Correct it, or leave both coordinates blank.",
    ),
    "an infinite coordinate": Case(
        _rows(crime(), crime(at=("-0.1", "inf"))),
        "{path}, line 3: the coordinate 'inf' is not a number. "
        "Correct it, or leave both coordinates blank.",
    ),
    "a row that is too short": Case(
        _bytes((GOOD + "a,2024-01,Surrey Police\n").encode()),
        "{path}, line 4: the row has 3 fields and the header 12. "
        "Download or export the file again; it may be cut short.",
    ),
    "a row that is too long and one too short": Case(
        _bytes(GOOD.replace("High Street", "High Street, Croydon", 1).encode()),
        "{path}, line 2: the row has 13 fields and the header 12. "
        "Download or export the file again; it may be cut short.",
    ),
    "a header broken by a line end": Case(
        _bytes(GOOD.replace("Month,", "Mon\rth,", 1).encode()),
        "{path}, line 1: its header cannot be read. Export the file again.",
    ),
    "a quotation mark never closed": Case(
        _bytes(GOOD.replace("On or", '"On or', 1).encode()),
        "{path}: a quotation mark is opened and never closed. Export the file again.",
    ),
    "a name without a force": Case(
        _rows(crime(), name="crimes.csv"),
        "{path}: its name does not say which force it is from (2024-01-surrey-street.csv does). "
        "Give the force with --force.",
    ),
    "an encrypted zip": Case(
        _patched_zip(flag=1),
        f"{{path}}!2024-01/{NAME}: it is encrypted. Unpack it and give the CSV itself.",
    ),
    "a zip packed by another method": Case(
        _patched_zip(method=14),
        f"{{path}}!2024-01/{NAME}: it is packed by a method that is not read here. "
        "Pack it again with ordinary (deflate) compression.",
    ),
    "a zip that climbs out": Case(
        _zip({f"../../{NAME}": GOOD}),
        f"{{path}}: a member is named '../../{NAME}', which is not a plain path inside it. "
        "Do not use this archive; download it again from its publisher.",
    ),
    "a zip with an absolute path": Case(
        _zip({f"/etc/{NAME}": GOOD}),
        f"{{path}}: a member is named '/etc/{NAME}', which is not a plain path inside it. "
        "Do not use this archive; download it again from its publisher.",
    ),
    "a zip with a control character in a name": Case(
        _zip({f"2024-01/\x1b[2J{NAME}": GOOD}),
        f"{{path}}: a member is named '2024-01/\\x1b[2J{NAME}', which is not a plain path inside "
        "it. Do not use this archive; download it again from its publisher.",
    ),
    "a zip with a very long name": Case(
        _zip({f"{'a' * 300}/{NAME}": GOOD}),
        f"{{path}}: a member is named '{'a' * 300}/{NAME}', which is not a plain path inside it. "
        "Do not use this archive; download it again from its publisher.",
    ),
    "a zip that points past its own end": Case(
        _lost_zip, f"{{path}}: the zip archive is damaged or cut short. {AGAIN}"
    ),
    "a zip without its first bytes": Case(
        _shifted_zip, f"{{path}}!2024-01/{NAME}: the zip archive is damaged or cut short. {AGAIN}"
    ),
    "a zip of a version not known": Case(
        _new_zip, f"{{path}}: the zip archive is damaged or cut short. {AGAIN}"
    ),
    "a force with too long a name": Case(
        _rows(crime(), name=f"2024-01-{'a' * 81}-street.csv"),
        f"{{path}}: '{'a' * 81}' is not a force's short name. "
        "Write it in small letters and hyphens: west-midlands; 80 at most.",
    ),
    "a zip without street files": Case(
        _zip({"2024-01/2024-01-surrey-outcomes.csv": GOOD}),
        "{path}: the archive holds no *-street*.csv file. "
        "Tick 'Include crime data' when making the archive.",
    ),
    "a zip cut short": Case(
        _damaged_zip, f"{{path}}: the zip archive is damaged or cut short. {AGAIN}"
    ),
    "a zip member with a wrong checksum": Case(
        _damaged_member,
        f"{{path}}!2024-01/{NAME}: the zip archive is damaged or cut short. {AGAIN}",
    ),
}
