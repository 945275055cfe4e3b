"""What files of an import are made of, and what becomes of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple, Self
from uuid import UUID

from app.evaluation.schemas.migration import Difference
from app.inbound.imports.erp_files import Filed
from app.inbound.models import Source


class FileRefused(Exception):
    """The file cannot be read, or not on from here; its text says why."""


class Line(NamedTuple):
    """A line of a file. `fault`: why it could not even be read as a row.

    `filed`: the order, where the file is of a platform; `number` counts the orders then.
    """

    number: int
    said: bytes
    fault: str | None = None
    filed: Filed | None = None


class Problem(NamedTuple):
    """Why a line was refused; `column` where one is to blame, `id` of the event or the member."""

    line: int
    column: str | None
    id: str | None
    reason: str
    detail: str | None


class Keeping(NamedTuple):
    """How differences become overrides: `keep` exactly, or as a `floor`; until which day."""

    how: Literal["keep", "floor"]
    until: date
    reason: str


class Terms(NamedTuple):
    """Under what an import is made: in which program, of what, when, and who asked for it.

    `source`: whose platform wrote the file.
    """

    program_id: UUID
    kind: str
    now: datetime
    key_id: str
    request_id: str | None = None
    keeping: Keeping | None = None
    source: Source | None = None


class Differs(NamedTuple):
    """A difference of a line and what was made of it: `differs`, `kept` or `not_kept`."""

    line: int
    said: Difference
    word: str


@dataclass(slots=True)
class Taken:
    """What became of lines: how often which outcome, every problem, every difference.

    `differences`: of what an old system says, in the order of lines. `compared`: how often
    (ladder, imported, computed).
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    differences: list[Differs] = field(default_factory=list)
    compared: Counter[tuple[str, str | None, str | None]] = field(default_factory=Counter)

    def refuse(self, problem: Problem) -> None:
        self.outcomes["refused"] += 1
        self.problems.append(problem)

    def in_order(self) -> Self:
        self.problems.sort(key=lambda one: one.line)
        self.differences.sort(key=lambda one: one.line)
        return self

    def __iadd__(self, other: "Taken") -> Self:
        self.outcomes += other.outcomes
        self.problems += other.problems
        self.differences += other.differences
        self.compared += other.compared
        return self
