"""The inbox as it is listed and shown. Page 4, "Facts"."""

from uuid import uuid4

import pytest

from app.access.caller import Scope
from app.orders import kept
from tests.api.deliveries import encoded, shopify, shopify_order, source, told
from tests.api.facts import snapshot
from tests.api.quarantine import INBOX, listed
from tests.api.town import key, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def pages(town, **query):
    """Every item of a list, page by page, and how many pages there were."""
    items, after, number = [], {}, 0
    while after is not None:
        page = await listed(town, **query, **after)
        items += page["items"]
        number += 1
        after = {"after": page["next"]} if page["next"] else None
    return items, number


async def test_everything_received_is_listed_newest_first(town):
    await town.tell(snapshot())
    await town.tell(snapshot(event_id="e2", at="2026-11-20T10:00:00Z"))
    await town.api.post("/v1/order-events/batch", json={"events": [{"event_id": "bad"}]})

    page = await listed(town)

    assert [(one["event_id"], one["outcome"]) for one in page["items"]] == [
        ("bad", "quarantined"),
        ("e2", "superseded"),
        ("e1", "accepted"),
    ]
    bad, _, first = page["items"]
    assert (bad["type"], bad["reason"], bad["replayable"]) == (None, "not_valid", True)
    assert (first["type"], first["source"], first["replayable"]) == ("order.snapshot", "api", False)
    assert page["next"] is None


@pytest.mark.parametrize("query", [{}, {"state": "accepted"}, {"source": "api"}])
async def test_pages_hold_everything_once(town, query):
    for number in range(7):
        await town.tell(snapshot(order_id=f"o{number}", event_id=f"e{number}"))

    items, number = await pages(town, limit=2, **query)

    assert [one["event_id"] for one in items] == [f"e{number}" for number in range(6, -1, -1)]
    assert number == 4


async def test_filters_by_state_source_and_reason(town):
    shop = await source(town, "shopify")
    await told(town, shop["path"], b"{", shopify(b"{"))
    await town.tell(snapshot())
    await town.api.post("/v1/order-events/batch", json={"events": [{"event_id": "bad"}]})

    async def found(**query):
        return [one["reason"] for one in (await listed(town, **query))["items"]]

    assert await found(state="quarantined") == ["not_valid", "not_parsable"]
    assert await found(source="shop") == ["not_parsable"]
    assert await found(reason="not_valid") == ["not_valid"]
    assert await found(state="quarantined", source="api") == ["not_valid"]
    assert await found(state="accepted") == [None]
    assert await found(state="waiting") == []
    assert await found(source="nobody") == []


@pytest.mark.parametrize("state", [{}, {"state": "quarantined"}])
async def test_a_filter_that_few_match_looks_at_some_at_a_time(town, monkeypatch, state):
    """The next page goes on where this one stopped looking, also when it found nothing."""
    monkeypatch.setattr(kept, "LOOKED_AT", 3)
    bad = [{"event_id": f"b{number}"} for number in range(8)]
    await town.api.post("/v1/order-events/batch", json={"events": [*bad[:1], {"a": 1}, *bad[1:]]})
    await town.rows(
        "UPDATE order_events SET reason = 'rare'"
        " WHERE program_id = :program_id AND event_id IN ('b0', 'b7')"
    )

    items, number = await pages(town, reason="rare", limit=1, **state)

    assert sorted(one["event_id"] for one in items) == ["b0", "b7"]
    assert number >= 3


async def test_an_event_is_shown_with_what_it_was_read_from(town):
    shop = await source(town, "shopify")
    body = b'{"id": 1, "total_price": \xff'
    await told(town, shop["path"], body, {**shopify(body), "cookie": "a=b"})
    [one] = (await listed(town))["items"]

    answer = await town.api.get(f"{INBOX}/{one['id']}")

    whole = answer.json()
    assert {name: whole[name] for name in one} == one
    assert whole["body"] == {"text": None, "base64": "eyJpZCI6IDEsICJ0b3RhbF9wcmljZSI6IP8="}
    assert whole["headers"] == {
        "content-type": "application/json",
        "x-shopify-topic": "orders/paid",
    }
    assert whole["parsed"] is None
    again = await town.api.get(
        f"{INBOX}/{one['id']}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


async def test_a_fact_is_shown_as_it_was_read(town):
    shop = await source(town, "shopify")
    body = encoded(shopify_order())
    await told(town, shop["path"], body, shopify(body))
    [one] = (await listed(town, source="shop"))["items"]

    whole = (await town.api.get(f"{INBOX}/{one['id']}")).json()

    assert whole["parsed"]["raw_status"] == "paid/unfulfilled"
    assert whole["parsed"]["status"] == "paid"
    assert (whole["body"], whole["headers"]) == (None, None)


async def test_text_is_shown_as_text(town):
    await town.api.post("/v1/order-events/batch", json={"events": [{"event_id": "é"}]})
    [one] = (await listed(town))["items"]

    whole = (await town.api.get(f"{INBOX}/{one['id']}")).json()

    assert whole["body"] == {"text": '{"event_id": "\\u00e9"}', "base64": None}
    assert whole["headers"] is None


async def test_what_is_not_there_and_what_is_not_yours_answer_alike(town, database_url):
    await town.tell(snapshot())
    [one] = (await listed(town))["items"]

    async with opened(database_url) as other:
        foreign = await other.api.get(f"{INBOX}/{one['id']}")
        replayed = await other.api.post(f"{INBOX}/{one['id']}/replay")
    unknown = await town.api.get(f"{INBOX}/{uuid4()}")

    assert [one.status_code for one in (foreign, replayed, unknown)] == [404, 404, 404]
    assert foreign.json()["code"] == unknown.json()["code"] == "inbound_event_not_found"


async def test_it_takes_the_scope_operate(town):
    headers = await key(town, Scope.read, Scope.ingest, Scope.configure, Scope.admin)

    answers = [
        await town.api.get(INBOX, headers=headers),
        await town.api.get(f"{INBOX}/{uuid4()}", headers=headers),
        await town.api.post(f"{INBOX}/{uuid4()}/replay", headers=headers),
        await town.api.post(f"{INBOX}/replay", json={}, headers=headers),
        await town.api.get(f"{INBOX}/replays/{uuid4()}", headers=headers),
    ]

    assert [one.json()["code"] for one in answers] == ["scope_missing"] * 5


@pytest.mark.parametrize(
    "query",
    [
        {"state": "duplicate"},
        {"state": "\x00"},
        {"source": "A B"},
        {"reason": "not valid"},
        {"reason": "x" * 41},
        {"limit": "0"},
        {"limit": "1e3"},
        {"after": "bm9uZQ"},
        {"after": "\x00"},
    ],
)
async def test_odd_questions_are_refused(town, query):
    answer = await town.api.get(INBOX, params=query)

    assert answer.status_code == 422, answer.text


async def test_a_cursor_is_of_its_list(town):
    for number in range(3):
        await town.tell(snapshot(order_id=f"o{number}", event_id=f"e{number}"))
    after = (await listed(town, limit=1))["next"]

    answer = await town.api.get(INBOX, params={"after": after, "state": "accepted"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "cursor_invalid")
