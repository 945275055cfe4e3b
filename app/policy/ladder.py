"""A ladder and the position that totals earn on it. Semantics 5 and 6."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.policy.criteria import Level, Totals
from app.policy.window import Window


class Strategy(StrEnum):
    highest = "highest"
    step = "step"


class Upgrade(StrEnum):
    immediate = "immediate"
    at_check = "at_check"


class Downgrade(StrEnum):
    never = "never"
    to_earned = "to_earned"
    one_step = "one_step"


class RefundDowngrade(StrEnum):
    at_check = "at_check"
    immediate = "immediate"


class Start(StrEnum):
    none = "none"
    lowest = "lowest"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Position 0 is "on no level"; position n is `levels[n - 1]`, enabled levels only.

    `removed`: for the key of a level that is no longer there, the position of the next
    remaining one below it. `active` False: the program is disabled.
    """

    name: str
    strategy: Strategy
    levels: tuple[Level, ...]
    windows: tuple[Window, ...]
    upgrade: Upgrade = Upgrade.immediate
    downgrade: Downgrade = Downgrade.to_earned
    min_stay_days: int = 0
    grace_days: int = 0
    refund_downgrade: RefundDowngrade = RefundDowngrade.at_check
    start: Start = Start.none
    removed: Mapping[str, int] = field(default_factory=dict, hash=False)
    active: bool = True

    def position_of(self, key: str | None) -> int | None:
        """0 for no level; None for a level that is not there."""
        if key is None:
            return 0
        for number, level in enumerate(self.levels, 1):
            if level.key == key:
                return number
        return None

    def key_at(self, position: int) -> str | None:
        return self.levels[position - 1].key if position else None

    def level_at(self, position: int) -> Level | None:
        return self.levels[position - 1] if position else None

    def next_above(self, position: int) -> int | None:
        """The nearest position above that automation may enter."""
        above = range(position + 1, len(self.levels) + 1)
        return next((p for p in above if self.levels[p - 1].automatic), None)

    def next_below(self, position: int) -> int:
        """The nearest position below that automation may enter; 0 always may be."""
        below = range(position - 1, 0, -1)
        return next((p for p in below if self.levels[p - 1].automatic), 0)

    def earned(self, totals: Totals, held: int) -> int:
        """The position by the facts, whether or not it is reached now.

        `highest`: the highest position whose level is entered, or is held and kept.
        `step`: one move from `held` at most, hand-only levels skipped.
        """
        if self.strategy is Strategy.step:
            return self._stepped(totals, held)
        for position in range(len(self.levels), 0, -1):
            level = self.levels[position - 1]
            if level.entered_by(totals) or (position == held and level.kept_by(totals)):
                return position
        return 0

    def earned_without(self, totals: Totals, removed: str) -> int:
        """The position for a member whose level `removed` is no longer there. Row 13."""
        if self.strategy is Strategy.highest:
            return self.earned(totals, 0)
        return self.next_below(self.removed.get(removed, 0) + 1)

    def _stepped(self, totals: Totals, held: int) -> int:
        level = self.level_at(held)
        above = self.next_above(held)
        if (
            above is not None
            and (level is None or level.moves_to_next)
            and self.levels[above - 1].entered_by(totals)
        ):
            return above
        if level is None or level.kept_by(totals):
            return held
        return self.next_below(held)
