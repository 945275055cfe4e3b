"""XLSX written as a stream: what is done can leave at once, whatever comes after."""

import re
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import IO, Any, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

MOST_ROWS = 1_048_576  # of a sheet, and the longest text of a cell: what spreadsheets can open
MOST_TEXT = 32_767
EXACT = 10**15
GATHERED = 64 * 1024


class Pipe(RawIOBase):
    """Holds what is written until it is taken; what writes into it can never go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._held += content
        return len(content)

    def is_full(self) -> bool:
        return len(self._held) >= GATHERED

    def take(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


class Workbook:
    """Rows in, bytes out: texts as text cells, which are never formulas; integers as numbers.

    What does not fit on a sheet goes on on a further one, under the same names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._pipe = Pipe()
        self._zip = ZipFile(cast("IO[bytes]", self._pipe), "w", ZIP_DEFLATED)
        self._sheets = 0
        self._rows = 0
        self._sheet: IO[bytes] | None = None

    def add(self, cells: Iterable[Any]) -> bytes:
        """What can leave after this row; often nothing yet."""
        if self._sheet is None or self._rows == MOST_ROWS:
            self._begin()
        self._write(cells)
        return self._pipe.take() if self._pipe.is_full() else b""

    def end(self) -> bytes:
        """The rest of the file."""
        if self._sheet is None:
            self._begin()
        self._close()
        for name, content in _parts(self._sheets):
            with self._zip.open(_entry(name), "w") as part:
                part.write((HEAD + content).encode())
        self._zip.close()
        return self._pipe.take()

    def _begin(self) -> None:
        self._close()
        self._sheets, self._rows = self._sheets + 1, 0
        entry = _entry(f"xl/worksheets/sheet{self._sheets}.xml")
        self._sheet = self._zip.open(entry, "w", force_zip64=True)
        self._sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
        self._write(self._names)

    def _write(self, cells: Iterable[Any]) -> None:
        assert self._sheet is not None
        self._sheet.write(f"<row>{''.join(map(_cell, cells))}</row>".encode())
        self._rows += 1

    def _close(self) -> None:
        if self._sheet is not None:
            self._sheet.write(b"</sheetData></worksheet>")
            self._sheet.close()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if type(value) is int and abs(value) < EXACT:
        return f"<c><v>{value}</v></c>"
    text = escape(UNSAYABLE.sub("", str(value))[:MOST_TEXT]).replace("\r", "&#13;")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _parts(sheets: int) -> Iterator[tuple[str, str]]:
    numbers = range(1, sheets + 1)
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
    )
    targets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations(targets)
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    kinds = {"/xl/workbook.xml": "sheet.main"}
    kinds |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in numbers}
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="{part}" ContentType="{TYPE}.{kind}+xml"/>'
            for part, kind in kinds.items()
        )
        + "</Types>",
    )


def _relations(found: Iterable[tuple[str, str, str]]) -> str:
    lines = (
        f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for id_, kind, target in found
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'
