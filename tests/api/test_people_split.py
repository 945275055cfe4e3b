import pytest

from app.checks.audit import audit
from tests.api.town import TODAY, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        await made.order("c-1", "60.00")
        await made.order("c-2", "150.00")
        await made.happen("customer.merged", kept_id="c-1", removed_id="c-2")
        yield made


async def split(town, kept, removed, **more):
    said = {"removed_id": removed, **more}
    return await town.api.post(f"/v1/customers/{kept}/split", json=said)


async def test_each_has_again_what_facts_say_of_it(town):
    await town.order("c-2", "7.00")  # while they are one
    before = await town.changes("customer", "c-2", "tiers")

    answer = await split(town, "c-1", "c-2")

    assert (answer.status_code, answer.json()) == (200, {"id": "c-1", "removed_id": "c-2"})
    assert await town.spend("customer", "c-1") == {TODAY: 6_000}
    assert await town.spend("customer", "c-2") == {TODAY: 15_700}
    assert (await town.level("customer", "c-1"), await town.level("customer", "c-2")) == (
        None,
        "silver",
    )
    assert (await town.changes("customer", "c-2", "tiers"))[len(before) :] == [
        ("tier.assigned", None, "silver", "membership", "qualified")
    ]
    assert (await town.api.get("/v1/customers/c-2")).status_code == 200
    report = await audit(town.db, town.clock, town.program_id)
    assert report.is_clean, report


async def test_what_was_merged_into_the_removed_one_goes_with_it(town):
    await town.order("c-3", "20.00")
    await town.happen("customer.merged", kept_id="c-0", removed_id="c-1")
    await split(town, "c-0", "c-1")

    assert await town.spend("customer", "c-0") == {}
    assert await town.spend("customer", "c-1") == {TODAY: 21_000}


@pytest.mark.parametrize(
    ("kept", "removed", "status", "code"),
    [
        ("c-1", "c-9", 404, "customer_not_found"),
        ("c-9", "c-2", 404, "customer_not_found"),
        ("c-1", "c-3", 409, "not_merged"),
        ("c-1", "c-1", 409, "not_merged"),
        ("c-2", "c-1", 409, "customer_merged"),
    ],
)
async def test_what_is_not_a_merger_is_refused(town, kept, removed, status, code):
    await town.put("customers/c-3")

    answer = await split(town, kept, removed)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await town.spend("customer", "c-1") == {TODAY: 21_000}


async def test_it_can_be_merged_again(town):
    await split(town, "c-1", "c-2")

    again = await split(town, "c-1", "c-2")
    await town.happen("customer.merged", kept_id="c-2", removed_id="c-1")

    assert again.json()["code"] == "not_merged"
    assert await town.spend("customer", "c-2") == {TODAY: 21_000}
