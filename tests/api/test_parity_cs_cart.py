"""CS-Cart Client Tiers: rows of the parity table about spendings, checks and organizations."""

import asyncio
from functools import partial

from tests.api.parity import check, day, edit, seen, starting_with, tiers_of
from tests.api.town import TODAY
from tests.cli.conftest import Tiers

# Window → its first and last day today, Sunday the 22nd of November 2026, and the days beside.
PERIODS = [
    ({"rolling_days": 30}, "2026-10-22", "2026-10-23", "2026-11-22", "2026-11-23"),
    ({"previous": "month"}, "2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01"),
    ({"rolling_months": 12}, "2025-11-21", "2025-11-22", "2026-11-22", "2026-11-23"),
    ({"previous": "year"}, "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"),
]


async def test_parity_spendings_within_a_reporting_period(database_url):
    found = []
    async with starting_with(database_url, "cs_cart") as town:
        for number, (window, *days) in enumerate(PERIODS):
            await edit(town, "settings", tiers={"window": window})
            for on in days:
                await town.order(f"{number}-{on}", "1000.00", on)
            found.append(await tiers_of(town, *(f"{number}-{on}" for on in days)))
        await town.order("less", "999.99", "2025-06-01")
        least = await tiers_of(town, "less")

    assert found == [[None, "silver", "silver", None]] * len(PERIODS)
    assert least == ["bronze"], "each group asks its own"


async def test_parity_upgrade_at_the_check_or_after_a_paid_order_as_well(database_url):
    async with starting_with(database_url, "cs_cart") as town:
        await town.order("unpaid", "1000.00", status="pending")
        await town.order("at-once", "1000.00")
        await edit(town, "settings", tiers={"upgrade": "at_check"})
        await town.order("waits", "1000.00")
        before = await tiers_of(town, "unpaid", "at-once", "waits")
        waiting = (await seen(town, "members", state="pending_upgrade"))["items"]
        await check(town)
        after = await tiers_of(town, "unpaid", "at-once", "waits")

    assert before == [None, "silver", None]
    assert [one["id"] for one in waiting] == ["waits"]
    assert after == [None, "silver", "silver"]


async def test_parity_downgrade_on_and_off_and_the_check_is_the_only_way_down(database_url):
    async with starting_with(database_url, "cs_cart") as town:
        await town.order("old", "1000.00", "2026-10-24")
        await town.order("undone", "1000.00")
        await day(town, "2026-11-24")
        off = await tiers_of(town, "old", "undone")
        why = await seen(town, "customers/old/explanation")

        await edit(town, "settings", tiers={"downgrade": "to_earned"})
        await town.tell(cancelled("order-2"))
        on = await tiers_of(town, "old", "undone")
        done = await check(town)
        lowered = await tiers_of(town, "old", "undone")

    assert off == on == ["silver", "silver"]
    assert why["decision"]["reason"] == "downgrades_off"
    assert done["moves"] == {"up": 0, "down": 2}
    assert lowered == [None, None]


def cancelled(order_id):
    order = {
        "id": order_id, "status": "cancelled", "customer_id": "undone", "currency": "EUR",
        "total": "1000.00", "placed_at": f"{TODAY}T10:00:00Z",
    }  # fmt: skip
    event = {"event_id": "cancelled", "type": "order.snapshot", "order": order}
    return {**event, "occurred_at": f"{TODAY}T11:00:00Z"}


async def test_parity_tier_check_by_hand_by_command_and_on_schedule(database_url):
    buyers = ("by-hand", "by-command", "by-schedule")
    found = []
    async with starting_with(database_url, "cs_cart") as town:
        await edit(town, "settings", tiers={"upgrade": "at_check"}, check_schedule="30 6 * * 2")
        command = partial(Tiers(database_url), "check", "-p", f"t-{town.program_id.hex[:12]}")
        ways = (
            partial(check, town),
            partial(asyncio.to_thread, command),
            partial(day, town, "2026-11-24"),
        )
        for buyer, way in zip(buyers, ways, strict=True):
            await town.order(buyer, "1000.00")
            await way()
            found.append(await tiers_of(town, *buyers))
        made = (await seen(town, "checks"))["items"]

    assert found == [
        ["silver", None, None],
        ["silver", "silver", None],
        ["silver", "silver", "silver"],
    ]
    assert sorted(one["as_of"] for one in made) == ["2026-11-22", "2026-11-22", "2026-11-24"]


async def test_parity_representatives_share_one_tier_and_all_their_orders_count(database_url):
    async with starting_with(database_url, "cs_cart") as town:
        await town.put("organizations/o-1")
        for customer in ("c-1", "c-2"):
            await town.put(f"customers/{customer}", organization_id="o-1")
        await town.order("c-1", "600.00")
        alone = await tiers_of(town, "c-1", "c-2")
        await town.order("c-2", "500.00")
        together = await tiers_of(town, "c-1", "c-2")
        moves = (await seen(town, "organizations/o-1/changes"))["items"]
        organization = await seen(town, "organizations/o-1/tier")

    assert (alone, together) == (["bronze", "bronze"], ["silver", "silver"])
    assert organization["key"] == "silver"
    assert len(moves) == 2, "one change of each, not one of each representative"


async def test_parity_one_tier_at_a_time_and_different_thresholds(database_url):
    alike = [{"metric": "spend", "at_least": "1000.00"}]
    async with starting_with(database_url, "cs_cart") as town:
        for total in ("1.00", "999.00"):
            await town.order("c-7", total)
        held = {}
        for key in ("bronze", "silver", "gold"):
            held[key] = [one["id"] for one in (await seen(town, "members", tier=key))["items"]]
        answer = await town.api.patch(
            "/v1/tiers/gold", json={"criteria": alike}, headers={"If-Match": "*"}
        )

    assert held == {"bronze": [], "silver": ["c-7"], "gold": []}
    assert (answer.status_code, answer.json()["code"]) == (422, "definition_refused")
    named = [fault["pointer"] for fault in answer.json()["errors"]]
    assert named == ["/tiers/1/criteria", "/tiers/2/criteria"]
