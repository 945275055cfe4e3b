"""Events in quarantine read again: the effect is the one that they would have had. I13."""

import asyncio
from datetime import timedelta

import pytest

from app.inbound.pipeline import Pipeline
from tests.api.deliveries import (
    edit,
    encoded,
    inbox,
    shopify,
    source,
    standard,
    told,
    told_standard,
    woocommerce,
)
from tests.api.facts import snapshot
from tests.api.quarantine import INBOX, listed, replay, unmapped, woo, work
from tests.api.town import TODAY, opened
from tests.roles import meddle

FACT = (
    "SELECT event_id, type, version, occurred_at, received_at, content_hash, parsed"
    " FROM order_events WHERE program_id = :program_id AND order_key IS NOT NULL"
)
ORDERS = (
    "SELECT order_id, state, history, refunds, counted_on, counted_amount, excluded_because"
    " FROM orders WHERE program_id = :program_id"
)


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_an_event_counts_once_its_status_has_a_meaning(town):
    await unmapped(town, woo())
    received_at = (await inbox(town))[0]["received_at"]
    await edit(town, status_map={"processing": "paid"})
    town.clock.at += timedelta(days=1)

    answer = await replay(town)

    assert answer.status_code == 200, answer.text
    assert [one["outcome"] for one in answer.json()["results"]] == ["accepted"]
    event = answer.json()["event"]
    assert (event["outcome"], event["reason"], event["replayable"]) == ("accepted", None, False)
    assert await town.level("customer", "5") == "silver"
    kept, fact = sorted(await inbox(town), key=lambda row: row["order_key"] is not None)
    assert (kept["raw"], kept["headers"]) == (None, None)
    assert fact["received_at"] == kept["received_at"] == received_at


async def test_it_has_the_effect_that_it_would_have_had(town, database_url):
    """Beside a town that knew all along what `processing` means."""
    bodies = [woo(total="50.00"), woo(status="completed", hour=12), woo(8, hour=11)]
    shop = await unmapped(town, bodies[0])
    for body in bodies[1:]:
        await told(town, shop["path"], body, woocommerce(body))
    received = sorted({row["received_at"] for row in await inbox(town)})
    await edit(town, status_map={"processing": "paid"})
    await town.api.post(f"{INBOX}/replay", json={})
    await work(town)

    async with opened(database_url) as knowing:
        shop = await source(knowing, "woocommerce")
        for body, at in zip(bodies, received, strict=True):
            knowing.clock.at = at - timedelta(seconds=1)
            [(_, outcome, _)] = await told(knowing, shop["path"], body, woocommerce(body))
            assert outcome == "accepted"
        expected = await effect(knowing)

    found = await effect(town)
    assert [len(one) for one in found] == [3, 2, 1, 1]
    assert found == expected


async def effect(town):
    """Facts, orders, day totals and position."""
    return [
        await town.rows(f"{FACT} ORDER BY version"),
        await town.rows(f"{ORDERS} ORDER BY order_id"),
        [await town.spend("customer", "5")],
        [await town.level("customer", "5")],
    ]


async def test_what_is_still_unreadable_stays(town):
    await unmapped(town, woo())

    answer = await replay(town)

    event = answer.json()["event"]
    assert (event["outcome"], event["reason"], event["replayable"]) == (
        "quarantined",
        "unmapped_status",
        True,
    )
    assert [one["reason"] for one in answer.json()["results"]] == ["unmapped_status"]


async def test_another_reason_takes_the_place_of_the_first(town):
    await unmapped(town, woo(total="1,5"))
    await edit(town, status_map={"processing": "paid"})

    event = (await replay(town)).json()["event"]

    assert (event["outcome"], event["reason"]) == ("quarantined", "bad_amount")
    assert len(await inbox(town)) == 1


async def test_an_event_that_came_again_mended_is_no_second_fact(town):
    await unmapped(town, woo())
    await edit(town, status_map={"processing": "paid"})
    path = (await town.api.get("/v1/sources/shop")).json()["path"]
    await told(town, path, woo(), woocommerce(woo()))

    answer = await replay(town)

    assert [one["outcome"] for one in answer.json()["results"]] == ["duplicate"]
    assert answer.json()["event"]["outcome"] == "accepted"
    assert await town.spend("customer", "5") == {TODAY - timedelta(days=2): 15_000}


async def test_one_bad_order_of_a_page_is_mended_without_the_others(town):
    shop = await source(town, "cs_cart", status_map={"Z": None}, currency_map={"": "EUR"})
    page = {
        "orders": [
            {
                "order_id": str(number), "status": status, "user_id": "5", "total": "60.00",
                "timestamp": "1795168800", "updated_at": "1795168800", "products": {},
            }
            for number, status in ((1, "P"), (2, "Z"), (3, "Z"))
        ]
    }  # fmt: skip
    body = encoded(page)
    first = await told(town, shop["path"], body, standard(body, town.clock.now()))
    assert [one[1:] for one in first] == [
        ("accepted", None),
        ("quarantined", "unmapped_status"),
        ("quarantined", "unmapped_status"),
    ]
    await edit(town, status_map={"Z": "paid"})

    answer = await replay(town)

    outcomes = [one["outcome"] for one in answer.json()["results"]]
    assert outcomes == ["duplicate", "accepted", "accepted"]
    assert answer.json()["event"]["outcome"] == "accepted"
    [totals] = (await town.spend("customer", "5")).values()
    assert totals == 18_000


