"""The first sheet of an XLSX file, row by row: cells as they were typed. Pure."""

from collections.abc import Generator, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.inbound.imports.lines import FileRefused, Line
from app.inbound.imports.spreadsheets import Sheet
from app.kit.sheets import plain

MOST_RATIO, UNSUSPICIOUS, MOST_PARTS = 100, 16 * 1_048_576, 100  # page 6
MOST_UNPACKED = 1_073_741_824
MOST_SHARED = 128 * 1_048_576  # the texts of all cells are held in memory
MOST_ROWS, MOST_COLUMNS = 1_048_576, 64
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
ENCRYPTED = 1
BLANK = (None, "")
INEXACT = "has more digits than a spreadsheet keeps of a number: make it a text"
UNREADABLE = "It cannot be read as XLSX."


def rows_of(file: IO[bytes], sheet: Sheet, zone: ZoneInfo, most: int) -> Generator[Line]:
    """Its rows; `zone` of its instants, `most` bytes of one. Raises FileRefused."""
    _refuse_bombs(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        pages = book.worksheets
        rows = pages[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS) if pages else iter(())
        yield from _lines(rows, Reader(sheet, zone, most))
    except FileRefused:
        raise
    except (ArithmeticError, AttributeError, BadZipFile, EOFError, InvalidFileException) as error:
        raise FileRefused(UNREADABLE) from error
    except (LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError) as error:
        raise FileRefused(UNREADABLE) from error


class Reader(NamedTuple):
    sheet: Sheet
    zone: ZoneInfo
    most: int

    def names(self, values: list[Any]) -> list[str]:
        """The columns. Raises FileRefused."""
        while values and values[-1] in BLANK:
            values.pop()
        names = ["" if value is None else str(value).strip() for value in values]
        if fault := self.sheet.fault(names):
            raise FileRefused(fault)
        return names

    def line(self, number: int, names: list[str], values: list[Any]) -> Line:
        if any(value not in BLANK for value in values[len(names) :]):
            fault = f"The row has more cells than the {len(names)} of its header."
            return Line(number, b"", fault)
        try:
            told = zip(names, values, strict=False)
            said = self.sheet.said({name: self.text(name, value) for name, value in told})
        except ValueError as error:
            return Line(number, b"", str(error))
        if len(said) > self.most:
            return Line(number, b"", f"The row is longer than {self.most} bytes.")
        return Line(number, said)

    def text(self, name: str, value: Any) -> str:
        """A cell as CSV would have it. Raises ValueError for a number that is not exact."""
        match value:
            case None:
                return ""
            case bool():
                return str(value).lower()
            case int() | float():
                return _number(name, value)
            case datetime():
                return self._instant(name, value)
            case _:
                return value.isoformat() if isinstance(value, date) else plain(str(value))

    def _instant(self, name: str, value: datetime) -> str:
        """A spreadsheet writes dates as the first instant of the day."""
        if name in self.sheet.instants:
            return value.replace(tzinfo=self.zone).isoformat()
        return (value.date() if value.time() == time() else value).isoformat()


def _lines(rows: Iterable[Any], reader: Reader) -> Generator[Line]:
    names: list[str] | None = None
    for number, cells in enumerate(rows, 1):
        values = [cell.value for cell in cells]
        if all(value in BLANK for value in values):
            continue
        if names is None:
            names = reader.names(values)
        else:
            yield reader.line(number, names, values)
    if names is None:
        raise FileRefused(reader.sheet.fault([]) or UNREADABLE)


def _number(name: str, value: float) -> str:
    """The digits that the spreadsheet shows: of a stored 1.1000000000000001 those are 1.1."""
    if abs(value) >= 10**EXACT_DIGITS:
        message = f'"{name}" {INEXACT}.'
        raise ValueError(message)
    if isinstance(value, int):
        return str(value)
    exact = Decimal(f"{value:.{EXACT_DIGITS}g}")
    return f"{exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact:f}"


def _refuse_bombs(file: IO[bytes]) -> None:
    """Raises FileRefused for an archive out of all proportion, or with a document type."""
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > _most(size):
                message = f"It holds too many parts, or unpacks to more than {MOST_RATIO} times."
                raise FileRefused(message)
            for part in parts:
                _refuse_part(archive, part)
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise FileRefused(UNREADABLE) from error
    except expat.ExpatError as error:
        raise FileRefused(UNREADABLE) from error


def _most(size: int) -> int:
    return min(MOST_UNPACKED, max(UNSUSPICIOUS, MOST_RATIO * size))


def _refuse_part(archive: ZipFile, part: ZipInfo) -> None:
    if part.flag_bits & ENCRYPTED:
        message = "It is encrypted."
        raise FileRefused(message)
    if part.filename.endswith("sharedStrings.xml") and part.file_size > MOST_SHARED:
        message = "Its texts are too large: save it as CSV."
        raise FileRefused(message)
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as content:
            _refuse_document_type(content)


class _Begun(Exception):
    """The first element of a document was seen."""


def _refuse_document_type(content: IO[bytes]) -> None:
    parser = expat.ParserCreate()

    def document_type(*_: object) -> None:
        message = "A document type is refused."
        raise FileRefused(message)

    def element(*_: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = element
    try:
        while piece := content.read(65_536):
            parser.Parse(piece)
    except _Begun:
        return
