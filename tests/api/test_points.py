"""Points: what orders and activities earn, what tiers add, what persons write and spend."""

import asyncio

import pytest

from app.access.caller import Scope
from tests.api.facts import refund
from tests.api.town import DEFINITION, TODAY, key, opened, tier

EARNING = {
    "settings": {**DEFINITION["settings"], "points_per_unit": "1.5"},
    "tiers": [
        tier("silver", "100.00", benefits={"entry_bonus_points": 50}),
        tier("gold", "200.00", benefits={"points_multiplier": "2.5", "entry_bonus_points": 500}),
        {"key": "star", "criteria": [{"metric": "points", "at_least": 10_000}]},
    ],
}
OF_C_1, OF_C_9 = "/v1/customers/c-1/points", "/v1/customers/c-9/points"
TODAY_TEXT = f"{TODAY}"
NOON = f"{TODAY}T12:00:00Z"
WRONG_DAYS = (
    "SELECT d.day FROM (SELECT * FROM day_totals WHERE program_id = :program_id) d FULL JOIN"
    " (SELECT member_id, day, sum(points) AS points FROM points_entries"
    " WHERE kind = 'earned' AND program_id = :program_id GROUP BY 1, 2) p USING (member_id, day)"
    " WHERE coalesce(d.points, 0) <> coalesce(p.points, 0)"
)


@pytest.fixture
async def town(database_url):
    async with opened(database_url, EARNING) as made:
        yield made
        assert await made.rows(WRONG_DAYS) == []


async def act(town, activity="a-1", customer="c-1", points=40, **more):
    said = {"activity_id": activity, "customer_id": customer, "points": points}
    more = {"kind": "review", "occurred_at": NOON, **more}
    return await town.api.post("/v1/activities", json={**said, **more})


async def write(town, kind, points, path=OF_C_1, **more):
    said = {"kind": kind, "points": points, "reason": "Agreed by phone"}
    return await town.api.post(path, json=said, **more)


async def insist(town, kind, points):
    """As a client does whom a busy service asked to come again."""
    answer = await write(town, kind, points)
    while answer.status_code == 503:
        answer = await write(town, kind, points)
    return answer


async def lines(town, path=OF_C_1):
    """(kind, points) of each line, the oldest first; and the balance after the newest."""
    items = (await town.api.get(path)).json()["items"][::-1]
    assert items[-1]["balance"] == sum(one["points"] for one in items)
    return [(one["kind"], one["points"]) for one in items], items[-1]["balance"]


async def balance(town, member="customers/c-1"):
    return (await town.api.get(f"/v1/{member}")).json()["points"]


async def test_an_order_earns_by_what_counts_and_a_refund_reverses_it_on_its_day(town):
    told = await town.order("c-1", "99.99")

    await town.tell(refund("33.33", order_id="order-1"))

    assert told["outcome"] == "accepted"
    assert await lines(town) == ([("earned", 149), ("earned", -50)], 99)
    [first, second] = (await town.api.get(OF_C_1)).json()["items"]
    assert {first["day"], second["day"]} == {f"{TODAY}"}
    assert (first["order_id"], first["source"]) == ("order-1", "api")
    assert await balance(town) == {"balance": 99, "earned_in_window": 99}


async def test_an_order_enjoys_the_multiplier_held_before_it_and_keeps_that(town):
    await town.order("c-1", "200.00")  # makes gold
    await town.order("c-1", "10.00")

    await town.tell(refund("190.00", "r-1", "order-1"))
    await town.tell(refund("4.00", "r-2", "order-2", refund_id="refund-2"))

    kept = await town.rows("SELECT multiplier FROM orders WHERE program_id = :program_id")
    assert sorted(int(one["multiplier"] * 10) for one in kept) == [10, 25]
    found, left = await lines(town)
    assert sorted(found) == sorted(
        [
            *[("earned", 300), ("bonus", 500), ("earned", 15), ("bonus", 22)],
            *[("earned", -285), ("earned", -6), ("bonus", -9)],
        ]
    )
    assert left == 300 + 500 + 15 + 22 - 285 - 6 - 9
    assert (await balance(town))["earned_in_window"] == 24


