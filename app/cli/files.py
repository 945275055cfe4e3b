"""The files of an import, read line by line, whatever their size."""

import csv
import gzip
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, cast

from app.cli.opening import Refused
from app.inbound import spreadsheets
from app.inbound.importing import Line

GZIP = b"\x1f\x8b"
MOST_BYTES = 1_048_576  # of one line

RowReader = Callable[[Mapping[str, str]], bytes]
READERS: dict[str, tuple[frozenset[str], RowReader]] = {
    "orders": (spreadsheets.ORDER_COLUMNS, spreadsheets.order_event),
    "customers": (spreadsheets.CUSTOMER_COLUMNS, spreadsheets.customer),
}


class Source:
    """One file, plain or compressed; `read` is how far it has been read, of `size` bytes."""

    def __init__(self, path: Path, kind: str, form: str | None) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.read = 0
        self._kind = kind
        self._form = form or form_of(path)

    def lines(self) -> Iterator[Line]:
        """Its lines, blank ones left out. Raises Refused when it cannot be read on."""
        with self.path.open("rb") as raw, _opened(raw) as file:
            found = _rows(file, self._kind) if self._form == "csv" else _lines(file)
            with closing(found):
                try:
                    for line in found:
                        self.read = raw.tell()
                        yield line
                except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
                    message = f"{self.path}: {error}"
                    raise Refused(message) from None


def form_of(path: Path) -> str:
    """The format that a name tells: orders.csv.gz is csv. Raises Refused."""
    ending = Path(path.name.removesuffix(".gz")).suffix
    found = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}.get(ending)
    if found is None:
        message = f"{path}: say --format ndjson or --format csv."
        raise Refused(message)
    return found


def _opened(raw: IO[bytes]) -> IO[bytes]:
    start = raw.read(len(GZIP))
    raw.seek(0)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if start == GZIP else raw


def _lines(file: IO[bytes]) -> Generator[Line]:
    number = 0
    while said := file.readline(MOST_BYTES):
        number += 1
        fault = None
        if len(said) == MOST_BYTES and not said.endswith(b"\n"):
            fault = f"The line is longer than {MOST_BYTES} bytes."
            while (more := file.readline(MOST_BYTES)) and not more.endswith(b"\n"):
                pass
        if fault or said.strip():
            yield Line(number, b"" if fault else said, fault)


def _rows(file: IO[bytes], kind: str) -> Generator[Line]:
    known, read = READERS[kind]
    table = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), strict=True)
    names = [name.strip() for name in next(table, [])]
    if "id" not in names or len(set(names)) < len(names) or not known.issuperset(names):
        message = f"The columns must be some of: {', '.join(sorted(known))}; each once, and id."
        raise Refused(message)
    number = table.line_num
    for cells in table:
        begun, number = number + 1, table.line_num
        if not any(cells):
            continue
        if len(cells) == len(names):
            yield Line(begun, read(dict(zip(names, cells, strict=True))))
        else:
            yield Line(begun, b"", f"The row has {len(cells)} cells, not {len(names)}.")
