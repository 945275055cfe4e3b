"""What is held, and what is known when it is decided. Semantics 1 and 7."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.policy.criteria import Totals
from app.policy.override import Override


class Occasion(StrEnum):
    order = "order"
    check = "check"
    resync = "resync"
    rules_changed = "rules_changed"
    override = "override"
    membership = "membership"
    import_ = "import"


class State(StrEnum):
    held = "held"
    at_risk = "at_risk"
    pending_upgrade = "pending_upgrade"


class Direction(StrEnum):
    up = "up"
    down = "down"


class Reason(StrEnum):
    """`merged` and `redacted` end positions without a decision."""

    qualified = "qualified"
    awaits_check = "awaits_check"
    unchanged = "unchanged"
    downgrades_off = "downgrades_off"
    minimum_stay = "minimum_stay"
    grace = "grace"
    shortfall = "shortfall"
    level_removed = "level_removed"
    disabled = "disabled"
    override = "override"
    start = "start"
    merged = "merged"
    redacted = "redacted"


@dataclass(frozen=True, slots=True)
class Standing:
    """`level` None = on no level; `since` None = never on another."""

    level: str | None = None
    since: date | None = None
    state: State = State.held
    grace_until: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one member on one ladder.

    `totals` are as of `on`. `took_away`: some day's total fell. `is_new`: the member is only
    just known, so `start` applies. `nudge`: the nudge that was set now or begins on `on`.
    """

    held: Standing
    totals: Totals
    occasion: Occasion
    on: date
    took_away: bool = False
    force: bool = False
    is_new: bool = False
    overrides: tuple[Override, ...] = ()
    nudge: Override | None = None
