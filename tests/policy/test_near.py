"""Who is close to a level, and a screen that does not lose them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.ladder import Downgrade
from app.policy.near import near_misses
from app.policy.screen import settled
from tests.policy import strategies as some
from tests.policy.build import level, spend, tiers, totals


@pytest.mark.parametrize(
    ("amount", "near"), [(899, []), (900, ["silver"]), (999, ["silver"]), (1_000, [])]
)
def test_nine_tenths_are_near(amount, near):
    assert near_misses(tiers(), 1, totals(amount)) == near


def test_a_threshold_is_rounded_up():
    ladder = tiers(Level("a", (spend(11),)))

    assert [near_misses(ladder, 0, totals(amount)) for amount in (9, 10, 11)] == [[], ["a"], []]


def test_only_levels_above_are_missed():
    assert near_misses(tiers(), 2, totals(950)) == []


def test_every_criterion_must_be_near_or_one_of_any():
    asked = (spend(1_000), Criterion(Metric.orders, 10))
    every, one = Level("every", asked), Level("one", asked, match_any=True)
    found = Totals((Sums(950, 8),))

    assert near_misses(tiers(every), 0, found) == []
    assert near_misses(tiers(one), 0, found) == ["one"]
    assert near_misses(tiers(every), 0, Totals((Sums(950, 10),))) == ["every"]


def test_a_level_by_hand_is_never_near():
    assert near_misses(tiers(Level("a", (spend(1_000),), automatic=False)), 0, totals(950)) == []


@given(st.data())
def test_the_screen_spares_nobody_who_is_near(data):
    ladder = data.draw(some.ladders())
    key = data.draw(some.keys_of(ladder))
    found = data.draw(some.sums(ladder))
    near, plain = settled(ladder, near=True), settled(ladder)

    assume(near is not None)  # it is not where there are too many cases
    misses = near_misses(ladder, ladder.position_of(key), found)
    assert near.skips(key, found) == (plain.skips(key, found) and not misses)


def test_who_is_settled_misses_only_levels_above():
    ladder = tiers(level("bronze", 100), level("silver", 1_000), downgrade=Downgrade.never)

    screen = settled(ladder, near=True)

    assert screen.skips("silver", totals(95))
    assert not screen.skips("bronze", totals(950))
    assert not screen.skips(None, totals(95))
