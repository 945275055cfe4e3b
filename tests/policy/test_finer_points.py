"""Force, start, hand-only levels and what a check may still change. Semantics 6, 7 and 16."""

from datetime import timedelta

import pytest

from app.policy.decision import Case, Occasion, Reason, Standing, State
from app.policy.ladder import Downgrade, Start, Upgrade
from tests.policy.build import (
    TODAY,
    held,
    judged,
    kept,
    level,
    moved_to,
    override,
    spend,
    stages,
    tiers,
    totals,
)


@pytest.mark.parametrize(
    ("more", "to", "row"),
    [
        ({"downgrade": Downgrade.never}, "bronze", 11),
        ({"min_stay_days": 30}, "bronze", 11),
        ({"grace_days": 30}, "bronze", 11),
        ({"downgrade": Downgrade.one_step, "grace_days": 30}, "silver", 12),
    ],
)
def test_force_skips_rows_8_to_10(more, to, row):
    decision = judged(tiers(**more), held("gold", days=1), 10, force=True)

    assert moved_to(decision, to)
    assert (decision.row, decision.reason) == (row, Reason.shortfall)


def test_force_lifts_nobody_further_and_leaves_who_is_settled():
    assert kept(judged(tiers(), held("gold"), 10_000, force=True), held("gold"))


@pytest.mark.parametrize("occasion", [Occasion.order, Occasion.membership, Occasion.import_])
@pytest.mark.parametrize("amount", [0, 60, 5_000])
def test_start_lowest_puts_a_new_member_on_the_lowest_stage(occasion, amount):
    ladder = stages(start=Start.lowest)

    decision = judged(ladder, Standing(), amount, occasion, is_new=True)

    assert moved_to(decision, "s1")
    assert (decision.row, decision.reason) == (0, Reason.start)


def test_start_skips_a_hand_only_stage():
    ladder = stages(level("hand", automatic=False), level("s1", 50), start=Start.lowest)

    assert moved_to(judged(ladder, Standing(), 0, is_new=True), "s1")


def test_start_lifts_also_where_upgrades_await_the_check():
    ladder = stages(start=Start.lowest, upgrade=Upgrade.at_check)

    decision = judged(ladder, Standing(), 60, Occasion.order, is_new=True)

    assert moved_to(decision, "s1")


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({"start": Start.none}, Standing()),
        ({"start": Start.lowest}, held(None)),
    ],
)
def test_nobody_else_is_started(more, standing):
    is_new = more["start"] is Start.none

    assert kept(judged(stages(**more), standing, 0, is_new=is_new), standing)


def test_a_member_of_whom_nothing_is_said_is_not_new():
    assert not Case(Standing(), totals(), Occasion.check, TODAY).is_new


def test_a_new_member_who_earns_more_does_not_start_at_the_lowest_tier():
    decision = judged(tiers(start=Start.lowest), Standing(), 1_000, is_new=True)

    assert (decision.level, decision.reason) == ("silver", Reason.qualified)


@pytest.mark.parametrize(
    ("mode", "key", "reason"), [("floor", "s2", Reason.override), ("floor", "s1", Reason.start)]
)
def test_a_start_is_clamped(mode, key, reason):
    ladder = stages(start=Start.lowest)

    decision = judged(ladder, Standing(), 0, is_new=True, overrides=(override(mode, key),))

    assert (decision.level, decision.reason) == (key, reason)


def test_an_order_leaves_a_pending_upgrade_that_a_refund_has_ended_to_the_state_at_risk():
    ladder = tiers(upgrade=Upgrade.at_check)
    pending = judged(ladder, held("silver"), 10_000, Occasion.order)

    added = judged(ladder, pending.standing, 10, Occasion.order)
    took = judged(ladder, pending.standing, 10, Occasion.order, took_away=True)

    assert added.state is State.pending_upgrade
    assert took.state is State.at_risk


def test_a_pending_upgrade_ends_a_grace():
    standing = held("bronze", state=State.at_risk, grace_until=TODAY)

    decision = judged(tiers(upgrade=Upgrade.at_check), standing, 1_000, Occasion.order)

    assert (decision.state, decision.grace_until) == (State.pending_upgrade, None)


def test_the_minimum_stay_comes_before_the_grace():
    ladder = tiers(min_stay_days=30, grace_days=10)
    standing = held("silver", days=29)

    first = judged(ladder, standing, 0)
    second = judged(ladder, first.standing, 0, on=first.review_on)
    third = judged(ladder, second.standing, 0, on=second.review_on)

    assert [one.row for one in (first, second, third)] == [9, 10, 11]
    assert second.review_on == TODAY + timedelta(11)
    assert third.level is None


def test_a_hand_only_level_is_left_only_by_what_it_asks():
    club = level("club", 500, automatic=False)
    ladder = stages(level("s1", 50), club, level("s3", 2_000))

    assert kept(judged(ladder, held("club"), 500), held("club"))
    assert moved_to(judged(ladder, held("club"), 499), "s1")
    assert moved_to(judged(ladder, held("club"), 2_000), "s3")


def test_a_stage_is_kept_by_its_keep_criteria_only():
    ladder = stages(level("s1", 50), level("s2", 100, keep=(spend(80),)), level("s3", 200))

    assert kept(judged(ladder, held("s2"), 80), held("s2"))
    assert moved_to(judged(ladder, held("s2"), 79), "s1")


def test_a_step_upward_looks_again_at_the_next_check():
    assert judged(stages(), Standing(), 500).review_on == TODAY
    assert judged(stages(), held("s2"), 500).review_on is None


def test_one_check_never_moves_a_member_more_than_one_stage():
    steps = []
    standing = Standing()
    for _ in range(4):
        decision = judged(stages(), standing, 500)
        steps.append(decision.position)
        standing = decision.standing

    assert steps == [1, 2, 3, 3]


def test_equal_ladders_are_one_key_whatever_they_lost():
    assert {tiers(removed={"old": 2}): 1}[tiers(removed={"old": 2})] == 1