async def test_the_level_enjoyed_multiplies_also_where_it_is_the_better_of_two(database_url):
    both = {**EARNING, "settings": {**EARNING["settings"], "effective_tier": "best_of_both"}}
    async with opened(database_url, both) as town:
        await town.order("c-1", "200.00", "2026-11-01")  # gold by itself
        await town.put("organizations/o-1/representatives/c-1")

        await town.order("c-1", "10.00")
        await town.order("c-2", "10.00", organization_id="o-1")

        told = (await town.api.get("/v1/customers/c-1/benefits")).json()
        assert told["points_multiplier"] == "2.5"
        found, _ = await lines(town, "/v1/organizations/o-1/points")
        assert sorted(found) == [("bonus", 22), ("earned", 15), ("earned", 15)]


async def test_an_entry_is_rewarded_once_ever(town):
    await town.order("c-1", "150.00")
    await write(town, "redeemed", 10)
    freed = {"mode": "exact", "level": "gold", "reason": "Agreed by phone"}
    made = (await town.api.post("/v1/customers/c-1/overrides", json=freed)).json()
    await town.api.delete(f"/v1/overrides/{made['id']}")
    assert await town.level("customer", "c-1") == "silver"

    await town.api.post("/v1/customers/c-1/overrides", json=freed)

    found, _ = await lines(town)
    assert [one for one in found if one[0] == "bonus"] == [("bonus", 50), ("bonus", 500)]
    levels = [one["level"] for one in (await town.api.get(OF_C_1)).json()["items"]]
    assert sorted(filter(None, levels)) == ["gold", "silver"]


async def test_an_activity_earns_once_and_decides(town):
    first = await act(town, points=9_999)
    assert await town.level("customer", "c-1") is None

    again = await act(town, points=9_999)
    other = await act(town, points=10_000)
    await act(town, "a-2", points=1)

    assert (first.status_code, first.json()["outcome"]) == (200, "accepted")
    assert (again.status_code, again.json()["outcome"]) == (200, "duplicate")
    assert (other.status_code, other.json()["code"]) == (409, "activity_conflict")
    assert (await lines(town))[0] == [("earned", 9_999), ("earned", 1)]
    assert await town.changes("customer", "c-1", "tiers") == [
        ("tier.assigned", None, "star", "order", "qualified")
    ]
    kept = await town.api.get("/v1/inbound-events?state=quarantined")
    assert [one["reason"] for one in kept.json()["items"]] == ["event_conflict"]


async def test_activities_go_where_orders_go(town):
    day = "2026-11-01"
    await act(town, occurred_at=f"{day}T12:00:00Z")
    await town.put("organizations/o-1/representatives/c-1", **{"from": "2026-10-01"})

    assert await lines(town, "/v1/organizations/o-1/points") == ([("earned", 40)], 40)
    assert await lines(town) == ([("earned", 40)], 40)  # whose points its representative has
    assert await balance(town) == {"balance": 40, "earned_in_window": 40}
    own = "SELECT sum(points) AS left FROM points_entries WHERE member_id = :member"
    [found] = await town.rows(own, member=town.member("customer", "c-1"))
    assert found["left"] == 0

    await town.put("organizations/o-1/representatives/c-1", **{"from": "2026-11-02"})
    [found] = await town.rows(own, member=town.member("customer", "c-1"))
    assert found["left"] == 40


async def test_a_merger_brings_all_points_and_no_second_reward(town):
    for customer in ("c-1", "c-2"):
        await town.order(customer, "100.00")
        await act(town, f"a-{customer}", customer)
    await write(town, "adjusted", 7, "/v1/customers/c-2/points")
    await write(town, "redeemed", 5, "/v1/customers/c-2/points")

    await town.happen("customer.merged", kept_id="c-1", removed_id="c-2")

    both = 2 * (150 + 40) + 7 - 5
    assert await balance(town) == {"balance": both + 50 + 500, "earned_in_window": 380}
    left = "SELECT sum(points) AS left FROM points_entries WHERE member_id = :member"
    [found] = await town.rows(left, member=town.member("customer", "c-2"))
    assert found["left"] == 0
    again = await act(town, "a-c-2", "c-2")
    assert again.json()["outcome"] == "duplicate"
    await act(town, "a-3", "c-2", 3)
    assert (await balance(town))["earned_in_window"] == 383


