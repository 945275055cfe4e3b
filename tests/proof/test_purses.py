"""Points: the model's own golden cases, and a service that gives too much is seen."""

from unittest.mock import patch

from app.orders import accrual
from tests.proof.examples import DAY, program, represent, tier
from tests.proof.model_over_http import Sender, replicas, told
from tests.proof.purses import Purses


def order(number, total, **more):
    at = f"{DAY}T12:00:00Z"
    said = {"id": f"o{number}", "status": "paid", "customer_id": "c1", "currency": "USD"}
    said |= {"total": total, "paid_at": at, "placed_at": at, **more}
    event = {"event_id": f"e{number}{total}", "type": "order.snapshot", "occurred_at": at}
    return {"event": {**event, "order": said}}


def by_hand(number, kind, points):
    return {"points": {"id": f"p{number}", "member": "customer:c1", "kind": kind, "points": points}}


def test_an_order_meets_the_multiplier_held_before_it_and_redeeming_stops_at_nothing():
    given = {"points_multiplier": "1.5", "entry_bonus_points": 10}
    gold = {**tier("gold", 50), "benefits": given}
    world = Purses()

    for entry in [
        program(gold),
        order(1, "60"),  # 60, and 10 for gold
        order(2, "3"),  # 3 x 1.5 = 4
        by_hand(1, "redeemed", 75),
        by_hand(2, "redeemed", 74),
        by_hand(3, "adjusted", -2),
    ]:
        world.tell(entry)

    assert world.balances() == {"customer:c1": -2}
    assert world.refused == ["p1"]


async def test_who_enjoys_the_better_of_both_has_its_multiplier(database_url):
    levels = [("silver", "10", "2"), ("gold", "50", "1.5")]
    tiers = [
        {**tier(key, place, at_least), "benefits": {"points_multiplier": multiplier}}
        for place, (key, at_least, multiplier) in enumerate(levels, 1)
    ]
    log = [
        program(*tiers, settings={"effective_tier": "best_of_both"}),
        order(1, "60", paid_at="2026-11-21T12:00:00Z"),  # 60, and gold for c1 itself
        represent("c1"),
        order(2, "20"),  # 20 x 1.5 for o1, which rises to silver
        order(3, "10", customer_id=None, organization_id="o1"),  # 10 x 2
    ]
    world = Purses()
    for entry in log:
        world.tell(entry)

    async with replicas(database_url) as (api, db):
        played = await told(Sender(api, db, 0), log)

    assert world.balances() == {"customer:c1": 60, "organization:o1": 50}
    assert played.failures == []


async def test_a_bonus_of_too_much_is_seen(database_url):
    given = {"points_multiplier": "1.5", "entry_bonus_points": 10}
    log = [program({**tier("gold", 50), "benefits": given}), order(1, "60"), order(2, "3")]

    async with replicas(database_url) as (api, db):
        fair = await told(Sender(api, db, 0), log)
        with patch.object(accrual, "bonus_points", lambda earned, _: earned):
            generous = await told(Sender(api, db, 0), log)

    assert fair.failures == []
    assert generous.failures == ["balance of customer:c1: model 74, service 76"]
