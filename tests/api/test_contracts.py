import pytest

from tests.api.affairs import (
    FLOOR,
    LAST_MONTH,
    TOMORROW,
    YESTERDAY,
    agreed,
    belongs,
    delete,
    expected_of,
    orders,
    played,
    post,
)
from tests.api.town import TODAY, opened

K_1 = "organizations/o-1/contracts/k-1"
CART = {"lines": [{"product_id": "p", "quantity": "1", "unit_price": "10.00"}]}
VIP = {"ladder": "tiers", "mode": "exact", "level": "gold", "reason": "Agreed in the contract"}
PARTS = (
    *("", "/tier", "/stages", "/benefits", "/progress", "/points"),
    *("/explanation", "/orders", "/changes"),
)

CASES = {
    "orders under a contract of its own are the contract's": (
        [
            *(agreed("k:o1/k1"), orders("c1", "150", organization="o1", contract="k1")),
            orders("c1", "20", organization="o1"),
        ],
        {"k:o1/k1": "silver", "o1": None, "k:o1/k1 spend": "150", "o1 spend": "20"},
    ),
    "a contract that nobody told of is only a name": (
        [orders("c1", "150", organization="o1", contract="k1")],
        {"o1": "silver", "o1 spend": "150"},
    ),
    "a contract takes what is bought from its first day on": (
        [
            orders("c1", "150", on=YESTERDAY, organization="o1", contract="k1"),
            *(orders("c1", "60", organization="o1", contract="k1"), agreed("k:o1/k1")),
        ],
        {"k:o1/k1": None, "o1": "silver", "k:o1/k1 spend": "60", "o1 spend": "150"},
    ),
    "a first day in the past brings its orders home": (
        [
            orders("c1", "150", on=YESTERDAY, organization="o1", contract="k1"),
            agreed("k:o1/k1", **{"from": str(LAST_MONTH)}),
        ],
        {"k:o1/k1": "silver", "o1": None, "o1 spend": "0"},
    ),
    "an ended contract's later orders are the organization's": (
        [
            *(agreed("k:o1/k1"), delete("organizations/@o1/contracts/@k1")),
            orders("c1", "60", organization="o1", contract="k1"),
            orders("c1", "150", on=TOMORROW, organization="o1", contract="k1"),
        ],
        {"k:o1/k1 spend": "60", "o1 spend": "150"},
    ),
    "two contracts of one organization differ": (
        [
            *(agreed("k:o1/k1"), agreed("k:o1/k2")),
            orders("c1", "150", organization="o1", contract="k1"),
            orders("c1", "1500", organization="o1", contract="k2"),
        ],
        {"k:o1/k1": "silver", "k:o1/k2": "gold", "o1": None},
    ),
    "contracts of two organizations may have one id": (
        [
            *(agreed("k:o1/k1"), agreed("k:o2/k1")),
            orders("c1", "150", organization="o2", contract="k1"),
        ],
        {"k:o1/k1": None, "k:o2/k1": "silver"},
    ),
    "a class is bound to a contract by hand": (
        [agreed("k:o1/k1"), post("organizations/@o1/contracts/@k1/overrides", **FLOOR)],
        {"k:o1/k1": "gold", "o1": None},
    ),
    "a contract passes nothing on to the parent": (
        [
            *(belongs("o1", "o9"), agreed("k:o1/k1")),
            orders("c1", "150", organization="o1", contract="k1"),
        ],
        {"k:o1/k1": "silver", "o9": None, "o9 spend": "0"},
    ),
    "a child's contract takes the day's orders back from the parent": (
        [
            belongs("o1", "o9"),
            *(orders("c1", "150", organization="o1", contract="k1"), agreed("k:o1/k1")),
        ],
        {"k:o1/k1": "silver", "o9 spend": "0", "k:o1/k1 spend": "150"},
    ),
}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def test_every_case_ends_as_its_row_says(town):
    assert await played(town, CASES) == expected_of(CASES)


async def seen(town, path):
    return (await town.api.get(f"/v1/{path}")).json()


async def test_a_contract_answers_as_other_members_do(town):
    first = await town.put(K_1, tags=["vip"], until=str(TODAY))
    again = await town.put(K_1)
    await town.order("c-1", "20.00", organization_id="o-1", contract_id="k-1")
    bound = await town.api.post(f"/v1/{K_1}/overrides", json=VIP)

    answers = [await town.api.get(f"/v1/{K_1}{part}") for part in PARTS]
    quote = await town.api.post(f"/v1/{K_1}/quote", json=CART)
    listed = await seen(town, "organizations/o-1/contracts")
    members = await seen(town, "members?tier=gold")

    assert (first.status_code, again.status_code, bound.status_code) == (201, 200, 201)
    told = {"organization_id": "o-1", "id": "k-1", "from": str(TODAY), "until": str(TODAY)}
    assert again.json() == {**told, "tags": ["vip"], "joined_on": None, "currency": None}
    assert [one.status_code for one in (*answers, quote)] == [200] * 10
    whole, tier, *_, explained, placed, changes = (one.json() for one in answers)
    assert {name: whole[name] for name in told} == told
    assert whole["tier"] == tier
    assert tier["key"] == "gold"
    assert explained["member"] == {"kind": "contract", "id": "o-1/k-1"}
    assert [one["contract_id"] for one in placed["items"]] == ["k-1"]
    assert placed["items"][0]["counts_for"] == {"kind": "contract", "id": "o-1/k-1"}
    assert [one["data"]["member"]["kind"] for one in changes["items"]] == ["contract"]
    assert listed == {"items": [again.json()], "next": None}
    assert [(one["kind"], one["id"]) for one in members["items"]] == [("contract", "o-1/k-1")]


