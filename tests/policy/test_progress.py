import pytest

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.days import DayTotal, totals_from_days
from app.policy.progress import Requirement, missing, spend_to_stay, to_stay
from tests.policy.build import (
    LIFETIME,
    TODAY,
    level,
    previous,
    rolling,
    spend,
    stages,
    tiers,
    totals,
)

ORDERS = Criterion(Metric.orders, 3)


def test_the_next_level_names_what_is_missing_of_each_criterion():
    gold = Level("gold", (spend(10_000), ORDERS), match_any=True)
    found = missing(tiers(level("silver", 1_000), gold), 1, totals(1_150))

    assert (found.key, found.position, found.match_any) == ("gold", 2, True)
    assert found.requirements == (
        Requirement(spend(10_000), 1_150, 10_000, 8_850),
        Requirement(ORDERS, 1, 3, 2),
    )


def test_nothing_is_missing_of_what_is_there():
    found = missing(tiers(), 1, totals(2_000))

    assert (found.key, found.requirements[0].missing) == ("silver", 0)


def test_a_missing_tag_is_one():
    criterion = Criterion(Metric.tags, tag="partner")
    ladder = tiers(Level("partners", (criterion,)))

    assert missing(ladder, 0, totals()).requirements == (Requirement(criterion, 0, 1, 1),)
    assert missing(ladder, 0, totals(tags=["partner"])).requirements[0].missing == 0


def test_progress_skips_hidden_and_hand_only_levels():
    ladder = tiers(level("a", 1), level("hand", 5, automatic=False), level("b", 9), level("c", 20))

    assert missing(ladder, 1, totals()).key == "b"
    assert missing(ladder, 1, totals(), {"a", "hand", "c"}).key == "c"
    assert missing(ladder, 1, totals(), frozenset()) is None


def test_nothing_is_next_on_the_highest_level():
    assert missing(tiers(), 3, totals()) is None


def test_nothing_is_next_of_a_stage_that_does_not_move_on():
    ends = (level("s1", 50, moves_to_next=False), level("s2", 100))

    assert missing(stages(*ends), 1, totals()) is None
    assert missing(stages(*ends), 0, totals()).key == "s1"
    assert missing(tiers(*ends), 1, totals()).key == "s2"


@pytest.mark.parametrize(
    ("match_any", "needed"), [(False, 400), (True, 0)], ids=["all", "any of them"]
)
def test_the_spend_to_stay_meets_the_keep_criteria(match_any, needed):
    keep = (spend(500), spend(100), ORDERS)
    one = Level("silver", (spend(1_000),), keep, match_any=match_any)

    assert spend_to_stay(one, totals(100)) == needed
    assert [asked.missing for asked in to_stay(one, totals(100))] == [400, 0, 2]


def test_the_spend_to_stay_is_that_of_entering_if_nothing_else_keeps():
    assert spend_to_stay(level("silver", 1_000), totals(550)) == 450


def test_no_spend_helps_where_none_is_asked():
    assert spend_to_stay(Level("regular", (ORDERS,)), totals()) is None
    assert spend_to_stay(None, totals()) is None
    assert to_stay(None, totals()) == ()


def test_totals_sum_the_days_inside_each_window():
    days = [
        DayTotal(TODAY, 10, 1, 10, 4),
        DayTotal(TODAY.replace(day=1), 20, 2, 15, 0),
        DayTotal(TODAY.replace(month=10), 40, 3, 30, 1),
        DayTotal(TODAY.replace(day=23), 80, 1, 80, 9),
    ]
    windows = [rolling(5), rolling(30), previous("month"), LIFETIME]

    found = totals_from_days(windows, days, TODAY, tags=frozenset({"vip"}))

    assert found == Totals(
        (Sums(10, 1, 10, 4), Sums(30, 3, 15, 4), Sums(40, 3, 30, 1), Sums(70, 6, 30, 5)),
        frozenset({"vip"}),
    )


def test_no_day_inside_sums_to_nothing():
    starts_on = TODAY.replace(day=23)
    days = [DayTotal(TODAY, 10, 1, 10, 4)]

    assert totals_from_days([rolling(5)], days, TODAY, starts_on=starts_on) == Totals((Sums(),))
