"""The date on which a held level is lost if nothing more is bought. Semantics 12."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from app.policy.criteria import Totals
from app.policy.days import DayTotal, totals_from_days
from app.policy.decision import Case, Decision, Occasion, decide, rests
from app.policy.ladder import Ladder
from app.policy.override import nudge_on
from app.policy.requirement import Requirement, spend_to_stay, to_stay
from app.policy.window import enters_on, leaves_on

# A ladder that swings without end never calms down; nobody asks further ahead than this.
_MOST_EVALUATIONS = 2_000


@dataclass(frozen=True, slots=True)
class FallsOff:
    """`on`: the scheduled evaluation that lowers it; `to_level` None = to no level.

    `needed`: the spend that keeps the held level, as of `on`, in minor units; None if staying
    asks no spend. `requirements`: everything that staying asks, as of `on`.
    """

    on: date
    to_level: str | None
    needed: int | None
    requirements: tuple[Requirement, ...]


def forecast(
    ladder: Ladder,
    case: Case,
    days: Sequence[DayTotal],
    checks: Callable[[date], date | None],
    *,
    anchor: date | None = None,
    starts_on: date | None = None,
) -> FallsOff | None:
    """The first scheduled evaluation that ends below what `case` holds, if no fact comes.

    `checks` gives the first date, from the given one on, whose check is still to come. Of
    `case` only `held`, `on`, `overrides` and the tags matter: the totals come from `days`.
    """
    held = ladder.position_of(case.held.level)
    if held is None:
        held = ladder.removed.get(case.held.level or "", 0) + 1
    if held == 0 or not ladder.active:
        return None
    level = ladder.level_at(ladder.position_of(case.held.level) or 0)
    facts = _Facts(days, anchor, starts_on, case.totals.tags)
    for on, totals, decision in _evaluations(ladder, case, facts, checks):
        if decision.position < held:
            asked = to_stay(level, totals)
            return FallsOff(on, decision.level, spend_to_stay(level, totals), asked)
    return None


class _Facts(NamedTuple):
    days: Sequence[DayTotal]
    anchor: date | None
    starts_on: date | None
    tags: frozenset[str]

    def totals(self, ladder: Ladder, on: date) -> Totals:
        return totals_from_days(
            ladder.windows,
            self.days,
            on,
            anchor=self.anchor,
            starts_on=self.starts_on,
            tags=self.tags,
        )

    def turns(self, ladder: Ladder, after: date) -> list[date]:
        """The dates behind `after` on which a sum can change, in order."""
        turns: set[date | None] = set()
        for window in ladder.windows:
            turns |= {enters_on(window, one.day) for one in self.days}
            turns |= {leaves_on(window, one.day, anchor=self.anchor) for one in self.days}
        return sorted(day for day in turns if day is not None and day > after)


class _Next(NamedTuple):
    on: date
    occasion: Occasion


def _evaluations(
    ladder: Ladder, case: Case, facts: _Facts, checks: Callable[[date], date | None]
) -> Iterator[tuple[date, Totals, Decision]]:
    """The scheduled evaluations that can change something, in order.

    They end when nothing is left to look at, or when the ladder does nothing but swing.
    """
    turns = facts.turns(ladder, case.on)
    switches = sorted({day for one in case.overrides for day in one.turns() if day > case.on})
    calm_from = max([case.on, *turns, *switches])
    look: date | None = case.on
    held, patience = case.held, 8 * (len(ladder.levels) + 1)
    for _ in range(_MOST_EVALUATIONS):
        found = _next(checks(look) if look else None, switches)
        if found is None or patience == 0:
            return
        totals = facts.totals(ladder, found.on)
        patience -= found.on >= calm_from
        if not case.overrides and rests(ladder, held, totals, found.on):
            look = _turn_after(found.on, turns)
            continue
        nudge = nudge_on(case.overrides, found.on) if found.occasion is Occasion.override else None
        decision = decide(
            ladder,
            Case(held, totals, found.occasion, found.on, overrides=case.overrides, nudge=nudge),
        )
        yield found.on, totals, decision
        held, look = decision.standing, _look(found, decision, turns)


def _next(check: date | None, switches: list[date]) -> _Next | None:
    """On one date the overrides turn before the check. Takes the switch it gives."""
    if switches and (check is None or switches[0] <= check):
        return _Next(switches.pop(0), Occasion.override)
    return _Next(check, Occasion.check) if check else None


def _look(done: _Next, decision: Decision, turns: list[date]) -> date | None:
    """The first date on which a check can find something else; None = none."""
    if done.occasion is Occasion.override:
        return done.on
    tomorrow = done.on + timedelta(1)
    turn = _turn_after(done.on, turns)
    review = max(decision.review_on, tomorrow) if decision.review_on else None
    return min((day for day in (turn, review) if day), default=None)


def _turn_after(day: date, turns: list[date]) -> date | None:
    return next(iter(turns[bisect_right(turns, day) :]), None)
