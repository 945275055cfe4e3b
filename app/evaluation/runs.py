"""Why and for which day members are evaluated."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.evaluation.repository import Slice
from app.policy.decision import Occasion
from app.programs.rules import Rules
from app.standings.moves import Cause

__all__ = ["Run", "Slice"]


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: under which rules, for which occasion, as of which day; `at` recorded.

    `trial`: nothing will be written, so no move has to tell its values.
    """

    rules: Rules
    occasion: Occasion
    on: date
    at: datetime
    check_id: UUID | None = None
    force: bool = False
    trial: bool = False

    @property
    def program_id(self) -> UUID:
        return self.rules.program_id

    @property
    def cause(self) -> Cause:
        return Cause(
            program_id=self.program_id,
            version=self.rules.version,
            occasion=self.occasion.value,
            as_of=self.on,
            at=self.at,
            check_id=self.check_id,
        )
