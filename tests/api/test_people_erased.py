from datetime import timedelta

import pytest

from tests.api.town import TODAY, opened

YESTERDAY = TODAY - timedelta(1)
OVERRIDE = {"mode": "floor", "level": "gold", "reason": "Agreed by phone"}
NOBODIES = (
    "SELECT member_id FROM members WHERE program_id = :program_id AND external_id IS NULL"
    " AND change_seq > 0"
)
SUMS = (
    "SELECT day, sum(spend) AS spend FROM day_totals WHERE program_id = :program_id"
    " GROUP BY day ORDER BY day"
)


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def sums(town):
    return {one["day"]: int(one["spend"]) for one in await town.rows(SUMS)}


async def told(town):
    """What has become nobody's: (type, from, to, reason), by who it was."""
    [nobody] = [one["member_id"] for one in await town.rows(NOBODIES)]
    statement = "SELECT * FROM changes WHERE member_id = :nobody ORDER BY seq"
    found = await town.rows(statement, nobody=nobody)
    assert [one["seq"] for one in found] == [*range(1, len(found) + 1)]
    return [
        tuple(one[name] for name in ("type", "from_level", "to_level", "reason")) for one in found
    ]


async def refused(town, outcome):
    """The events in the inbox that such outcomes left behind."""
    assert (outcome["outcome"], outcome["reason"]) == ("quarantined", "customer_redacted")
    statement = "SELECT * FROM order_events WHERE event_id = CAST(event_key AS text)"
    statement += " AND program_id = :program_id AND type <> 'customer.redacted'"
    kept = await town.rows(statement)
    assert kept
    return kept


async def test_an_erased_customer_leaves_its_sums_and_no_name(town):
    await town.order("c-1", "600.00")
    await town.put("customers/c-1", tags=["a"], joined_on="2025-01-31", currency="USD")
    await town.api.post("/v1/customers/c-1/overrides", json=OVERRIDE)

    answer = await town.api.delete("/v1/customers/c-1")

    assert answer.status_code == 204
    member = town.member("customer", "c-1")
    assert await town.rows("SELECT 1 FROM members WHERE member_id = :member", member=member) == []
    assert await sums(town) == {TODAY: 60_000}
    assert await town.rows("SELECT 1 FROM overrides WHERE program_id = :program_id") == []
    [order] = await town.rows("SELECT * FROM orders WHERE program_id = :program_id")
    assert (order["counted_amount"], order["counted_on"]) == (60_000, TODAY)
    assert (order["order_id"], order["state"], order["version"]) == ("", None, None)
    assert (await told(town))[-3:] == [
        ("tier.left", "gold", None, "redacted"),
        ("stage.left", "s1", None, "redacted"),
        ("customer.redacted", None, None, "redacted"),
    ]
    [notice] = await town.rows(
        "SELECT data FROM changes WHERE type = 'customer.redacted' AND program_id = :program_id"
    )
    assert notice["data"] == {"member": {"kind": "customer", "id": "c-1"}}


async def test_late_and_repeated_facts_of_an_erased_customer_are_kept_out(town):
    first = {
        "event_id": "of-c-1", "type": "order.snapshot", "occurred_at": "2026-11-22T10:00:00Z",
        "order": {
            "id": "1", "status": "paid", "customer_id": "c-1", "currency": "EUR", "total": "60.00",
            "placed_at": "2026-11-22T10:00:00Z",
        },
    }  # fmt: skip
    await town.tell(first)
    await town.happen("customer.redacted", id="c-1")

    late = await town.order("c-1", "900.00")
    again = await town.tell(first)

    kept = await refused(town, late)
    assert [(one["parsed"], one["order_key"], one["raw"]) for one in kept] == [(None,) * 3] * 2
    assert again["reason"] == "customer_redacted"
    assert await sums(town) == {TODAY: 6_000}


@pytest.mark.parametrize(
    "late",
    [
        {"type": "order.refund", "refund": {"id": "r", "amount": "1.00"}},
        {"type": "order.deleted"},
    ],
)
async def test_what_comes_later_of_an_erased_customers_orders_is_kept_out(town, late):
    await town.order("c-1", "60.00")
    await town.api.delete("/v1/customers/c-1")

    said = {"event_id": "late", "occurred_at": "2026-11-22T12:00:00Z", "order": {"id": "order-1"}}
    outcome = await town.tell({**said, **late})

    await refused(town, outcome)
    assert await sums(town) == {TODAY: 6_000}
    assert len(await town.rows("SELECT 1 FROM orders WHERE program_id = :program_id")) == 1


async def test_who_was_merged_into_an_erased_customer_is_erased_too(town):
    await town.order("c-1", "60.00")
    await town.order("c-2", "50.00")
    await town.happen("customer.merged", kept_id="c-2", removed_id="c-1")
    await town.happen("customer.redacted", id="c-2")

    late = await town.order("c-1", "900.00")

    assert late["reason"] == "customer_redacted"
    assert await sums(town) == {TODAY: 11_000}
    named = "SELECT 1 FROM members WHERE program_id = :program_id AND external_id IS NOT NULL"
    assert await town.rows(named) == []
    notices = (
        "SELECT data FROM changes WHERE type = 'customer.redacted' AND program_id = :program_id"
    )
    ids = {one["data"]["member"]["id"] for one in await town.rows(notices)}
    assert ids == {"c-1", "c-2"}


