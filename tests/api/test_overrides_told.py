"""An override is seen in the answer and in the explanation; so is what automation would do."""

from datetime import timedelta

import pytest

from tests.api.town import TODAY, opened, tier
from tests.proof.recompute import differences

DEFINITION = {
    "settings": {"currency": "EUR", "stages": {"classes": {"min_stay_days": 0}}},
    "tiers": [
        tier("bronze", "1.00", benefits={"discount_percent": "3"}),
        tier("silver", "100.00", benefits={"discount_percent": "7"}),
        tier("gold", "1000.00", benefits={"discount_percent": "10"}),
    ],
    "loyalty_stages": [
        {"key": "b", "track": "classes", "amount": "5000.00", "discount_percent": "1"},
        {"key": "a", "track": "classes", "amount": "9000.00", "discount_percent": "25"},
    ],
}
UNTIL = TODAY + timedelta(9)


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        await made.order("c-7", "150.00")
        yield made


async def decide(town, mode, level, **more):
    said = {"mode": mode, "reason": "Agreed by phone", "until": str(UNTIL), **more}
    said = said if level is None else {**said, "level": level}
    answer = await town.api.post("/v1/customers/c-7/overrides", json=said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def told(town, part="", **params):
    answer = await town.api.get(f"/v1/customers/c-7{part}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("mode", "level", "spends", "held", "earned", "percent"),
    [
        ("exact", "gold", None, "gold", "silver", "10.00"),
        ("exact", "bronze", "5000.00", "bronze", "gold", "3.00"),
        ("floor", "gold", None, "gold", "silver", "10.00"),
        ("floor", "bronze", "5000.00", "gold", "gold", "10.00"),
        ("ceiling", "bronze", None, "bronze", "silver", "3.00"),
        ("ceiling", "silver", "5000.00", "silver", "gold", "7.00"),
        ("freeze", None, "5000.00", "silver", "gold", "7.00"),
    ],
)
async def test_it_is_told_with_what_automation_would_do(
    town, mode, level, spends, held, earned, percent
):
    made = await decide(town, mode, level)
    if spends:
        await town.order("c-7", spends)

    answer, why = await told(town), await told(town, "/explanation")

    tier_told = {name: answer["tier"][name] for name in ("key", "overridden", "until")}
    assert tier_told == {"key": held, "overridden": mode, "until": str(UNTIL)}
    assert answer["benefits"]["discount_percent"] == percent
    assert (why["decision"]["level"], why["decision"]["earned"]["level"]) == (held, earned)
    assert why["decision"]["override"] == made["id"]
    [line] = why["overrides"]
    assert (line["id"], line["mode"], line["level"]) == (made["id"], mode, level)
    assert (line["in_force"], line["until"], line["reason"]) == (
        True, str(UNTIL), "Agreed by phone",
    )  # fmt: skip
    assert differences(why) == []


async def test_a_nudge_is_what_is_held_and_binds_nothing(town):
    await decide(town, "nudge", "gold")

    answer, why = await told(town), await told(town, "/explanation")

    assert (answer["tier"]["key"], answer["tier"]["overridden"]) == ("gold", None)
    assert (why["held"]["level"], why["decision"]["earned"]["level"]) == ("gold", "silver")
    assert (why["decision"]["level"], why["decision"]["override"]) == ("silver", None)
    assert differences(why) == []


async def test_a_class_bound_by_hand_gives_its_discount_and_is_explained(town):
    made = await decide(town, "exact", "a", ladder="classes")

    answer, why = await told(town), await told(town, "/explanation", ladder="classes")

    assert [(one["track"], one["key"]) for one in answer["stages"]] == [("classes", "a")]
    assert answer["benefits"]["discount_percent"] == "25.00"
    assert why["decision"]["earned"]["level"] == "b"  # one check falls one step
    assert (why["decision"]["level"], why["decision"]["override"]) == ("a", made["id"])
    assert differences(why) == []


async def test_a_quote_is_by_what_the_override_makes_of_it(town):
    cart = {"lines": [{"product_id": "p", "quantity": "1", "unit_price": "10.00"}]}
    before = (await town.api.post("/v1/customers/c-7/quote", json=cart)).json()
    await decide(town, "exact", "gold")

    after = (await town.api.post("/v1/customers/c-7/quote", json=cart)).json()

    assert (before["total"], after["total"]) == ("9.30", "9.00")
    assert after["lines"][0]["by"] == {"ladder": "tiers", "key": "gold"}


async def test_the_strongest_is_told_and_all_are_explained(town):
    for mode, level in (("floor", "gold"), ("ceiling", "bronze"), ("exact", "silver")):
        await decide(town, mode, level)

    answer, why = await told(town), await told(town, "/explanation")

    assert (answer["tier"]["key"], answer["tier"]["overridden"]) == ("silver", "exact")
    assert [one["mode"] for one in why["overrides"]] == ["exact", "ceiling", "floor"]
    assert differences(why) == []


async def test_one_to_come_is_explained_and_not_yet_told(town):
    begins = TODAY + timedelta(2)
    await decide(town, "exact", "gold", **{"from": str(begins)})

    answer, why = await told(town), await told(town, "/explanation")
    then = await told(town, "/explanation", as_of=str(begins))

    assert (answer["tier"]["key"], answer["tier"]["overridden"]) == ("silver", None)
    assert [one["in_force"] for one in why["overrides"]] == [False]
    assert why["decision"]["override"] is None
    assert (then["decision"]["level"], then["decision"]["earned"]["level"]) == ("gold", "silver")
