"""Rows as spreadsheets read them: no cell becomes a formula, and what went out comes in again."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED = re.compile(r"'+[=+\-@\t\r]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def safe(cell: Any) -> str:
    """The text of a cell; what a spreadsheet would take for a formula gets an apostrophe.

    So does what would be read as such a cell. Plain numbers stay as they are.
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def plain(text: str) -> str:
    """What `safe` was given: without the apostrophe that only kept a formula away."""
    return text[1:] if QUOTED.match(text) else text


def safe_cells(cells: Iterable[Any]) -> list[str]:
    return [safe(cell) for cell in cells]


def csv_line(cells: Iterable[Any]) -> str:
    """One row of CSV, safe, with its line end."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(safe_cells(map(flat, cells)))
    return line.getvalue()


def json_line(row: Mapping[str, Any]) -> str:
    """One line of NDJSON."""
    return json.dumps(row, default=_text, ensure_ascii=False) + "\n"


def flat(value: Any) -> Any:
    """What stands in one cell: lists between semicolons, as imports read them, or else as JSON."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, default=_text, ensure_ascii=False)
    return value if value is None or isinstance(value, int) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
