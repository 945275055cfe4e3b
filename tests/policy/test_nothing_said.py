"""What is not said counts as nothing, and the calendar ends without taking days along."""

from datetime import date

import pytest

from app.policy.criteria import Sums
from app.policy.days import DayTotal, totals_from_days
from app.policy.window import Days, bounds
from tests.policy.build import LIFETIME, TODAY, calendar


def test_a_day_of_which_nothing_is_said_adds_nothing():
    assert totals_from_days([LIFETIME], [DayTotal(TODAY)], TODAY).sums == (Sums(0, 0, 0, 0),)


@pytest.mark.parametrize(
    ("period", "first"),
    [
        ("month", date(9999, 12, 1)),
        ("quarter", date(9999, 10, 1)),
        ("half", date(9999, 7, 1)),
        ("year", date(9999, 1, 1)),
    ],
)
def test_the_last_period_of_the_calendar_begins_where_it_does(period, first):
    assert bounds(calendar(period), date.max) == Days(first, date.max)
