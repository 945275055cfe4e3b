"""Many customers at once; how many statements an answer takes."""

import pytest

from tests.api.sent import sent_by
from tests.api.test_answers import DEFINITION, NOTHING, told, with_history
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def test_a_lookup_answers_in_the_order_asked(town):
    await with_history(town)
    await town.order("c-8", "20.00")
    await town.order("c-9", "20.00", organization_id="o-1")
    await town.put("organizations/o-1/representatives/c-9")

    ids = ["nobody", "c-9", "c-8", "c-7", "c-8"]
    answer = await town.api.post("/v1/customers/lookup", json={"ids": ids})

    items = answer.json()["items"]
    assert [one["id"] for one in items] == ids
    assert [one["found"] for one in items] == [False, True, True, True, True]
    assert [one["tier"] and one["tier"]["key"] for one in items] == [
        None, "bronze", "bronze", "silver", "bronze",
    ]  # fmt: skip
    whole = await told(town)
    assert items[3] == {
        "id": "c-7",
        "found": True,
        **{name: whole[name] for name in ("tier", "stages", "benefits")},
    }
    assert items[0]["benefits"] == NOTHING


async def test_a_lookup_takes_at_most_500(town):
    many = await town.api.post("/v1/customers/lookup", json={"ids": ["c"] * 501})
    none = await town.api.post("/v1/customers/lookup", json={"ids": []})

    assert many.status_code == 422
    assert none.json() == {"items": []}


@pytest.fixture
def statements(town):
    return sent_by(town.db)


async def test_statements_are_few_and_do_not_grow(town, statements):
    await with_history(town)
    await town.order("c-8", "50.00")
    await town.put("organizations/o-1/representatives/c-8")
    await told(town)

    async def counted(method, path, **body):
        statements.clear()
        assert (await town.api.request(method, f"/v1/{path}", **body)).status_code == 200
        return len(statements)

    async def looked_up(ids):
        return await counted("POST", "customers/lookup", json={"ids": ids})

    assert await counted("GET", "customers/c-7") == 1
    assert await counted("GET", "customers/c-8") == 1 + 4
    assert await counted("GET", "customers/c-7/tier") == 1
    assert await looked_up(["c-8"]) == await looked_up(["c-7", "c-8"] * 250) == 3
