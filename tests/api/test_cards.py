"""The account widget: what a customer may see of its own tier."""

from datetime import timedelta

import pytest

from tests.api.card import DEFINITION, card, told, with_history
from tests.api.town import TODAY, opened

KEEP = (
    "It is yours through November 24, 2026. €450.00 more by then keeps it."
    " Otherwise you move to Bronze on November 25, 2026."
)
NEWS = "Since November 22, 2026 you save 7.5% on everything."


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def test_a_card_tells_all_that_a_customer_asks(town):
    await with_history(town)

    assert await told(town) == [
        "Your tier",
        "Silver",
        "Since November 22, 2026",
        "New:",
        NEWS,
        "What it gives you",
        "7.5% off everything",
        "1.5 times the points",
        "Next: Gold <b>&</b> {x}",
        "Spend",
        "€1,150.00 of €10,000.00, €8,850.00 to go",
        "€1,150.00 of €10,000.00, €8,850.00 to go",
        "How long you keep it",
        KEEP,
        "Loyalty stages",
        "Partner",
        "Points: 1,150",
    ]


async def test_parity_the_customer_is_told_that_he_is_in_a_group_with_a_discount(town):
    """A row of the parity table (B2B portal, loyalty program): event, answer and account widget."""
    await town.order("c-7", "1500.00")

    events = (await town.api.get("/v1/customers/c-7/changes")).json()["items"]
    answer = (await town.api.get("/v1/customers/c-7")).json()
    texts = await told(town)

    [event] = [one for one in events if one["type"] == "tier.assigned"]
    assert event["data"]["to"]["name"] == answer["tier"]["name"] == texts[1] == "Silver"
    assert answer["benefits"]["discount_percent"] == "7.50"
    assert NEWS in texts


async def test_a_hidden_level_is_not_named_and_gives_its_discount(town):
    await town.order("c-7", "6000.00")

    answer = await card(town)

    assert (await told(town))[:2] == ["Your tier", "Your own level"]
    assert "9% off everything" in await told(town)
    assert "secret" not in answer.text.lower()


async def test_who_holds_nothing_is_told_what_comes_first(town):
    await town.put("customers/c-9")

    assert await told(town, "c-9/card?lang=en") == [
        "Your tier",
        "No level yet",
        "Next: Bronze",
        "Spend",
        "€0.00 of €1.00, €1.00 to go",
        "€0.00 of €1.00, €1.00 to go",
    ]
    assert await told(town, "nobody/card?lang=en&default=true") == await told(
        town, "c-9/card?lang=en"
    )
    assert (await town.api.get("/v1/customers/nobody/card")).json()["code"] == "customer_not_found"


async def test_a_disabled_program_is_paused(town):
    await with_history(town)
    await town.api.patch("/v1/settings", json={"enabled": False}, headers={"If-Match": "*"})

    texts = await told(town)

    assert texts[:3] == ["Your tier", "Silver", "Since November 22, 2026"]
    assert texts[3].startswith("The program is paused")
    assert not any("%" in one or "Next" in one for one in texts)


async def test_an_agreement_is_told_with_its_last_day(town):
    await with_history(town)
    said = {"mode": "freeze", "reason": "Agreed", "until": "2026-12-24"}
    await town.api.post("/v1/customers/c-7/overrides", json=said)

    assert "Agreed with you through December 24, 2026" in await told(town)


async def test_orders_that_wait_for_a_rate_are_told(town):
    await with_history(town)
    await town.order("c-7", "90.00", currency="USD")

    assert "Some of your orders are not counted yet." in await told(town)


async def test_a_discount_is_news_for_two_weeks(town):
    await with_history(town)
    await town.pass_to(TODAY + timedelta(13))
    late = await told(town)

    await town.pass_to(TODAY + timedelta(14))

    assert NEWS in late
    assert NEWS not in await told(town)


async def test_a_smaller_discount_is_no_news(town):
    await town.order("c-7", "6000.00")
    await town.order("c-7", "10000.00")  # gold gives none

    texts = await told(town)

    assert texts[1] == "Gold <b>&</b> {x}"
    assert "New:" not in texts


async def test_a_representative_sees_what_its_organization_holds(town):
    await town.put("organizations/o-1/representatives/c-7")
    await town.order("c-8", "1500.00", organization_id="o-1")

    texts = await told(town)

    assert texts[1] == "Silver"
    assert NEWS in texts


async def test_without_tiers_the_first_track_is_told(database_url):
    alone = {**DEFINITION, "tiers": []}
    async with opened(database_url, alone) as town:
        await town.order("c-7", "700.00")

        texts = await told(town)

    assert texts[:2] == ["Your loyalty stage", "Partner"]
    assert "Loyalty stages" not in texts


async def test_only_discounts_that_can_win_are_told(database_url):
    stages = [
        {"key": "s1", "amount": "500.00", "discount_percent": "4"},
        {
            "key": "h1",
            "track": "hard",
            "amount": "1.00",
            "discount_percent": "9",
            "products": ["p"],
        },
        {
            "key": "w1",
            "track": "weak",
            "amount": "1.00",
            "discount_percent": "5",
            "products": ["p"],
        },
    ]
    tracks = {"default": {}, "hard": {}, "weak": {}}
    settings = {**DEFINITION["settings"], "stages": tracks}
    told_to = {**DEFINITION, "settings": settings, "loyalty_stages": stages}
    async with opened(database_url, told_to) as town:
        await town.order("c-7", "1500.00")

        texts = await told(town)

    assert [one for one in texts if "% off" in one] == [
        "9% off selected products",
        "7.5% off everything",
    ]
