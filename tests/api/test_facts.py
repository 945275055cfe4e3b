"""What becomes of order events, from the request to the rows. Semantics 3."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from app.inbound.coalescer import Coalescer
from app.inbound.items import EVENT
from app.inbound.pipeline import Pipeline
from app.inbound.reading import fact_of
from tests.api.facts import refund, snapshot, stored
from tests.api.town import TODAY, opened

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_an_order_is_counted_and_decided_before_the_answer(town):
    answer = await town.tell(snapshot(total="1000.00"))

    assert answer == {"event_id": "e1", "outcome": "accepted", "reason": None}
    assert await town.spend("customer", "c-7") == {TODAY: 100_000}
    assert await town.level("customer", "c-7") == "gold"
    assert await town.changes("customer", "c-7", "tiers") == [
        ("tier.assigned", None, "gold", "order", "qualified")
    ]


async def test_the_same_event_is_a_duplicate_and_changes_nothing(town):
    await town.tell(snapshot(total="150.00"))

    again = await town.tell(snapshot(total="150.0", placed_at=f"{TODAY}T12:00:00+02:00"))

    assert again["outcome"] == "duplicate"
    assert await town.spend("customer", "c-7") == {TODAY: 15_000}


async def test_the_same_event_id_with_other_content_is_a_conflict_and_is_kept(town):
    await town.tell(snapshot(total="150.00"))

    answer = await town.api.post("/v1/order-events", json=snapshot(total="999.00"))

    assert (answer.status_code, answer.json()["code"]) == (409, "event_conflict")
    assert await town.spend("customer", "c-7") == {TODAY: 15_000}
    filed = await town.rows(
        "SELECT outcome, reason FROM order_events WHERE program_id = :program_id ORDER BY outcome"
    )
    assert [tuple(row.values()) for row in filed] == [
        ("accepted", None),
        ("quarantined", "event_conflict"),
    ]


async def test_an_older_state_is_superseded(town):
    await town.tell(snapshot(total="300.00", event_id="e2", at=f"{TODAY}T11:00:00Z"))

    older = await town.tell(snapshot(total="100.00", event_id="e1"))

    assert older["outcome"] == "superseded"
    assert await town.spend("customer", "c-7") == {TODAY: 30_000}


async def test_the_sequence_is_stronger_than_the_instant(town):
    await town.tell({**snapshot(total="300.00", event_id="e2"), "sequence": 2})
    later = snapshot(total="100.00", event_id="e1", at=f"{TODAY}T11:00:00Z")

    answer = await town.tell({**later, "sequence": 1})

    assert answer["outcome"] == "superseded"


async def test_a_refund_lowers_the_order_on_its_own_day(town):
    bought = TODAY - timedelta(10)
    await town.tell(snapshot(at=f"{bought}T10:00:00Z", total="120.00"))

    await town.tell(refund("20.00"))

    assert await town.spend("customer", "c-7") == {bought: 10_000}


async def test_a_refund_before_its_order_waits_for_it(town):
    first = await town.tell(refund("20.00"))

    then = await town.tell(snapshot(total="120.00"))

    assert (first["outcome"], then["outcome"]) == ("waiting", "accepted")
    assert await town.spend("customer", "c-7") == {TODAY: 10_000}
    waiting = await town.rows(
        "SELECT 1 FROM order_events WHERE program_id = :program_id AND outcome = 'waiting'"
    )
    assert waiting == []


async def test_a_whole_refund_takes_the_order_out_of_the_count(town):
    await town.tell(snapshot(total="120.00"))

    await town.tell(refund("150.00"))

    row = await stored(town)
    assert (row["excluded_because"], row["counted_amount"]) == ("refunded", 0)
    assert row["over_refunded"]
    assert await town.rows("SELECT 1 FROM day_totals WHERE program_id = :program_id") == []


async def test_a_complete_state_withdraws_the_refunds_it_does_not_list(town):
    await town.tell(snapshot(total="120.00"))
    await town.tell(refund("20.00"))

    later = snapshot(
        total="120.00", event_id="e2", at=f"{TODAY}T13:00:00Z", refunds_complete=True, refunds=[]
    )
    await town.tell(later)

    assert await town.spend("customer", "c-7") == {TODAY: 12_000}


async def test_an_order_of_zero_counts_as_an_order(town):
    await town.tell(snapshot(total="0"))

    [day] = await town.rows("SELECT * FROM day_totals WHERE program_id = :program_id")
    assert (day["spend"], day["orders"], day["largest"]) == (0, 1, 0)


async def test_a_batch_answers_in_order_and_a_bad_item_fails_no_other(town):
    bad = {**snapshot("o2", "e2"), "order": {"id": "o2", "total": 5}}
    events = [snapshot("o1", "e1"), bad, snapshot("o1", "e1"), snapshot("o1", "e1", total="1.00")]

    answer = await town.api.post("/v1/order-events/batch", json={"events": events})

    said = [(one["event_id"], one["outcome"], one["reason"]) for one in answer.json()["results"]]
    assert said == [
        ("e1", "accepted", None),
        ("e2", "quarantined", "not_valid"),
        ("e1", "duplicate", None),
        ("e1", "quarantined", "event_conflict"),
    ]


async def test_a_batch_decides_each_member_once(town):
    events = [snapshot(f"o{n}", f"e{n}", total="60.00") for n in range(20)]

    await town.api.post("/v1/order-events/batch", json={"events": events})

    assert await town.changes("customer", "c-7", "tiers") == [
        ("tier.assigned", None, "gold", "order", "qualified")
    ]


async def test_a_batch_with_a_known_order_and_a_refund_of_it_meets_its_customer(town):
    await town.tell(refund("20.00"))
    events = [refund("10.00", "r2", refund_id="refund-2"), snapshot(total="1030.00")]

    await town.api.post("/v1/order-events/batch", json={"events": events})

    assert await town.spend("customer", "c-7") == {TODAY: 100_000}
    assert await town.level("customer", "c-7") == "gold"


async def test_lines_are_an_import(town):
    lines = [snapshot(f"o{n}", f"e{n}", customer_id=f"c-{n % 3}") for n in range(9)]
    body = b"\n".join([json.dumps(line).encode() for line in lines] + [b"{", b""])

    answer = await town.api.post(
        "/v1/order-events/batch", content=body, headers={"Content-Type": "application/x-ndjson"}
    )

    outcomes = [one["outcome"] for one in answer.json()["results"]]
    assert outcomes == ["accepted"] * 9 + ["quarantined"]
    assert await town.changes("customer", "c-0", "tiers") == [
        ("tier.assigned", None, "silver", "import", "qualified")
    ]
    waiting = await town.rows(
        "SELECT 1 FROM positions WHERE program_id = :program_id AND review_on IS NOT NULL"
    )
    assert waiting == []


async def test_two_representatives_in_one_transaction_are_judged_apart(town):
    """Coalescing cannot be seen from outside: semantics 7."""
    for name in ("c-1", "c-2"):
        await town.put(f"customers/{name}", organization_id="o-9")
    coalescer = Coalescer(Pipeline(town.db), lanes=1)
    events = [
        snapshot("o1", "e1", customer_id="c-1", total="150.00"),
        snapshot("o2", "e2", customer_id="c-2", total="900.00"),
    ]
    facts = [fact_of(town.program_id, EVENT.validate_python(one), NOW) for one in events]

    await asyncio.gather(*(coalescer.submit(town.program_id, fact) for fact in facts))

    moves = await town.changes("organization", "o-9", "tiers")
    assert [move[:3] for move in moves] == [
        ("tier.assigned", None, "silver"),
        ("tier.upgraded", "silver", "gold"),
    ]


async def test_an_edit_of_what_counts_reaches_a_member_with_its_next_fact(town):
    await town.tell(snapshot(total="150.00", status="closed"))
    await town.rows("UPDATE programs SET counting = 2 WHERE id = :program_id")
    await town.publish(counted_statuses=["paid"])

    await town.tell(snapshot("o2", "e2", total="50.00"))

    assert await town.spend("customer", "c-7") == {TODAY: 5_000}


async def test_points_follow_what_the_orders_count(town):
    await town.publish(points_per_unit="0.5")
    await town.tell(snapshot(total="121.00"))
    earned = await town.rows("SELECT points FROM day_totals WHERE program_id = :program_id")

    await town.tell(refund("21.00"))

    left = await town.rows("SELECT points FROM day_totals WHERE program_id = :program_id")
    ledger = await town.rows(
        "SELECT points FROM points_entries WHERE program_id = :program_id ORDER BY points"
    )
    assert (earned[0]["points"], left[0]["points"]) == (60, 50)
    assert [row["points"] for row in ledger] == [-10, 60]


async def test_an_order_that_was_merged_away_counts_for_the_kept_customer(town):
    await town.tell(snapshot(total="150.00", customer_id="c-8"))
    await town.happen("customer.merged", kept_id="c-7", removed_id="c-8")

    await town.tell(snapshot("o2", "e2", total="10.00", customer_id="c-8"))

    assert await town.spend("customer", "c-7") == {TODAY: 16_000}
    assert await town.spend("customer", "c-8") == {}
