"""Where a forecast begins and ends: removed levels, dates that meet, a ladder that swings."""

from datetime import date, timedelta

import pytest

from app.policy.criteria import Level
from app.policy.days import DayTotal
from app.policy.decision import Case, Occasion
from app.policy.ladder import Downgrade
from app.policy.progress import forecast
from tests.policy.build import (
    LIFETIME,
    TODAY,
    held,
    level,
    override,
    previous,
    rolling,
    spend,
    stages,
    tiers,
    totals,
)

TOMORROW = TODAY + timedelta(1)


def daily(day):
    return max(day, TOMORROW)


def ends(ladder, key, amount, *, overrides=(), checks=daily):
    """Where `key` falls if `amount` was bought today."""
    case = Case(held(key), totals(), Occasion.check, TODAY, overrides=overrides)
    found = forecast(ladder, case, [DayTotal(TODAY, amount)], checks)
    return found and (found.on, found.to_level)


@pytest.mark.parametrize(("removed", "amount"), [({"old": 1}, 1_000), ({}, 1)])
def test_a_removed_level_that_leads_up_falls_when_that_is_lost(removed, amount):
    assert ends(tiers(removed=removed), "old", amount) == (TODAY + timedelta(31), None)


def test_a_nudge_of_today_has_had_its_day():
    nudge = override("nudge", "bronze", from_on=TODAY)

    assert ends(tiers(), "gold", 10_000, overrides=(nudge,)) == (TODAY + timedelta(31), None)


def test_a_nudge_comes_before_the_check_of_its_day():
    nudge = override("nudge", "gold", from_on=TOMORROW)
    ladder = tiers(downgrade=Downgrade.one_step)

    found = ends(ladder, "silver", 0, overrides=(nudge,))

    assert found == (TOMORROW + timedelta(1), "bronze")


def test_what_only_enters_a_window_later_lifts_before_it_falls():
    dear = Level("gold", (spend(10_000, window=1),))
    windows = (rolling(39), previous("month"))
    ladder = tiers(level("bronze", 1), dear, windows=windows, downgrade=Downgrade.one_step)

    assert ends(ladder, "bronze", 10_000) == (date(2027, 1, 2), None)


def test_a_ladder_that_swings_is_given_up_after_eight_checks_for_each_position():
    swings = (level("s1", 0), level("s2", 5, keep=(spend(50),)))
    ladder, asked = stages(*swings, windows=[LIFETIME]), []

    def checks(day):
        asked.append(day)
        return day

    assert ends(ladder, "s1", 9, checks=checks) is None
    assert len(asked) == 8 * 3 + 1
