"""The golden cases of semantics 15 that need no facts, by their number. Amounts in cents."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from app.policy.criteria import Sums
from app.policy.days import DayTotal, totals_from_days
from app.policy.decision import Case, Occasion, Reason, Standing, State, decide
from app.policy.ladder import Downgrade, Upgrade
from app.policy.money import convert, counted, to_minor
from app.policy.progress import forecast
from tests.policy.build import (
    TODAY,
    held,
    judged,
    level,
    moved_to,
    override,
    stages,
    tiers,
)

CENTS = 100
STAGES = [level("s1", 50 * CENTS), level("s2", 100 * CENTS), level("s3", 200 * CENTS)]


def shop(**more):
    amounts = {"bronze": 1, "silver": 1_000, "gold": 10_000}
    return tiers(*(level(key, amount * CENTS) for key, amount in amounts.items()), **more)


G3_DAYS = [
    DayTotal(date(2026, 10, 25), 600 * CENTS, 1, 600 * CENTS),
    DayTotal(date(2026, 11, 1), 300 * CENTS, 1, 300 * CENTS),
    DayTotal(date(2026, 11, 20), 250 * CENTS, 1, 250 * CENTS),
]


def walked(ladder, days, first, last):
    """The moves of daily checks, each after the orders of its day."""
    moves, standing, on = [], Standing(), first
    while on <= last:
        known = [one for one in days if one.day <= on]
        found = totals_from_days(ladder.windows, known, on)
        occasions = [Occasion.order] * any(one.day == on for one in days) + [Occasion.check]
        for occasion in occasions:
            decision = decide(ladder, Case(standing, found, occasion, on))
            moves += [(on, decision.level, decision.reason)] * decision.moved
            standing = decision.standing
        on += timedelta(1)
    return moves


@pytest.mark.parametrize(("amount", "key"), [("1000.00", "silver"), ("999.99", "bronze")])
def test_g1_a_threshold_is_inclusive(amount, key):
    cents = to_minor(Decimal(amount), 2)

    assert judged(shop(), Standing(), cents, Occasion.order).level == key


def test_g2_an_order_jumps_to_gold():
    assert moved_to(judged(shop(), Standing(), 10_000 * CENTS, Occasion.order), "gold")


def test_g3_rolling_days_let_orders_leave():
    moves = walked(shop(), G3_DAYS, date(2026, 10, 25), date(2026, 12, 31))

    assert moves == [
        (date(2026, 10, 25), "bronze", Reason.qualified),
        (date(2026, 11, 20), "silver", Reason.qualified),
        (date(2026, 11, 25), "bronze", Reason.shortfall),
        (date(2026, 12, 21), None, Reason.shortfall),
    ]
    assert totals_from_days(shop().windows, G3_DAYS, date(2026, 12, 1)).sums[0].spend == 55_000
    assert totals_from_days(shop().windows, G3_DAYS, date(2026, 12, 2)).sums[0].spend == 25_000


def test_g3_keeping_silver_takes_450_before_the_check_of_25_november():
    on = date(2026, 11, 20)
    case = Case(Standing("silver", on), totals_from_days((), G3_DAYS, on), Occasion.check, on)

    found = forecast(shop(), case, G3_DAYS, lambda day: max(day, on + timedelta(1)))

    assert (found.on, found.to_level) == (date(2026, 11, 25), "bronze")
    assert found.needed == 450 * CENTS
    enough = [*G3_DAYS, DayTotal(date(2026, 11, 24), found.needed, 1, found.needed)]
    checked = totals_from_days(shop().windows, enough, found.on)
    assert decide(shop(), Case(case.held, checked, Occasion.check, found.on)).level == "silver"


def test_g4_downgrades_off_keep_silver_for_ever():
    ladder = shop(downgrade=Downgrade.never)

    moves = walked(ladder, G3_DAYS, date(2026, 10, 25), date(2027, 6, 1))

    assert moves[-1] == (date(2026, 11, 20), "silver", Reason.qualified)
    assert judged(ladder, held("silver"), 0).reason is Reason.downgrades_off


def test_g5_an_upgrade_at_the_check_is_pending_until_then():
    ladder = shop(upgrade=Upgrade.at_check)

    order = judged(ladder, Standing(), 1_000 * CENTS, Occasion.order)
    check = judged(ladder, order.standing, 1_000 * CENTS)

    assert (order.level, order.state) == (None, State.pending_upgrade)
    assert (check.level, check.state) == ("silver", State.held)


@pytest.mark.parametrize(("moves_to_next", "key"), [(True, "s2"), (False, "s1")])
def test_g6_a_stage_moves_to_the_next_if_it_says_so(moves_to_next, key):
    first = level("s1", 50 * CENTS, moves_to_next=moves_to_next)

    assert judged(stages(first, *STAGES[1:]), held("s1"), 120 * CENTS).level == key


@pytest.mark.parametrize(
    ("days", "key", "state"), [(31, "s1", State.held), (10, "s2", State.at_risk)]
)
def test_g7_a_stage_falls_after_the_minimum_stay(days, key, state):
    ladder = stages(*STAGES, min_stay_days=30)

    decision = judged(ladder, held("s2", days=days), 60 * CENTS)

    assert (decision.level, decision.state) == (key, state)


def test_g8_the_sum_of_an_organization_is_one_members():
    together = [DayTotal(TODAY, (600 + 500) * CENTS, 2, 600 * CENTS)]

    found = totals_from_days(shop().windows, together, TODAY)

    assert moved_to(decide(shop(), Case(Standing(), found, Occasion.order, TODAY)), "silver")


def test_g9_what_changes_no_total_changes_nothing():
    decision = judged(shop(), held("silver"), 1_000 * CENTS, Occasion.order)

    assert decision.standing == held("silver")


def test_g10_a_refund_leaves_the_net_amount():
    assert counted(Decimal(1200), Decimal(1200), Decimal(250)) == 950


def test_g11_enabling_lifts_by_one_resync():
    disabled = judged(shop(active=False), Standing(), 1_000 * CENTS, Occasion.order)
    enabled = judged(shop(), disabled.standing, 1_000 * CENTS, Occasion.resync)

    assert disabled.level is None
    assert moved_to(enabled, "silver")


def test_g12_a_deleted_level_is_left_although_downgrades_are_off():
    ladder = tiers(
        level("bronze", 100),
        level("silver", 1_000 * CENTS),
        downgrade=Downgrade.never,
        removed={"gold": 2},
    )

    decision = judged(ladder, held("gold"), 12_000 * CENTS, Occasion.rules_changed)

    assert moved_to(decision, "silver")
    assert decision.reason is Reason.level_removed


def test_g13_a_floor_holds_through_its_last_day():
    floor = override("floor", "silver", until=date(2026, 12, 1))
    last, after = date(2026, 12, 1), date(2026, 12, 2)

    kept = judged(shop(), held("silver"), 0, on=last, overrides=(floor,))
    ended = judged(shop(), held("silver"), 0, Occasion.override, on=after, overrides=(floor,))

    assert kept.standing == held("silver")
    assert kept.review_on == after
    assert (ended.level, ended.reason) == (None, Reason.shortfall)


def test_g14_a_rate_makes_the_amount_count():
    assert convert(Decimal(100), Decimal("1.10"), 2) == 110 * CENTS


def test_g15_a_late_check_gives_the_result_of_its_date():
    days = [DayTotal(date(2026, 10, 23), 1_000 * CENTS, 1, 1_000 * CENTS)]
    due, late = date(2026, 11, 22), date(2026, 11, 23)

    assert totals_from_days(shop().windows, days, due).sums[0].spend == 1_000 * CENTS
    assert totals_from_days(shop().windows, days, late).sums == (Sums(),)


@pytest.mark.parametrize("facts", list(permutations([600, 900, -700, 400])))
def test_g17_the_order_of_facts_does_not_matter_after_a_check(facts):
    standing, total = Standing(), 0
    for amount in facts:
        total += amount
        order = judged(
            shop(), standing, max(total, 0) * CENTS, Occasion.order, took_away=amount < 0
        )
        standing = order.standing

    assert judged(shop(), standing, 1_200 * CENTS).level == "silver"
