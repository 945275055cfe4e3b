"""What levels cost: by the level held when the day of an order began."""

from datetime import timedelta

import pytest

from tests.api.town import TODAY, opened, tier

DEFINITION = {
    "settings": {"currency": "EUR"},
    "tiers": [tier("silver", "100.00", benefits={"discount_percent": "7.00"})],
}
ZERO = {"foreign_orders": 0, "stated_discount": "0.00"}


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def told(town, **asked):
    answer = await town.api.get("/v1/analytics/economics", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_order_costs_the_level_held_when_its_day_began(town):
    await town.order("c-7", "100.00", discount="4.00")
    await town.order("c-8", "50.00")
    tomorrow = TODAY + timedelta(1)
    await town.put("clock", today=str(tomorrow))
    await town.order("c-7", "200.50", on=tomorrow, discount="1.25")
    await town.order("c-7", "10.00", on=tomorrow, discount="9.00", currency="USD", rate="1")

    found = await told(town)
    before = await told(town, to=str(TODAY))

    [ladder] = found["ladders"]
    none, silver = ladder["levels"]
    assert (found["currency"], ladder["ladder"]) == ("EUR", "tiers")
    assert none == {
        **ZERO, "key": None, "members": 2, "orders": 2, "spend": "150.00",
        "stated_discount": "4.00", "discount_percent": "0.00", "benefit_cost": "0.00",
        "share": "0.000000",
    }  # fmt: skip
    assert silver == {
        "key": "silver", "members": 1, "orders": 2, "spend": "210.50", "foreign_orders": 1,
        "stated_discount": "1.25", "discount_percent": "7.00", "benefit_cost": "14.74",
        "share": "0.070024",
    }  # fmt: skip
    assert before["ladders"][0]["levels"] == [none]


async def test_a_span_that_ends_before_it_begins_is_refused(town):
    answer = await town.api.get(
        "/v1/analytics/economics", params={"from": "2026-11-02", "to": "2026-11-01"}
    )

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "before_from")
