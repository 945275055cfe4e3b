"""Points: the model's own golden cases, and a service that gives too much is seen."""

from unittest.mock import patch

from app.orders import accrual
from tests.proof.model_over_http import Sender, replicas, told
from tests.proof.purses import Purses
from tests.proof.test_model_facts import DAY, program, tier


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


async def test_a_bonus_of_too_much_is_seen(database_url):
    given = {"points_multiplier": "1.5", "entry_bonus_points": 10}
    log = [program({**tier("gold", 50), "benefits": given}), order(1, "60"), order(2, "3")]

    async with replicas(database_url) as (api, db):
        fair = await told(Sender(api, db, 0), log)
        with patch.object(accrual, "bonus_points", lambda earned, _: earned):
            generous = await told(Sender(api, db, 0), log)

    assert fair.failures == []
    assert generous.failures == ["balance of customer:c1: model 74, service 76"]
