"""Whom an evaluation has to look at: everybody but those that cannot change."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from app.evaluation import repository
from app.evaluation.repository import Slice
from app.kit.db import Session
from app.policy.criteria import Metric, Sums, Totals
from app.policy.ladder import Ladder
from app.policy.screen import Screen, settled
from app.policy.window import Days, WindowKind, bounds, turned_days
from app.programs.rules import Rules

SCREENED_FROM = 32  # fewer are decided faster than they are screened
NAMES = {
    Metric.spend: "spend",
    Metric.orders: "orders",
    Metric.largest_order: "largest",
    Metric.points: "points",
}


async def candidates(
    session: Session, rules: Rules, part: Slice, since: date, on: date
) -> list[UUID]:
    """The members of `part` that may have changed after a check as of `since`."""
    return await repository.candidates(session, part, since, on, _turned(rules, since, on))


async def candidates_number(
    session: Session, rules: Rules, part: Slice, since: date, on: date
) -> int:
    """How many members of `part` may have changed after a check as of `since`."""
    return await repository.candidates_number(session, part, since, on, _turned(rules, since, on))


def _turned(rules: Rules, since: date, on: date) -> list[Days]:
    windows = {window for ladder in rules.ladders for window in ladder.windows}
    return sorted(
        {
            days
            for window in windows
            for days in turned_days(window, since, on, starts_on=rules.starts_on)
        }
    )


async def turned(
    session: Session, rules: Rules, part: Slice, since: date, on: date
) -> Sequence[UUID]:
    """Of the candidates of `part` those that the check has to look at, in id order."""
    found = await candidates(session, rules, part, since, on)
    return found if len(found) < SCREENED_FROM else await among(session, rules, found, on)


async def among(
    session: Session, rules: Rules, members: Sequence[UUID], on: date
) -> Sequence[UUID]:
    """Those of these members that a check has to look at, in id order if they are."""
    left: set[UUID] = set()
    for ladder in rules.ladders:
        screen = screen_of(ladder)
        if screen is None:
            return members
        days = [bounds(window, on, starts_on=rules.starts_on) for window in ladder.windows]
        binds = {"ladder": ladder.name, **_settled(ladder, screen), **_cuts(screen, days)}
        left.update(await repository.unsettled_among(session, rules.program_id, members, binds))
    return sorted(left)


async def movers(
    session: Session, rules: Rules, part: Slice, on: date, *, near: bool = False
) -> list[UUID]:
    """The members of `part` that a full check has to look at, in id order.

    `near`: also who nearly enters a level.
    """
    found = set(await repository.undecided(session, part))
    for ladder in rules.ladders:
        screen = screen_of(ladder, near=near)
        if screen is None:
            return await repository.all_members(session, part)
        found.update(await _unsettled(session, rules, ladder, screen, part, on))
    return sorted(found)


def screen_of(ladder: Ladder, *, near: bool = False) -> Screen | None:
    """Whom a check need not look at; None: it looks at everybody."""
    if any(window.kind is WindowKind.anniversary for window in ladder.windows):
        return None
    return settled(ladder, near=near)


async def _unsettled(
    session: Session, rules: Rules, ladder: Ladder, screen: Screen, part: Slice, on: date
) -> Sequence[UUID]:
    days = [bounds(window, on, starts_on=rules.starts_on) for window in ladder.windows]
    binds = {"ladder": ladder.name, **_settled(ladder, screen)}
    one_window = len(days) == 1 and days[0] is not None
    binds |= _cuts_of_one(screen, days) if one_window else _cuts(screen, days)
    found = await repository.unsettled(session, part, binds, one_window=one_window)
    if not screen.skips(None, _nothing(ladder)):
        found += await repository.idle_members(session, part, ladder.name)
    return found


def _nothing(ladder: Ladder) -> Totals:
    return Totals(tuple(Sums() for _ in ladder.windows))


def _settled(ladder: Ladder, screen: Screen) -> dict[str, Any]:
    """For every level, none first, and every signature: whether a check changes nothing."""
    signatures = 1
    for cut in screen.cuts:
        signatures *= len(cut.thresholds) + 1
    keys = [None, *(level.key for level in ladder.levels)]
    return {
        "levels": [level.key for level in ladder.levels],
        "signatures": signatures,
        "idle": screen.signature(_nothing(ladder)),
        "settled": [
            signature in screen.settled[key] for key in keys for signature in range(signatures)
        ],
    }


def _cuts_of_one(screen: Screen, days: Sequence[Days | None]) -> dict[str, Any]:
    [only] = days
    assert only is not None
    binds: dict[str, Any] = {"first": only.first, "last": only.last}
    for name in NAMES.values():
        binds |= {f"{name}_cuts": [], f"{name}_weight": 0}
    for cut in screen.cuts:
        name = NAMES[cut.metric]
        binds |= {f"{name}_cuts": list(cut.thresholds), f"{name}_weight": cut.weight}
    return binds


def _cuts(screen: Screen, days: Sequence[Days | None]) -> dict[str, Any]:
    numbered = [(number, one) for number, one in enumerate(days) if one is not None]
    highs = list(accumulate(len(cut.thresholds) for cut in screen.cuts))
    return {
        "numbers": [number for number, _ in numbered],
        "firsts": [one.first for _, one in numbered],
        "lasts": [one.last for _, one in numbered],
        "thresholds": [one for cut in screen.cuts for one in cut.thresholds],
        "cut_windows": [cut.window for cut in screen.cuts],
        "cut_metrics": [cut.metric.value for cut in screen.cuts],
        "cut_weights": [cut.weight for cut in screen.cuts],
        "cut_zeros": [cut.bucket(0) for cut in screen.cuts],
        "cut_lows": [
            high - len(cut.thresholds) + 1 for high, cut in zip(highs, screen.cuts, strict=True)
        ],
        "cut_highs": highs,
    }
