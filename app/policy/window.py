"""The days that count. Semantics 2: whole local dates, both ends included."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.policy.dates import Period, month_of, months_later, period_start, shifted


class WindowKind(StrEnum):
    rolling_days = "rolling_days"
    rolling_months = "rolling_months"
    calendar = "calendar"
    previous = "previous"
    fiscal_year = "fiscal_year"
    anniversary = "anniversary"
    lifetime = "lifetime"


@dataclass(frozen=True, slots=True)
class Window:
    """`n`: days or months; `period`: of `calendar` and `previous`; `start`: of a fiscal year."""

    kind: WindowKind
    n: int = 0
    period: Period | None = None
    start: tuple[int, int] = (1, 1)


class Days(NamedTuple):
    first: date
    last: date


def bounds(
    window: Window, as_of: date, *, anchor: date | None = None, starts_on: date | None = None
) -> Days | None:
    """The days that count for a check as of `as_of`; None if there are none.

    `anchor` is the member's, for `anniversary` only; without one no day counts.
    """
    days = _uncut(window, as_of, anchor)
    if days is None or starts_on is None:
        return days
    return _cut(days.first, days.last, starts_on)


def enters_on(window: Window, day: date) -> date:
    """The first date on which an order of `day` counts."""
    if window.kind is WindowKind.previous:
        return _period_start(window, day, 1) or date.max
    return day


def leaves_on(window: Window, day: date, *, anchor: date | None = None) -> date | None:
    """The first date on which an order of `day` no longer counts; None = it always does."""
    match window.kind:
        case WindowKind.lifetime:
            return None
        case WindowKind.rolling_days:
            return shifted(day, window.n + 1)
        case WindowKind.rolling_months:
            return _leaves_months(day, window.n)
        case WindowKind.anniversary:
            return next_turn(window, day, anchor=anchor)
        case WindowKind.previous:
            return _period_start(window, day, 2)
        case _:
            return _period_start(window, day, 1)


def turned_days(
    window: Window, since: date, until: date, *, starts_on: date | None = None
) -> list[Days]:
    """The days that entered or left the window after `since`, up to and with `until`.

    Also those that did both in between: an order may have been decided while they counted.
    For `anniversary` only the days that entered; its leaving days are per member (`next_turn`).
    """
    earlier, later = sorted((since, until))
    if window.kind is WindowKind.anniversary:
        ranges = [(earlier + timedelta(1), later)] if earlier < later else []
    else:
        ranges = _turned(_uncut(window, earlier, None), _uncut(window, later, None))
    cut = (_cut(first, last, starts_on or date.min) for first, last in ranges)
    return [days for days in cut if days]


def next_turn(window: Window, as_of: date, *, anchor: date | None) -> date | None:
    """The first date after `as_of` on which the window starts on another day; None = never."""
    match window.kind:
        case WindowKind.lifetime:
            return None
        case WindowKind.rolling_days:
            return shifted(as_of, 1)
        case WindowKind.rolling_months:
            return _leaves_months(months_later(as_of, -window.n) or date.min, window.n)
        case WindowKind.anniversary:
            return anchor and _anniversary(window.n, as_of, anchor, 1)
        case _:
            return _period_start(window, as_of, 1)


def _cut(first: date, last: date, starts_on: date) -> Days | None:
    first = max(first, starts_on)
    return Days(first, last) if first <= last else None


def _uncut(window: Window, as_of: date, anchor: date | None) -> Days | None:
    match window.kind:
        case WindowKind.lifetime:
            first: date | None = date.min
        case WindowKind.rolling_days:
            first = shifted(as_of, -window.n)
        case WindowKind.rolling_months:
            first = months_later(as_of, -window.n)
        case WindowKind.anniversary:
            if anchor is None:
                return None
            first = _anniversary(window.n, as_of, anchor, 0)
        case WindowKind.previous:
            return _previous(window, as_of)
        case _:
            first = _period_start(window, as_of, 0)
    return Days(first or date.min, as_of)


def _previous(window: Window, as_of: date) -> Days | None:
    current = _period_start(window, as_of, 0)
    if current is None or current == date.min:
        return None
    return Days(_period_start(window, as_of, -1) or date.min, current - timedelta(1))


def _turned(earlier: Days | None, later: Days | None) -> list[tuple[date, date]]:
    """Both bounds only ever grow, so the windows in between join without a gap."""
    if later is None:
        return []
    if earlier is None:
        return [later]
    if earlier.last < later.first:
        return [(earlier.first, later.last)]
    ranges = []
    if earlier.first < later.first:
        ranges.append((earlier.first, later.first - timedelta(1)))
    if earlier.last < later.last:
        ranges.append((earlier.last + timedelta(1), later.last))
    return ranges


def _period_start(window: Window, day: date, ahead: int) -> date | None:
    """The first day of the window's period `ahead` of the one that holds `day`."""
    if window.kind is WindowKind.fiscal_year:
        return period_start(Period.year, day, ahead, start=window.start)
    return period_start(window.period or Period.month, day, ahead)


def _anniversary(months: int, day: date, anchor: date, ahead: int) -> date | None:
    """The start of the period `ahead` of the one that holds `day`, from the anchor itself."""
    number = (month_of(day) - month_of(anchor)) // months
    start = months_later(anchor, number * months)
    if start is not None and start > day:
        number -= 1
    return months_later(anchor, (number + ahead) * months)


def _leaves_months(day: date, months: int) -> date | None:
    """The first date that, `months` earlier and clamped, lies after `day`."""
    tomorrow = shifted(day, 1)
    moved = tomorrow and months_later(tomorrow, months)
    if tomorrow and moved and tomorrow.day == moved.day:
        return moved
    first = months_later(day.replace(day=1), months + 1)
    return first if tomorrow else None
