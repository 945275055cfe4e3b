"""When those fall who are alike: one decision for all of them, against a check of every day."""

from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.policy.criteria import Criterion, Level, Metric
from app.policy.days import totals_from_days
from app.policy.decision import Case, Occasion, Standing, decide
from app.policy.falling import LONG_AGO, Path, falling, falls_on
from app.policy.ladder import Downgrade
from app.policy.window import WindowKind
from tests.policy import strategies as some
from tests.policy.build import TODAY, level, spend, stages, tiers

HORIZON = 60
DAILY = [TODAY + timedelta(number) for number in range(HORIZON)]
NOTHING, BRONZE, SILVER, GOLD = range(4)  # the signatures of `tiers()`


def test_each_level_is_left_downwards_and_upwards_by_what_it_does_not_earn():
    found = falling(tiers())

    assert found.falls == {"bronze": {NOTHING}, "silver": {NOTHING, BRONZE}, "gold": {0, 1, 2}}
    assert found.rises == {"bronze": {SILVER, GOLD}, "silver": {GOLD}, "gold": frozenset()}


def test_a_level_that_is_kept_is_not_left():
    found = falling(stages(level("s1", 50), level("s2", 100, keep=(spend(60),))))
    signatures = {one.sums[0].spend: sign for sign, one in found.grid.totals.items()}

    assert found.falls["s2"] == {signatures[49], signatures[50]}


def test_where_a_tag_is_asked_for_nobody_is_alike():
    assert falling(tiers(Level("staff", (Criterion(Metric.tags, tag="staff"),)))) is None


def fall(turns, *, key="gold", since=None, checks=DAILY, **more):
    ladder = tiers(**more)
    return falls_on(ladder, falling(ladder), Path(key, since, turns), checks)


@pytest.mark.parametrize(
    ("turns", "number", "to"),
    [
        (((0, SILVER),), 0, "silver"),
        (((7, NOTHING),), 7, None),
        (((HORIZON - 1, BRONZE),), HORIZON - 1, "bronze"),
        (((2, GOLD), (3, GOLD), (9, BRONZE)), 9, "bronze"),
    ],
)
def test_it_falls_with_the_first_check_that_it_does_not_pass(turns, number, to):
    assert fall(turns) == (DAILY[number], to)


def test_what_is_passed_through_the_last_check_does_not_fall():
    assert fall(((4, GOLD),)) is None
    assert fall(((HORIZON, NOTHING),)) is None


def test_who_rises_first_falls_when_less_is_held_than_at_the_beginning():
    turns = ((1, GOLD), (5, SILVER), (8, BRONZE))

    assert fall(turns, key="silver") == (DAILY[8], "bronze")


@pytest.mark.parametrize(
    ("more", "number", "to"),
    [
        ({"grace_days": 5}, 8, None),
        ({"min_stay_days": 30, "since": TODAY - timedelta(10)}, 20, None),
        ({"min_stay_days": 30}, 3, None),
        ({"downgrade": Downgrade.one_step}, 3, "silver"),
    ],
)
def test_grace_and_minimum_stay_put_it_off(more, number, to):
    assert fall(((3, NOTHING),), **more) == (DAILY[number], to)


def test_a_date_between_two_checks_waits_for_the_next():
    weekly = DAILY[::7]

    assert fall(((0, NOTHING),), grace_days=5, checks=weekly) == (weekly[1], None)


def checked(ladder, held, every_day):
    """What a check of every day does, one after the other."""
    floor = ladder.position_of(held.level)
    for on, totals in zip(DAILY, every_day, strict=True):
        decision = decide(ladder, Case(held, totals, Occasion.check, on))
        if decision.position < floor:
            return on, decision.level
        held = decision.standing
    return None


@settings(max_examples=60)
@given(st.data())
def test_the_fall_of_many_is_what_a_check_of_every_day_finds(data):
    ladder = data.draw(some.ladders())
    [window, *more] = ladder.windows
    assume(not more and window.kind is not WindowKind.anniversary)
    found = falling(ladder)
    key = data.draw(st.sampled_from(ladder.levels)).key
    since = data.draw(st.none() | st.integers(1, 20).map(lambda days: TODAY - timedelta(days)))
    history = data.draw(some.histories())
    every_day = [totals_from_days(ladder.windows, history, on) for on in DAILY]
    turns = tuple(enumerate(signature(found.grid, one) for one in every_day))

    told = falls_on(ladder, found, Path(key, since, turns), DAILY)

    assert told == checked(ladder, Standing(key, since or LONG_AGO), every_day)


def signature(grid, totals):
    return sum(
        cut.weight * cut.bucket(Criterion(cut.metric, 0, cut.window).value(totals))
        for cut in grid.cuts
    )