async def test_redeeming_stops_at_the_balance_and_adjusting_does_not(town):
    await act(town, points=100)

    answers = [
        await write(town, "redeemed", 101),
        await write(town, "redeemed", 100),
        await write(town, "redeemed", 1),
        await write(town, "adjusted", -3),
    ]

    assert [one.status_code for one in answers] == [409, 201, 409, 201]
    assert answers[0].json()["code"] == "insufficient_points"
    assert (answers[1].json()["points"], answers[1].json()["balance"]) == (-100, 0)
    assert answers[1].json()["author"].startswith("key:")
    assert answers[3].json()["balance"] == -3
    assert (await balance(town))["earned_in_window"] == 100


async def test_many_who_redeem_at_once_never_overspend(town):
    await act(town, points=100)

    answers = await asyncio.gather(*(insist(town, "redeemed", 9) for _ in range(16)))

    statuses = sorted(one.status_code for one in answers)
    assert statuses == [201] * 11 + [409] * 5
    items = (await town.api.get(OF_C_1)).json()["items"]
    assert [one["balance"] for one in items] == list(range(1, 101, 9))


async def test_a_repeated_request_with_a_key_redeems_once(town):
    await act(town, points=100)
    once = {"headers": {"Idempotency-Key": "r-1"}}

    first = await write(town, "redeemed", 60, **once)
    again = await write(town, "redeemed", 60, **once)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (await balance(town))["balance"] == 40


async def test_the_ledger_comes_in_pages_with_the_balance_after_each_line(town):
    for number in range(1, 6):
        await act(town, f"a-{number}", points=number)

    seen, after = [], ""
    while after is not None:
        page = (await town.api.get(f"{OF_C_1}?limit=2{after and '&after=' + after}")).json()
        seen += [(one["activity_id"], one["balance"]) for one in page["items"]]
        after = page["next"]

    assert seen == [("a-5", 15), ("a-4", 10), ("a-3", 6), ("a-2", 3), ("a-1", 1)]


ACTIVITY = {"customer_id": "c-9", "kind": "review", "occurred_at": NOON}
ODD = [
    ("GET", OF_C_1, None, 404),
    ("GET", f"{OF_C_9}?after=bm8", None, 422),
    ("POST", OF_C_1, {"kind": "adjusted", "points": 1}, 404),
    ("POST", OF_C_9, {"kind": "adjusted", "points": 0}, 422),
    ("POST", OF_C_9, {"kind": "redeemed", "points": -1}, 422),
    ("POST", OF_C_9, {"kind": "earned", "points": 1}, 422),
    ("POST", OF_C_9, {"kind": "adjusted", "points": 1, "reason": "w"}, 422),
    ("POST", OF_C_9, {"kind": "adjusted", "points": 2**70}, 422),
    ("POST", "/v1/activities", {"activity_id": "\u0000", "points": 1}, 422),
    ("POST", "/v1/activities", {"activity_id": "a", "points": 0}, 422),
    ("POST", "/v1/activities", {"activity_id": "a", "points": 1.5}, 422),
    ("POST", "/v1/activities", {"activity_id": "a", "points": 10**30}, 422),
    ("POST", "/v1/activities", {"activity_id": "a", "points": 1, "occurred_at": TODAY_TEXT}, 422),
]


async def test_odd_input_is_refused(town):
    await act(town, "known", "c-9")

    for method, path, said, status in ODD:
        more = ACTIVITY if path == "/v1/activities" else {"reason": "Agreed by phone"}
        body = None if said is None else {**more, **said}
        answer = await town.api.request(method, path, json=body)
        assert answer.status_code == status, (path, said, answer.text)


async def test_an_erased_customer_earns_nothing_more(town):
    await act(town)
    await town.api.delete("/v1/customers/c-1")

    answer = await act(town, "a-2")

    assert (answer.json()["outcome"], answer.json()["reason"]) == (
        "quarantined",
        "customer_redacted",
    )
    assert (await town.api.get(OF_C_1)).status_code == 404


async def test_who_may_write_points_is_who_operates(town):
    await act(town)
    reader, sender = await key(town, Scope.read), await key(town, Scope.ingest)

    assert (await write(town, "adjusted", 1, headers=reader)).status_code == 403
    assert (await write(town, "adjusted", 1, headers=sender)).status_code == 403
    assert (await town.api.get(OF_C_1, headers=reader)).status_code == 200
    assert (await town.api.get(OF_C_1, headers=sender)).status_code == 403
