"""The reference model, sections 7 and 8 of page 2: whether a move is applied now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from .earning import Ladder, earned
from .gaps import Gap, Silent
from .model import Json


class Held(NamedTuple):
    level: str | None = None
    since: date | None = None
    state: str = "held"
    grace_until: date | None = None


class Moment(NamedTuple):
    occasion: str
    on: date
    took_away: bool = False
    force: bool = False


class Verdict(NamedTuple):
    position: int
    reason: str
    state: str = "held"
    grace_until: date | None = None
    notice: bool = False


class Reins(NamedTuple):
    """The overrides in force on one ladder, as positions; `exact` may be a nudge acting now."""

    freeze: bool = False
    exact: int | None = None
    ceiling: int | None = None
    floor: int | None = None

    def clamp(self, position: int, held: int | None) -> int:
        """Section 8: freeze, exact, ceiling, floor; the ceiling wins over the floor."""
        if self.freeze and held is not None:
            return held
        if self.exact is not None:
            return self.exact
        position = max(position, self.floor or 0)
        return position if self.ceiling is None else min(position, self.ceiling)


def rows(ladder: Ladder, held: Held, goal: int, moment: Moment) -> Verdict:
    """Section 7, rows 1 to 4: `goal` is the earned position, clamped."""
    at = ladder.position(held.level) or 0
    if goal == at:
        return Verdict(at, "unchanged")
    if goal < at:
        return lower(ladder, held, goal, moment)
    if moment.occasion != "order" or ladder.rules["upgrade"] == "immediate":
        return Verdict(goal, "qualified")
    if held.grace_until:
        raise Silent(Gap.grace_overtaken)
    return Verdict(at, "awaits_check", "pending_upgrade")


def lower(ladder: Ladder, held: Held, goal: int, moment: Moment) -> Verdict:
    """Section 7, rows 5 to 8."""
    at = ladder.position(held.level) or 0
    order = moment.occasion == "order"
    if order and not moment.took_away:
        return Verdict(at, "awaits_check", held.state, held.grace_until)
    if ladder.rules["downgrade"] == "never" and not moment.force:
        if held.grace_until and not order:
            raise Silent(Gap.grace_never)
        return Verdict(at, "downgrades_off", "held", held.grace_until)
    if order and ladder.rules["refund_downgrade"] == "at_check":
        return Verdict(at, "awaits_check", "at_risk", held.grace_until)
    return fall(ladder, held, goal, moment)


def fall(ladder: Ladder, held: Held, goal: int, moment: Moment) -> Verdict:
    """Section 7, rows 9 to 12; `force` skips 9 and 10 and moves as `to_earned` under never."""
    at = ladder.position(held.level) or 0
    stay, grace = ladder.rules["min_stay_days"], ladder.rules["grace_days"]
    if not moment.force and held.since and (moment.on - held.since).days < stay:
        if held.grace_until:
            raise Silent(Gap.grace_stay)
        return Verdict(at, "minimum_stay", "at_risk")
    until = held.grace_until or moment.on + timedelta(days=grace)
    if not moment.force and grace and moment.on < until:
        return Verdict(at, "grace", "at_risk", until, notice=held.grace_until is None)
    one_step = ladder.rules["downgrade"] == "one_step"
    return Verdict(ladder.automatic_below(at) if one_step else goal, "shortfall")


def decide(
    ladder: Ladder, held: Held, found: Json, moment: Moment, reins: Reins, below: Sequence[str]
) -> Verdict:
    """Sections 7 and 8. `below`: the keys below a level that is no longer there, nearest first."""
    at = ladder.position(held.level)
    if at is None:
        return removed(ladder, found, reins, below)
    own = earned(ladder, at, found)
    goal = reins.clamp(own, at)
    row = rows(ladder, held, goal, moment)
    end = reins.clamp(row.position, at)
    if end != at and (goal != own or end != row.position):
        return Verdict(end, "override", "held" if end == goal else row.state)
    return row


def removed(ladder: Ladder, found: Json, reins: Reins, below: Sequence[str]) -> Verdict:
    """Section 7, row 13: to the earned position; on a step ladder to the next level below."""
    if ladder.strategy == "step":
        places = [ladder.position(key) or 0 for key in below]
        own = next((p for p in places if p and ladder.levels[p - 1].automatic), 0)
    else:
        own = earned(ladder, 0, found)
    if reins._replace(freeze=False).clamp(own, None) != own:
        raise Silent(Gap.removed_clamped)
    return Verdict(own, "level_removed")


def start(ladder: Ladder, reins: Reins) -> Verdict:
    """Section 6: a new member begins on the lowest automatic level."""
    if reins != Reins():
        raise Silent(Gap.started_override)
    lowest = (p for p, level in enumerate(ladder.levels, 1) if level.automatic)
    return Verdict(next(lowest, 0), "start")
