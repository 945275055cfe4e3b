"""A person's decision above the policy's. Semantics 8."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.policy.ladder import Ladder


class OverrideMode(StrEnum):
    exact = "exact"
    floor = "floor"
    ceiling = "ceiling"
    freeze = "freeze"
    nudge = "nudge"


@dataclass(frozen=True, slots=True)
class Override:
    """`until` is the last day in force, None = open; a greater `recorded` is newer."""

    id: str
    mode: OverrideMode
    level: str | None
    from_on: date
    until: date | None = None
    recorded: int = 0

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until is None or day <= self.until)

    def turns(self) -> list[date]:
        """The dates on which it begins and has ended; the end of a nudge turns nothing."""
        if self.until is None or self.until == date.max or self.mode is OverrideMode.nudge:
            return [self.from_on]
        return [self.from_on, self.until + timedelta(1)]


class Limits(NamedTuple):
    """What the overrides in force allow; `raising` and `lowering` are the ones that bind."""

    low: int
    high: int
    raising: Override | None = None
    lowering: Override | None = None

    def clamp(self, position: int) -> int:
        """The ceiling wins over the floor."""
        return min(max(position, self.low), self.high)

    def binding(self, position: int) -> Override | None:
        """The override that does not let `position` stand, else the strongest in force."""
        if position < self.low:
            return self.raising
        return self.lowering or self.raising


def in_force(overrides: Iterable[Override], on: date) -> dict[OverrideMode, Override]:
    """Of each mode the newest that holds on `on`."""
    held = (one for one in overrides if one.holds_on(on))
    return {one.mode: one for one in sorted(held, key=lambda one: one.recorded)}


def limits(ladder: Ladder, overrides: Iterable[Override], on: date, held: int | None) -> Limits:
    """The positions that the overrides in force on `on` allow.

    `held` None: the held level was removed, and no freeze keeps it. An override whose level
    is not on the ladder has no effect and does not hide an older one of its mode.
    """
    known = [one for one in overrides if ladder.position_of(one.level) is not None]
    modes = in_force(known, on)
    if held is not None and (freeze := modes.get(OverrideMode.freeze)):
        return Limits(held, held, freeze, freeze)
    if exact := modes.get(OverrideMode.exact):
        position = ladder.position_of(exact.level) or 0
        return Limits(position, position, exact, exact)
    floor, ceiling = modes.get(OverrideMode.floor), modes.get(OverrideMode.ceiling)
    low = ladder.position_of(floor.level) if floor else 0
    high = ladder.position_of(ceiling.level) if ceiling else None
    return Limits(low or 0, len(ladder.levels) if high is None else high, floor, ceiling)


def next_turn(overrides: Iterable[Override], after: date) -> date | None:
    """The first date after `after` on which one of them begins or has ended."""
    return min((day for one in overrides for day in one.turns() if day > after), default=None)


def nudge_on(overrides: Iterable[Override], on: date) -> Override | None:
    """The newest nudge that begins on `on`."""
    begun = [one for one in overrides if one.mode is OverrideMode.nudge and one.from_on == on]
    return max(begun, key=lambda one: one.recorded, default=None)
