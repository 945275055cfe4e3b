"""What the service makes of an adapter's reading. Page 7, section 3."""

import json

import pytest

from app.inbound.adapters import standard as standard_adapter
from app.inbound.adapters.contract import FactEvent, Failure, Reading, Unreadable
from tests.api.deliveries import (
    inbox,
    source,
    told_standard,
)
from tests.api.facts import snapshot
from tests.api.town import opened

BAD_TIME = "bad_time"


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_a_refusal_says_where(town, monkeypatch):
    shop = await source(town)

    def read(*_):
        raise Unreadable(BAD_TIME, "/order/placed_at", "Not an instant.")

    monkeypatch.setattr(standard_adapter, "read", read)

    [(_, outcome, reason)] = await told_standard(town, shop["path"], snapshot())

    assert (outcome, reason) == ("quarantined", "bad_time")
    assert (await inbox(town))[0]["detail"] == "/order/placed_at: Not an instant."


async def test_what_tells_no_instant_happened_at_the_receipt(town, monkeypatch):
    """Each receipt is an event of its own then: A, B, A must not be a duplicate."""
    shop = await source(town)
    event = {**snapshot(), "occurred_at": None, "event_id": None}
    monkeypatch.setattr(standard_adapter, "read", lambda *_: Reading((FactEvent(event),)))
    monkeypatch.setattr(standard_adapter, "event_id", lambda *_: "abc@")

    before = town.clock.at
    [first] = await told_standard(town, shop["path"], snapshot())
    [second] = await told_standard(town, shop["path"], snapshot())

    assert [first[1], second[1]] == ["accepted", "accepted"]
    assert first[0].startswith("abc@2026-11-22T12:00:")
    assert before < (await inbox(town))[0]["occurred_at"] <= town.clock.at


async def test_orders_of_one_body_are_told_apart_and_a_bad_one_fails_no_other(town, monkeypatch):
    shop = await source(town)
    events = [FactEvent({**snapshot(f"o{n}"), "event_id": None}) for n in (1, 2, 2)]
    bad = FactEvent({**snapshot("o3"), "event_id": None, "type": "order.lost"})
    failed = (Failure("o4", "bad_amount", "1,5"), Failure("o5", "bad_amount", "x"))
    reading = Reading((*events, bad), failed=failed)
    monkeypatch.setattr(standard_adapter, "read", lambda *_: reading)
    monkeypatch.setattr(standard_adapter, "event_id", lambda *_: "abc")

    results = await told_standard(town, shop["path"], snapshot())

    assert results == [
        ("abc#o1", "accepted", None),
        ("abc#o2", "accepted", None),
        ("abc#o2#2", "accepted", None),
        ("abc#o3", "quarantined", "not_valid"),
        ("abc#o4", "quarantined", "bad_amount"),
        ("abc#o5", "quarantined", "bad_amount"),
    ]
    kept = [row for row in await inbox(town) if row["outcome"] == "quarantined"]
    assert {row["event_id"]: row["detail"] for row in kept} == {
        "abc#o3": "This is none of the kinds there are.",
        "abc#o4": "Orders o4, o5: 1,5",
    }


async def test_an_id_that_is_too_long_is_stood_for_by_another(town, monkeypatch):
    shop = await source(town)
    event = FactEvent({**snapshot(), "event_id": None})
    monkeypatch.setattr(standard_adapter, "read", lambda *_: Reading((event,)))
    monkeypatch.setattr(standard_adapter, "event_id", lambda *_: "x" * 300)

    [(event_id, outcome, _)] = await told_standard(town, shop["path"], snapshot())

    assert (len(event_id), outcome) == (32, "accepted")


async def test_a_bug_of_an_adapter_loses_nothing(town, monkeypatch):
    shop = await source(town)
    monkeypatch.setattr(standard_adapter, "read", lambda *_: 1 / 0)

    [(_, outcome, reason)] = await told_standard(town, shop["path"], snapshot())

    assert (outcome, reason) == ("quarantined", "failed")
    assert json.loads((await inbox(town))[0]["raw"]) == snapshot()
