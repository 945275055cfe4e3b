"""What a decision writes, as values that an evaluation hands over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.policy.decision import Decision, Direction, Standing

TIERS = "tiers"
NEVER_HELD = Standing()


@dataclass(frozen=True, slots=True)
class Held:
    """A stored position; `exists` False = the member has no row on this ladder yet."""

    standing: Standing = NEVER_HELD
    position: int = 0
    review_on: date | None = None
    change_seq: int = 0
    exists: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """What all changes of one evaluation have in common."""

    program_id: UUID
    version: int
    occasion: str
    as_of: date
    at: datetime
    check_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision about one member and ladder. `metrics`: values against thresholds."""

    member_id: UUID
    member_version: int
    ladder: str
    held: Held
    decision: Decision
    review_on: date | None
    metrics: Sequence[Mapping[str, Any]]
    order_key: UUID | None = None

    @property
    def moves(self) -> bool:
        return self.decision.moved

    @property
    def tells(self) -> bool:
        """Whether a change is written: a move, or a grace that has begun."""
        return self.moves or self.decision.at_risk_notice

    @property
    def writes(self) -> bool:
        """Whether anything is to be written at all."""
        if self.tells or self.decision.standing != self.held.standing:
            return True
        return self.review_on != self.held.review_on

    @property
    def event_type(self) -> str:
        """The word of semantics 13."""
        kind = "tier" if self.ladder == TIERS else "stage"
        return f"{kind}.{self._word()}"

    def _word(self) -> str:
        if not self.moves:
            return "at_risk"
        if self.decision.level is None:
            return "left"
        if self.held.standing.level is None:
            return "assigned"
        return "upgraded" if self.decision.direction is Direction.up else "downgraded"


@dataclass(frozen=True, slots=True)
class Applied:
    """How many positions rose and fell, and whom a fact changed meanwhile: decide those again."""

    up: int = 0
    down: int = 0
    overtaken: frozenset[UUID] = frozenset()

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(self.up + other.up, self.down + other.down, self.overtaken | other.overtaken)
