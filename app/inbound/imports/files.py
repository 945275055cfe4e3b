"""The files of an import, read line by line, whatever their size, form and state. Pure.

A file that cannot be read on raises FileRefused; a bad line is a Line with its fault, and harms
no other.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import PurePath
from typing import IO, Any, BinaryIO, NamedTuple, cast
from zoneinfo import ZoneInfo

from app.inbound.adapters.contract import FactEvent, Failure
from app.inbound.imports import erp_files
from app.inbound.imports import xlsx as imports_xlsx
from app.inbound.imports.erp_files import Filed, orders_in
from app.inbound.imports.lines import FileRefused, Line
from app.inbound.imports.spreadsheets import SHEETS, Sheet
from app.inbound.models import Source
from app.kit.sheets import plain

GZIP, ZIP, OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOM = b"\xef\xbb\xbf"
PIECE = 65_536
MOST_BYTES = 1_048_576  # of one line
MOST_RATIO, UNSUSPICIOUS = 100, 16 * 1_048_576  # page 6; so many bytes may come of anything
ENDINGS = {".csv": "csv", ".tsv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".xlsx": "xlsx"}
FORMS = ("ndjson", "csv", "xlsx")
ENCODINGS = {"utf-8": "utf-8-sig", "windows-1251": "cp1251"}
DELIMITERS = ",;\t"
UTC = ZoneInfo("UTC")


class Form(NamedTuple):
    """How a file is written. `encoding`, a key of ENCODINGS, matters to CSV alone.

    `zone`: of the dates of a spreadsheet, which know none. `source`: whose platform wrote it; it
    decides alone then.
    """

    kind: str
    form: str
    encoding: str = "utf-8"
    zone: ZoneInfo = UTC
    source: Source | None = None


def form_of(name: str) -> str | None:
    """The format that a file's name tells: orders.csv.gz is csv."""
    return ENDINGS.get(PurePath(name.lower().removesuffix(".gz")).suffix)


def lines_of(file: IO[bytes], form: Form) -> Iterator[Line]:
    """The lines of a file that can be sought in, blank ones left out. Raises FileRefused."""
    start = file.read(4)
    file.seek(0)
    if form.source is not None:
        yield from _filed(file, form.source)
        return
    _refuse_unlike(start, form.form)
    with closing(_lines(file, form, packed=start.startswith(GZIP))) as lines:
        try:
            yield from lines
        except (EOFError, UnicodeDecodeError, zlib.error, gzip.BadGzipFile) as error:
            message = f"It cannot be read on: {error}"
            raise FileRefused(message) from None


def _filed(file: IO[bytes], source: Source) -> Iterator[Line]:
    """The orders of a platform's file, numbered."""
    digest = sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    file_id = digest.hexdigest()[:32]
    orders = orders_in(cast("BinaryIO", file), source.platform, source.rules)
    try:
        for number, one in enumerate(orders, 1):
            yield Line(number, one.raw, filed=_named(one, file_id))
    except erp_files.FileRefused as error:
        raise FileRefused(str(error)) from error


def _named(filed: Filed, file_id: str) -> Filed:
    """An order without an instant has the file's id for its own: the same file is the same."""
    event = filed.event
    if isinstance(event, Failure) or "event_id" in event.said:
        return filed
    said = {**event.said, "event_id": f"{file_id}#{filed.order_id}"}
    return filed._replace(event=FactEvent(said, event.raw_status))


def _refuse_unlike(start: bytes, form: str) -> None:
    if start == OLD_EXCEL:
        message = "This is the old Excel format: save it as XLSX or CSV."
    elif form == "xlsx" and start != ZIP:
        message = "This is no XLSX file."
    elif form != "xlsx" and start == ZIP:
        message = "This is an archive or an XLSX file."
    else:
        return
    raise FileRefused(message)


def _lines(file: IO[bytes], form: Form, *, packed: bool) -> Generator[Line]:
    sheet = SHEETS[form.kind]
    if form.form == "xlsx":
        return imports_xlsx.rows_of(file, sheet, form.zone, MOST_BYTES)
    opened = cast("IO[bytes]", io.BufferedReader(Unpacked(file))) if packed else file
    return _table(opened, sheet, form.encoding) if form.form == "csv" else _json_lines(opened)


class Unpacked(io.RawIOBase):
    """What a compressed file holds; raises FileRefused when that is out of all proportion."""

    def __init__(self, file: IO[bytes]) -> None:
        self._packed = file
        self._file = gzip.GzipFile(fileobj=file)
        self._came = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        into = memoryview(buffer)
        read = self._file.read(len(into))
        into[: len(read)] = read
        self._came += len(read)
        if self._came > max(UNSUSPICIOUS, MOST_RATIO * self._packed.tell()):
            message = f"It unpacks to more than {MOST_RATIO} times its size."
            raise FileRefused(message)
        return len(read)


def _json_lines(file: IO[bytes]) -> Generator[Line]:
    number = 0
    while said := file.readline(MOST_BYTES):
        number += 1
        fault = None
        if len(said) == MOST_BYTES and not said.endswith(b"\n"):
            fault = f"The line is longer than {MOST_BYTES} bytes."
            while (more := file.readline(MOST_BYTES)) and not more.endswith(b"\n"):
                pass
        if number == 1:
            said = said.removeprefix(BOM)
        if fault or said.strip():
            yield Line(number, b"" if fault else said, fault)


def _table(file: IO[bytes], sheet: Sheet, encoding: str) -> Generator[Line]:
    text = io.TextIOWrapper(file, ENCODINGS[encoding], newline="")
    head = text.readline(MOST_BYTES)
    rows = csv.reader(_pieces(head, text), delimiter=_delimiter(head, sheet), strict=True)
    names = [name.strip() for name in _next(rows)[0] or []]
    if fault := sheet.fault(names):
        raise FileRefused(fault)
    while True:
        begun = rows.line_num + 1
        cells, fault = _next(rows)
        if cells is None and fault is None:
            return
        if fault is None and cells and len(cells) != len(names) and any(cells):
            fault = f"The row has {len(cells)} cells, not {len(names)}."
        if fault is not None:
            yield Line(begun, b"", fault)
        elif cells and any(cells):
            said = sheet.said(dict(zip(names, map(plain, cells), strict=True)))
            yield Line(begun, said)


def _next(rows: Iterator[list[str]]) -> tuple[list[str] | None, str | None]:
    """The next row's cells, or why it cannot be read; neither at the end."""
    try:
        return next(rows), None
    except StopIteration:
        return None, None
    except csv.Error as error:
        return None, f"The row cannot be read: {error}."


def _pieces(head: str, text: io.TextIOWrapper) -> Iterator[str]:
    """Lines for the reader of tables; what is too long for one is left out of it."""
    line = head
    while line:
        yield line
        while len(line) == MOST_BYTES and not line.endswith(("\n", "\r")):
            line = text.readline(MOST_BYTES)
        line = text.readline(MOST_BYTES)


def _delimiter(head: str, sheet: Sheet) -> str:
    """The one that makes most columns that we know; a comma in doubt."""

    def known(delimiter: str) -> int:
        names = (name.strip().strip('"') for name in head.split(delimiter))
        return len(sheet.columns.intersection(names))

    return max(DELIMITERS, key=known)
