"""What a cart costs a customer. Page 4, "People"; semantics 10."""

import random

import pytest

from app.access.caller import Scope
from tests.api.sent import sent_by
from tests.api.town import key, opened, tier

DEFINITION = {
    "settings": {
        "currency": "EUR",
        "stages": {"default": {"min_stay_days": 0}, "goods": {"min_stay_days": 0}},
    },
    "tiers": [
        tier("bronze", "1.00", benefits={"discount_percent": "3"}),
        tier("silver", "100.00", benefits={"discount_percent": "7"}),
        tier("secret", "5000.00", visible=False, benefits={"discount_percent": "20"}),
    ],
    "loyalty_stages": [
        {"key": "s1", "amount": "100.00", "discount_percent": "7"},
        {"key": "g1", "track": "goods", "amount": "100.00", "discount_percent": "9.50",
         "products": ["p1", "category:shoes"]},
    ],
}  # fmt: skip
SILVER = {"ladder": "tiers", "key": "silver"}
LOST_S1 = {
    "ladder": "default", "key": "s1", "discount_percent": "7.00", "because": "tier_before_stage",
}  # fmt: skip
SMALLER = {"discount_percent": "7.00", "because": "smaller_discount"}


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


def line(product="p9", quantity="1", unit_price="10.00", **more):
    return {"product_id": product, "quantity": quantity, "unit_price": unit_price, **more}


async def quoted(town, *lines, path="customers/c-7/quote"):
    answer = await town.api.post(f"/v1/{path}", json={"lines": lines})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def offs(town, *lines, **more):
    return [one["discount_amount"] for one in (await quoted(town, *lines, **more))["lines"]]


async def test_a_cart_is_priced_line_by_line(town):
    await town.order("c-7", "100.00")

    answer = await quoted(
        town, line("p1", "2", "30.00"), line(quantity="3", unit_price="0.335"), line("p2", "1", "0")
    )

    assert answer == {
        "lines": [
            {
                "quantity": "2", "unit_price": "30.00", "discount_percent": "9.50",
                "discount_amount": "5.70", "total": "54.30",
                "by": {"ladder": "goods", "key": "g1"},
                "lost": [{**SILVER, **SMALLER}, {"ladder": "default", "key": "s1", **SMALLER}],
            },
            {
                "quantity": "3", "unit_price": "0.335", "discount_percent": "7.00",
                "discount_amount": "0.07", "total": "0.93", "by": SILVER, "lost": [LOST_S1],
            },
            {
                "quantity": "1", "unit_price": "0", "discount_percent": "7.00",
                "discount_amount": "0.00", "total": "0.00", "by": SILVER, "lost": [LOST_S1],
            },
        ],
        "total": "55.23",
        "discount_total": "5.77",
        "currency": "EUR",
    }  # fmt: skip


async def test_a_scope_is_of_products_and_categories(town):
    await town.order("c-7", "100.00")

    found = await offs(
        town,
        line("p1"),
        line("p2"),
        line("p2", category_ids=["hats", "shoes"]),
        line("p2", category_ids=["p1"]),
        line("shoes"),
    )

    assert found == ["0.95", "0.70", "0.95", "0.70", "0.70"]


async def test_an_order_does_not_enjoy_the_tier_that_it_earns(town):
    await town.order("c-7", "50.00")
    before = await quoted(town, line(unit_price="60.00"))

    await town.order("c-7", "58.20")  # what was quoted; with the 50 it makes silver
    after = await quoted(town, line(unit_price="60.00"))

    assert (before["lines"][0]["by"]["key"], before["total"]) == ("bronze", "58.20")
    assert (after["lines"][0]["by"]["key"], after["total"]) == ("silver", "55.80")


async def test_a_hidden_level_gives_and_is_not_named(town):
    await town.order("c-7", "5000.00")

    answer = await quoted(town, line())
    benefits = (await town.api.get("/v1/customers/c-7/benefits")).json()

    [first] = answer["lines"]
    assert (first["discount_amount"], first["by"]) == ("2.00", {"ladder": "tiers", "key": None})
    assert [one["key"] for one in first["lost"]] == ["s1"]
    assert benefits["discounts"][0] == {
        "ladder": "tiers", "key": None, "discount_percent": "20.00", "products": [],
    }  # fmt: skip
    assert "secret" not in str(answer) + str(benefits)


async def test_a_hidden_loser_is_not_named(town):
    await town.order("c-7", "5000.00")
    better = {"amount": "100.00", "discount_percent": "25"}
    await town.api.patch("/v1/loyalty-stages/s1", json=better, headers={"If-Match": "*"})

    [first] = (await quoted(town, line()))["lines"]

    assert first["by"] == {"ladder": "default", "key": "s1"}
    assert first["lost"] == [
        {"ladder": "tiers", "key": None, "discount_percent": "20.00",
         "because": "smaller_discount"},
    ]  # fmt: skip


