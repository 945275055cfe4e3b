"""Month arithmetic that clamps to the month's last day. Dates beyond the calendar are None."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date
from enum import StrEnum


class Period(StrEnum):
    month = "month"
    quarter = "quarter"
    half = "half"
    year = "year"


MONTHS = {Period.month: 1, Period.quarter: 3, Period.half: 6, Period.year: 12}


def shifted(day: date, days: int) -> date | None:
    """`day` plus `days`, which may be negative."""
    ordinal = day.toordinal() + days
    in_calendar = date.min.toordinal() <= ordinal <= date.max.toordinal()
    return date.fromordinal(ordinal) if in_calendar else None


def month_of(day: date) -> int:
    """The months since year 0: consecutive months have consecutive numbers."""
    return day.year * 12 + day.month - 1


def months_later(day: date, months: int) -> date | None:
    """31 March less one month is 28 February, or the 29th."""
    return _clamped(month_of(day) + months, day.day)


def period_start(
    period: Period, day: date, ahead: int, *, start: tuple[int, int] = (1, 1)
) -> date | None:
    """The first day of the period `ahead` (0 = the one that holds `day`).

    `start` is where a year begins; 02-29 is 02-28 in a common year.
    """
    length = MONTHS[period]
    month, day_of_month = start
    number = (month_of(day) - (month - 1)) // length
    begun = _clamped(number * length + month - 1, day_of_month)
    if begun is not None and begun > day:
        number -= 1
    return _clamped((number + ahead) * length + month - 1, day_of_month)


def _clamped(month: int, day: int) -> date | None:
    year, zero_based = divmod(month, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, zero_based + 1, min(day, monthrange(year, zero_based + 1)[1]))
