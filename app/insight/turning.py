"""The days that turn with the checks to come, as the statement about fallers takes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.policy.criteria import Metric
from app.policy.falling import Falling
from app.policy.ladder import Ladder
from app.policy.window import Days, Window, bounds, turned_days

COLUMNS = {
    Metric.spend: "spend",
    Metric.orders: "orders",
    Metric.largest_order: "largest",
    Metric.points: "points",
}
NO_DAYS = Days(date.max, date.min)


class Turns(NamedTuple):
    """Check by check: the days that count, and the number of the check with days that turn."""

    spans: list[Days]
    turned: list[tuple[int, Days]]


def turning(window: Window, checks: Sequence[date], since: date, starts_on: date | None) -> Turns:
    """What turns with each of the checks, the first one following that as of `since`."""
    spans = [bounds(window, on, starts_on=starts_on) or NO_DAYS for on in checks]
    begins = [since, *checks]
    turned = [
        (number, days)
        for number, on in enumerate(checks)
        for days in turned_days(window, begins[number], on, starts_on=starts_on)
    ]
    return Turns(spans, turned)


def binds_of(ladder: Ladder, found: Falling, turns: Turns) -> Mapping[str, Any]:
    """The ladder and its turning days as arrays of plain values."""
    levels = [level.key for level in ladder.levels]
    signatures = len(found.grid.totals)
    binds: dict[str, Any] = {
        "ladder": ladder.name,
        "levels": levels,
        "signatures": signatures,
        "outcomes": [
            (sign in found.falls[key]) + 2 * (sign in found.rises[key])
            for key in levels
            for sign in range(signatures)
        ],
        "turn_numbers": [number for number, _ in turns.turned],
        "turn_firsts": [days.first for _, days in turns.turned],
        "turn_lasts": [days.last for _, days in turns.turned],
        "firsts": [days.first for days in turns.spans],
        "lasts": [days.last for days in turns.spans],
    }
    for name in COLUMNS.values():
        binds |= {f"{name}_cuts": [], f"{name}_weight": 0}
    for cut in found.grid.cuts:
        name = COLUMNS[cut.metric]
        binds |= {f"{name}_cuts": list(cut.thresholds), f"{name}_weight": cut.weight}
    return binds
