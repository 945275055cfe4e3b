"""Section 12 by the model: what an explanation says of orders, and when a level is lost."""

import copy
from datetime import date, timedelta
from typing import Any

from .dates import in_window
from .earning import Ladder, ladders, totals
from .model import Json, judged_orders
from .replay import Replay

ONE_DAY = timedelta(days=1)


def explain(world: Replay, member: str, name: str) -> Json:
    """Section 12: the orders of a member for the ladder's window, counted or excluded."""
    ladder = ladders(world.versions[-1])[name]
    counted, excluded = [], []
    for one in sorted(
        judged_orders(world.facts, world.today), key=lambda one: (one.day, one.order)
    ):
        inside = in_window(ladder.rules["window"], one.day, world.today)
        because = one.because or ("window" if not inside else None)
        if one.member == member and because is None:
            counted.append((one.order, one.day, one.spend))
        elif one.member == member:
            excluded.append((one.order, one.day, because))
    return {"counted": counted, "excluded": excluded, "missing": next_level(world, member, ladder)}


def next_level(world: Replay, member: str, ladder: Ladder) -> Json | None:
    """Section 12: the next level and what is missing, of its first spend criterion."""
    place = ladder.position(world.held[member, ladder.name].level) or 0
    if place == len(ladder.levels):
        return None
    level = ladder.levels[place]
    found = totals(world.facts, member, ladder, world.today)
    missing = [one.at_least - found[one.name] for one in level.enter if one.metric == "spend"]
    return {level.key: f"{float(missing[0]) / 100:.2f}"}


def falls_off(world: Replay, member: str, name: str, horizon: int) -> tuple[date, Any, Any] | None:
    """Section 12: with nothing more bought, when it is lost, to what, and what would keep it.

    The third is what is missing on that date, in minor units, of the first spend criterion.
    """
    later = copy.deepcopy(world)
    held = later.held[member, name].level
    for _ in range(horizon):
        later.tell({"clock": (later.today + ONE_DAY).isoformat()})
        to = later.held[member, name].level
        ladder = ladders(later.versions[-1])[name]
        if (ladder.position(to) or 0) < (ladder.position(held) or 0):
            level = ladder.levels[(ladder.position(held) or 1) - 1]
            found = totals(later.facts, member, ladder, later.today)
            asked = [one for one in level.keep or level.enter if one.metric == "spend"]
            missing = [one.at_least - found[one.name] for one in asked]
            return later.today, to, missing[0] if missing else None
    return None
