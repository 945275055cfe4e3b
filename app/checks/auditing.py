"""Values of an audit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.programs.rules import Rules

CODES = (
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A13", "A14",
    "A15", "A16",
)  # fmt: skip
MOST_MISMATCHES = 100


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something of a member that its facts, its rules or its history do not give."""

    member: str
    ladder: str | None
    code: str
    stored: str | None
    proved: str | None


@dataclass(frozen=True, slots=True)
class Bench:
    """What all members of a program are proved with; `judged_on` None = nobody is judged."""

    rules: Rules
    judged_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """`violations`: query → how many, each 0 or there is a bug. At most 100 mismatches."""

    violations: Mapping[str, int]
    members_total: int
    members_proved: int
    mismatches: tuple[Mismatch, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.violations.values()) and self.members_proved == self.members_total

    @property
    def share(self) -> str:
        """The share of members proved, rounded down; 1 of nobody."""
        if self.members_proved == self.members_total:
            return "1.000000"
        return f"0.{self.members_proved * 1_000_000 // self.members_total:06d}"

    def to_json(self) -> dict[str, Any]:
        return {
            "violations": dict(self.violations),
            "members_proved": self.members_proved,
            "mismatches": [asdict(one) for one in self.mismatches],
        }

    @classmethod
    def from_json(cls, members_total: int, stored: Mapping[str, Any]) -> "Report":
        return cls(
            violations=stored["violations"],
            members_total=members_total,
            members_proved=stored["members_proved"],
            mismatches=tuple(Mismatch(**one) for one in stored["mismatches"]),
        )

    @classmethod
    def of_members(cls, wrong: Mapping[UUID, Sequence[Mismatch]]) -> "Report":
        """What was found of these members; no query was asked."""
        found = [one for some in wrong.values() for one in some]
        proved = sum(not some for some in wrong.values())
        return cls(NOTHING.violations, len(wrong), proved, tuple(found))

    def __add__(self, other: "Report") -> "Report":
        return Report(
            {code: self.violations[code] + other.violations[code] for code in self.violations},
            self.members_total + other.members_total,
            self.members_proved + other.members_proved,
            (*self.mismatches, *other.mismatches)[:MOST_MISMATCHES],
        )


NOTHING = Report(dict.fromkeys(CODES, 0), 0, 0, ())


@dataclass(frozen=True, slots=True)
class Audited:
    """A report with when and of which date and version it was made."""

    id: UUID
    as_of: date
    version: int
    started_at: datetime
    finished_at: datetime
    report: Report


def mismatch(
    member: UUID, code: str, stored: Any, proved: Any, ladder: str | None = None
) -> Mismatch:
    """What is stored against what was proved, as text."""
    return Mismatch(str(member), ladder, code, _text(stored), _text(proved))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
