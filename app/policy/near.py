"""Who is close to a level: nine tenths of everything that it asks."""

from dataclasses import replace

from app.policy.criteria import Criterion, Level, Totals
from app.policy.ladder import Ladder


def near_level(level: Level) -> Level:
    """The level as it would be at nine tenths of each threshold, rounded up."""
    return replace(level, enter=tuple(_lowered(one) for one in level.enter))


def near_misses(ladder: Ladder, position: int, totals: Totals) -> list[str]:
    """The levels above `position` that the totals do not enter, and nearly do."""
    return [
        level.key
        for level in ladder.levels[position:]
        if not level.entered_by(totals) and near_level(level).entered_by(totals)
    ]


def _lowered(criterion: Criterion) -> Criterion:
    return replace(criterion, at_least=-(criterion.at_least * 9 // -10))
