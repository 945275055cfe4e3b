"""When those fall off who hold the same and whose sums pass the same thresholds. Semantics 12."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.policy.decision import Case, Occasion, Standing, decide
from app.policy.ladder import Ladder
from app.policy.screen import Grid, grid

LONG_AGO, SOME_DAY = date(1, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Path:
    """`turns`: the number of a check → the signature from it on, the first that changes anything.

    `since` None: long enough ago for any minimum stay.
    """

    level: str
    since: date | None
    turns: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Falling:
    """The signatures with which each level falls or rises, now or after waiting; else it stays."""

    grid: Grid
    falls: Mapping[str, frozenset[int]]
    rises: Mapping[str, frozenset[int]]


def falling(ladder: Ladder) -> Falling | None:
    """What checks make of everybody who holds a level; None: it is told of one by one only."""
    found = grid(ladder)
    if found is None:
        return None
    earned = {
        level.key: {sign: _earned(ladder, level.key, found, sign) for sign in found.totals}
        for level in ladder.levels
    }
    places = {level.key: place for place, level in enumerate(ladder.levels, 1)}
    return Falling(
        found,
        {
            key: frozenset(sign for sign, one in signs.items() if one < places[key])
            for key, signs in earned.items()
        },
        {
            key: frozenset(sign for sign, one in signs.items() if one > places[key])
            for key, signs in earned.items()
        },
    )


def falls_on(
    ladder: Ladder, found: Falling, path: Path, checks: Sequence[date]
) -> tuple[date, str | None] | None:
    """The first of the checks that ends below the level held, and where; None if none does."""
    held = Standing(path.level, path.since or LONG_AGO)
    floor, turns = ladder.position_of(path.level) or 0, dict(path.turns)
    number, sign = path.turns[0]
    while number < len(checks):
        sign = turns.get(number, sign)
        case = Case(held, found.grid.totals[sign], Occasion.check, checks[number])
        decision = decide(ladder, case)
        if decision.position < floor:
            return checks[number], decision.level
        held = decision.standing
        number = _following(number, turns, decision.review_on, checks)
    return None


def _following(
    number: int, turns: Iterable[int], review_on: date | None, checks: Sequence[date]
) -> int:
    """The next check that may answer otherwise: as days turn, or as a date comes."""
    dated = len(checks) if review_on is None else bisect_left(checks, review_on, number + 1)
    return min([dated, *(one for one in turns if one > number)])


def _earned(ladder: Ladder, level: str, found: Grid, sign: int) -> int:
    return decide(
        ladder, Case(Standing(level, LONG_AGO), found.totals[sign], Occasion.check, SOME_DAY)
    ).earned
