"""What a platform named an order's status, and an edit of what that means. Page 7, section 1."""

import asyncio

import pytest

from app import worker
from app.checks import audit
from tests.api.deliveries import edit, source, told, woocommerce
from tests.api.quarantine import woo
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def order(town):
    answer = await town.api.get("/v1/orders/7", params={"source": "shop"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def settle(town):
    """Let the worker read stored orders anew, check everybody and tell of it: nothing is owed.

    A change without a number would be found stuck: the town's clock leaps with every look at it.
    """
    running = worker.start(town.db, town.clock, tick_seconds=0.1)
    try:
        async with asyncio.timeout(30):
            while await owed(town):  # noqa: ASYNC110 - of a database
                await asyncio.sleep(0.05)
    finally:
        await running.stop()


async def owed(town):
    return await town.rows(
        "SELECT 1 FROM remaps WHERE program_id = :program_id"
        " UNION ALL SELECT 1 FROM programs WHERE id = :program_id AND recheck_at IS NOT NULL"
        " UNION ALL SELECT 1 FROM checks WHERE program_id = :program_id AND state <> 'finished'"
        " UNION ALL SELECT 1 FROM changes WHERE program_id = :program_id AND feed_seq IS NULL"
    )


async def test_an_order_is_shown_with_what_the_platform_named_its_status(town):
    shop = await source(town, "woocommerce")
    for body in (woo(status="on-hold", hour=10), woo(hour=12)):
        await told(town, shop["path"], body, woocommerce(body))

    found = await order(town)

    assert (found["status"], found["raw_status"]) == ("paid", "processing")
    states = [(one["status"], one["raw_status"]) for one in found["states"]]
    assert states == [("pending", "on-hold"), ("paid", "processing")]


async def test_an_edit_of_the_map_holds_for_stored_orders_and_then_for_tiers(town):
    """A shop with cash on delivery: what is being processed is not paid yet."""
    shop = await source(town, "woocommerce")
    await told(town, shop["path"], woo(), woocommerce(woo()))
    assert await town.level("customer", "5") == "silver"

    await edit(town, status_map={"processing": "pending"})
    await settle(town)

    assert await town.level("customer", "5") is None
    found = await order(town)
    assert (found["status"], found["raw_status"]) == ("pending", "processing")
    assert found["excluded_because"] == "status"
    last = (await town.changes("customer", "5", "tiers"))[-1]
    assert last == ("tier.left", "silver", None, "rules_changed", "shortfall")
    report = await audit.audit(town.db, town.clock, town.program_id)
    assert report.is_clean, report


async def test_a_delivery_repeated_after_the_edit_is_a_duplicate(town):
    shop = await source(town, "woocommerce")
    [(event_id, _, _)] = await told(town, shop["path"], woo(), woocommerce(woo()))
    await edit(town, status_map={"processing": "closed"})
    await settle(town)

    again = await told(town, shop["path"], woo(), woocommerce(woo()))

    assert again == [(event_id, "duplicate", None)]
