"""How far an import has come: kept beside the file, so that a killed one can be continued."""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from app.cli.opening import Refused
from app.inbound.importing import Problem
from app.inbound.spreadsheets import safe_cells

ENDING = ".tiers-import"
COLUMNS = ("line", "event_id", "reason", "detail", "file")


@dataclass(slots=True)
class Place:
    """Everything up to and with `line` of the file numbered `file` is committed."""

    program: str
    files: list[str]
    file: int = 0
    line: int = 0
    report_bytes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

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
    """The lines that were refused, as CSV; without a path it keeps the first few to be said."""

    def __init__(self, path: Path | None, place: Place) -> None:
        self._path = path
        self._place = place
        if path is not None and place.report_bytes:
            os.truncate(path, place.report_bytes)
        elif path is not None:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow(COLUMNS)
            place.report_bytes = path.stat().st_size

    def add(self, problems: Iterable[Problem], file: Path) -> list[Problem]:
        """Write them; answers those that nobody will read in the file."""
        if self._path is None:
            return list(problems)
        with self._path.open("a", encoding="utf-8", newline="") as report:
            csv.writer(report).writerows(safe_cells((*one, file)) for one in problems)
        self._place.report_bytes = self._path.stat().st_size
        return []
