"""From day totals to totals over windows, for one member."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from app.policy.criteria import Sums, Totals
from app.policy.window import Window, bounds


class DayTotal(NamedTuple):
    """`spend` and `largest` in minor units."""

    day: date
    spend: int = 0
    orders: int = 0
    largest: int = 0
    points: int = 0


def totals_from_days(
    windows: Sequence[Window],
    days: Sequence[DayTotal],
    as_of: date,
    *,
    anchor: date | None = None,
    starts_on: date | None = None,
    tags: frozenset[str] = frozenset(),
) -> Totals:
    """What counts as of `as_of`, one sum per window; `days` in any order, each at most once."""
    spans = [bounds(window, as_of, anchor=anchor, starts_on=starts_on) for window in windows]
    inside = (
        [one for one in days if span and span.first <= one.day <= span.last] for span in spans
    )
    return Totals(tuple(_sums(counted) for counted in inside), tags)


def _sums(days: Iterable[DayTotal]) -> Sums:
    spend = orders = largest = points = 0
    for one in days:
        spend += one.spend
        orders += one.orders
        largest = max(largest, one.largest)
        points += one.points
    return Sums(spend, orders, largest, points)
