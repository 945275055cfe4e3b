from datetime import timedelta

import pytest

from tests.api.town import TODAY, opened

YESTERDAY = TODAY - timedelta(1)
MEMBER = "SELECT external_id, tags, joined_on, currency FROM members WHERE member_id = :member"
OVERRIDE = {"mode": "floor", "level": "gold", "reason": "Agreed by phone"}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def test_an_erased_customer_leaves_its_sums_and_no_name(town):
    await town.order("c-1", "600.00")
    await town.put("customers/c-1", tags=["a"], joined_on="2025-01-31", currency="USD")
    await town.api.post("/v1/customers/c-1/overrides", json=OVERRIDE)

    answer = await town.api.delete("/v1/customers/c-1")

    assert answer.status_code == 204
    member = town.member("customer", "c-1")
    [row] = await town.rows(MEMBER, member=member)
    assert tuple(row.values()) == (None, [], None, None)
    assert await town.spend("customer", "c-1") == {TODAY: 60_000}
    assert await town.rows("SELECT 1 FROM overrides WHERE member_id = :member", member=member) == []
    assert (await town.changes("customer", "c-1"))[-3:] == [
        ("tier.left", "gold", None, "membership", "redacted"),
        ("stage.left", "s1", None, "membership", "redacted"),
        ("customer.redacted", None, None, "membership", "redacted"),
    ]
    [notice] = await town.rows(
        "SELECT data FROM changes WHERE type = 'customer.redacted' AND program_id = :program_id"
    )
    assert notice["data"] == {"member": {"kind": "customer", "id": "c-1"}}


async def test_the_numbers_of_an_erased_customers_changes_have_no_gap(town):
    await town.order("c-1", "600.00")

    await town.api.delete("/v1/customers/c-1")

    statement = "SELECT seq FROM changes WHERE member_id = :member ORDER BY seq"
    found = await town.rows(statement, member=town.member("customer", "c-1"))
    assert [one["seq"] for one in found] == [1, 2, 3, 4, 5]


async def test_late_facts_of_an_erased_customer_are_kept_out(town):
    await town.order("c-1", "60.00")
    await town.happen("customer.redacted", id="c-1")

    late = await town.order("c-1", "900.00")

    assert (late["outcome"], late["reason"]) == ("quarantined", "customer_redacted")
    assert await town.spend("customer", "c-1") == {TODAY: 6_000}
    assert await town.level("customer", "c-1") is None


async def test_late_facts_of_who_was_merged_into_an_erased_customer_are_kept_out(town):
    await town.order("c-1", "60.00")
    await town.happen("customer.merged", kept_id="c-2", removed_id="c-1")
    await town.happen("customer.redacted", id="c-2")

    late = await town.order("c-1", "900.00")

    assert (late["outcome"], late["reason"]) == ("quarantined", "customer_redacted")
    assert await town.spend("customer", "c-2") == {TODAY: 6_000}


async def test_an_erase_before_the_first_fact_keeps_later_ones_out(town):
    await town.happen("customer.redacted", id="c-1")

    late = await town.order("c-1", "900.00")

    assert late["outcome"] == "quarantined"
    assert await town.changes("customer", "c-1") == []


async def test_positions_end_while_asleep_and_while_disabled(town):
    await town.order("c-1", "150.00", on=YESTERDAY)
    await town.put("customers/c-1", organization_id="o-1")
    await town.publish(enabled=False)

    await town.api.delete("/v1/customers/c-1")

    kinds = [one[0] for one in await town.changes("customer", "c-1")]
    assert kinds == ["tier.assigned", "tier.left", "customer.redacted"]
    assert await town.represents("c-1") == [("o-1", TODAY, TODAY)]


async def test_what_it_bought_for_an_organization_stays_there(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.order("c-1", "150.00")

    await town.api.delete("/v1/customers/c-1")

    assert await town.spend("organization", "o-1") == {TODAY: 15_000}
    assert await town.level("organization", "o-1") == "silver"


async def test_erasing_again_or_nobody_is_not_found(town):
    await town.put("customers/c-1")
    await town.put("organizations/o-1")
    await town.api.delete("/v1/customers/c-1")
    await town.api.delete("/v1/organizations/o-1")

    for path, code in (
        ("customers/c-1", "customer"),
        ("customers/c-2", "customer"),
        ("organizations/o-1", "organization"),
        ("organizations/o-2", "organization"),
    ):
        answer = await town.api.delete(f"/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, f"{code}_not_found")
    assert len(await town.rows("SELECT 1 FROM members WHERE program_id = :program_id")) == 2


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
    assert await town.spend("organization", "o-1") == {YESTERDAY: 9_000}
    assert await town.spend("customer", "c-1") == {TODAY: 11_000}
    assert await town.changes("customer", "c-1", "tiers") == [
        ("tier.assigned", None, "silver", "membership", "qualified")
    ]
    statement = "SELECT until_on FROM representations WHERE program_id = :program_id"
    assert [one["until_on"] for one in await town.rows(statement)] == [YESTERDAY]
    kinds = [one[0] for one in await town.changes("organization", "o-1")]
    assert kinds == ["tier.assigned", "tier.left", "customer.redacted"]
