"""Refunds that wait for their order, however the two arrive."""

import json

import pytest

from tests.api.test_facts import refund, snapshot
from tests.api.town import TODAY, opened

EVENTS = [refund("20.00"), snapshot(total="120.00")]
SENT = {
    "batch": {"json": {"events": EVENTS}},
    "import": {
        "content": "\n".join(map(json.dumps, EVENTS)),
        "headers": {"Content-Type": "application/x-ndjson"},
    },
}


@pytest.mark.parametrize("way", SENT)
async def test_a_refund_waits_no_longer_when_its_order_comes_in_the_same_request(database_url, way):
    async with opened(database_url) as town:
        answer = await town.api.post("/v1/order-events/batch", **SENT[way])

        told = [one["outcome"] for one in answer.json()["results"]]
        stored = await town.rows("SELECT outcome FROM order_events WHERE program_id = :program_id")
        assert told == ["waiting", "accepted"]
        assert [one["outcome"] for one in stored] == ["accepted", "accepted"]
        assert await town.spend("customer", "c-7") == {TODAY: 10_000}


async def test_refunds_that_wait_one_after_the_other_all_count(database_url):
    async with opened(database_url) as town:
        for number in range(3):
            told = await town.tell(refund("10.00", f"r{number}", refund_id=f"refund-{number}"))
            assert told["outcome"] == "waiting"

        await town.tell(snapshot(total="120.00"))

        assert await town.spend("customer", "c-7") == {TODAY: 9_000}


async def test_an_order_that_is_deleted_twice_stays_deleted(database_url):
    async with opened(database_url) as town:
        await town.tell(snapshot(total="120.00"))
        for number in range(2):
            deleted = {"event_id": f"d{number}", "type": "order.deleted", "order": {"id": "o1"}}
            at = f"{TODAY}T1{number + 1}:00:00Z"
            assert (await town.tell({**deleted, "occurred_at": at}))["outcome"] == "accepted"

        assert await town.spend("customer", "c-7") == {}
