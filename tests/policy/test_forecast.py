"""The date of the fall against a plain simulation of every day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.criteria import Criterion, Level, Metric, Totals
from app.policy.days import DayTotal, totals_from_days
from app.policy.decision import Case, Occasion, Standing, decide
from app.policy.ladder import Downgrade, Strategy
from app.policy.override import nudge_on
from app.policy.progress import FallsOff, Requirement, forecast
from tests.policy import strategies as some
from tests.policy.build import (
    LIFETIME,
    TODAY,
    calendar,
    held,
    level,
    override,
    previous,
    spend,
    stages,
    tiers,
    totals,
)

HORIZON = 500
TOMORROW = TODAY + timedelta(1)


def daily(day):
    return max(day, TOMORROW)


def weekly(day):
    """Mondays to come."""
    first = daily(day)
    return first + timedelta((7 - first.weekday()) % 7)


def ends(case, days, ladder=None, checks=daily, **more):
    return forecast(ladder or tiers(), case, days, checks, **more)


def holding(key, *, overrides=(), days=1_000):
    return Case(held(key, days=days), totals(), Occasion.check, TODAY, overrides=overrides)


def simulated(ladder, case, days, checks, **when):
    """The first day of HORIZON that ends below what is held, and where."""
    now, start = case.held, ladder.position_of(case.held.level)
    for number in range(HORIZON):
        on = TODAY + timedelta(number)
        found = totals_from_days(ladder.windows, days, on, **when)
        turned = number and any(on in one.turns() for one in case.overrides)
        occasions = [Occasion.override] * bool(turned) + [Occasion.check] * (checks(on) == on)
        for occasion in occasions:
            nudge = nudge_on(case.overrides, on) if occasion is Occasion.override else None
            one = Case(now, found, occasion, on, overrides=case.overrides, nudge=nudge)
            decision = decide(ladder, one)
            if decision.position < start:
                return on, decision.level
            now = decision.standing
    return None


@settings(max_examples=80)
@given(st.data(), st.sampled_from([daily, weekly]))
def test_the_forecast_is_what_a_simulation_of_every_day_finds(data, checks):
    ladder = data.draw(some.ladders())
    key = data.draw(some.keys_of(ladder))
    ruled = data.draw(some.overrides())
    case = data.draw(some.cases(ladder, keys=st.just(key), ruled=st.just(ruled)))
    days = data.draw(some.histories())
    when = {
        "anchor": data.draw(st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 1))),
        "starts_on": data.draw(st.sampled_from([None, None, TODAY - timedelta(30)])),
    }

    found = forecast(ladder, case, days, checks, **when)

    assert (found and (found.on, found.to_level)) == simulated(ladder, case, days, checks, **when)


def test_a_level_falls_on_the_day_its_order_has_left():
    found = ends(holding("silver"), [DayTotal(TODAY, 1_200, 1, 1_200)])

    left = TODAY + timedelta(31)
    assert (found.on, found.to_level, found.needed) == (left, None, 1_000)


def test_what_keeps_it_is_measured_on_that_day():
    days = [DayTotal(TODAY - timedelta(30), 600, 1, 600), DayTotal(TODAY, 550, 1, 550)]

    asked = (Requirement(spend(1_000), 550, 1_000, 450),)
    assert ends(holding("silver"), days) == FallsOff(TOMORROW, "bronze", 450, asked)


def test_the_fall_waits_for_the_next_check():
    found = ends(holding("silver"), [DayTotal(TODAY - timedelta(30), 1_000)], checks=weekly)

    assert found.on == TOMORROW == weekly(TODAY)
    later = ends(holding("silver"), [DayTotal(TODAY - timedelta(29), 1_000)], checks=weekly)
    assert later.on == TOMORROW + timedelta(7)


def test_without_checks_nothing_falls():
    assert ends(holding("silver"), [], checks=lambda _: None) is None


@pytest.mark.parametrize(
    ("more", "days_held", "on"),
    [
        ({"grace_days": 5}, 1_000, TOMORROW + timedelta(5)),
        ({"min_stay_days": 30}, 10, TODAY + timedelta(20)),
        ({"min_stay_days": 30, "grace_days": 5}, 10, TODAY + timedelta(25)),
        ({"downgrade": Downgrade.one_step}, 1_000, TOMORROW),
    ],
)
def test_grace_and_minimum_stay_put_the_fall_off(more, days_held, on):
    assert ends(holding("gold", days=days_held), [], tiers(**more)).on == on


def test_the_end_of_an_override_is_an_evaluation():
    exact = override("exact", "gold", until=TODAY + timedelta(9))

    found = ends(holding("gold", overrides=(exact,)), [], checks=lambda _: None)

    assert (found.on, found.to_level) == (TODAY + timedelta(10), None)


def test_a_coming_nudge_lowers_what_is_earned():
    nudge = override("nudge", "bronze", from_on=TODAY + timedelta(3))
    case = holding("gold", overrides=(nudge,))

    for checks in (daily, weekly):
        found = ends(case, [DayTotal(TODAY, 10_000, 1, 10_000)], checks=checks)

        assert (found.on, found.to_level, found.needed) == (TODAY + timedelta(3), "bronze", 0)


@pytest.mark.parametrize(
    ("window", "on"),
    [(calendar("month"), date(2026, 12, 1)), (previous("month"), date(2027, 1, 1))],
)
def test_a_period_ends_for_everybody_on_one_day(window, on):
    case = replace(holding("silver"), on=TODAY)
    already = replace(case, held=Standing("silver", TODAY))
    ladder = tiers(windows=(window,), min_stay_days=9)

    assert ends(already, [DayTotal(TODAY, 1_000, 1, 1_000)], ladder).on == on


def test_nobody_below_the_first_level_and_nobody_disabled_falls():
    assert ends(holding(None), []) is None
    for key in ("gold", "old"):
        assert ends(holding(key), [], tiers(active=False, removed={"old": 3})) is None


def test_downgrades_off_or_a_lifetime_of_tags_never_fall():
    staff = Level("staff", (Criterion(Metric.tags, tag="staff"),))
    case = replace(holding("staff"), totals=Totals((), frozenset({"staff"})))

    assert ends(holding("gold"), [], tiers(downgrade=Downgrade.never)) is None
    assert ends(case, [], tiers(staff)) is None


def test_a_removed_level_falls_with_the_next_check():
    found = ends(holding("old"), [DayTotal(TODAY, 1_000)], tiers(removed={"old": 3}))

    assert (found.on, found.to_level, found.needed) == (TOMORROW, "silver", None)


def test_a_ladder_that_swings_above_what_is_held_has_no_end():
    swings = (level("s1", 0), level("s2", 5, keep=(spend(50),)))

    assert ends(holding("s1"), [DayTotal(TODAY, 9)], stages(*swings, windows=[LIFETIME])) is None


def test_a_level_that_is_first_won_and_then_lost_counts_from_what_is_held():
    ladder = tiers(strategy=Strategy.highest)
    days = [DayTotal(TODAY, 1_000), DayTotal(TOMORROW, 9_000)]

    found = ends(holding("silver"), days, ladder)

    assert (found.on, found.to_level) == (TOMORROW + timedelta(31), None)


@pytest.mark.parametrize("ago", range(24, 28))
def test_every_check_of_a_swinging_ladder_counts(ago):
    ladder = stages(level("s1", 0, keep=(spend(50),)), level("s2", 5, keep=(spend(50),)))
    case, days = holding("s1"), [DayTotal(TODAY - timedelta(ago), 9)]

    found = ends(case, days, ladder)

    assert (found.on, found.to_level) == simulated(ladder, case, days, daily)
