"""Overrides: semantics 8 and the finer points of 16."""

from datetime import timedelta

import pytest

from app.policy.decision import Direction, Occasion, Reason, Standing, State
from app.policy.ladder import Downgrade, Upgrade
from tests.policy.build import (
    LONG_AGO,
    TODAY,
    held,
    judged,
    kept,
    level,
    moved_to,
    override,
    stages,
    tiers,
)

BEFORE, AFTER = TODAY - timedelta(1), TODAY + timedelta(1)


def under(*overrides, ladder=None, held_key=None, amount=0, occasion=Occasion.override, **more):
    standing = held(held_key) if held_key else Standing()
    return judged(ladder or tiers(), standing, amount, occasion, overrides=overrides, **more)


@pytest.mark.parametrize(
    ("mode", "held_key", "amount", "to"),
    [
        ("exact", None, 0, "silver"),
        ("exact", "gold", 10_000, "silver"),
        ("floor", None, 0, "silver"),
        ("floor", "bronze", 1, "silver"),
        ("ceiling", "gold", 10_000, "silver"),
        ("ceiling", None, 10_000, "silver"),
    ],
)
def test_an_override_moves_at_once_and_is_the_reason(mode, held_key, amount, to):
    one = override(mode, "silver")

    decision = under(one, held_key=held_key, amount=amount)

    assert moved_to(decision, to)
    assert (decision.reason, decision.override) == (Reason.override, one)
    assert decision.review_on is None


def test_an_override_can_hold_somebody_on_no_level():
    nowhere = override("exact")

    assert moved_to(under(nowhere, held_key="gold", amount=10_000), None)
    assert kept(under(nowhere, amount=10_000), Standing())


@pytest.mark.parametrize(
    ("mode", "amount", "to"), [("floor", 10_000, "gold"), ("ceiling", 1, "bronze")]
)
def test_an_override_that_does_not_bind_is_not_the_reason(mode, amount, to):
    decision = under(override(mode, "silver"), amount=amount)

    assert moved_to(decision, to)
    assert decision.reason is Reason.qualified


def test_the_earned_position_underneath_is_shown():
    decision = under(override("exact", "silver"), held_key="silver", amount=10_000)

    assert kept(decision, held("silver"))
    assert (decision.earned_level, decision.target) == ("gold", 2)
    assert decision.reason is Reason.unchanged


def test_a_freeze_stays_up_and_down_and_ends_a_grace():
    freeze = override("freeze")
    at_risk = held("silver", state=State.at_risk, grace_until=TODAY)

    assert kept(under(freeze, held_key="silver", amount=0), held("silver"))
    assert kept(under(freeze, held_key="silver", amount=10_000), held("silver"))
    assert kept(judged(tiers(), at_risk, 0, overrides=(freeze,)), held("silver"))


def test_a_freeze_does_not_keep_a_removed_level_but_the_next_one():
    freeze = override("freeze")
    ladder = tiers(removed={"old": 2})

    decision = under(freeze, ladder=ladder, held_key="old", amount=10)

    assert moved_to(decision, "bronze")
    assert decision.reason is Reason.level_removed
    assert kept(judged(ladder, decision.standing, 0, overrides=(freeze,)), decision.standing)


def test_the_strongest_wins():
    freeze, exact = override("freeze"), override("exact", "silver")
    floor, ceiling = override("floor", "gold"), override("ceiling", "bronze")

    assert under(freeze, exact, floor, held_key="bronze").override == freeze
    assert under(exact, floor, ceiling).level == "silver"
    assert under(floor, ceiling).level == "bronze"
    assert under(floor, ceiling, amount=10_000).override == ceiling
    assert under(floor).level == "gold"


def test_of_one_kind_the_newest_wins_in_any_order():
    old = override("exact", "bronze", recorded=1)
    new = override("exact", "gold", recorded=2)

    assert under(old, new).level == under(new, old).level == "gold"


@pytest.mark.parametrize(
    ("from_on", "until", "level_held"),
    [
        (TODAY, TODAY, "silver"),
        (TODAY, None, "silver"),
        (AFTER, None, None),
        (LONG_AGO, BEFORE, None),
    ],
)
def test_both_ends_of_an_override_are_in_force(from_on, until, level_held):
    assert under(override("exact", "silver", from_on=from_on, until=until)).level == level_held


def test_an_override_without_its_level_has_no_effect_and_hides_no_older_one():
    gone = override("exact", "platinum", recorded=2)

    assert under(gone).level is None
    assert under(gone, override("exact", "silver", recorded=1)).level == "silver"


def test_a_fall_after_the_end_obeys_section_7():
    ended = override("floor", "silver", until=BEFORE)
    ladder = tiers(grace_days=5)

    decision = under(ended, ladder=ladder, held_key="silver")

    assert (decision.level, decision.reason) == ("silver", Reason.grace)
    assert decision.override is None


