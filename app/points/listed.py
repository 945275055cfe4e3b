"""Values of the ledger that other domains may hold."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID


class Listed(NamedTuple):
    """A line as a page shows it. `balance`: of the member after it."""

    entry_id: UUID
    kind: Any
    points: int
    balance: int
    day: date
    order_id: str | None
    source: str | None
    activity_id: str | None
    level_key: str | None
    reason: str | None
    author: str | None
    recorded_at: datetime
    recorded: int


class Stamp(NamedTuple):
    """In which program, on which day and at which instant lines are written, and by whom."""

    program_id: UUID
    day: date
    at: datetime
    author: str | None = None


class Entered(NamedTuple):
    """Somebody who has entered a level. `recorded`: the member's version."""

    member_id: UUID
    level: str
    points: int
    recorded: int
