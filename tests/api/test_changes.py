"""The feed from outside: every change once, in order; waiting for the next one."""

import asyncio

import pytest

from app import worker
from app.outbound.waiting import MOST_WAITING
from tests.api.merchant import opened
from tests.api.test_checks import order


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.rows("DELETE FROM programs")
        await made.make()
        await made.with_tiers(silver="1000.00", gold="5000.00")
        yield made


@pytest.fixture
async def relayed(merchant):
    """The service with a worker, whose relay numbers what commits."""
    app = merchant.client._transport.app  # noqa: SLF001 - the in-process application
    await merchant.rows("DELETE FROM leases")  # one that was killed under the real clock holds it
    running = worker.start(merchant.db, merchant.clock, told=app.state.waiting.wake)
    yield merchant
    await running.stop()


async def read(merchant, after=None, wait=5, limit=50):
    place = f"&after={after}" if after else ""
    answer = await merchant.get(f"/v1/changes?limit={limit}&wait={wait}{place}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def whole(merchant, number):
    """The first `number` items, read one by one."""
    found, place = [], None
    async with asyncio.timeout(20):
        while len(found) < number:
            page = await read(merchant, place, limit=1)
            found += page["items"]
            place = page["next"]
    return found


async def test_a_move_is_told_with_names_values_and_cause(relayed):
    await order(relayed, "a", "1500.00")

    *_, item = await whole(relayed, 3)

    assert (item["type"], item["timestamp"]) == ("tier.assigned", "2026-11-22T12:00:00Z")
    assert item["data"] == {
        "program": relayed.key, "member": {"kind": "customer", "id": "a"}, "ladder": "tiers",
        "from": None, "to": {"key": "silver", "name": "silver", "position": 1},
        "direction": "up", "occasion": "order", "reason": "qualified", "sequence": 1,
        "as_of": "2026-11-22", "version": 2,
        "metrics": [{"metric": "spend", "value": "1500.00", "needed": "1000.00"}],
        "cause": {"type": "order", "id": "a-2026-11-20", "source": "api"},
    }  # fmt: skip


async def test_every_change_comes_once_in_order(relayed):
    for customer in ("a", "b", "c"):
        await order(relayed, customer, "1500.00")
        await order(relayed, customer, "4000.00", day="2026-11-21")

    found = await whole(relayed, 8)

    assert [one["type"] for one in found[:2]] == ["program.published"] * 2
    told = [(one["data"]["member"]["id"], one["type"]) for one in found[2:]]
    assert sorted(told) == sorted(
        (who, kind) for who in "abc" for kind in ("tier.assigned", "tier.upgraded")
    )
    assert len({one["id"] for one in found}) == len({one["cursor"] for one in found}) == 8
    assert (await read(relayed, found[-1]["cursor"], wait=0)) == {
        "items": [], "next": found[-1]["cursor"],
    }  # fmt: skip


async def test_a_cursor_resumes_behind_its_item(relayed):
    await order(relayed, "a", "1500.00")
    found = await whole(relayed, 3)

    again = await read(relayed, found[0]["cursor"], wait=0)

    assert [one["id"] for one in again["items"]] == [one["id"] for one in found[1:]]


async def test_a_reader_that_waits_is_told_at_once(relayed):
    start = (await whole(relayed, 2))[-1]["cursor"]
    waiting = asyncio.create_task(read(relayed, start, wait=25))
    await asyncio.sleep(0.2)
    assert not waiting.done()

    await order(relayed, "a", "1500.00")

    async with asyncio.timeout(5):
        page = await waiting
    assert [one["type"] for one in page["items"]] == ["tier.assigned"]


async def test_a_key_has_so_many_places_to_wait(merchant):
    asked = [asyncio.create_task(merchant.get("/v1/changes?wait=1")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0.3)

    refused = await merchant.get("/v1/changes")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert {one.status_code for one in await asyncio.gather(*asked)} == {200}
    assert (await merchant.get("/v1/changes")).status_code == 200


async def test_a_foreign_cursor_is_refused(relayed, database_url):
    cursor = (await whole(relayed, 1))[0]["cursor"]
    async with opened(database_url) as other:
        await other.make()

        answer = await other.get(f"/v1/changes?after={cursor}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/after"


@pytest.mark.parametrize("query", ["wait=26", "wait=-1", "wait=1.5", "limit=0", "limit=251"])
async def test_limits_of_the_query_are_kept(merchant, query):
    assert (await merchant.get(f"/v1/changes?{query}")).status_code == 422
