"""The arithmetic of windows against membership asked day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.window import Days, bounds, enters_on, leaves_on, next_turn, turned_days
from tests.policy.build import (
    LIFETIME,
    anniversary,
    calendar,
    fiscal,
    months,
    previous,
    rolling,
)

PERIODS = st.sampled_from(["month", "quarter", "half", "year"])
SHARED = st.one_of(
    st.integers(0, 400).map(rolling),
    st.integers(1, 26).map(months),
    PERIODS.map(calendar),
    PERIODS.map(previous),
    st.sampled_from([(1, 1), (2, 28), (2, 29), (3, 1), (12, 31), (4, 30)]).map(
        lambda s: fiscal(*s)
    ),
    st.just(LIFETIME),
)
WINDOWS = SHARED | st.integers(1, 26).map(anniversary)
DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
ANCHORS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
SPANS = st.integers(0, 500).map(timedelta)


def counts(window, day, as_of, anchor=None, starts_on=None):
    days = bounds(window, as_of, anchor=anchor, starts_on=starts_on)
    return days is not None and days.first <= day <= days.last


def each_day(first, last):
    return [first + timedelta(n) for n in range((last - first).days + 1)]


@given(WINDOWS, DAYS, ANCHORS)
def test_an_order_counts_from_entering_to_leaving(window, day, anchor):
    enters, leaves = enters_on(window, day), leaves_on(window, day, anchor=anchor)
    end = leaves or day + timedelta(900)

    counting = [one for one in each_day(day, end) if counts(window, day, one, anchor)]

    assert counting[0] == enters
    assert counting == each_day(enters, end - timedelta(leaves is not None))


@given(WINDOWS, DAYS, ANCHORS)
def test_the_window_starts_elsewhere_on_its_next_turn_and_not_before(window, as_of, anchor):
    turn = next_turn(window, as_of, anchor=anchor)
    starts = {
        one: bounds(window, one, anchor=anchor).first
        for one in each_day(as_of, turn or as_of + timedelta(900))
    }

    moved = [one for one, first in starts.items() if first != starts[as_of]]

    assert moved == ([turn] if turn else [])


@given(SHARED, DAYS, SPANS, st.none() | DAYS)
def test_turned_days_are_those_whose_counting_changed(window, since, span, starts_on):
    until = since + span
    ranges = turned_days(window, since, until, starts_on=starts_on)

    found = {day for days in ranges for day in each_day(*days)}

    views = [bounds(window, one, starts_on=starts_on) for one in each_day(since, until)]
    seen = [(days.first, days.last) if days else None for days in views]
    low = min((days[0] for days in seen if days), default=until)
    if window == LIFETIME:
        low = since - timedelta(3)
    changed = {
        day
        for day in each_day(low, until)
        if len({days is not None and days[0] <= day <= days[1] for days in seen}) == 2
    }
    assert found == changed
    assert turned_days(window, until, since, starts_on=starts_on) == ranges


@pytest.mark.parametrize("window", [rolling(30), anniversary(12), LIFETIME])
@pytest.mark.parametrize("day", [date(2026, 5, 5), date.max])
def test_nothing_turns_between_a_date_and_itself(window, day):
    assert turned_days(window, day, day) == []


def test_a_day_that_is_the_last_of_one_window_and_the_first_of_the_other_counts_in_both():
    turned = turned_days(rolling(30), date(2026, 11, 1), date(2026, 12, 1))

    assert turned == [
        Days(date(2026, 10, 2), date(2026, 10, 31)),
        Days(date(2026, 11, 2), date(2026, 12, 1)),
    ]


def test_no_day_leaves_a_lifetime():
    turned = turned_days(LIFETIME, date(2026, 11, 1), date(2026, 11, 22))

    assert turned == [Days(date(2026, 11, 2), date(2026, 11, 22))]


def test_one_day_turns_two_days_of_a_rolling_window():
    turned = turned_days(rolling(30), date(2026, 11, 21), date(2026, 11, 22))

    out, new = date(2026, 10, 22), date(2026, 11, 22)
    assert turned == [Days(out, out), Days(new, new)]


def test_a_new_month_turns_the_whole_month_before():
    turned = turned_days(calendar("month"), date(2026, 10, 31), date(2026, 11, 1))

    assert turned == [Days(date(2026, 10, 1), date(2026, 11, 1))]


@pytest.mark.parametrize("starts_on", [None, date(2026, 11, 10)])
def test_only_the_entering_days_of_an_anniversary_are_shared(starts_on):
    turned = turned_days(
        anniversary(12), date(2026, 11, 1), date(2026, 11, 22), starts_on=starts_on
    )

    assert turned == [Days(starts_on or date(2026, 11, 2), date(2026, 11, 22))]