async def test_what_is_no_contract_today_is_not_found(town):
    await town.put("organizations/o-1")
    await town.put("organizations/o-2/contracts/k-1")
    unknown = [(await town.api.get(f"/v1/{K_1}{part}")).json()["code"] for part in PARTS]
    missing = await town.api.delete(f"/v1/{K_1}")
    await town.put(K_1, **{"from": "2026-11-01", "until": "2026-11-21"})

    ended = await town.api.get(f"/v1/{K_1}")
    again = await town.api.delete(f"/v1/{K_1}")
    nobody = await town.api.get("/v1/organizations/o-3/contracts")

    assert unknown == ["contract_not_found"] * len(PARTS)
    assert [one.json()["code"] for one in (missing, ended, again)] == ["contract_not_found"] * 3
    assert nobody.json()["code"] == "organization_not_found"
    assert [one["until"] for one in (await seen(town, "organizations/o-1/contracts"))["items"]] == [
        "2026-11-21"
    ]
    reopened = await town.put(K_1)
    assert (reopened.json()["from"], reopened.json()["until"]) == ("2026-11-01", None)


async def test_a_contract_that_has_ended_is_counted_no_more(town):
    await town.put(K_1, **{"from": "2026-11-01"})
    await town.api.post(f"/v1/{K_1}/overrides", json=VIP)
    lists = ("members?tier=gold", "analytics/distribution", "analytics/at-risk")
    before = [await seen(town, path) for path in lists]

    await town.put(K_1, until="2026-11-21")
    after = [await seen(town, path) for path in lists]

    shares = [found[1]["ladders"][0]["levels"][-1] for found in (before, after)]
    assert [(one["key"], one["members"]) for one in shares] == [("gold", 1), ("gold", 0)]
    assert (before[1]["members"], after[1]["members"]) == (2, 1)
    assert (len(before[0]["items"]), after[0]["items"]) == (1, [])
    assert after[2]["items"] == []


async def test_a_contract_to_come_is_taken_back(town):
    await town.put(K_1, **{"from": "2027-01-01"})
    before = await town.api.get(f"/v1/{K_1}")

    answer = await town.api.delete(f"/v1/{K_1}")

    assert (before.status_code, answer.status_code) == (404, 204)
    assert await seen(town, "organizations/o-1/contracts") == {"items": [], "next": None}


async def test_contracts_are_listed_page_by_page(town):
    for name in ("k-2", "k-1", "k-3"):
        await town.put(f"organizations/o-1/contracts/{name}")

    first = await seen(town, "organizations/o-1/contracts?limit=2")
    rest = await seen(town, f"organizations/o-1/contracts?limit=2&after={first['next']}")

    assert [one["id"] for one in first["items"] + rest["items"]] == ["k-1", "k-2", "k-3"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"from": "2026-11-23", "until": "2026-11-22"}, "/until"),
        ({"until": "2026-11-21"}, "/until"),
        ({"from": None}, "/from"),
        ({"organization_id": "o-2"}, "/organization_id"),
    ],
)
async def test_odd_contracts_are_refused(town, body, pointer):
    answer = await town.put(K_1, **body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await town.rows("SELECT 1 FROM contracts WHERE program_id = :program_id") == []


async def test_an_order_names_a_contract_beside_its_organization(town):
    order = {"id": "1", "status": "paid", "currency": "EUR", "total": "1.00", "contract_id": "k-1"}
    at = "2026-11-22T10:00:00Z"
    event = {"event_id": "1", "type": "order.snapshot", "occurred_at": at, "order": order}

    answer = await town.api.post("/v1/order-events", json=event)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "contract_of_nobody")


async def test_ids_with_slashes_are_told_apart(town):
    await town.put("organizations/a%2Fb/contracts/c")
    await town.put("organizations/a/contracts/b%2Fc")

    members = await town.rows(
        "SELECT external_id FROM members WHERE program_id = :program_id AND kind = 'contract'"
        " ORDER BY external_id"
    )

    assert [one["external_id"] for one in members] == ["a%2Fb/c", "a/b%2Fc"]


async def test_an_erased_organization_takes_its_contracts_along(town):
    await town.put(K_1)
    await town.order("c-1", "150.00", organization_id="o-1", contract_id="k-1")

    answer = await town.api.delete("/v1/organizations/o-1")
    again = await town.order("c-1", "20.00", organization_id="o-1", contract_id="k-1")

    assert (answer.status_code, again["reason"]) == (204, "customer_redacted")
    assert await town.rows("SELECT 1 FROM contracts WHERE program_id = :program_id") == []
    kept = await town.rows(
        "SELECT m.external_id, d.spend FROM day_totals d JOIN members m USING (member_id)"
        " WHERE d.program_id = :program_id"
    )
    assert [tuple(one.values()) for one in kept] == [(None, 15_000)]
