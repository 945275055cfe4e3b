import pytest

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.ladder import Strategy
from tests.policy.build import level, spend, stages, tiers, totals

ONE = Totals((Sums(100, 3, 60, 7), Sums(900, 8, 300, 20)), frozenset({"partner"}))


@pytest.mark.parametrize(
    ("metric", "window", "value"),
    [
        (Metric.spend, 0, 100),
        (Metric.spend, 1, 900),
        (Metric.orders, 0, 3),
        (Metric.largest_order, 1, 300),
        (Metric.points, 0, 7),
    ],
)
def test_a_threshold_is_inclusive_and_has_its_own_window(metric, window, value):
    assert Criterion(metric, value, window).holds(ONE)
    assert not Criterion(metric, value + 1, window).holds(ONE)


def test_a_tag_is_there_or_not():
    assert Criterion(Metric.tags, tag="partner").holds(ONE)
    assert not Criterion(Metric.tags, tag="staff").holds(ONE)


@pytest.mark.parametrize(
    ("match_any", "amounts", "holds"),
    [
        (False, (100, 900), False),
        (False, (100, 100), True),
        (True, (101, 100), True),
        (True, (101, 102), False),
        (False, (), True),
        (True, (), True),
    ],
)
def test_all_or_any_of_the_criteria_hold(match_any, amounts, holds):
    one = Level("gold", tuple(spend(amount) for amount in amounts), match_any=match_any)

    assert one.entered_by(ONE) is holds


def test_keep_criteria_replace_those_of_entering_and_use_the_same_match():
    keep = (spend(100), spend(101))

    assert Level("gold", (spend(200),), keep, match_any=True).kept_by(ONE)
    assert not Level("gold", (spend(100),), keep).kept_by(ONE)
    assert Level("gold", (spend(100),)).kept_by(ONE)
    assert not Level("gold", (spend(101),)).kept_by(ONE)
    assert Level("gold", (spend(101),), ()).kept_by(ONE)


@pytest.mark.parametrize(
    ("enter", "keep", "kept"),
    [
        ((), None, False),
        ((), (), False),
        ((spend(100),), None, True),
        ((spend(101),), None, False),
        ((spend(101),), (spend(100),), True),
    ],
)
def test_a_hand_only_level_is_never_entered_and_kept_only_by_criteria(enter, keep, kept):
    one = Level("vip", enter, keep, automatic=False)

    assert not one.entered_by(ONE)
    assert one.kept_by(ONE) is kept


@pytest.mark.parametrize(
    ("amount", "position"),
    [(0, 0), (1, 1), (999, 1), (1_000, 2), (9_999, 2), (10_000, 3)],
)
def test_highest_earns_the_highest_level_entered(amount, position):
    assert tiers().earned(totals(amount), 0) == position


def test_highest_lets_lower_levels_fail():
    ladder = tiers(Level("regular", (Criterion(Metric.orders, 5),)), level("big", 1_000))

    assert ladder.earned(totals(1_000), 0) == 2


@pytest.mark.parametrize(("held", "earned"), [(0, 1), (1, 1), (2, 2), (3, 1)])
def test_keep_criteria_keep_only_the_level_that_is_held(held, earned):
    silver = level("silver", 1_000, keep=(spend(500),))
    ladder = tiers(level("bronze", 1), silver, level("gold", 10_000))

    assert ladder.earned(totals(500), held) == earned


def test_highest_passes_a_hand_only_level_over_but_leaves_it_to_who_keeps_it():
    club = level("club", 500, automatic=False)
    ladder = tiers(level("bronze", 1), club, level("gold", 10_000))

    assert ladder.earned(totals(900), 0) == 1
    assert ladder.earned(totals(900), 2) == 2
    assert ladder.earned(totals(499), 2) == 1
    assert ladder.earned(totals(10_000), 2) == 3


@pytest.mark.parametrize(
    ("held", "amount", "earned"),
    [
        (0, 49, 0),  # row 2 of section 6: nothing to keep
        (0, 50, 1),  # row 1: no level below has to let go
        (0, 5_000, 1),  # one position at most
        (1, 120, 2),
        (1, 99, 1),
        (1, 49, 0),  # row 4
        (2, 60, 1),
        (3, 0, 2),
        (3, 5_000, 3),  # nothing above
    ],
)
def test_step_moves_one_position_at_most(held, amount, earned):
    assert stages().earned(totals(amount), held) == earned


def test_step_stays_where_the_level_does_not_move_to_the_next():
    ladder = stages(level("s1", 50, moves_to_next=False), level("s2", 100))

    assert ladder.earned(totals(120), 1) == 1
    assert ladder.earned(totals(120), 0) == 1


def test_step_rises_although_the_held_level_is_no_longer_kept():
    ladder = stages(level("s1", 50, keep=(spend(500),)), level("s2", 100))

    assert ladder.earned(totals(120), 1) == 2
    assert ladder.earned(totals(60), 1) == 0


@pytest.mark.parametrize(
    ("held", "amount", "earned"), [(1, 300, 3), (1, 60, 1), (2, 60, 1), (2, 100, 2), (3, 60, 1)]
)
def test_step_skips_hand_only_levels_both_ways(held, amount, earned):
    club = level("club", 100, automatic=False)
    ladder = stages(level("s1", 50), club, level("s3", 200))

    assert ladder.earned(totals(amount), held) == earned


def test_step_without_automatic_levels_goes_nowhere():
    ladder = tiers(level("a", automatic=False), strategy=Strategy.step)

    assert ladder.earned(totals(500), 0) == 0
    assert ladder.next_above(0) is None
    assert ladder.earned(totals(500), 1) == 0


def test_positions_and_keys_name_each_other():
    ladder = tiers()

    assert [ladder.position_of(ladder.key_at(n)) for n in range(4)] == [0, 1, 2, 3]
    assert ladder.position_of("platinum") is None
