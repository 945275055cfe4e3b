"""Keystone customer tiers: rows of the parity table about qualifying, editing and switching off."""

from tests.api.parity import check, day, edit, seen, starting_with, tiers_of
from tests.api.town import TODAY, opened, tier

TOP = {
    "spend": "500.00",
    "points": 700,
    "orders": 3,
    "largest_order": "200.00",
}
QUALIFYING = {
    "settings": {"currency": "EUR", "points_per_unit": "1"},
    "tiers": [
        tier("low", "100.00"),
        {"key": "middle", "criteria": [{"metric": "orders", "at_least": 50}]},
        {
            "key": "top",
            "criteria": [
                *({"metric": metric, "at_least": least} for metric, least in TOP.items()),
                {"tag": "partner"},
            ],
        },
    ],
}
# What a customer lacks → its orders, the points of its activity, its tags.
BUYERS = {
    "nothing": (["200.00", "200.00", "100.00"], 200, ["partner"]),
    "spend": (["200.00", "200.00", "99.99"], 300, ["partner"]),
    "points": (["200.00", "200.00", "100.00"], 199, ["partner"]),
    "orders": (["200.00", "300.00"], 200, ["partner"]),
    "largest_order": (["199.99", "199.99", "100.02"], 202, ["partner"]),
    "tags": (["200.00", "200.00", "100.00"], 200, ["other"]),
}


async def test_parity_all_qualifications_must_hold_and_the_highest_tier_wins(database_url):
    async with opened(database_url, QUALIFYING) as town:
        for buyer, (totals, points, tags) in BUYERS.items():
            await town.put(f"customers/{buyer}", tags=tags)
            for total in totals:
                await town.order(buyer, total)
            await act(town, buyer, points)
        held = dict(zip(BUYERS, await tiers_of(town, *BUYERS), strict=True))
        lacking = {buyer: await lacks(town, buyer) for buyer in BUYERS}

    assert held == {buyer: "top" if buyer == "nothing" else "low" for buyer in BUYERS}
    assert lacking == {buyer: [] if buyer == "nothing" else [buyer] for buyer in BUYERS}


async def act(town, customer, points):
    done = {"activity_id": customer, "customer_id": customer, "points": points}
    more = {"kind": "review", "occurred_at": f"{TODAY}T12:00:00Z"}
    answer = await town.api.post("/v1/activities", json={**done, **more})
    assert answer.status_code == 200, answer.text


async def lacks(town, customer):
    """The criteria of the top tier that do not hold."""
    *_, top = (await seen(town, f"customers/{customer}/explanation"))["levels"]
    return [one["metric"] for one in top["criteria"] if not one["holds"]]


async def test_parity_bonus_points_once(database_url):
    agreed = {"mode": "exact", "level": "member", "reason": "Agreed by phone"}
    async with starting_with(database_url, "vip") as town:
        for _ in range(2):
            await town.order("c-7", "300.00")
        entered = await seen(town, "customers/c-7/points")
        made = (await town.api.post("/v1/customers/c-7/overrides", json=agreed)).json()
        left = await tiers_of(town, "c-7")
        await town.api.delete(f"/v1/overrides/{made['id']}")
        again = await tiers_of(town, "c-7")
        points = await seen(town, "customers/c-7/points")

    assert (left, again) == (["member"], ["silver"])
    assert points == entered
    bonus = [(one["level"], one["points"]) for one in points["items"] if one["kind"] == "bonus"]
    assert bonus == [("silver", 100)]


async def test_parity_order_of_tiers_one_sync_of_several_edits_and_a_manual_sync(database_url):
    often = {"key": "often", "criteria": [{"metric": "orders", "at_least": 1}]}
    definition = {"settings": {"currency": "EUR"}, "tiers": [often, tier("much", "100.00")]}
    async with opened(database_url, definition) as town:
        await town.order("c-7", "150.00")
        held = [await tiers_of(town, "c-7")]
        due = [await ordered(town, "much", "often")]
        published = await edit(town, "tiers/much", criteria=[spent("120.00")])
        due.append(published["check_due_at"])
        held.append(await tiers_of(town, "c-7"))
        await day(town, "2026-11-23")
        held.append(await tiers_of(town, "c-7"))
        debounced = await occasions(town)

        await ordered(town, "often", "much")
        synced = await check(town)
        held.append(await tiers_of(town, "c-7"))
        await day(town, "2026-11-24")
        by_hand = await occasions(town)

    assert held == [["much"], ["much"], ["often"], ["much"]]
    assert due[0] < due[1], "the second edit begins the quiet period anew"
    assert debounced == ["check", "rules_changed"]
    assert synced["moves"] == {"up": 1, "down": 0}
    assert by_hand == ["check", "check", "rules_changed", "rules_changed"]


async def ordered(town, *keys):
    """When the check of the new order of tiers is due."""
    answer = await town.api.put("/v1/tiers/order", json={"keys": keys}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return answer.json()["published"]["check_due_at"]


async def occasions(town):
    return sorted(one["occasion"] for one in (await seen(town, "checks"))["items"])


def spent(least):
    return {"metric": "spend", "at_least": least}


async def test_parity_global_off_keeps_assignments_inactive_and_on_resyncs_all(database_url):
    async with starting_with(database_url, "cs_cart") as town:
        for customer in ("c-7", "c-8"):
            await town.order(customer, "1000.00")
        await edit(town, "settings", enabled=False)
        for customer in ("c-7", "c-8", "c-9"):
            await town.order(customer, "9000.00")
        await day(town, "2026-11-23")
        off = await seen(town, "customers/c-7")
        skipped = await occasions(town)

        await edit(town, "settings", enabled=True)
        await day(town, "2026-11-24")
        on = await seen(town, "customers/c-7")
        moves = [await moved(town, customer) for customer in ("c-7", "c-8", "c-9")]

    assert (off["active"], off["tier"]["key"]) == (False, "silver")
    assert (off["benefits"]["discount_percent"], skipped) == ("0.00", [])
    assert (on["active"], on["tier"]["key"]) == (True, "gold")
    assert on["benefits"]["discount_percent"] == "10.00"
    assert moves == [[("silver", "order"), ("gold", "resync")]] * 2 + [[("silver", "resync")]]


async def moved(town, customer):
    """(to, occasion) of each move, the oldest first."""
    items = (await seen(town, f"customers/{customer}/changes"))["items"]
    told = [(one["data"]["to"]["key"], one["data"]["occasion"]) for one in items]
    return told[::-1]
