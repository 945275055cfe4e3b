"""Section 2 by the model: local days, windows and due dates, asked day by day.

Windows are never bounds here: the question is whether one day counts for a check of another.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .gaps import Gap, Silent


def local_day(instant: str, zone: str) -> date:
    """Section 2: an instant becomes a date once, in the program's zone."""
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date()


def months_on(day: date, months: int) -> date:
    """Section 2: month arithmetic clamps to the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return clamped(year, month + 1, day.day)


def clamped(year: int, month: int, day: int) -> date:
    """Section 2: the day, or the month's last one where it has no such day."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def period(unit: str, day: date) -> int:
    """Section 2: the number of the month, quarter, half or year that holds the day."""
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    return (day.year * 12 + day.month - 1) // size


def fiscal(start: str, day: date) -> int:
    """Section 2: the fiscal year of a day; a start on 02-29 clamps."""
    month, first = map(int, start.split("-"))
    return day.year if day >= clamped(day.year, month, first) else day.year - 1


def anniversaries(anchor: date, months: int, day: date) -> int:
    """Section 2: how many whole periods since the anchor, counted from the anchor itself."""
    count = max(0, period("month", day) - period("month", anchor)) // months + 1
    while count >= 0 and months_on(anchor, count * months) > day:
        count -= 1
    return count


def in_window(window: Any, day: date, on: date, anchor: date | None = None) -> bool:
    """Section 2: whether an order of `day` counts for a check as of `on`."""
    if window == "lifetime" or day > on:
        return day <= on
    ((kind, size),) = window.items()
    if kind == "rolling_days":
        return (on - day).days <= int(size)
    if kind == "rolling_months":
        return day >= months_on(on, -size)
    if kind == "fiscal_year":
        return fiscal(size, day) == fiscal(size, on)
    if kind == "anniversary":
        return anchor is not None and in_anniversary(anchor, size, day, on)
    return period(size, on) - period(size, day) == {"calendar": 0, "previous": 1}[kind]


def in_anniversary(anchor: date, months: int, day: date, on: date) -> bool:
    """Section 2: both days lie in one period of the member's anchor."""
    if on < anchor:
        raise Silent(Gap.before_anchor)
    return anniversaries(anchor, months, day) == anniversaries(anchor, months, on)


def due(cron: str, day: date) -> bool:
    """Section 15: whether the five-field schedule fires on the day; 0 and 7 are Sunday."""
    _, _, monthday, month, weekday = cron.split()
    hits = [fires(monthday, {day.day}), fires(weekday, {day.isoweekday() % 7, day.isoweekday()})]
    both = monthday.startswith("*") or weekday.startswith("*")
    return fires(month, {day.month}) and (all(hits) if both else any(hits))


def fires(part: str, values: set[int]) -> bool:
    """Section 15: whether one field of a schedule (star, numbers, ranges) names a value."""
    spans = [item.partition("-") for item in part.split(",") if item != "*"]
    named = {n for low, _, high in spans for n in range(int(low), int(high or low) + 1)}
    return part == "*" or not values.isdisjoint(named)