async def test_what_came_by_api_is_read_again_too(town):
    """The service has learned to read it meanwhile: here its bytes have."""
    await town.api.post("/v1/order-events/batch", json={"events": [{"event_id": "e1"}]})
    assert (await replay(town)).json()["event"]["outcome"] == "quarantined"
    await meddle(
        town.db,
        "UPDATE order_events SET raw = :raw WHERE program_id = :program_id",
        program_id=town.program_id,
        raw=encoded(snapshot(total="150.00")),
    )

    answer = await replay(town)

    assert answer.json()["event"]["outcome"] == "accepted"
    assert await town.level("customer", "c-7") == "silver"


async def test_a_fact_that_could_not_be_recorded_is_recorded_when_it_can(town, monkeypatch):
    async def fails(*_, **__):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "take", fails)
        answer = await town.api.post("/v1/order-events", json=snapshot(total="150.00"))
        assert answer.json()["reason"] == "failed"
        again = await replay(town)
    assert again.json()["event"]["outcome"] == "quarantined"
    assert len(await inbox(town)) == 1

    answer = await replay(town)

    assert [one["event_id"] for one in answer.json()["results"]] == ["e1"]
    assert answer.json()["event"]["outcome"] == "accepted"
    assert await town.level("customer", "c-7") == "silver"


async def test_a_replayed_event_leaves_the_audits_queries_at_zero(town):
    await unmapped(town, woo())
    await edit(town, status_map={"processing": "paid"})
    await town.api.post("/v1/order-events/batch", json={"events": [snapshot(total="x")]})
    await meddle(
        town.db,
        "UPDATE order_events SET raw = :raw WHERE program_id = :program_id AND source = 'api'",
        program_id=town.program_id,
        raw=encoded(snapshot()),
    )
    await town.api.post(f"{INBOX}/replay", json={})
    await work(town)

    states = {row["outcome"] for row in await inbox(town)}
    literally = await town.rows(
        "SELECT order_key FROM (SELECT program_id, order_key, version, true AS fact"
        " FROM order_events WHERE type IN ('order.snapshot', 'order.deleted')"
        " AND outcome <> 'quarantined' UNION ALL"
        " SELECT program_id, order_key, version, false FROM orders) s"
        " WHERE program_id = :program_id GROUP BY program_id, order_key"
        " HAVING max(version) FILTER (WHERE fact) IS DISTINCT FROM"
        " max(version) FILTER (WHERE NOT fact) OR count(*) FILTER (WHERE NOT fact) <> 1"
    )

    assert states == {"accepted"}
    assert literally == []


async def test_what_can_never_be_read_again_says_why(town):
    shop = await source(town)
    await told_standard(town, shop["path"], snapshot())
    await told_standard(town, shop["path"], snapshot(total="9.00"))
    conflict = await replay(town)
    [fact] = (await listed(town, state="accepted"))["items"]
    done = await town.api.post(f"{INBOX}/{fact['id']}/replay")

    assert [(one.status_code, one.json()["code"]) for one in (conflict, done)] == [
        (409, "not_replayable")
    ] * 2
    assert "other content" in conflict.json()["detail"]
    assert "not in quarantine" in done.json()["detail"]


async def test_without_its_source_or_its_body_nothing_can_be_read(town):
    await unmapped(town, woo())
    await town.api.delete("/v1/sources/shop", headers={"If-Match": "*"})
    orphan = await replay(town)
    emptied = "UPDATE order_events SET raw = NULL WHERE program_id = :program_id"
    await meddle(town.db, emptied, program_id=town.program_id)
    empty = await replay(town)

    assert (orphan.status_code, empty.status_code) == (409, 409)
    assert "source was deleted" in orphan.json()["detail"]
    assert "no longer kept" in empty.json()["detail"]


async def test_of_somebody_who_was_erased_nothing_is_kept(town):
    await unmapped(town, woo())
    await town.put("customers/5")
    await town.happen("customer.redacted", id="5")
    await edit(town, status_map={"processing": "paid"})

    answer = await replay(town)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_replayable")
    assert "erased" in answer.json()["detail"]
    rows = await inbox(town)
    assert all(row["raw"] is None and row["headers"] is None for row in rows)


async def test_an_order_that_was_only_named_is_asked_for_again(town):
    shop = await source(town, "shopify")
    body = encoded({"order_edit": {"id": 1, "order_id": 450789469}})
    await told(town, shop["path"], body, shopify(body, "orders/edited"))
    await town.rows("DELETE FROM fetches WHERE program_id = :program_id")

    answer = await replay(town)

    assert answer.json()["event"]["reason"] == "needs_fetch"
    [asked] = await town.rows("SELECT * FROM fetches WHERE program_id = :program_id")
    assert asked["order_id"] == "450789469"
    assert str(asked["notification"]) == answer.json()["event"]["id"]


async def test_two_replays_at_once_record_one_fact(town):
    await unmapped(town, woo())
    await edit(town, status_map={"processing": "paid"})

    answers = await asyncio.gather(*(replay(town) for _ in range(4)), return_exceptions=True)

    codes = [one.status_code for one in answers if not isinstance(one, Exception)]
    assert set(codes) <= {200, 409}
    assert 200 in codes
    assert len(await town.rows(FACT)) == 1
