"""An erasure while facts of the same customer come in, and what others bring back later."""

import asyncio

import pytest

from tests.api.filing import taken
from tests.api.test_erased_everywhere import found, needles
from tests.api.town import opened

NOTICED = {"changes": 1}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def test_facts_that_race_with_an_erasure_count_or_are_kept_out(town):
    await town.order("zq-racing", "1.00")

    told = await asyncio.gather(
        *(town.order("zq-racing", "1.00") for _ in range(12)),
        town.api.delete("/v1/customers/zq-racing"),
        *(town.order("zq-racing", "1.00") for _ in range(12)),
    )

    outcomes = [one for one in told if isinstance(one, dict)]
    counted = sum(one["outcome"] == "accepted" for one in outcomes)
    refused = sum(one["reason"] == "customer_redacted" for one in outcomes)
    assert (counted + refused, told[12].status_code) == (24, 204)
    held = "SELECT sum(orders) AS orders FROM day_totals WHERE program_id = :program_id"
    assert (await town.rows(held))[0]["orders"] == counted + 1
    assert await found(town, *needles(town, "customer", "zq-racing")) == NOTICED


IMPORTS = {
    "orders": ("id,status,customer_id,currency,total,placed_at,event_id,occurred_at\n"
               "1,paid,{},EUR,5.00,2026-11-20T10:00:00Z,e-{},2026-11-20T10:00:00Z\n"),
    "customers": "id,tags\n{},vip\n",
    "representatives": "customer_id,organization_id\n{},o-1\n",
    "overrides": "customer_id,mode,level,reason\n{},floor,gold,Agreed\n",
    "points": "customer_id,points\n{},10\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", IMPORTS)
async def test_a_file_does_not_bring_the_erased_back(town, kind):
    who = f"zq-of-{kind}"
    await town.put(f"customers/{who}")
    await town.api.delete(f"/v1/customers/{who}")

    said = await taken(town, kind, IMPORTS[kind].format(who, who).encode(), format="csv")

    assert said["state"] == "finished"
    assert set(said["outcomes"]) <= {"refused", "quarantined"}, said["outcomes"]
    assert await found(town, *needles(town, "customer", who)) == NOTICED


async def test_an_activity_of_the_erased_is_kept_out(town):
    await town.put("customers/zq-active")
    await town.api.delete("/v1/customers/zq-active")
    said = {"activity_id": "a-1", "customer_id": "zq-active", "points": 5, "kind": "review"}

    answers = [
        await town.api.post("/v1/activities", json=said | {"occurred_at": "2026-11-20T10:00:00Z"})
        for _ in range(2)
    ]

    assert {one.json()["reason"] for one in answers} == {"customer_redacted"}
    assert await found(town, *needles(town, "customer", "zq-active")) == NOTICED


ODD = {
    "zq-total": {"customer_id": "zq-total", "total": "much"},
    "zq-nested": {"customer": {"id": "zq-nested"}},
    "zq-global": {"buyer": [{"id": "gid://shop/Customer/zq-global"}]},
}


@pytest.mark.parametrize("who", ODD)
async def test_an_event_that_cannot_be_read_does_not_bring_the_erased_back(town, who):
    await town.put(f"customers/{who}")
    await town.api.delete(f"/v1/customers/{who}")
    events = [
        {"event_id": f"{who}-1", "order": ODD[who]},
        {"event_id": "e", "order": {"id": who[:4]}},
    ]

    answer = await town.api.post("/v1/order-events/batch", json={"events": events})

    assert {one["outcome"] for one in answer.json()["results"]} == {"quarantined"}
    assert await found(town, *needles(town, "customer", who)) == NOTICED
    kept = await town.rows("SELECT raw FROM order_events WHERE program_id = :program_id")
    assert sum(one["raw"] is not None for one in kept) == 1