async def test_a_disabled_program_gives_none(town):
    await town.order("c-7", "100.00")
    await town.api.patch("/v1/settings", json={"enabled": False}, headers={"If-Match": "*"})

    answer = await quoted(town, line("p1"))

    assert (answer["total"], answer["discount_total"]) == ("10.00", "0.00")
    assert (answer["lines"][0]["by"], answer["lines"][0]["lost"]) == (None, [])


async def test_a_level_that_is_disabled_gives_none_until_it_is_decided(town):
    await town.order("c-7", "100.00")
    said = {"enabled": False}
    await town.api.patch("/v1/tiers/silver", json=said, headers={"If-Match": "*"})

    [first] = (await quoted(town, line()))["lines"]

    assert (first["by"], first["lost"]) == ({"ladder": "default", "key": "s1"}, [])


async def test_who_is_not_known_is_404_or_pays_in_full(town):
    unknown = await town.api.post("/v1/customers/c-7/quote", json={"lines": [line()]})
    answer = await quoted(town, line(), path="customers/c-7/quote?default=true")
    organization = await town.api.post("/v1/organizations/o-1/quote", json={"lines": [line()]})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "customer_not_found")
    assert (answer["total"], answer["lines"][0]["by"]) == ("10.00", None)
    assert (organization.status_code, organization.json()["code"]) == (
        404,
        "organization_not_found",
    )
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


async def test_a_representative_pays_what_its_organization_pays(town):
    await town.put("organizations/o-1/representatives/c-7")
    await town.order("c-8", "100.00", organization_id="o-1")

    theirs = await quoted(town, line(), path="organizations/o-1/quote")

    assert theirs["discount_total"] == "0.70"
    assert await quoted(town, line()) == theirs


async def test_an_empty_cart_costs_nothing_in_the_currencys_decimals(database_url):
    settings = {**DEFINITION["settings"], "currency": "JPY"}
    async with opened(database_url, {**DEFINITION, "settings": settings}) as town:
        await town.order("c-7", "100", currency="JPY")

        empty = await quoted(town)
        full = await quoted(town, line(unit_price="1050"))

    assert empty == {"lines": [], "total": "0", "discount_total": "0", "currency": "JPY"}
    assert (full["lines"][0]["discount_amount"], full["total"]) == ("74", "976")


@pytest.mark.parametrize(
    ("odd", "pointer"),
    [
        ({"unit_price": 10}, "/lines/0/unit_price"),
        ({"unit_price": "-1"}, "/lines/0/unit_price"),
        ({"unit_price": "1e3"}, "/lines/0/unit_price"),
        ({"unit_price": "NaN"}, "/lines/0/unit_price"),
        ({"unit_price": "9999999999999"}, "/lines/0/unit_price"),
        ({"quantity": 2}, "/lines/0/quantity"),
        ({"quantity": "-1"}, "/lines/0/quantity"),
        ({"product_id": "a\u0000"}, "/lines/0/product_id"),
        ({"product_id": None}, "/lines/0/product_id"),
        ({"category_ids": ["c"] * 101}, "/lines/0/category_ids"),
        ({"price": "1.00"}, "/lines/0/price"),
    ],
)
async def test_what_is_no_line_is_refused(town, odd, pointer):
    answer = await town.api.post("/v1/customers/c-7/quote", json={"lines": [{**line(), **odd}]})

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_a_cart_has_at_most_500_lines_and_its_sums_are_theirs(town):
    await town.order("c-7", "100.00")
    dice = random.Random(7)
    cart = [
        line(f"p{dice.randint(1, 3)}", f"{dice.randint(0, 9)}.5", f"{dice.randint(0, 99)}.995")
        for _ in range(500)
    ]

    answer = await quoted(town, *cart)
    shuffled = dice.sample(range(500), 500)
    other = await quoted(town, *(cart[number] for number in shuffled))
    many = await town.api.post("/v1/customers/c-7/quote", json={"lines": [*cart, line()]})

    assert many.status_code == 422
    for sums, part in (("total", "total"), ("discount_total", "discount_amount")):
        parts = [one[part] for one in answer["lines"]]
        assert cents(answer[sums]) == sum(map(cents, parts))
    assert other["lines"] == [answer["lines"][number] for number in shuffled]
    assert {**other, "lines": []} == {**answer, "lines": []}


async def test_a_quote_takes_one_statement(town):
    await town.order("c-7", "100.00")
    found = sent_by(town.db)
    await quoted(town, line())
    found.clear()

    await quoted(town, *[line()] * 50)

    assert len(found) == 1


async def test_the_scope_is_read(town):
    await town.order("c-7", "100.00")
    for scope in Scope:
        town.api.headers = await key(town, scope)

        answer = await town.api.post("/v1/customers/c-7/quote", json={"lines": [line()]})

        assert answer.status_code == (200 if scope is Scope.read else 403)


def cents(money):
    return int(money.replace(".", ""))
