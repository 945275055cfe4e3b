import asyncio
from datetime import date

import pytest

from app.access.caller import Scope
from tests.api.town import DEFINITION, key, opened, tier

ENTRY = {**DEFINITION, "tiers": [tier("bronze", None), tier("silver", "100.00")]}
TAGGED = {
    **DEFINITION,
    "tiers": [
        {
            "key": "friend",
            "match": "any",
            "criteria": [{"tag": "friend"}, {"metric": "spend", "at_least": "900.00"}],
        }
    ],
}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def test_a_put_makes_a_customer_known_once(town):
    first = await town.put("customers/c-1", tags=["b", "a", "b"], joined_on="2025-01-31")
    again = await town.put("customers/c-1", tags=["a", "b"])

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() == {
        "id": "c-1",
        "organization_id": None,
        "tags": ["a", "b"],
        "joined_on": "2025-01-31",
        "currency": None,
    }
    rows = await town.rows("SELECT tags, joined_on FROM members WHERE program_id = :program_id")
    assert [dict(one) for one in rows] == [{"tags": ["a", "b"], "joined_on": date(2025, 1, 31)}]


async def test_null_takes_away_and_absent_leaves(town):
    await town.put("customers/c-1", joined_on="2025-01-31", currency="USD", tags=["a"])

    answer = await town.put("customers/c-1", joined_on=None)

    assert answer.json()["joined_on"] is None
    assert (answer.json()["currency"], answer.json()["tags"]) == ("USD", ["a"])


async def test_an_organization_is_put_like_a_customer(town):
    first = await town.put("organizations/o-1", currency="USD")
    again = await town.put("organizations/o-1", tags=["x"])

    assert (first.status_code, again.status_code) == (201, 200)
    said = {"id": "o-1", "tags": ["x"], "joined_on": None, "currency": "USD", "parent_id": None}
    assert again.json() == said


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"tags": None}, "/tags"),
        ({"tags": "a"}, "/tags"),
        ({"tags": ["a\u0000"]}, "/tags/0"),
        ({"tags": [str(number) for number in range(101)]}, "/tags"),
        ({"joined_on": "2025-02-30"}, "/joined_on"),
        ({"currency": "XXX"}, "/currency"),
        ({"organization_id": ""}, "/organization_id"),
        ({"organisation_id": "o-1"}, "/organisation_id"),
    ],
)
async def test_what_cannot_be_said_of_a_customer_is_refused(town, body, pointer):
    answer = await town.put("customers/c-1", **body)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


async def test_who_becomes_known_is_decided_once(database_url):
    async with opened(database_url, ENTRY) as town:
        await town.put("customers/c-1", organization_id="o-1")
        await town.put("customers/c-2")
        await town.put("customers/c-2", tags=["a"])
        await town.put("organizations/o-1")

        entered = [("tier.assigned", None, "bronze", "membership", "qualified")]
        assert await town.changes("customer", "c-2") == entered
        assert await town.changes("organization", "o-1") == entered
        assert await town.changes("customer", "c-1") == []  # it represents: its own sleep


async def test_tags_decide_at_once_both_ways(database_url):
    async with opened(database_url, TAGGED) as town:
        await town.put("customers/c-1")
        await town.put("customers/c-1", tags=["friend"])
        await town.put("customers/c-1", tags=["friend"])
        await town.put("customers/c-1", tags=[])

        assert await town.changes("customer", "c-1") == [
            ("tier.assigned", None, "friend", "membership", "qualified"),
            ("tier.left", "friend", None, "membership", "shortfall"),
        ]


async def test_the_join_date_decides_at_once(database_url):
    yearly = {"currency": "EUR", "tiers": {"window": {"anniversary": 12}}}
    async with opened(database_url, {**DEFINITION, "settings": yearly}) as town:
        await town.put("customers/c-1", joined_on="2026-01-01")
        await town.order("c-1", "150.00", on=date(2026, 2, 1))
        assert await town.level("customer", "c-1") == "silver"

        await town.put("customers/c-1", joined_on="2025-06-01")

        last = (await town.changes("customer", "c-1"))[-1]
        assert last == ("tier.left", "silver", None, "membership", "shortfall")


async def test_a_disabled_program_records_and_decides_nothing(database_url):
    disabled = {**ENTRY, "settings": {**ENTRY["settings"], "enabled": False}}
    async with opened(database_url, disabled) as town:
        answer = await town.put("customers/c-1", tags=["a"])

        assert answer.json()["tags"] == ["a"]
        assert await town.changes("customer", "c-1") == []


async def test_scopes_of_people(town):
    town.api.headers = await key(town, Scope.ingest, Scope.read, Scope.operate, Scope.admin)
    refused = [
        await town.put("customers/c-1"),
        await town.put("organizations/o-1"),
        await town.put("organizations/o-1/representatives/c-1"),
        await town.api.delete("/v1/organizations/o-1/representatives/c-1"),
    ]
    town.api.headers = await key(town, Scope.configure)
    refused += [
        await town.api.delete("/v1/customers/c-1"),
        await town.api.delete("/v1/organizations/o-1"),
    ]

    assert [one.status_code for one in refused] == [403] * 6
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


async def test_puts_and_orders_at_once_lose_nothing(town):
    puts = [
        town.put("customers/c-1", organization_id=f"o-{number % 3}", tags=[str(number)])
        for number in range(12)
    ]
    orders = [town.order("c-1", "10.00") for _ in range(12)]

    answers = await asyncio.gather(*puts, *orders)

    assert {one.status_code for one in answers[:12]} <= {200, 201}
    last = (await town.represents("c-1"))[-1][0]
    assert sum((await town.spend("organization", last)).values()) == 12_000
    assert await town.spend("customer", "c-1") == {}
    homes = await town.rows("SELECT DISTINCT member_id FROM orders WHERE program_id = :program_id")
    assert [one["member_id"] for one in homes] == [town.member("organization", last)]
