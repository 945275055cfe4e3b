"""Rows of the product page's parity table about what a level gives and what is bound by hand."""

from tests.api.parity import edit, seen, starting_with
from tests.api.town import TODAY

CART = {"lines": [{"product_id": "p1", "quantity": "1", "unit_price": "100.00"}]}


async def quoted(town):
    answer = await town.api.post("/v1/customers/c-7/quote?default=true", json=CART)
    assert answer.status_code == 200, answer.text
    return answer.json()["lines"][0]


async def test_parity_groups_open_promotions_shipping_payments_and_products(database_url):
    """CS-Cart Client Tiers."""
    opens = ["catalog:vip", "payment:invoice", "promotion:spring", "shipping:express"]
    async with starting_with(database_url, "cs_cart") as town:
        await edit(town, "tiers/silver", benefits={"user_group": "7", "entitlements": opens})
        await town.order("c-7", "1000.00")

        benefits = await seen(town, "customers/c-7/benefits")

    assert (benefits["user_group"], benefits["entitlements"]) == ("7", opens)


async def test_parity_sample_groups_and_promotions_at_install(database_url):
    """CS-Cart Client Tiers: Bronze 3 %, Silver 7 %, Gold 10 %."""
    found = []
    async with starting_with(database_url, "cs_cart") as town:
        for spends in (None, "1.00", "999.00", "9000.00"):
            if spends:
                await town.order("c-7", spends)
            line = await quoted(town)
            found.append((line["by"] and line["by"]["key"], line["discount_amount"]))

    assert found == [(None, "0.00"), ("bronze", "3.00"), ("silver", "7.00"), ("gold", "10.00")]


async def test_parity_classes_with_a_discount_bound_to_a_contract_by_hand(database_url):
    """B2B portal, client classification; the contract is an organization."""
    bound = {
        "ladder": "classes", "mode": "exact", "level": "vip",
        "reason": "Contract 12/2026", "until": "2027-12-31",
    }  # fmt: skip
    async with starting_with(database_url, "classes") as town:
        await town.put("organizations/contract-12")
        await town.put("customers/c-7", organization_id="contract-12")
        answer = await town.api.post("/v1/organizations/contract-12/overrides", json=bound)
        assert answer.status_code == 201

        held, line = await seen(town, "customers/c-7"), await quoted(town)
        ends = (await seen(town, "overrides"))["items"]

    assert [(one["track"], one["key"]) for one in held["stages"]] == [("classes", "vip")]
    assert (line["by"], line["total"]) == ({"ladder": "classes", "key": "vip"}, "85.00")
    assert [(one["member"]["id"], one["until"]) for one in ends] == [("contract-12", "2027-12-31")]


async def test_parity_stages_with_a_name_products_and_a_discount(database_url):
    """B2B portal, loyalty program: no products named means all."""
    async with starting_with(database_url, "b2b_stages") as town:
        await town.order("c-7", "1000.00", status="closed", closed_at=f"{TODAY}T10:00:00Z")
        everything = await quoted(town)
        await edit(town, "loyalty-stages/stage_1", products=["p2"])
        other = await quoted(town)
        await edit(town, "loyalty-stages/stage_1", products=["p2", "p1"])
        named = await quoted(town)
        held = await seen(town, "customers/c-7/stages")

    assert [one["name"] for one in held] == ["Stage 1"]
    offs = [one["discount_amount"] for one in (everything, other, named)]
    assert offs == ["3.00", "0.00", "3.00"]


async def test_parity_multiplier_tag_and_a_hidden_tier(database_url):
    """Keystone customer tiers: a hidden tier gives, is not named, and progress skips it."""
    async with starting_with(database_url, "vip") as town:
        await edit(town, "settings", points_per_unit="1")
        await edit(town, "tiers/silver", visible=False)
        await town.put("customers/c-7")
        before = await seen(town, "customers/c-7")
        for total in ("300.00", "300.00"):
            await town.order("c-7", total)
        after = await seen(town, "customers/c-7")

    assert (before["tier"]["key"], before["benefits"]["tags"]) == ("member", ["member"])
    assert before["progress"]["next"]["key"] == "gold"
    assert (after["tier"]["key"], after["tier"]["name"], after["tier"]["position"]) == (
        None, None, 2,
    )  # fmt: skip
    assert after["benefits"]["discount_percent"] == "3.00"
    assert (after["benefits"]["points_multiplier"], after["benefits"]["tags"]) == (
        "1.25", ["silver"],
    )  # fmt: skip
    assert after["progress"]["next"]["key"] == "gold"
