"""Rows 1 to 8 of semantics 7, by their number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.policy.decision import Direction, Occasion, Reason, Standing, State
from app.policy.ladder import Downgrade, RefundDowngrade, Upgrade
from tests.policy.build import CHECK_LIKE, TODAY, held, judged, kept, moved_to, stages, tiers

AT_RISK = {"state": State.at_risk, "grace_until": TODAY + timedelta(4)}


def test_row_1_an_order_lifts_at_once():
    decision = judged(tiers(), Standing(), 10_000, Occasion.order)

    assert moved_to(decision, "gold")
    assert (decision.row, decision.reason) == (1, Reason.qualified)
    assert decision.direction is Direction.up
    assert (decision.position, decision.earned, decision.earned_level) == (3, 3, "gold")
    assert decision.review_on is None


def test_row_2_an_order_awaits_the_check():
    standing = held("bronze")

    decision = judged(tiers(upgrade=Upgrade.at_check), standing, 1_000, Occasion.order)

    assert kept(decision, replace(standing, state=State.pending_upgrade))
    assert (decision.row, decision.reason) == (2, Reason.awaits_check)
    assert (decision.earned, decision.direction) == (2, None)
    assert decision.review_on == TODAY


@pytest.mark.parametrize("upgrade", Upgrade)
@pytest.mark.parametrize("occasion", CHECK_LIKE)
def test_row_3_every_other_occasion_lifts(occasion, upgrade):
    decision = judged(tiers(upgrade=upgrade), held("bronze", days=1), 1_000, occasion)

    assert moved_to(decision, "silver")
    assert (decision.row, decision.reason) == (3, Reason.qualified)


@pytest.mark.parametrize("occasion", Occasion)
def test_row_4_what_is_earned_stays_and_a_grace_ends(occasion):
    decision = judged(tiers(grace_days=10), held("silver", **AT_RISK), 1_000, occasion)

    assert kept(decision, held("silver"))
    assert (decision.row, decision.reason) == (4, Reason.unchanged)
    assert decision.review_on is None


@pytest.mark.parametrize("refunds", RefundDowngrade)
def test_row_5_an_order_never_lowers_and_leaves_state_and_grace(refunds):
    ladder = tiers(grace_days=10, refund_downgrade=refunds)
    standing = held("silver", **AT_RISK)

    decision = judged(ladder, standing, 10, Occasion.order)

    assert kept(decision, standing)
    assert (decision.row, decision.reason) == (5, Reason.awaits_check)


def test_row_6_a_refund_awaits_the_check_and_leaves_the_grace():
    standing = held("silver", grace_until=TODAY)

    decision = judged(tiers(), standing, 10, Occasion.order, took_away=True)

    assert kept(decision, replace(standing, state=State.at_risk))
    assert (decision.row, decision.reason) == (6, Reason.awaits_check)
    assert not decision.at_risk_notice
    assert decision.review_on == TODAY


@pytest.mark.parametrize("refunds", RefundDowngrade)
def test_row_6_with_downgrades_off_is_not_at_risk(refunds):
    ladder = tiers(downgrade=Downgrade.never, refund_downgrade=refunds)
    standing = held("silver", state=State.at_risk, grace_until=TODAY)

    decision = judged(ladder, standing, 10, Occasion.order, took_away=True)

    assert kept(decision, replace(standing, state=State.held))
    assert (decision.row, decision.reason) == (6, Reason.downgrades_off)


@pytest.mark.parametrize(
    ("more", "days", "row", "reason"),
    [
        ({"min_stay_days": 30}, 29, 9, Reason.minimum_stay),
        ({"grace_days": 5}, 100, 10, Reason.grace),
        ({}, 100, 11, Reason.shortfall),
        ({"downgrade": Downgrade.one_step}, 100, 12, Reason.shortfall),
    ],
)
def test_row_7_an_immediate_refund_judges_by_rows_9_to_12(more, days, row, reason):
    ladder = tiers(refund_downgrade=RefundDowngrade.immediate, **more)

    decision = judged(ladder, held("gold", days=days), 10, Occasion.order, took_away=True)

    assert (decision.row, decision.reason) == (row, reason)


@pytest.mark.parametrize("occasion", CHECK_LIKE)
@pytest.mark.parametrize("build", [tiers, stages])
def test_row_8_downgrades_off_stays(build, occasion):
    ladder = build(downgrade=Downgrade.never, min_stay_days=30, grace_days=5)
    standing = held(ladder.key_at(3), days=1)

    decision = judged(ladder, standing, 0, occasion)

    assert kept(decision, standing)
    assert (decision.row, decision.reason) == (8, Reason.downgrades_off)
    assert decision.review_on is None
