from datetime import date

import pytest

from app.policy.dates import months_later
from app.policy.window import Days, Window, WindowKind, bounds, enters_on, leaves_on, next_turn
from tests.policy.build import (
    LIFETIME,
    TODAY,
    anniversary,
    calendar,
    fiscal,
    months,
    previous,
    rolling,
)

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("window", "as_of", "first", "last"),
    [
        (rolling(30), SUNDAY, date(2026, 10, 23), SUNDAY),
        (rolling(0), SUNDAY, SUNDAY, SUNDAY),
        (rolling(365), date(2028, 3, 1), date(2027, 3, 2), date(2028, 3, 1)),
        (months(1), date(2026, 3, 31), date(2026, 2, 28), date(2026, 3, 31)),
        (months(12), date(2028, 2, 29), date(2027, 2, 28), date(2028, 2, 29)),
        (months(12), SUNDAY, date(2025, 11, 22), SUNDAY),
        (months(48), date(2028, 2, 29), date(2024, 2, 29), date(2028, 2, 29)),
        (calendar("month"), SUNDAY, date(2026, 11, 1), SUNDAY),
        (calendar("quarter"), SUNDAY, date(2026, 10, 1), SUNDAY),
        (calendar("half"), date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30)),
        (calendar("half"), date(2026, 7, 1), date(2026, 7, 1), date(2026, 7, 1)),
        (calendar("year"), SUNDAY, date(2026, 1, 1), SUNDAY),
        (previous("month"), SUNDAY, date(2026, 10, 1), date(2026, 10, 31)),
        (previous("month"), date(2028, 3, 31), date(2028, 2, 1), date(2028, 2, 29)),
        (previous("quarter"), date(2026, 2, 1), date(2025, 10, 1), date(2025, 12, 31)),
        (previous("half"), SUNDAY, date(2026, 1, 1), date(2026, 6, 30)),
        (previous("year"), date(2026, 1, 1), date(2025, 1, 1), date(2025, 12, 31)),
        (fiscal(4, 1), SUNDAY, date(2026, 4, 1), SUNDAY),
        (fiscal(4, 1), date(2026, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
        (fiscal(2, 29), date(2027, 2, 28), date(2027, 2, 28), date(2027, 2, 28)),
        (fiscal(2, 29), date(2028, 2, 28), date(2027, 2, 28), date(2028, 2, 28)),
        (fiscal(2, 29), date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        (Window(WindowKind.fiscal_year), SUNDAY, date(2026, 1, 1), SUNDAY),
        (LIFETIME, SUNDAY, date.min, SUNDAY),
    ],
)
def test_bounds_include_both_ends(window, as_of, first, last):
    assert bounds(window, as_of) == Days(first, last)


@pytest.mark.parametrize(
    ("anchor", "count", "as_of", "first"),
    [
        (date(2025, 3, 10), 12, SUNDAY, date(2026, 3, 10)),
        (date(2025, 3, 10), 12, date(2026, 3, 9), date(2025, 3, 10)),
        (date(2026, 1, 31), 1, date(2026, 2, 28), date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 3, 30), date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 3, 31), date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2028, 2, 28), date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 12, 1), 6, SUNDAY, date(2026, 6, 1)),
    ],
)
def test_an_anniversary_is_counted_from_the_anchor_itself(anchor, count, as_of, first):
    assert bounds(anniversary(count), as_of, anchor=anchor) == Days(first, as_of)


def test_an_anniversary_without_anchor_counts_no_day():
    assert bounds(anniversary(12), TODAY) is None
    assert leaves_on(anniversary(12), TODAY) is None
    assert next_turn(anniversary(12), TODAY, anchor=None) is None


@pytest.mark.parametrize(
    ("starts_on", "expected"),
    [
        (date(2026, 1, 1), Days(date(2026, 10, 23), SUNDAY)),
        (date(2026, 11, 1), Days(date(2026, 11, 1), SUNDAY)),
        (SUNDAY, Days(SUNDAY, SUNDAY)),
        (date(2026, 11, 23), None),
    ],
)
def test_starts_on_cuts_every_window_below(starts_on, expected):
    assert bounds(rolling(30), SUNDAY, starts_on=starts_on) == expected


def test_starts_on_can_leave_nothing_of_the_previous_period():
    assert bounds(previous("month"), SUNDAY, starts_on=date(2026, 11, 1)) is None


@pytest.mark.parametrize(
    ("window", "day", "leaves"),
    [
        (rolling(30), date(2026, 10, 23), date(2026, 11, 23)),
        (months(1), date(2026, 2, 27), date(2026, 3, 28)),
        (months(1), date(2026, 2, 28), date(2026, 4, 1)),
        (months(1), date(2026, 1, 30), date(2026, 3, 1)),
        (months(12), date(2027, 2, 28), date(2028, 3, 1)),
        (months(12), date(2028, 2, 28), date(2029, 3, 1)),
        (calendar("month"), date(2026, 11, 30), date(2026, 12, 1)),
        (calendar("quarter"), date(2026, 11, 30), date(2027, 1, 1)),
        (previous("month"), date(2026, 10, 1), date(2026, 12, 1)),
        (previous("year"), date(2026, 12, 31), date(2028, 1, 1)),
        (fiscal(4, 1), date(2026, 3, 31), date(2026, 4, 1)),
        (fiscal(2, 29), date(2027, 3, 1), date(2028, 2, 29)),
        (LIFETIME, date(1970, 1, 1), None),
    ],
)
def test_an_order_leaves_on(window, day, leaves):
    assert leaves_on(window, day) == leaves


def test_an_order_leaves_an_anniversary_on_the_next_one():
    assert leaves_on(anniversary(12), TODAY, anchor=date(2024, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("window", "turn"),
    [
        (rolling(30), date(2026, 11, 23)),
        (months(12), date(2026, 11, 23)),
        (calendar("month"), date(2026, 12, 1)),
        (fiscal(4, 1), date(2027, 4, 1)),
        (LIFETIME, None),
    ],
)
def test_a_window_turns_next_on(window, turn):
    assert next_turn(window, SUNDAY, anchor=None) == turn


def test_an_order_of_this_month_enters_the_previous_month_with_the_next():
    assert enters_on(previous("month"), SUNDAY) == date(2026, 12, 1)
    assert enters_on(rolling(30), SUNDAY) == SUNDAY


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
        (date(1, 1, 31), -1, None),
        (date(1, 2, 28), -1, date(1, 1, 28)),
        (date(9999, 12, 1), 1, None),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
    ],
)
def test_month_arithmetic_clamps(day, count, expected):
    assert months_later(day, count) == expected


@pytest.mark.parametrize(
    "window",
    [rolling(30), months(12), calendar("half"), previous("quarter"), fiscal(2, 29), LIFETIME],
)
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_raise_nothing(window, day):
    assert bounds(window, day, starts_on=TODAY) is None or day == date.max
    assert leaves_on(window, day) is None or day == date.min
    assert next_turn(window, day, anchor=None) is None or day == date.min
    assert enters_on(window, day) >= day