def test_a_ceiling_lowers_at_once_what_section_7_keeps():
    ladder = tiers(min_stay_days=30, grace_days=5, downgrade=Downgrade.never)

    decision = judged(
        ladder, held("gold", days=1), 0, Occasion.order, overrides=(override("ceiling", "silver"),)
    )

    assert moved_to(decision, "silver")
    assert (decision.reason, decision.direction) == (Reason.override, Direction.down)


def test_a_clamped_fall_into_a_grace_is_announced_only_for_the_level_that_is_then_held():
    ladder, ceiling = tiers(grace_days=5), override("ceiling", "silver")

    decision = under(ceiling, ladder=ladder, held_key="gold")

    assert (decision.level, decision.state) == ("silver", State.at_risk)
    assert (decision.grace_until, decision.at_risk_notice) == (None, False)
    again = judged(ladder, decision.standing, 0, overrides=(ceiling,))
    assert again.at_risk_notice


def test_a_floor_lifts_at_once_and_the_rest_awaits_the_check():
    ladder = tiers(upgrade=Upgrade.at_check)

    decision = under(
        override("floor", "silver"), ladder=ladder, amount=10_000, occasion=Occasion.order
    )

    assert (decision.level, decision.state) == ("silver", State.pending_upgrade)
    assert (decision.reason, decision.review_on) == (Reason.override, TODAY)


def test_a_shortfall_down_to_the_floor_is_of_the_override():
    decision = under(override("floor", "silver"), held_key="gold", occasion=Occasion.check)

    assert moved_to(decision, "silver")
    assert (decision.row, decision.reason) == (11, Reason.override)


def test_a_floor_lifts_over_more_than_one_step():
    assert under(override("floor", "s3"), ladder=stages()).level == "s3"


def test_a_removed_level_falls_no_further_than_the_floor():
    ladder = tiers(removed={"old": 3})

    decision = under(override("floor", "silver"), ladder=ladder, held_key="old")

    assert moved_to(decision, "silver")
    assert (decision.row, decision.reason) == (13, Reason.override)


def test_only_an_override_leads_to_a_hand_only_level_and_automation_leaves_it_again():
    ladder = tiers(level("bronze", 1), level("club", automatic=False), level("gold", 99))
    exact = override("exact", "club", until=TODAY)

    decision = under(exact, ladder=ladder, held_key="bronze", amount=5)

    assert moved_to(decision, "club")
    assert decision.review_on == AFTER
    after = judged(ladder, decision.standing, 5, Occasion.override, on=AFTER, overrides=(exact,))
    assert (after.level, after.reason) == ("bronze", Reason.shortfall)


@pytest.mark.parametrize(("amount", "key"), [(0, "silver"), (10_000, "silver")])
def test_a_nudge_sets_now_and_the_next_check_may_move_it(amount, key):
    nudge = override("nudge", "silver", from_on=TODAY)

    decision = judged(
        tiers(), held("bronze"), amount, Occasion.override, nudge=nudge, overrides=(nudge,)
    )

    assert moved_to(decision, key)
    assert (decision.reason, decision.override) == (Reason.override, nudge)
    assert decision.review_on == TODAY
    assert judged(tiers(), decision.standing, amount, overrides=(nudge,)).moved


def test_a_nudge_to_what_the_facts_give_anyway_is_of_the_facts():
    nudge = override("nudge", "silver", from_on=TODAY)

    up = under(held_key=None, amount=1_000, nudge=nudge)
    down = under(held_key="gold", amount=1_000, nudge=nudge)

    assert (up.level, up.reason, up.override) == ("silver", Reason.qualified, None)
    assert (down.level, down.reason, down.override) == ("silver", Reason.shortfall, None)


def test_a_nudge_below_is_of_the_override_while_a_grace_would_hold():
    lenient = tiers(grace_days=5)
    nudge = override("nudge", "silver", from_on=TODAY)

    decision = under(ladder=lenient, held_key="gold", amount=1_000, nudge=nudge)

    assert (decision.level, decision.reason) == ("silver", Reason.override)


def test_a_nudge_obeys_the_ceiling_and_the_freeze():
    nudge = override("nudge", "gold", from_on=TODAY)

    ceiling = under(override("ceiling", "silver"), held_key="bronze", amount=1, nudge=nudge)
    frozen = under(override("freeze"), held_key="bronze", amount=1, nudge=nudge)

    assert moved_to(ceiling, "silver")
    assert kept(frozen, held("bronze"))


def test_a_nudge_to_what_is_held_or_to_no_known_level_moves_nobody():
    same = under(held_key="silver", amount=1_000, nudge=override("nudge", "silver"))
    gone = under(held_key="silver", amount=1_000, nudge=override("nudge", "platinum"))

    assert kept(same, held("silver"))
    assert (same.row, gone.row) == (4, 4)
    assert kept(gone, held("silver"))


def test_a_nudge_from_a_removed_level_is_of_the_override():
    ladder = tiers(removed={"old": 3})

    decision = under(ladder=ladder, held_key="old", nudge=override("nudge", "gold"))

    assert moved_to(decision, "gold")
    assert decision.reason is Reason.override