async def test_a_name_that_was_merged_away_is_erased_alone(town):
    await town.order("c-1", "60.00")
    await town.order("c-2", "50.00")
    await town.happen("customer.merged", kept_id="c-2", removed_id="c-1")

    await town.happen("customer.redacted", id="c-1")

    facts = "SELECT parsed FROM order_events WHERE program_id = :program_id AND parsed IS NOT NULL"
    assert [one for one in await town.rows(facts) if "c-1" in str(one["parsed"])] == []
    assert await town.spend("customer", "c-2") == {TODAY: 11_000}
    states = await town.rows("SELECT state FROM orders WHERE program_id = :program_id")
    assert {one["state"]["customer_id"] for one in states} == {"c-2"}
    assert (await town.order("c-2", "1.00"))["outcome"] == "accepted"
    assert (await town.order("c-1", "1.00"))["reason"] == "customer_redacted"


async def test_an_erase_before_the_first_fact_keeps_later_ones_out(town):
    await town.happen("customer.redacted", id="c-1")

    late = await town.order("c-1", "900.00")

    assert late["outcome"] == "quarantined"
    assert await town.rows("SELECT 1 FROM changes WHERE program_id = :program_id") == []
    assert await town.rows("SELECT 1 FROM orders WHERE program_id = :program_id") == []


async def test_orders_of_guests_are_erased_by_their_ids(town):
    await town.order(None, "60.00")
    await town.order("c-1", "70.00")

    ids = ["order-1", "order-2", "order-9"]
    outcome = await town.happen("customer.redacted", order_ids=ids)

    assert outcome["outcome"] == "accepted"
    held = await town.rows("SELECT order_id FROM orders WHERE program_id = :program_id")
    assert [one["order_id"] for one in held] == ["order-2"]
    for late in ("order-1", "order-9"):
        assert (await town.order(None, "5.00", id=late))["reason"] == "customer_redacted"
    assert (await town.order("c-1", "80.00", id="order-2"))["reason"] is None


async def test_positions_end_while_asleep_and_while_disabled(town):
    await town.order("c-1", "150.00", on=YESTERDAY)
    await town.put("customers/c-1", organization_id="o-1")
    await town.publish(enabled=False)

    await town.api.delete("/v1/customers/c-1")

    kinds = [one[0] for one in await told(town)]
    assert kinds == ["tier.assigned", "tier.left", "customer.redacted"]
    assert await town.rows("SELECT 1 FROM representations WHERE program_id = :program_id") == []


async def test_what_it_bought_for_an_organization_stays_there_and_names_it_alone(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.order("c-1", "150.00")

    await town.api.delete("/v1/customers/c-1")

    assert await town.spend("organization", "o-1") == {TODAY: 15_000}
    assert await town.level("organization", "o-1") == "silver"
    [order] = await town.rows("SELECT * FROM orders WHERE program_id = :program_id")
    assert order["state"]["organization_id"] == "o-1"
    assert "customer_id" not in order["state"]
    late = {"type": "order.refund", "event_id": "r", "occurred_at": "2026-11-22T12:00:00Z"}
    late |= {"order": {"id": "order-1"}, "refund": {"id": "r", "amount": "50.00"}}
    assert (await town.tell(late))["outcome"] == "accepted"
    assert await town.spend("organization", "o-1") == {TODAY: 10_000}


async def test_erasing_again_or_nobody_is_not_found(town):
    await town.put("customers/c-1")
    await town.put("organizations/o-1")
    await town.api.delete("/v1/customers/c-1")
    await town.api.delete("/v1/organizations/o-1")
    before = await town.rows("SELECT * FROM members WHERE program_id = :program_id")

    for path, code in (
        ("customers/c-1", "customer"),
        ("customers/c-2", "customer"),
        ("organizations/o-1", "organization"),
        ("organizations/o-2", "organization"),
    ):
        answer = await town.api.delete(f"/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, f"{code}_not_found")
    assert await town.rows("SELECT * FROM members WHERE program_id = :program_id") == before


async def test_nothing_can_be_said_of_an_erased_member(town):
    await town.put("customers/c-1")
    await town.put("organizations/o-1")
    await town.api.delete("/v1/customers/c-1")
    await town.api.delete("/v1/organizations/o-1")

    answers = [
        await town.put("customers/c-1", tags=["a"]),
        await town.put("customers/c-2", organization_id="o-1"),
        await town.put("organizations/o-1"),
        await town.put("organizations/o-2/representatives/c-1"),
    ]

    assert [one.status_code for one in answers] == [409] * 4
    assert {one.json()["code"] for one in answers} == {"member_redacted"}
    outcome = await town.happen("customer.merged", kept_id="c-3", removed_id="c-1")
    assert (outcome["outcome"], outcome["reason"]) == ("quarantined", "customer_redacted")


async def test_representatives_of_an_erased_organization_stand_for_themselves(town):
    await town.put("organizations/o-1/representatives/c-1", **{"from": YESTERDAY.isoformat()})
    await town.put("customers/c-2", organization_id="o-1")
    await town.order("c-1", "90.00", on=YESTERDAY)
    await town.order("c-1", "110.00")

    answer = await town.api.delete("/v1/organizations/o-1")

    assert answer.status_code == 204
    assert await sums(town) == {YESTERDAY: 9_000, TODAY: 11_000}
    assert await town.spend("customer", "c-1") == {TODAY: 11_000}
    assert await town.changes("customer", "c-1", "tiers") == [
        ("tier.assigned", None, "silver", "membership", "qualified")
    ]
    assert await town.rows("SELECT 1 FROM representations WHERE program_id = :program_id") == []
    kinds = [one[0] for one in await told(town)]
    assert kinds == ["tier.assigned", "tier.left", "customer.redacted"]


async def test_a_stone_cannot_be_found_without_the_key(town):
    await town.put("customers/c-1")
    await town.api.delete("/v1/customers/c-1")

    stones = await town.rows("SELECT member_id FROM members WHERE program_id = :program_id")

    assert town.member("customer", "c-1") not in {one["member_id"] for one in stones}
