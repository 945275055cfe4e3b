"""Rows 9 to 14 of semantics 7, by their number."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.policy.criteria import Criterion, Metric
from app.policy.decision import Direction, Occasion, Reason, Standing, State
from app.policy.ladder import Downgrade
from tests.policy.build import (
    CHECK_LIKE,
    TODAY,
    held,
    judged,
    kept,
    level,
    moved_to,
    spend,
    stages,
    tiers,
)


@pytest.mark.parametrize("occasion", CHECK_LIKE)
@pytest.mark.parametrize("build", [tiers, stages])
@pytest.mark.parametrize(("days", "row"), [(0, 9), (29, 9), (30, 11), (31, 11)])
def test_row_9_fewer_than_the_minimum_days_stay(build, occasion, days, row):
    ladder = build(min_stay_days=30)
    standing = held(ladder.key_at(2), days=days)

    decision = judged(ladder, standing, 0, occasion)

    assert decision.row == row
    if row == 9:
        assert kept(decision, replace(standing, state=State.at_risk))
        assert decision.reason is Reason.minimum_stay
        assert decision.review_on == standing.since + timedelta(30)
        assert not decision.at_risk_notice


@pytest.mark.parametrize("occasion", CHECK_LIKE)
@pytest.mark.parametrize("days", [1, 5])
def test_row_10_the_first_shortfall_begins_a_grace_and_is_announced(occasion, days):
    until = TODAY + timedelta(days)

    decision = judged(tiers(grace_days=days), held("silver"), 10, occasion)

    assert kept(decision, held("silver", state=State.at_risk, grace_until=until))
    assert (decision.row, decision.reason) == (10, Reason.grace)
    assert (decision.at_risk_notice, decision.review_on) == (True, until)


def test_row_10_a_running_grace_is_not_announced_again_and_keeps_its_date():
    standing = held("silver", state=State.at_risk, grace_until=TODAY + timedelta(1))

    decision = judged(tiers(grace_days=5), standing, 10)

    assert kept(decision, standing)
    assert (decision.row, decision.at_risk_notice) == (10, False)


@pytest.mark.parametrize("occasion", CHECK_LIKE)
@pytest.mark.parametrize("ended", [0, 1, 400])
def test_row_11_after_the_grace_the_member_falls_to_what_is_earned(occasion, ended):
    grace_until = TODAY - timedelta(ended)
    standing = held("gold", state=State.at_risk, grace_until=grace_until)

    decision = judged(tiers(grace_days=5), standing, 10, occasion)

    assert moved_to(decision, "bronze")
    assert (decision.row, decision.reason) == (11, Reason.shortfall)
    assert decision.direction is Direction.down


def test_row_11_without_grace_the_member_falls_to_none():
    assert moved_to(judged(tiers(), held("gold"), 0), None)


def test_row_12_one_step_falls_one_level_and_starts_stay_and_grace_again():
    ladder = tiers(downgrade=Downgrade.one_step, min_stay_days=30)

    decision = judged(ladder, held("gold", state=State.at_risk), 0)

    assert moved_to(decision, "silver")
    assert (decision.row, decision.reason, decision.earned) == (12, Reason.shortfall, 0)
    again = judged(ladder, decision.standing, 0, on=TODAY + timedelta(29))
    assert again.reason is Reason.minimum_stay
    last = judged(ladder, again.standing, 0, on=TODAY + timedelta(30))
    assert (last.level, last.since) == ("bronze", TODAY + timedelta(30))


def test_row_12_one_step_passes_hand_only_levels_over():
    club = level("club", 10, automatic=False)
    ladder = tiers(level("bronze", 1), club, level("gold", 99), downgrade=Downgrade.one_step)

    assert moved_to(judged(ladder, held("gold"), 50), "bronze")


def test_row_12_looks_again_at_the_next_check():
    decision = judged(tiers(downgrade=Downgrade.one_step), held("gold"), 0)

    assert decision.review_on == TODAY


@pytest.mark.parametrize("downgrade", Downgrade)
@pytest.mark.parametrize("occasion", Occasion)
def test_row_13_a_removed_level_is_left_for_what_is_earned(occasion, downgrade):
    ladder = tiers(downgrade=downgrade, min_stay_days=30, grace_days=5, removed={"old": 2})

    decision = judged(ladder, held("old", days=1), 10, occasion)

    assert moved_to(decision, "bronze")
    assert (decision.row, decision.reason) == (13, Reason.level_removed)
    assert decision.direction is Direction.down


@pytest.mark.parametrize(
    ("amount", "key", "direction"),
    [(1_000, "silver", Direction.down), (10_000, "gold", Direction.up)],
)
def test_row_13_may_lead_up_or_to_the_level_just_below(amount, key, direction):
    decision = judged(tiers(removed={"old": 2}), held("old"), amount)

    assert moved_to(decision, key)
    assert decision.direction is direction


def test_row_13_keeps_no_other_level_by_its_keep_criteria():
    ladder = tiers(level("bronze", 100, keep=(spend(1),)), removed={"old": 1})

    assert moved_to(judged(ladder, held("old"), 50), None)


@pytest.mark.parametrize(
    ("below", "amount", "key"), [(2, 0, "s2"), (2, 900, "s2"), (0, 900, None), (3, 0, "s3")]
)
def test_row_13_on_a_step_ladder_leads_to_the_next_remaining_level_below(below, amount, key):
    decision = judged(stages(removed={"old": below}), held("old"), amount)

    assert moved_to(decision, key)
    assert (decision.reason, decision.review_on) == (Reason.level_removed, TODAY)


def test_row_13_on_a_step_ladder_passes_hand_only_levels_over():
    ladder = stages(level("s1", 50), level("club", automatic=False), removed={"old": 2})

    assert moved_to(judged(ladder, held("old"), 900), "s1")


def test_row_13_on_a_step_ladder_leads_to_none_from_a_level_that_never_had_a_place():
    assert moved_to(judged(stages(), held("old"), 900), None)


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("key", ["gold", "old", None])
def test_row_14_a_disabled_program_moves_nobody(occasion, key):
    standing = held(key, state=State.at_risk, grace_until=TODAY)

    decision = judged(tiers(active=False), standing, 1_000, occasion, is_new=True)

    assert kept(decision, standing)
    assert (decision.row, decision.reason) == (14, Reason.disabled)
    assert decision.position == (3 if key == "gold" else 0)
    assert not decision.at_risk_notice


def test_a_criterion_of_orders_decides_like_spend():
    regular = level("regular", keep=None)
    ladder = tiers(regular, replace(level("often"), enter=(Criterion(Metric.orders, 1),)))

    assert judged(ladder, Standing(), 5).level == "often"
    assert judged(ladder, held("often"), 0).level == "regular"


def test_a_check_leaves_a_position_alone_that_began_later():
    standing = Standing("gold", TODAY + timedelta(1))

    decision = judged(tiers(), standing, 0)

    assert kept(decision, standing)
    assert (decision.row, decision.reason) == (0, Reason.unchanged)
    assert decision.review_on == standing.since
    assert judged(tiers(), standing, 0, on=standing.since).level is None


def test_min_stay_beyond_the_calendar_raises_nothing():
    standing = Standing("gold", date(9999, 12, 1))

    decision = judged(tiers(min_stay_days=99), standing, 0, on=date(9999, 12, 30))

    assert decision.reason is Reason.minimum_stay


def test_keep_criteria_hold_a_level_on_a_check():
    silver = level("silver", 1_000, keep=(spend(500),))

    assert kept(judged(tiers(silver), held("silver"), 500), held("silver"))
    assert moved_to(judged(tiers(silver), held("silver"), 499), None)
