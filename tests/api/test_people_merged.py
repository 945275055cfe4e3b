import asyncio
from datetime import timedelta

import pytest

from tests.api.town import DEFINITION, TODAY, opened

YESTERDAY = TODAY - timedelta(1)


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def merge(town, kept, removed):
    return await town.happen("customer.merged", kept_id=kept, removed_id=removed)


async def test_all_that_the_removed_one_did_is_the_kept_ones(town):
    await town.order("c-1", "60.00", on=YESTERDAY)
    await town.order("c-2", "150.00")

    outcome = await merge(town, "c-1", "c-2")

    assert outcome["outcome"] == "accepted"
    assert await town.spend("customer", "c-1") == {YESTERDAY: 6_000, TODAY: 15_000}
    assert await town.spend("customer", "c-2") == {}
    assert await town.changes("customer", "c-1", "tiers") == [
        ("tier.assigned", None, "silver", "membership", "qualified")
    ]
    assert await town.changes("customer", "c-2", "tiers") == [
        ("tier.assigned", None, "silver", "order", "qualified"),
        ("tier.left", "silver", None, "membership", "merged"),
    ]


async def test_late_facts_of_the_removed_one_count_for_the_kept_one(town):
    await town.order("c-1", "60.00")
    await town.order("c-2", "1.00")
    await merge(town, "c-1", "c-2")
    await merge(town, "c-0", "c-1")  # the orders that name c-2 move a second time

    await town.order("c-2", "70.00")
    await town.order("c-1", "5.00")

    assert await town.spend("customer", "c-0") == {TODAY: 13_600}
    assert await town.level("customer", "c-0") == "silver"


async def test_the_kept_one_may_have_been_merged_itself(town):
    await town.order("c-3", "120.00")
    await merge(town, "c-1", "c-2")

    await merge(town, "c-2", "c-3")

    assert await town.spend("customer", "c-1") == {TODAY: 12_000}


@pytest.mark.parametrize("pair", [("c-1", "c-2"), ("c-2", "c-1"), ("c-3", "c-2"), ("c-1", "c-1")])
async def test_who_is_one_already_stays_so(town, pair):
    await town.order("c-2", "150.00")
    await merge(town, "c-1", "c-2")
    before = await town.rows("SELECT * FROM changes WHERE program_id = :program_id")

    outcome = await merge(town, *pair)

    assert outcome["outcome"] == "accepted"
    assert await town.spend("customer", "c-1") == {TODAY: 15_000}
    assert await town.rows("SELECT * FROM changes WHERE program_id = :program_id") == before


async def test_representations_pass_to_the_kept_one_and_overrides_do_not(town):
    await town.put("customers/c-2", tags=["a"])
    said = {"mode": "exact", "level": "gold", "reason": "Agreed by phone"}
    await town.api.post("/v1/customers/c-2/overrides", json=said)
    assert await town.level("customer", "c-2") == "gold"
    await town.put("customers/c-2", organization_id="o-1")
    await town.order("c-2", "130.00")

    await merge(town, "c-1", "c-2")

    assert await town.represents("c-1") == [("o-1", TODAY, None)]
    assert await town.represents("c-2") == []
    assert await town.spend("organization", "o-1") == {TODAY: 13_000}
    assert await town.level("customer", "c-1") is None
    assert (await town.changes("customer", "c-2", "tiers"))[-1] == (
        "tier.left",
        "gold",
        None,
        "membership",
        "merged",
    )


async def test_the_representation_recorded_last_holds_after_a_merger(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.put("customers/c-2", organization_id="o-2")

    await merge(town, "c-1", "c-2")
    await town.order("c-1", "30.00")

    assert await town.spend("organization", "o-2") == {TODAY: 3_000}


async def test_a_merger_moves_positions_also_while_the_program_is_disabled(town):
    await town.order("c-2", "150.00")
    await town.publish(enabled=False)

    await merge(town, "c-1", "c-2")

    assert await town.spend("customer", "c-1") == {TODAY: 15_000}
    assert await town.changes("customer", "c-1") == []
    assert (await town.changes("customer", "c-2", "tiers"))[-1][4] == "merged"


async def test_what_is_said_of_the_removed_one_is_refused_and_names_the_kept(town):
    await merge(town, "c-1", "c-2")

    answers = [
        await town.put("customers/c-2", tags=["a"]),
        await town.put("organizations/o-1/representatives/c-2"),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (409, "customer_merged")
        assert '"c-1"' in answer.json()["detail"]


async def test_mergers_in_both_directions_at_once_end_in_one(town):
    await town.order("c-1", "60.00")
    await town.order("c-2", "50.00")

    await asyncio.gather(
        merge(town, "c-1", "c-2"), merge(town, "c-2", "c-1"), town.order("c-2", "1.00")
    )

    held = [await town.spend("customer", one) for one in ("c-1", "c-2")]
    assert sorted(held, key=len) == [{}, {TODAY: 11_100}]


async def test_a_level_of_points_moves_with_the_orders(database_url):
    earning = {
        "settings": {**DEFINITION["settings"], "points_per_unit": "2"},
        "tiers": [{"key": "saver", "criteria": [{"metric": "points", "at_least": 100}]}],
    }
    async with opened(database_url, earning) as town:
        await town.order("c-2", "60.00")

        await merge(town, "c-1", "c-2")

        assert await town.level("customer", "c-1") == "saver"
        left = "SELECT sum(points) AS points FROM points_entries WHERE member_id = :member"
        entries = await town.rows(left, member=town.member("customer", "c-2"))
        assert entries[0]["points"] == 0
