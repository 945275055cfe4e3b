from datetime import timedelta

import pytest

from tests.api.town import DEFINITION, TODAY, opened

WEEKLY = {
    **DEFINITION,
    "settings": {**DEFINITION["settings"], "tiers": {"window": {"rolling_days": 5}}},
}
SILVER = ("tier.assigned", None, "silver", "order", "qualified")


@pytest.fixture
async def town(database_url):
    async with opened(database_url, WEEKLY) as made:
        await made.order("c-1", "150.00")
        yield made


def day(offset):
    return TODAY + timedelta(offset)


async def walk(town, offset):
    """The sandbox's clock, with the checks of every day."""
    answer = await town.put("clock", today=day(offset).isoformat())
    assert answer.status_code == 200, answer.text
    town.today = day(offset)


async def test_positions_sleep_through_the_days_and_fall_when_they_wake(town):
    span = {"from": str(day(1)), "until": str(day(9))}
    await town.put("organizations/o-1/representatives/c-1", **span)

    await walk(town, 9)
    assert await town.changes("customer", "c-1") == [SILVER]
    await walk(town, 10)

    assert await town.changes("customer", "c-1") == [
        SILVER,
        ("tier.left", "silver", None, "check", "shortfall"),
    ]


async def test_who_leaves_today_wakes_with_tomorrows_check(town):
    await town.put("organizations/o-1/representatives/c-1", **{"from": str(day(1))})
    await walk(town, 8)
    await town.api.delete("/v1/organizations/o-1/representatives/c-1")
    assert await town.level("customer", "c-1") == "silver"

    await walk(town, 9)

    assert await town.level("customer", "c-1") is None


async def test_pooled_orders_leave_with_their_representative_and_the_check_decides(database_url):
    settings = {**WEEKLY["settings"], "pooling": "current_representatives"}
    async with opened(database_url, {**WEEKLY, "settings": settings}) as town:
        await town.order("c-1", "150.00")
        span = {"from": str(TODAY), "until": str(day(2))}
        await town.put("organizations/o-1/representatives/c-1", **span)
        assert await town.level("organization", "o-1") == "silver"
        await walk(town, 2)
        assert await town.level("organization", "o-1") == "silver"

        await walk(town, 3)

        assert (await town.changes("organization", "o-1"))[-1] == (
            "tier.left",
            "silver",
            None,
            "check",
            "shortfall",
        )
        assert await town.level("customer", "c-1") == "silver"
