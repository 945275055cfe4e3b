"""The table of cases about organizations: every row has a name. Semantics 3, 8 and 16."""

import pytest

from tests.api.affairs import (
    FLOOR,
    LAST_MONTH,
    YESTERDAY,
    belongs,
    definition,
    delete,
    expected_of,
    joins,
    leaves,
    orders,
    played,
    post,
    put,
    refused,
)
from tests.api.town import TODAY, opened

OVER = {"from": str(LAST_MONTH), "until": str(YESTERDAY)}

DATED = {
    "joining leaves earlier orders with the customer": (
        [orders("c1", "150", on=YESTERDAY), joins("c1", "o1"), orders("c1", "60")],
        {"c1": None, "c1 own": "silver", "o1": None, "o1 spend": "60", "c1 spend": "150"},
    ),
    "representatives bring one organization up": (
        [joins("c1", "o1"), joins("c2", "o1"), orders("c1", "60"), orders("c2", "50")],
        {"c1": "silver", "c2": "silver", "o1": "silver", "o1 spend": "110", "c2 spend": "0"},
    ),
    "who leaves stays through the day, and the organization keeps": (
        [joins("c1", "o1"), orders("c1", "150"), leaves("c1", "o1"), orders("c1", "20")],
        {"c1": "silver", "o1": "silver", "o1 spend": "170"},
    ),
    "who left yesterday is on its own today": (
        [joins("c1", "o1", **OVER), orders("c1", "150", on=YESTERDAY), orders("c1", "20")],
        {"c1": None, "o1": "silver", "o1 spend": "150", "c1 spend": "20"},
    ),
    "a late fact counts for whom it was then": (
        [joins("c1", "o1", **OVER), orders("c1", "5"), orders("c1", "150", on=LAST_MONTH)],
        {"c1": None, "o1": "silver", "c1 spend": "5"},
    ),
    "a transfer moves what comes, not what was": (
        [
            *(joins("c1", "o1", **{"from": str(LAST_MONTH)}), orders("c1", "150", on=YESTERDAY)),
            *(put("customers/@c1", organization_id="@o2"), orders("c1", "20")),
        ],
        {"c1": None, "o1": "silver", "o1 spend": "150", "o2 spend": "20"},
    ),
    "an order that names an organization counts there": (
        [joins("c1", "o1"), orders("c1", "150", organization="o2")],
        {"c1": None, "o1": None, "o2": "silver", "o2 spend": "150"},
    ),
    "of a dissolved organization everybody stands for itself": (
        [
            *(orders("c1", "150", on=YESTERDAY), joins("c1", "o1"), orders("c1", "60")),
            *(delete("organizations/@o1"), orders("c1", "10")),
        ],
        {"c1": "silver", "c1 spend": "220"},
    ),
    "an override of the organization holds for its people": (
        [joins("c1", "o1"), post("organizations/@o1/overrides", **FLOOR)],
        {"c1": "gold", "o1": "gold", "c1 own": None},
    ),
    "a representative's own positions cannot be overridden": (
        [
            joins("c1", "o1"),
            refused(post("customers/@c1/overrides", **FLOOR), "represents_organization"),
        ],
        {"c1": None},
    ),
}
PARENTS = {
    "children's orders of the day are their parent's": (
        [
            *(orders("c1", "150", on=YESTERDAY, organization="o1"), belongs("o1", "o9")),
            *(belongs("o2", "o9"), orders("c1", "60", organization="o1")),
            orders("c2", "70", organization="o2"),
        ],
        {"o9": "silver", "o1": "silver", "o2": "silver", "o1 own": "silver", "o2 own": None,
         "o9 spend": "130", "o1 spend": "150", "o2 spend": "0"},
    ),
    "a child's representatives have the parent's tier": (
        [joins("c1", "o1"), belongs("o1", "o9"), orders("c1", "1200"), orders("c9", "1")],
        {"c1": "gold", "o1": "gold", "o9": "gold", "c1 own": None, "c9": None},
    ),
    "who joins a child later brings the day's orders to the parent": (
        [belongs("o1", "o9"), orders("c1", "150"), joins("c1", "o1")],
        {"c1": "silver", "o9": "silver", "o9 spend": "150", "c1 spend": "0"},
    ),
    "who leaves a parent stays through the day": (
        [belongs("o1", "o9"), belongs("o1", None), orders("c1", "150", organization="o1")],
        {"o1": "silver", "o9": "silver", "o9 spend": "150", "o1 own": None},
    ),
    "a child that changes its parent is the newer one's": (
        [belongs("o1", "o8"), belongs("o1", "o9"), orders("c1", "150", organization="o1")],
        {"o1": "silver", "o9": "silver", "o8": None, "o8 spend": "0"},
    ),
    "of a dissolved parent the children stand for themselves": (
        [
            *(belongs("o1", "o9"), orders("c1", "150", organization="o1")),
            delete("organizations/@o9"),
        ],
        {"o1": "silver", "o1 spend": "150"},
    ),
    "there is one level": (
        [
            *(belongs("o1", "o9"), refused(belongs("o9", "o0"), "parent_nested")),
            *(refused(belongs("o2", "o1"), "parent_nested"),),
            *(refused(belongs("o3", "o3"), "parent_nested"), belongs("o2", "o9")),
        ],
        {"o1": None, "o2": None},
    ),
    "a child's own positions cannot be overridden": (
        [
            belongs("o1", "o9"),
            refused(post("organizations/@o1/overrides", **FLOOR), "represents_organization"),
        ],
        {"o1": None},
    ),
}  # fmt: skip
POOLED = {
    "joining brings everything": (
        [orders("c1", "150", on=LAST_MONTH), joins("c1", "o1")],
        {"c1": "silver", "c1 own": "silver", "o1 spend": "150"},
    ),
    "a late fact of any day is the present organization's": (
        [joins("c1", "o1"), orders("c1", "150", on=LAST_MONTH)],
        {"c1": "silver", "o1 spend": "150", "c1 spend": "0"},
    ),
    "leaving takes everything along": (
        [
            *(joins("c1", "o1", **{"from": str(LAST_MONTH)}), orders("c1", "150")),
            joins("c1", "o1", **OVER),
        ],
        {"c1": "silver", "o1": None, "o1 spend": "0", "c1 spend": "150"},
    ),
    "a transfer takes everything along": (
        [joins("c1", "o1"), orders("c1", "150", on=LAST_MONTH), joins("c1", "o2")],
        {"c1": "silver", "o1": None, "o2": "silver", "o2 spend": "150"},
    ),
    "an order that names an organization stays there": (
        [orders("c1", "150", organization="o2"), joins("c1", "o1")],
        {"c1": None, "o2": "silver", "o1 spend": "0"},
    ),
    "a child brings everything to its parent": (
        [joins("c1", "o1"), orders("c1", "150", on=LAST_MONTH), belongs("o1", "o9")],
        {"c1": "silver", "o1": "silver", "o9 spend": "150", "o1 spend": "0"},
    ),
    "of a dissolved organization everybody takes along what it bought": (
        [joins("c1", "o1"), orders("c1", "150", on=LAST_MONTH), delete("organizations/@o1")],
        {"c1": "silver", "c1 spend": "150"},
    ),
}
BEST = {
    "the own tier counts where it is better": (
        [orders("c1", "150", on=YESTERDAY), joins("c1", "o1"), orders("c1", "60")],
        {"c1": "silver", "c1 own": "silver", "o1": None},
    ),
    "the organization's counts where it is better": (
        [
            orders("c1", "150", on=YESTERDAY),
            joins("c1", "o1"),
            orders("c2", "1200", organization="o1"),
        ],
        {"c1": "gold", "c1 own": "silver", "o1": "gold"},
    ),
    "the own positions are awake": (
        [joins("c1", "o1"), orders("c1", "150", on=LAST_MONTH)],
        {"c1": "silver", "c1 own": "silver", "o1": None},
    ),
    "who represents somebody may be overridden": (
        [joins("c1", "o1"), post("customers/@c1/overrides", **FLOOR)],
        {"c1": "gold", "c1 own": "gold", "o1": None},
    ),
    "the best of customer, child and parent counts": (
        [
            *(orders("c1", "150", on=YESTERDAY, organization="o1"), joins("c1", "o1")),
            *(belongs("o1", "o9"), orders("c1", "60")),
        ],
        {"c1": "silver", "o1": "silver", "o9": None, "o9 spend": "60"},
    ),
}
GROUPS = [
    pytest.param(DATED | PARENTS, {}, id="dated"),
    pytest.param(POOLED, {"pooling": "current_representatives"}, id="pooled"),
    pytest.param(BEST, {"effective_tier": "best_of_both"}, id="best"),
]


