"""How far an import has come: kept beside the file, so that a killed one can be continued."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from app.cli.opening import Refused
from app.inbound.imports.lines import Taken
from app.kit.sheets import csv_line, json_line

ENDING = ".tiers-import"


@dataclass(slots=True)
class Place:
    """Everything up to and with `line` of the file numbered `file` is committed.

    `reports`: how many bytes of which report belong to it.
    """

    program: str
    files: list[str]
    file: int = 0
    line: int = 0
    reports: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    compared: list[list[str | int | None]] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return Path(self.files[0] + ENDING)

    @classmethod
    def found(cls, program: str, files: Sequence[Path]) -> Self:
        """Where the import of these files stopped. Raises Refused when none did."""
        begun = cls(program, [str(one) for one in files])
        try:
            stored: dict[str, Any] = json.loads(begun.path.read_text("utf-8"))
        except (OSError, ValueError):
            message = f"There is nothing to resume: no {begun.path}."
            raise Refused(message) from None
        if (stored["program"], stored["files"]) != (begun.program, begun.files):
            message = f"{begun.path} is of another import: give the same program and files."
            raise Refused(message)
        return cls(**{**stored, "outcomes": Counter(stored["outcomes"])})

    def add(self, taken: Taken) -> None:
        """Count what became of further lines. `compared`: [ladder, imported, computed, times]."""
        self.outcomes += taken.outcomes
        known = {(ladder, told, held): times for ladder, told, held, times in self.compared}
        all_of_it = Counter(known) + taken.compared
        self.compared = [[*key, times] for key, times in all_of_it.items()]

    def save(self) -> None:
        """Survives a crash: the old place or the new one is there, never half of it."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        part = self.path.with_name(f"{self.path.name}.part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(fields, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)


class Report:
    """Rows about lines, as CSV or NDJSON by the file's name; a resumed import goes on in it.

    Without a path nothing is written. `columns`: of a table.
    """

    def __init__(self, path: Path | None, place: Place, columns: Sequence[str]) -> None:
        self._path = path
        self._place = place
        self._columns = columns
        self._is_table = path is not None and path.suffix == ".csv"
        if path is None:
            return
        known = place.reports.get(str(path))
        if known:
            os.truncate(path, known)
        else:
            path.write_text(csv_line(columns) if self._is_table else "", "utf-8")
            self._note()

    @property
    def is_written(self) -> bool:
        return self._path is not None

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write them."""
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8", newline="") as report:
            report.writelines(map(self._line, rows))
        self._note()

    def _line(self, row: Mapping[str, Any]) -> str:
        if self._is_table:
            return csv_line(row.get(name) for name in self._columns)
        return json_line(row)

    def _note(self) -> None:
        assert self._path is not None
        self._place.reports[str(self._path)] = self._path.stat().st_size
