"""What is missing to rise and to stay, and when a level is lost. Semantics 12."""

from collections.abc import Container
from dataclasses import dataclass

from app.policy.criteria import Totals
from app.policy.days import DayTotal, totals_from_days
from app.policy.forecast import FallsOff, forecast
from app.policy.ladder import Ladder, Strategy
from app.policy.requirement import Requirement, requirements, spend_to_stay, to_stay

__all__ = [
    "DayTotal",
    "FallsOff",
    "NextLevel",
    "Requirement",
    "forecast",
    "missing",
    "requirements",
    "spend_to_stay",
    "to_stay",
    "totals_from_days",
]


@dataclass(frozen=True, slots=True)
class NextLevel:
    """`match_any`: one of the requirements is enough."""

    key: str
    position: int
    match_any: bool
    requirements: tuple[Requirement, ...]


def missing(
    ladder: Ladder, held_position: int, totals: Totals, visible: Container[str] | None = None
) -> NextLevel | None:
    """The next level that automation can give, and what is missing of each of its criteria.

    `visible`: the keys that may be named, None = all; hidden levels are skipped. None: there
    is no level above, or the held stage does not move to the next.
    """
    held = ladder.level_at(held_position)
    if ladder.strategy is Strategy.step and held and not held.moves_to_next:
        return None
    for position, level in enumerate(ladder.levels[held_position:], held_position + 1):
        if level.automatic and (visible is None or level.key in visible):
            asked = requirements(level.enter, totals)
            return NextLevel(level.key, position, level.match_any, asked)
    return None