@pytest.mark.parametrize(("cases", "settings"), GROUPS)
async def test_every_case_ends_as_its_row_says(database_url, cases, settings):
    async with opened(database_url, definition(**settings)) as town:
        seen = await played(town, cases)

    assert seen == expected_of(cases)


async def test_all_answers_name_the_same_effective_tier(database_url):
    ids = ("own", "theirs", "alone")
    body = {"lines": [{"product_id": "p", "quantity": "1", "unit_price": "100.00"}]}
    levels = [
        {"key": key, "criteria": [{"metric": "spend", "at_least": spend}],
         "benefits": {"discount_percent": percent}}
        for key, spend, percent in (("silver", "100.00", "5"), ("gold", "1000.00", "10"))
    ]  # fmt: skip
    asked = {**definition(effective_tier="best_of_both"), "tiers": levels}
    async with opened(database_url, asked) as town:
        for one, total in (("own", "1200"), ("theirs", "10"), ("alone", "150")):
            await town.order(one, total, on=YESTERDAY)
        await town.order("c-9", "150", organization_id="o-1")
        for one in ("own", "theirs"):
            await town.put(f"organizations/o-1/representatives/{one}")

        whole = [(await town.api.get(f"/v1/customers/{one}")).json() for one in ids]
        tiers = [(await town.api.get(f"/v1/customers/{one}/tier")).json() for one in ids]
        found = (await town.api.post("/v1/customers/lookup", json={"ids": ids})).json()["items"]
        quotes = [
            (await town.api.post(f"/v1/customers/{one}/quote", json=body)).json() for one in ids
        ]
        told = [(await town.api.get(f"/v1/customers/{one}/explanation")).json() for one in ids]
        cards = [(await town.api.get(f"/v1/customers/{one}/card")).text for one in ids]

    keys = ["gold", "silver", "silver"]
    assert [one["tier"]["key"] for one in whole] == keys
    assert [one["key"] for one in tiers] == keys
    assert [one["tier"]["key"] for one in found] == keys
    assert [one["lines"][0]["by"]["key"] for one in quotes] == keys
    assert [one["held"]["level"] for one in told] == keys
    assert [one["member"]["kind"] for one in told] == ["customer", "organization", "customer"]
    assert all(key in card for key, card in zip(keys, cards, strict=True))
    assert whole[0]["organization_id"] == "o-1"
    assert TODAY.isoformat() == whole[0]["as_of"]
