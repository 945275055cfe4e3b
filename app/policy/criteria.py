"""What a level asks, and what a member has. Semantics 4."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Metric(StrEnum):
    spend = "spend"
    orders = "orders"
    largest_order = "largest_order"
    points = "points"
    tags = "tags"


class Sums(NamedTuple):
    """Of one window. `spend` and `largest_order` in minor units."""

    spend: int = 0
    orders: int = 0
    largest_order: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """`sums`: one per window of the ladder, in its order."""

    sums: tuple[Sums, ...]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Criterion:
    """`at_least` in minor units for money; `window` is an index into the ladder's windows."""

    metric: Metric
    at_least: int = 1
    window: int = 0
    tag: str | None = None

    def value(self, totals: Totals) -> int:
        """What `totals` say of this metric; of a tag 1 or 0."""
        match self.metric:
            case Metric.spend:
                return totals.sums[self.window].spend
            case Metric.orders:
                return totals.sums[self.window].orders
            case Metric.largest_order:
                return totals.sums[self.window].largest_order
            case Metric.points:
                return totals.sums[self.window].points
            case Metric.tags:
                return int(self.tag in totals.tags)

    def holds(self, totals: Totals) -> bool:
        return self.value(totals) >= self.at_least


@dataclass(frozen=True, slots=True)
class Level:
    """`keep` None = staying takes what entering takes.

    No criteria always hold, but those of a hand-only level (`automatic` False) never do.
    """

    key: str
    enter: tuple[Criterion, ...] = ()
    keep: tuple[Criterion, ...] | None = None
    match_any: bool = False
    automatic: bool = True
    moves_to_next: bool = True

    @property
    def staying(self) -> tuple[Criterion, ...]:
        """The criteria that decide whether a member who is here stays."""
        return self.enter if self.keep is None else self.keep

    def entered_by(self, totals: Totals) -> bool:
        """Automation never enters a hand-only level."""
        return self.automatic and self._hold(self.enter, totals)

    def kept_by(self, totals: Totals) -> bool:
        """A hand-only level is kept like any other, if it asks anything at all."""
        return self._hold(self.staying, totals)

    def _hold(self, criteria: Iterable[Criterion], totals: Totals) -> bool:
        held = [criterion.holds(totals) for criterion in criteria]
        if not held:
            return self.automatic
        return any(held) if self.match_any else all(held)
