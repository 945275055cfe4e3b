"""Deliveries of platforms, from their bytes to the decision. Page 7, section 3."""

import asyncio

import pytest

from tests.api.deliveries import (
    deliver,
    edit,
    encoded,
    inbox,
    shopify,
    shopify_order,
    shown,
    source,
    standard,
    told,
    told_standard,
    woocommerce,
)
from tests.api.facts import refund, snapshot
from tests.api.town import TODAY, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_a_signed_order_is_decided_before_the_answer(town):
    shop = await source(town)
    body = encoded(snapshot(total="1000.00"))

    answer = await deliver(town, shop["path"], body, standard(body, town.clock.now()))

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "results": [{"event_id": "e1", "outcome": "accepted", "reason": None}],
        "ignored": None,
    }
    assert await town.level("customer", "c-7") == "gold"


async def test_a_delivery_repeated_is_a_duplicate(town):
    shop = await source(town, "shopify")
    body = encoded(shopify_order())

    first = await told(town, shop["path"], body, shopify(body))
    again = await told(town, shop["path"], body, shopify(body))

    assert (first[0][1], again) == ("accepted", [(first[0][0], "duplicate", None)])
    assert await town.spend("customer", "207119551") == {TODAY: 12_000}


async def test_a_delivery_that_comes_twenty_times_at_once_counts_once(town):
    shop = await source(town, "shopify")
    body = encoded(shopify_order())

    results = await asyncio.gather(
        *(told(town, shop["path"], body, shopify(body)) for _ in range(20))
    )

    outcomes = sorted(outcome for [(_, outcome, _)] in results)
    assert outcomes == ["accepted", *["duplicate"] * 19]
    assert await town.spend("customer", "207119551") == {TODAY: 12_000}


async def test_the_same_id_with_other_content_is_kept_and_answered(town):
    shop = await source(town)
    await told_standard(town, shop["path"], snapshot(total="150.00"))

    again = await told_standard(town, shop["path"], snapshot(total="999.00"))

    assert again == [("e1", "quarantined", "event_conflict")]
    assert await town.spend("customer", "c-7") == {TODAY: 15_000}
    assert [(row["outcome"], row["reason"]) for row in await inbox(town)] == [
        ("accepted", None),
        ("quarantined", "event_conflict"),
    ]


async def test_order_ids_are_per_source(town):
    shop = await source(town)
    other = await source(town, key="other")

    await told_standard(town, shop["path"], snapshot())
    await told_standard(town, other["path"], {**snapshot(), "source": "shop"})

    rows = await town.rows("SELECT source FROM orders WHERE program_id = :program_id ORDER BY 1")
    assert [row["source"] for row in rows] == ["other", "shop"]


async def test_refunds_wait_and_old_states_are_superseded(town):
    shop = await source(town)

    waits = await told_standard(town, shop["path"], refund("20.00"))
    newer = await told_standard(
        town, shop["path"], snapshot(event_id="e2", at=f"{TODAY}T11:00:00Z")
    )
    older = await told_standard(town, shop["path"], snapshot())

    assert [waits[0][1], newer[0][1], older[0][1]] == ["waiting", "accepted", "superseded"]
    assert await town.spend("customer", "c-7") == {TODAY: 10_000}


async def test_an_authentic_body_that_cannot_be_read_is_kept_to_be_replayed(town):
    shop = await source(town, "shopify")
    body = b'{"id": 1, "total_price": \xff'
    headers = {**shopify(body), "authorization": "Basic eDp5", "cookie": "a=b"}

    [kept] = await told(town, shop["path"], body, headers)
    [again] = await told(town, shop["path"], body, headers)

    assert kept[1:] == ("quarantined", "not_parsable")
    assert again == kept
    [row] = await inbox(town)
    assert (row["event_id"], row["source"], row["raw"]) == (kept[0], "shop", body)
    assert row["headers"] == {
        "content-type": "application/json",
        "x-shopify-topic": "orders/paid",
    }


async def test_a_status_without_a_meaning_is_kept_and_named(town):
    shop = await source(town, "woocommerce", key="woo", status_map={"processing": None})
    body = encoded(
        {
            "id": 7, "status": "processing", "currency": "EUR", "total": "10.00",
            "date_created_gmt": "2026-11-22T10:00:00", "date_modified_gmt": "2026-11-22T10:00:00",
            "line_items": [], "refunds": [],
        }
    )  # fmt: skip

    [(_, outcome, reason)] = await told(town, shop["path"], body, woocommerce(body))

    assert (outcome, reason) == ("quarantined", "unmapped_status")
    assert "processing" in (await inbox(town))[0]["detail"]


async def test_a_delivery_that_only_names_an_order_is_kept(town):
    shop = await source(town, "shopify")
    body = encoded({"order_edit": {"id": 1, "order_id": 450789469}})

    [(_, outcome, reason)] = await told(town, shop["path"], body, shopify(body, "orders/edited"))

    assert (outcome, reason) == ("quarantined", "needs_fetch")


async def test_a_header_alone_deletes_nothing(town):
    shop = await source(town, "shopify")
    body = encoded(shopify_order())

    [(_, outcome, reason)] = await told(town, shop["path"], body, shopify(body, "orders/delete"))

    assert (outcome, reason) == ("quarantined", "topic_mismatch")


async def test_what_is_not_for_us_is_answered_counted_and_not_stored(town):
    shop = await source(town, "shopify")
    body = encoded({"id": 1})

    answers = [
        await deliver(town, shop["path"], body, shopify(body, "products/update")) for _ in range(3)
    ]

    assert {one.status_code for one in answers} == {200}
    assert answers[0].json() == {"results": [], "ignored": "other_topic"}
    [counted] = (await shown(town))["ignored"]
    assert (counted["reason"], counted["count"]) == ("other_topic", 3)
    assert await inbox(town) == []


async def test_test_deliveries_count_only_for_a_source_of_tests(town):
    shop = await source(town, "shopify")
    body = encoded(shopify_order(test=True))

    ignored = await deliver(town, shop["path"], body, shopify(body))
    await edit(town, test=True)
    counted = await deliver(town, shop["path"], body, shopify(body))

    assert ignored.json() == {"results": [], "ignored": "test_event"}
    assert counted.json()["results"][0]["outcome"] == "accepted"


@pytest.mark.parametrize("token", ["src_00000000000000000000", "x", "..%2F", "%F0%9F%98%80"])
async def test_an_unknown_source_is_not_found(town, token):
    answer = await deliver(town, f"/v1/inbound/{token}", b"{}", {})

    assert (answer.status_code, answer.json()["code"]) == (404, "source_not_found")


async def test_a_source_that_nobody_can_write_is_refused(town):
    assert (await deliver(town, "/v1/inbound/src_%00", b"{}", {})).status_code == 422


async def test_a_body_over_a_mebibyte_is_too_large(town):
    shop = await source(town)
    large = b" " * (1024 * 1024 + 1)

    answer = await deliver(town, shop["path"], large, standard(large, town.clock.now()))

    assert answer.status_code == 413
