"""Why a crime file is refused. Each error is one line: which file, where, why, what to do."""


class CrimeFileError(Exception):
    """A file that cannot be read as crime data.

    `name` is the file as the user gave it (`archive.zip!member` inside an archive), `line` counts
    the header as line 1.
    """

    def __init__(self, name: str, reason: str, advice: str, *, line: int | None = None) -> None:
        self.name = name
        self.reason = reason
        self.advice = advice
        self.line = line
        where = name if line is None else f"{name}, line {line}"
        super().__init__(f"{where}: {reason}. {advice}.")


class Unreadable(CrimeFileError):
    """The file cannot be opened: it is missing, a folder, a device, or not ours to read."""


class EmptyFile(CrimeFileError):
    """There is nothing in the file, or nothing below its header."""


class NotCsv(CrimeFileError):
    """Something else was saved under a CSV's name, such as a web page."""


class WrongEncoding(CrimeFileError):
    """The text is not UTF-8."""


class DamagedFile(CrimeFileError):
    """A gzip or zip file that is cut short or does not match its own checksum."""


class TooLarge(CrimeFileError):
    """The file, or what it unpacks to, passes a size limit."""


class UnsafeArchive(CrimeFileError):
    """An archive that is encrypted, packed in a way not read here, or that names odd paths."""


class MissingColumn(CrimeFileError):
    """The header lacks a column that is needed, or has it twice."""


class RaggedRow(CrimeFileError):
    """A row with more or fewer fields than the header, or a quotation mark never closed."""


class BadValue(CrimeFileError):
    """A coordinate that is not a number."""


class MonthDisagrees(CrimeFileError):
    """The file's name says one month and its rows another."""


class CoordinatesSwapped(CrimeFileError):
    """Longitude stands where latitude should, or degrees where metres should."""


class UnknownForce(CrimeFileError):
    """Neither the file's name nor the caller says which force the file is from."""


class MappingError(CrimeFileError):
    """The mapping file for a generic CSV is not valid."""
